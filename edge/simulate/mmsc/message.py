"""Messages of MM4 as this MMSC writes and reads them (TS 23.140 8.4): header fields by name, nothing more."""

import hashlib
import re
from dataclasses import dataclass, field
from email.utils import formatdate

from edge.simulate.mmsc.parts import Leaf, Part, body, leaves

FORWARD = "MM4_forward.REQ"
DELIVERY = "MM4_delivery_report.REQ"
READ_REPLY = "MM4_read_reply_report.REQ"
VERSION = "6.10.0"


@dataclass(slots=True)
class Order:
    """A message to send. Numbers are E.164 with +, or what else is to stand there.

    `sender` is what From says, `envelope` the number of MAIL FROM where it is to be another. `domain` is that of the
    recipients' MMSC. `extra` are header fields more. `content`, if given, is the whole body, header fields of MIME and
    the empty line included.
    """

    sender: str
    recipients: tuple[str, ...]
    parts: list[Part] = field(default_factory=list)
    domain: str = ""
    subject: str = ""
    smil: bool = True
    ack: bool = True
    delivery_report: bool = False
    read_reply: bool = False
    message_class: str = ""
    priority: str = ""
    expiry: str = ""
    hide: bool = False
    envelope: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that came: `reply` is what its end was answered, None for no reply.

    `fields` are header fields by name in lower case, of several the first. `sha256` is of the body behind the header
    block; what a relay may change is all before it. `content` is all of it where the options keep it.
    """

    time: float
    host: str
    helo: str
    sender: str
    recipients: tuple[str, ...]
    fields: dict[str, str]
    octets: int
    sha256: str
    parts: tuple[Leaf, ...]
    reply: int | None
    content: bytes = b""

    @property
    def kind(self) -> str:
        """X-Mms-Message-Type."""
        return self.fields.get("x-mms-message-type", "")

    @property
    def transaction(self) -> str:
        """X-Mms-Transaction-ID."""
        return bare(self.fields.get("x-mms-transaction-id", ""))

    @property
    def id(self) -> str:
        """X-Mms-Message-ID."""
        return bare(self.fields.get("x-mms-message-id", ""))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The recipients of the envelope without TYPE and host."""
        return tuple(map(number, self.recipients))

    def asks(self, name: str) -> bool:
        """Whether a field says Yes."""
        return self.fields.get(name, "").lower() == "yes"


def bare(text: str) -> str:
    """An id without the quotes and brackets that some put around it."""
    return text.strip(' \t"<>')


def number(address: str) -> str:
    """`+14165550100/TYPE=PLMN@mms.example` -> `+14165550100`."""
    return re.split(r"[/@]", address.strip("<> "))[0]


def plmn(party: str, domain: str = "") -> str:
    """A number as an address; what has a letter, / or @ already stays as it is."""
    if not re.fullmatch(r"\+?\d+", party):
        return party
    return f"{party}/TYPE=PLMN@{domain}" if domain else f"{party}/TYPE=PLMN"


def head(rows: list[tuple[str, str]]) -> bytes:
    """Header fields as lines."""
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in rows if value)


def forward(order: Order, message_id: str, ours: str, now: float) -> bytes:
    """The octets of a MM4_forward.REQ; its Transaction-ID is `message_id`'s own."""
    rows = [
        ("Date", formatdate(now)),
        ("From", plmn(order.sender)),
        ("To", ",\r\n ".join(plmn(each) for each in order.recipients)),
        ("Sender", ours),
        ("Message-ID", f"<{message_id}>"),
        ("Subject", order.subject),
        ("X-Mms-3GPP-MMS-Version", VERSION),
        ("X-Mms-Message-Type", FORWARD),
        ("X-Mms-Transaction-ID", f'"{transaction(message_id)}"'),
        ("X-Mms-Message-ID", f'"{message_id}"'),
        ("X-Mms-Originator-System", ours),
        ("X-Mms-Ack-Request", "Yes" if order.ack else "No"),
        ("X-Mms-Delivery-Report", "Yes" if order.delivery_report else ""),
        ("X-Mms-Read-Reply", "Yes" if order.read_reply else ""),
        ("X-Mms-Message-Class", order.message_class),
        ("X-Mms-Priority", order.priority),
        ("X-Mms-Expiry", order.expiry),
        ("X-Mms-Sender-Visibility", "Hide" if order.hide else ""),
        *order.extra,
    ]
    return head(rows) + (order.content or body(order.parts, f"=_{message_id.partition('@')[0]}", order.smil))


