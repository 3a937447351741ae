"""The six messages of MM4 (TS 23.140 8.4.1 to 8.4.3): octets -> values and back, by one table of fields.

The body is never looked at. Strict where a wrong reading would answer, match or judge the wrong message (type, ids,
sender; a field twice with two values); tolerant in all else, and what could not be read is named in `oddities`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from edge.channels.mm4.codec import fields as f
from edge.channels.mm4.codec.address import Address, read, read_list
from edge.channels.mm4.codec.errors import Malformed, Unsupported
from edge.channels.mm4.codec.fields import Expiry, Kind
from edge.channels.mm4.codec.header import Head, read_head
from edge.channels.mm4.codec.words import text, write


class Pdu(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What all six have.

    Ids are as written: compare them by `fields.bare_id`. `sender` is the system (RFC 5322 Sender) that hands the
    message over, `originator_system` where its answer goes. `source` and `to` are From and To. `sent` is the Date as
    Unix time. `others` are X-Mms fields of no table here, and all X-Internal ones, as (name, value); `oddities` the
    names of fields that have a value nobody can read, in lower case.
    """

    kind: Kind
    transaction_id: str
    message_id: str = ""
    version: f.Version | None = None
    source: Address | None = None
    sender: Address | None = None
    originator_system: Address | None = None
    to: tuple[Address, ...] = ()
    sent: float | None = None
    ack_request: bool = False
    others: tuple[tuple[str, str], ...] = ()
    oddities: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without what it says and who says it: safe to log."""
        return f"{type(self).__name__}({self.kind.value})"


class Forward(Pdu, frozen=True, gc=False, kw_only=True):
    """MM4_forward.REQ: a message for subscribers of the recipient's MMSC.

    `content_type` and `transfer_encoding` are those of the whole body, as written. `originator_report` is
    X-Mms-Originator-R/S-Delivery-Report. What is None was not said.
    """

    cc: tuple[Address, ...] = ()
    subject: str = ""
    content_type: bytes = b""
    transfer_encoding: bytes = b""
    message_class: f.MessageClass | None = None
    expiry: Expiry | None = None
    delivery_report: bool = False
    originator_report: bool = False
    priority: f.Priority | None = None
    visibility: f.Visibility | None = None
    read_reply: bool = False
    forward_counter: int | None = None
    previously_sent_by: tuple[str, ...] = ()
    previously_sent_at: tuple[str, ...] = ()
    content_class: str = ""
    drm_content: bool | None = None
    adaptation_allowed: bool | None = None
    applic_id: str = ""
    reply_applic_id: str = ""
    aux_applic_info: str = ""
    vasp_id: str = ""
    vas_id: str = ""
    service_code: str = ""
    charged_party_id: str = ""
    mmsip_address: str = ""
    forward_route: str = ""
    return_route: str = ""

    @property
    def recipients(self) -> tuple[Address, ...]:
        """To and Cc. Who really gets it is on the envelope."""
        return self.to + self.cc


class DeliveryReport(Pdu, frozen=True, gc=False, kw_only=True):
    """MM4_delivery_report.REQ: what became of a message. `source` is its recipient, `to` who sent it."""

    status: f.MMStatus | None = None
    extension: f.StatusExtension | None = None
    status_text: str = ""
    to_originator: bool | None = None


class ReadReport(Pdu, frozen=True, gc=False, kw_only=True):
    """MM4_read_reply_report.REQ: the recipient, `source`, has read it or not."""

    status: f.ReadStatus | None = None
    status_text: str = ""


class Response(Pdu, frozen=True, gc=False, kw_only=True):
    """The .RES of any of the three. `status` is None where it cannot be read; `kind` says of which request."""

    status: f.RequestStatus | None = None
    status_text: str = ""


class Spec(NamedTuple):
    """One field: the attribute, the header's name, reader and writer of its value, whether it may stand often."""

    attribute: str
    name: str
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]
    often: bool = False


def _latin(value: str) -> bytes:
    return value.encode("latin-1")


def _written(value: Any) -> bytes:
    word: str = value.value
    return word.encode("ascii")


def _yes(value: bool) -> bytes:
    return b"Yes" if value else b"No"


def _address(value: Address) -> bytes:
    octets = value.text.encode("utf-8", "surrogateescape")
    return b"%s <%s>" % (_phrase(value.display), octets) if value.display else octets


def _phrase(display: str) -> bytes:
    written = write(display)
    if b"=?" in written:
        return written
    return b'"%s"' % written.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _addresses(value: tuple[Address, ...]) -> bytes:
    return b",\r\n ".join(map(_address, value))


def _words(table: Mapping[bytes, Any]) -> Callable[[bytes], Any]:
    """A reader of words. The standard's own spelling, which is nearly all there is, needs no folding."""
    exact = {member.value.encode("ascii"): member for member in table.values()}

    def read_word(value: bytes) -> Any:
        word = exact.get(value)
        return f.word(table, value) if word is None else word

    return read_word


def _plain(value: bytes) -> str:
    return value.decode("latin-1")


