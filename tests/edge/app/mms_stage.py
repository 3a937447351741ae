"""An edge with [mm4]: smtplib on one side, aiosmtpd on the other."""

import asyncio
import smtplib
from base64 import encodebytes
from typing import Any

from aiosmtpd.smtp import SMTP

from edge.channels.mm4.codec.address import read
from edge.channels.mm4.codec.fields import Kind
from edge.channels.mm4.codec.pdu import Forward, build

from .stage import Conf, free_port

US, THEM = "+14165550101", "+12125550310"
MM4 = """
[mm4]
listen = "127.0.0.1:{mm4}"
domain = "mms.edge.example"
{more}
[[mm4.peer]]
name = "acme-mmsc"
from = ["127.0.0.2/32"]
relay = "127.0.0.1:{acme}"
domains = ["mms.acme.example"]
[[mm4.peer]]
name = "north"
from = ["127.0.0.3/32"]
relay = "127.0.0.1:{north}"
domains = ["mms.north.example"]
default = true
"""


class Sink:
    """A peer's relay: keeps what it is handed, and answers as it is told."""

    def __init__(self) -> None:
        self.port = free_port()
        self.got: list[tuple[str, list[str], bytes]] = []
        self.says = "250 2.0.0 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return self.says

    async def start(self) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            lambda: SMTP(self, hostname="sink"), "127.0.0.1", self.port
        )


class Mms:
    """An edge's conf with [mm4], and the relays behind its peers."""

    def __init__(self, conf: Conf) -> None:
        self.conf = conf
        self.port = free_port()
        self.acme, self.north = Sink(), Sink()

    def writes(self, more: str = "") -> None:
        """The conf of the next edge."""
        table = MM4.format(mm4=self.port, acme=self.acme.port, north=self.north.port, more=more)
        self.conf.write("local.d/mm4.conf", table)
        path = self.conf.directory / "accounts.d/acme.conf"
        text = path.read_text(encoding="utf-8")
        if "mm4_peers" not in text:
            path.write_text('mm4_peers = ["acme-mmsc"]\n' + text, encoding="utf-8")

    async def sends(self, content: bytes, *to: str, sender: str = US, host: str = "127.0.0.2") -> str:
        """By a client that knows nothing of us: the last reply."""

        def work() -> str:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=20, source_address=(host, 0)) as client:
                try:
                    refused = client.sendmail(f"{sender}/TYPE=PLMN", [f"{one}/TYPE=PLMN" for one in to], content)
                except smtplib.SMTPResponseException as error:
                    return f"{error.smtp_code} {error.smtp_error.decode()}"
                except smtplib.SMTPRecipientsRefused as error:
                    code, text = next(iter(error.recipients.values()))
                    return f"RCPT {code} {text.decode()}"
                return f"250 {refused or ''}".strip()

        return await asyncio.to_thread(work)


def message(id: str, text: str = "See you at two", sender: str = US, to: str = THEM, **fields: Any) -> bytes:
    values: dict[str, Any] = {
        "kind": Kind.FORWARD_REQ,
        "transaction_id": f"t{id}",
        "message_id": f"m{id}",
        "source": read(f"{sender}/TYPE=PLMN"),
        "originator_system": read("mm4@mms.acme.example"),
        "to": (read(f"{to}/TYPE=PLMN"),),
        "content_type": b"text/plain; charset=utf-8",
    }
    return build(Forward(**values | fields), text.encode() + b"\r\n")


def pictured(id: str, picture: bytes, **fields: Any) -> bytes:
    """A message that is one JPEG."""
    more: dict[str, Any] = {"content_type": b"image/jpeg", "transfer_encoding": b"base64"}
    return message(id, encodebytes(picture).replace(b"\n", b"\r\n").decode("ascii").rstrip(), **more | fields)