def transaction(message_id: str) -> str:
    """The Transaction-ID of a message of ours."""
    return "t-" + message_id.partition("@")[0]


def response(taken: Taken, status: str, ours: str, now: float) -> bytes:
    """The .RES to a request."""
    return head([
        ("Date", formatdate(now)),
        ("Sender", ours),
        ("To", answered_at(taken)),
        ("X-Mms-3GPP-MMS-Version", taken.fields.get("x-mms-3gpp-mms-version", VERSION)),
        ("X-Mms-Message-Type", re.sub("(?i)req$", "RES", taken.kind)),
        ("X-Mms-Transaction-ID", taken.fields.get("x-mms-transaction-id", "")),
        ("X-Mms-Message-ID", taken.fields.get("x-mms-message-id", "")),
        ("X-Mms-Request-Status-Code", status),
    ]) + b"\r\n"  # fmt: skip


def report(taken: Taken, recipient: str, status: str, transaction_id: str, ours: str, now: float) -> bytes:
    """The MM4_delivery_report.REQ on a message, for one recipient."""
    rows = [*_report(taken, recipient, DELIVERY, transaction_id, ours, now), ("X-Mms-MM-Status-Code", status)]
    if status == "Rejected":
        rows.append(("X-Mms-MM-Status-Extension", "Rejection-By-MMS-Recipient"))
    return head(rows) + b"\r\n"


def read_reply(taken: Taken, recipient: str, status: str, transaction_id: str, ours: str, now: float) -> bytes:
    """The MM4_read_reply_report.REQ on a message, for one recipient."""
    rows = [*_report(taken, recipient, READ_REPLY, transaction_id, ours, now), ("X-Mms-Read-Status", status)]
    return head(rows) + b"\r\n"


def _report(
    taken: Taken, recipient: str, kind: str, transaction_id: str, ours: str, now: float
) -> list[tuple[str, str]]:
    return [
        ("Date", formatdate(now)),
        ("From", plmn(recipient)),
        ("To", taken.fields.get("from", "")),
        ("Sender", ours),
        ("X-Mms-3GPP-MMS-Version", VERSION),
        ("X-Mms-Message-Type", kind),
        ("X-Mms-Transaction-ID", f'"{transaction_id}"'),
        ("X-Mms-Message-ID", taken.fields.get("x-mms-message-id", "")),
        ("X-Mms-Originator-System", ours),
        ("X-Mms-Ack-Request", "Yes"),
    ]


def answered_at(taken: Taken) -> str:
    """Where the sender of a request wants its answers."""
    return taken.fields.get("x-mms-originator-system") or taken.fields.get("sender") or taken.sender


_FIELD = re.compile(rb"^([!-9;-~]+):[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.MULTILINE)


def read(
    content: bytes, envelope: tuple[str, tuple[str, ...]], peer: tuple[str, str], now: float, reply: int | None
) -> Taken:
    """A message off the wire. `envelope` is sender and recipients, `peer` its address and what it calls itself."""
    block, _, rest = content.partition(b"\r\n\r\n")
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(block):
        fields.setdefault(name.decode("ascii").lower(), _unfolded(value))
    return Taken(
        time=now,
        host=peer[0],
        helo=peer[1],
        sender=envelope[0],
        recipients=envelope[1],
        fields=fields,
        octets=len(content),
        sha256=hashlib.sha256(rest).hexdigest(),
        parts=leaves(content),
        reply=reply,
    )


def _unfolded(value: bytes) -> str:
    return re.sub(rb"\r?\n", b"", value).decode("utf-8", "surrogateescape").strip()