def _one(value: bytes) -> tuple[str, ...]:
    return (value.decode("latin-1"),)


def _number(value: int) -> bytes:
    return b"%d" % value


def _as_is(value: bytes) -> bytes:
    return value


def _dotted(value: f.Version) -> bytes:
    return ".".join(map(str, value)).encode("ascii")


def _date(value: float) -> bytes:
    return f.write_date(value).encode("ascii")


def _expiry(value: Expiry) -> bytes:
    return f.write_expiry(value).encode("ascii")


_COMMON = (
    Spec("version", "X-Mms-3GPP-MMS-Version", f.version, _dotted),
    Spec("kind", "X-Mms-Message-Type", _words(f.KINDS), _written),
    Spec("transaction_id", "X-Mms-Transaction-ID", f.identity, _latin),
    Spec("message_id", "X-Mms-Message-ID", f.identity, _latin),
    Spec("originator_system", "X-Mms-Originator-System", read, _address),
    Spec("source", "From", read, _address),
    Spec("sender", "Sender", read, _address),
    Spec("to", "To", read_list, _addresses, True),
    Spec("sent", "Date", f.date, _date),
    Spec("ack_request", "X-Mms-Ack-Request", f.flag, _yes),
)
_FORWARD = (
    *_COMMON,
    Spec("cc", "Cc", read_list, _addresses, True),
    Spec("subject", "Subject", text, write),
    Spec("message_class", "X-Mms-Message-Class", _words(f.CLASSES), _written),
    Spec("expiry", "X-Mms-Expiry", f.expiry, _expiry),
    Spec("delivery_report", "X-Mms-Delivery-Report", f.flag, _yes),
    Spec("originator_report", "X-Mms-Originator-R/S-Delivery-Report", f.flag, _yes),
    Spec("priority", "X-Mms-Priority", _words(f.PRIORITIES), _written),
    Spec("visibility", "X-Mms-Sender-Visibility", _words(f.VISIBILITIES), _written),
    Spec("read_reply", "X-Mms-Read-Reply", f.flag, _yes),
    Spec("forward_counter", "X-Mms-Forward-Counter", f.counter, _number),
    Spec("previously_sent_by", "X-Mms-Previously-sent-by", _one, _latin, True),
    Spec("previously_sent_at", "X-Mms-Previously-sent-date-and-time", _one, _latin, True),
    Spec("content_class", "X-Mms-Content-Class", _plain, _latin),
    Spec("drm_content", "X-Mms-Drm-Content", f.flag, _yes),
    Spec("adaptation_allowed", "X-Mms-Adaptation-Allowed", f.flag, _yes),
    Spec("applic_id", "X-Mms-Applic-ID", _plain, _latin),
    Spec("reply_applic_id", "X-Mms-Reply-Applic-ID", _plain, _latin),
    Spec("aux_applic_info", "X-Mms-Aux-Applic-Info", _plain, _latin),
    Spec("vasp_id", "X-Mms-VASP-ID", _plain, _latin),
    Spec("vas_id", "X-Mms-VAS-ID", _plain, _latin),
    Spec("service_code", "X-Mms-Service-Code", _plain, _latin),
    Spec("charged_party_id", "X-Mms-Charged-Party-ID", _plain, _latin),
    Spec("mmsip_address", "X-Mms-MMSIP-Address", _plain, _latin),
    Spec("forward_route", "X-Mms-Forward-Route", _plain, _latin),
    Spec("return_route", "X-Mms-Return-Route", _plain, _latin),
    Spec("content_type", "Content-Type", _as_is, _as_is),
    Spec("transfer_encoding", "Content-Transfer-Encoding", _as_is, _as_is),
)
_STATUS_TEXT = Spec("status_text", "X-Mms-Status-Text", text, write)
_DELIVERY = (
    *_COMMON,
    Spec("status", "X-Mms-MM-Status-Code", _words(f.MM_STATUSES), _written),
    Spec("extension", "X-Mms-MM-Status-Extension", _words(f.EXTENSIONS), _written),
    _STATUS_TEXT,
    Spec("to_originator", "X-Mms-Forward-To-Originator-UA", f.flag, _yes),
)
_READ = (*_COMMON, Spec("status", "X-Mms-Read-Status", _words(f.READ_STATUSES), _written), _STATUS_TEXT)
_RESPONSE = (
    *_COMMON,
    Spec("status", "X-Mms-Request-Status-Code", _words(f.REQUEST_STATUSES), _written),
    _STATUS_TEXT,
)

LAYOUT: dict[Kind, tuple[type[Pdu], tuple[Spec, ...]]] = {
    Kind.FORWARD_REQ: (Forward, _FORWARD),
    Kind.FORWARD_RES: (Response, _RESPONSE),
    Kind.DELIVERY_REPORT_REQ: (DeliveryReport, _DELIVERY),
    Kind.DELIVERY_REPORT_RES: (Response, _RESPONSE),
    Kind.READ_REPLY_REPORT_REQ: (ReadReport, _READ),
    Kind.READ_REPLY_REPORT_RES: (Response, _RESPONSE),
}
"""Message type -> what it is read into, and its fields in the order they are written."""

