"""Kannel's bearerbox and smsbox as a customer: a gateway that binds to the edge, driven over its HTTP interface.

What Kannel hears (delivery reports, messages from subscribers) it passes on to a small web server here.
"""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.e2e.peers.esme import PATIENCE
from tests.e2e.rig import Process, free_port, require, wait_for

Call = dict[str, str]

CONF = """\
group = core
admin-port = {admin}
admin-password = admin
admin-interface = 127.0.0.1
smsbox-port = {box}
box-allow-ip = 127.0.0.1
dlr-storage = internal

{links}

{tlvs}

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = tester
password = tester
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "http://127.0.0.1:{web}/mo?from=%p&to=%P&text=%a&coding=%c&charset=%C"
"""
# No smsbox-id: Kannel gives messages from subscribers to nameless boxes alone, unless routed.
# No msg-id-type: ids are compared as text then, and ours are.

LINK = """\
group = smsc
smsc = smpp
smsc-id = edge
host = 127.0.0.1
{port}
smsc-username = {system_id}
smsc-password = {password}
system-type = VMA
interface-version = 34
source-addr-autodetect = true
dest-addr-ton = 1
dest-addr-npi = 1
enquire-link-interval = 1
reconnect-delay = 1
"""
# Two links of one smsc-id are a pair: what one sent, the other gets the receipts of.

TLVS = {
    "sar_msg_ref_num": ("0x20C", "integer", 2),
    "sar_total_segments": ("0x20E", "integer", 1),
    "sar_segment_seqnum": ("0x20F", "integer", 1),
    "message_payload": ("0x424", "octetstring", 1000),
}
"""Kannel writes a TLV only if it is declared, and then wherever the sender's meta-data names it."""

ACK, NACK, DELIVERED = "8", "16", "1"
"""%d of a delivery report: the edge's answer, its refusal, the receipt."""


class _Web(ThreadingHTTPServer):
    """Remembers every call."""

    daemon_threads = True

    def __init__(self) -> None:
        self.calls: list[Call] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Web

    def do_GET(self) -> None:
        """Note the call and say nothing, so that Kannel answers no subscriber."""
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True, encoding="latin-1")  # octet by octet
        call = {"path": parts.path, **{name: values[0] for name, values in query.items()}}
        if "text" in call:
            call["text"] = call["text"].encode("latin-1").decode(call["charset"])
        self.server.calls.append(call)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


class Kannel:
    """A running Kannel, bound to the edge. `pair`: a transmitter and a receiver instead of a transceiver."""

    def __init__(self, directory: Path, edge: int, system_id: str, password: str, pair: bool) -> None:
        programs = [require(name, f"/usr/sbin/{name}") for name in ("bearerbox", "smsbox")]
        ports = [f"port = {edge}", f"receive-port = {edge}"] if pair else [f"port = {edge}\ntransceiver-mode = true"]
        self._web = _Web()
        threading.Thread(target=self._web.serve_forever, daemon=True).start()
        self._admin, self._sendsms = free_port(), free_port()
        conf = directory / "kannel.conf"
        conf.write_text(
            CONF.format(
                admin=self._admin,
                box=free_port(),
                sendsms=self._sendsms,
                web=self._web.server_port,
                links="\n".join(LINK.format(port=port, system_id=system_id, password=password) for port in ports),
                tlvs="\n\n".join(_tlv(name, *rest) for name, rest in TLVS.items()),
            )
        )
        self.bearerbox = Process("bearerbox", [programs[0], "-v", "0", str(conf)], directory)
        self.smsbox: Process | None = None
        try:
            wait_for("bearerbox up", lambda: self.bearerbox.lives() and self.status())
            self.smsbox = Process("smsbox", [programs[1], "-v", "0", str(conf)], directory)
            wait_for("smsbox connected", lambda: "smsbox:" in self.status())
            wait_for("Kannel bound", lambda: self.status().count("(online ") == len(ports))
        except BaseException:
            self.close()
            raise

    def status(self) -> str:
        """What bearerbox says of itself. OSError while it does not listen."""
        return self._get(self._admin, "/status.txt?password=admin")

    def send(self, source: str, destination: str, text: str, key: str, **fields: str) -> None:
        """Hand a message to smsbox; its reports come back under `key`. `fields` as in Kannel's sendsms."""
        report = f"http://127.0.0.1:{self._web.server_port}/dlr?key={key}&type=%d&id=%F&answer=%A"
        query = {"username": "tester", "password": "tester", "charset": "utf-8", "from": "+" + source}
        query |= {"to": destination, "text": text, "dlr-mask": "31", "dlr-url": report, **fields}
        accepted = self._get(self._sendsms, "/cgi-bin/sendsms?" + urlencode(query))
        assert accepted == "0: Accepted for delivery", accepted

    def reports(self, key: str, *kinds: str) -> list[Call]:
        """Wait for the reports of those kinds on a message, and give them in that order."""

        def found() -> list[Call]:
            by_kind = {call["type"]: call for call in self._web.calls if call.get("key") == key}
            return [by_kind[kind] for kind in kinds] if set(kinds) <= set(by_kind) else []

        reports: list[Call] = wait_for(f"reports {kinds} on {key}", found, PATIENCE)
        return reports

    def heard(self, what: str, test: Callable[[Call], bool]) -> Call:
        """Wait for a message from a subscriber."""
        calls = self._web.calls
        call: Call = wait_for(
            f"Kannel: {what}",
            lambda: next((call for call in calls if call["path"] == "/mo" and test(call)), None),
            PATIENCE,
        )
        return call

    def shut_down(self) -> int:
        """Tell it to end, wait for that; the exit status of bearerbox."""
        self._get(self._admin, "/shutdown?password=admin")
        return self.bearerbox.child.wait(PATIENCE)

    def close(self) -> None:
        """End what still runs."""
        for process in (self.bearerbox, self.smsbox):
            if process is not None:
                process.stop()
        self._web.shutdown()
        self._web.server_close()

    @staticmethod
    def _get(port: int, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                text: str = answer.read().decode()
                return text
        except urllib.error.HTTPError as error:
            return f"{error.code} {error.read().decode()}"


def _tlv(name: str, tag: str, kind: str, length: int) -> str:
    return f"group = smpp-tlv\nname = {name}\ntag = {tag}\ntype = {kind}\nlength = {length}"
