"""A manager interface that does what conf/asterisk does: a spool, and contexts that are run by Originates.

`sent` are the MESSAGEs that left, as (endpoint, number, octets). Every connection hears every event.
"""

from base64 import b64decode
from itertools import count

from ami.record import Record, build_record, parse_record
from tests.ami.fake import Call, Fake, Headers, packet, value

TRUNKS = ("trunk-a", "trunk-b")


class Dialplan(Fake):
    """`answers`: context -> statuses that are given once each, in turn, with nothing done. `mute`: how many of the next
    orders do their work and say nothing. `deaf_to`: contexts whose orders are taken and end in nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.handlers["Originate"] = self._originate
        self.sent: list[tuple[str, str, bytes]] = []
        self.known: dict[str, str] = {}
        self.answers: dict[str, list[str]] = {}
        self.orders: list[tuple[str, str, dict[str, str]]] = []
        self.mute = 0
        self.deaf_to: set[str] = set()
        self._ids = count(1)

    # -- what senders do -----------------------------------------------------------------------

    def submits(
        self,
        text: str | bytes = "See you at 2.",
        to: str = "+14165550301",
        sender: str = "+14165550110",
        endpoint: str = "acme-desk",
        length: int | None = None,
        quiet: bool = False,
        sid: str = "",
    ) -> str:
        """A message is spooled, and announced unless `quiet`; its id."""
        octets = text.encode() if isinstance(text, str) else text
        header = f"<sip:{sender}@127.0.0.2>".encode("latin-1")
        record = Record(
            endpoint, to.encode("latin-1"), header, b"call-1", len(octets) if length is None else length, octets
        )
        return self.spools(build_record(record), quiet, sid)

    def spools(self, record: str, quiet: bool = False, sid: str = "") -> str:
        """The same, as a record."""
        number = next(self._ids)
        sid = sid or f"{1_700_000_000 + number}-{number}-123456"
        self.db[f"/smsq/{sid}"] = record
        if not quiet:
            self.tells("SmsSubmit", Sid=sid, Rec=record)
        return sid

    def calls_911(self) -> str:
        """A text to an emergency number was answered and kept."""
        number = next(self._ids)
        sid = f"1700000000-{number}-654321"
        record = build_record(Record("acme-desk", b"9-1-1", b"<sip:+14165550110@h>", b"c", 4, b"help"))
        self.db[f"/smsemg/{sid}"] = record
        self.tells("SmsEmergency", Sid=sid, Number="911", Status="SUCCESS", Rec=record)
        return sid

    def tells(self, name: str, **fields: str) -> None:
        """A user event, to everybody who is logged in."""
        for call in self.calls:
            if not call.over:
                call.say(
                    packet(("Event", "UserEvent"), ("Privilege", "user,all"), ("UserEvent", name), *fields.items())
                )

    # -- what it holds -------------------------------------------------------------------------

    def family(self, name: str) -> dict[str, str]:
        """One family of its database."""
        return {key.split("/")[2]: text for key, text in self.db.items() if key.startswith(f"/{name}/")}

    # -- contexts ------------------------------------------------------------------------------

    async def _originate(self, call: Call, headers: Headers) -> None:
        call.respond(headers, ("Message", "Originate successfully queued"))
        where = value(headers, "Channel").removeprefix("Local/").removesuffix("/n")
        id, _, context = where.partition("@")
        variables = dict(text.lstrip("_").split("=", 1) for name, text in headers if name == "Variable")
        self.orders.append((context, id, variables))
        if context in self.deaf_to:
            return
        planned = self.answers.get(context)
        run = {
            "sms-release": self._release,
            "sms-discard": self._discard,
            "sms-seen": self._seen,
            "sms-settle": self._settle,
            "sms-mo": self._deliver,
            "sms-notice": self._deliver,
        }[context]
        name, fields = run(id, variables, context, planned.pop(0) if planned else "")
        if self.mute > 0:
            self.mute -= 1
            return
        self.tells(name, **fields)

    def _release(self, sid: str, given: dict[str, str], context: str, planned: str) -> tuple[str, dict[str, str]]:
        status = planned
        if not status:
            record = self.db.get(f"/smsq/{sid}")
            if record is None:
                status = "UNKNOWN" if f"/smsfly/{sid}" in self.db else "GONE"
            elif given["ROUTE"] not in TRUNKS:
                status = "NOROUTE"
            else:
                del self.db[f"/smsq/{sid}"]
                read = parse_record(record)
                self.sent.append((given["ROUTE"], given.get("TO") or read.destination.decode(), read.body))
                status = "SUCCESS"
        return "SmsReleased", {"Sid": sid, "Route": given["ROUTE"], "Status": status, "By": given.get("BY", "")}

    def _discard(self, sid: str, given: dict[str, str], context: str, planned: str) -> tuple[str, dict[str, str]]:
        status = planned
        if not status:
            status = "UNKNOWN" if f"/smsfly/{sid}" in self.db else "OK" if self.db.pop(f"/smsq/{sid}", "") else "GONE"
        return "SmsDiscarded", {"Sid": sid, "Status": status, "By": given.get("BY", "")}

    def _seen(self, sid: str, given: dict[str, str], context: str, planned: str) -> tuple[str, dict[str, str]]:
        return "SmsSeen", {"Sid": sid, "Status": "OK" if self.db.pop(f"/smsemg/{sid}", "") else "GONE"}

    def _settle(self, sid: str, given: dict[str, str], context: str, planned: str) -> tuple[str, dict[str, str]]:
        record = self.db.pop(f"/smsfly/{sid}", "")
        if record and given["ACTION"] == "requeue":
            self.db[f"/smsq/{sid}"] = record
        return "SmsSettled", {"Sid": sid, "Action": given["ACTION"], "Status": "OK" if record else "GONE"}

    def _deliver(self, id: str, given: dict[str, str], context: str, planned: str) -> tuple[str, dict[str, str]]:
        kind = context.removeprefix("sms-")
        octets = b64decode("".join(given.get(f"B{turn}", "") for turn in range(1, 5)))
        assert str(len(octets)) == given["OCTETS"]
        was = self.known.get(f"{kind}-{id}", "")
        status = planned or ("DUP" if was else "SUCCESS")
        if status == "SUCCESS":
            self.sent.append((given["ENDPOINT"], given["TO"], octets))
            self.known[f"{kind}-{id}"] = "SENT"
        fields = {"Id": id, "Kind": kind, "Endpoint": given["ENDPOINT"], "Status": status, "Was": was}
        return "SmsDelivered", fields