ALIASES = {
    b"x-mms-3gpp-version": "version",
    b"x-mms-mms-version": "version",
    b"x-mms-status": "status",  # what the binary PDU calls it
    b"x-mms-response-status": "status",
}
"""Names met in place of the standard's, used where that one is missing."""

_ONCE = (b"mime-version",)
_TYPE = b"x-mms-message-type"

_TABLES: dict[Kind, dict[bytes, Spec]] = {}
_SINGLES: dict[Kind, tuple[bytes, ...]] = {}
for _kind, (_, _specs) in LAYOUT.items():
    _by_attribute = {spec.attribute: spec for spec in _specs}
    _TABLES[_kind] = {spec.name.lower().encode("ascii"): spec for spec in _specs if spec.attribute != "kind"}
    _TABLES[_kind] |= {name: _by_attribute[alias] for name, alias in ALIASES.items() if alias in _by_attribute}
    _SINGLES[_kind] = (*_ONCE, *(name for name, spec in _TABLES[_kind].items() if not spec.often))
_NEEDED = {Kind.FORWARD_REQ: ("message_id", "source"), Kind.DELIVERY_REPORT_REQ: ("message_id",),
           Kind.READ_REPLY_REPORT_REQ: ("message_id",)}  # fmt: skip
_NAMES = {spec.attribute: spec.name for spec in _FORWARD}


def parse(octets: bytes) -> Pdu:
    """A whole message (headers suffice) -> what it says. Raises Malformed and Unsupported."""
    return of_head(read_head(octets))


def of_head(head: Head) -> Pdu:
    """The same of headers that have been read. Raises Malformed and Unsupported."""
    head.single((_TYPE,))
    kind = f.KINDS.get(f.plain(head.one(_TYPE)))
    if kind is None:
        raise Unsupported("no message type of MM4" if head.one(_TYPE) else "no X-Mms-Message-Type: this is no MM4")
    head.single(_SINGLES[kind])
    values = _values(head, _TABLES[kind])
    values["kind"] = kind
    values.setdefault("transaction_id", "")
    if not values.get("message_id"):  # met: gateways that leave it to RFC 5322's own
        values["message_id"] = _plain(head.one(b"message-id"))[: f.ID_CAP]
    for attribute in ("transaction_id", *_NEEDED.get(kind, ())):
        if not values.get(attribute):
            raise Malformed(f"{kind.value} without {_NAMES[attribute]}")
    pdu: Pdu = LAYOUT[kind][0](**values)
    return pdu


_READABLE = (b"x-mms-", b"x-internal-")


def _values(head: Head, table: dict[bytes, Spec]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    odd: list[str] = []
    others: list[bytes] = []
    for name, value in head.first.items():
        spec = table.get(name)
        if spec is None:
            if name.startswith(_READABLE) and name != _TYPE:
                others.append(name)
        elif value and (spec.attribute not in values or name not in ALIASES):
            try:
                values[spec.attribute] = spec.read(value)
                if spec.often and name in head.again:
                    for more in head.again[name]:
                        values[spec.attribute] += spec.read(more)
            except (ValueError, LookupError):
                odd.append(name.decode("ascii"))
    if others:
        values["others"] = _as_written(head, others)
    if odd:
        values["oddities"] = tuple(odd)
    return values


def _as_written(head: Head, names: list[bytes]) -> tuple[tuple[str, str], ...]:
    """Every field of these names in order, the names in their own spelling."""
    rounds = dict.fromkeys(names, 0)
    out = []
    for name, start, _, _ in head.fields:
        if name in rounds:
            spelled = head.octets[start : start + len(name)].decode("ascii")
            out.append((spelled, _plain(head.all(name)[rounds[name]])))
            rounds[name] += 1
    return tuple(out)


def build(pdu: Pdu, body: bytes = b"") -> bytes:
    """A message of these values, its body as given. What is None, empty, or a No not asked for is left out.

    Raises ValueError where a value would break its line (CR, LF, NUL) or cannot be written.
    """
    lines: list[bytes] = []
    for spec in LAYOUT[pdu.kind][1]:
        value = getattr(pdu, spec.attribute)
        if value is None or value is False or value == "" or value == () or value == b"":
            continue
        separate = value if spec.often and spec.write is _latin else (value,)
        lines += [_line(spec.name.encode("ascii"), spec.write(each)) for each in separate]
    lines += [_line(_latin(name), _latin(value)) for name, value in pdu.others]
    return b"".join((*lines, b"\r\n", body))


def _line(name: bytes, value: bytes) -> bytes:
    unfolded = value.replace(b",\r\n ", b"").replace(b"?=\r\n =?", b"")
    if not name.isascii() or any(octet in unfolded for octet in (b"\r", b"\n", b"\0")):
        raise ValueError("a value that breaks its line")
    if any(octet in name for octet in b" :\r\n\t\0") or not name:
        raise ValueError("a name that breaks its line")
    return name + b": " + value + b"\r\n"
