"""Values of MM4's header fields: what the words are, how they are read, how they are written (TS 23.140 8.4.4).

Words are compared without case, and with '-', '_' and blanks left out: peers differ in them. A reader raises ValueError
(or KeyError, which a table gives) for what it cannot read: the field then counts as not there, and is named in
`Pdu.oddities`.
"""

import re
from calendar import timegm
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from enum import Enum
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeVar

Word = TypeVar("Word", bound=Enum)


def plain(value: bytes) -> bytes:
    """A word for comparing: lower case, without '-', '_', '.', '"' and blanks."""
    return value.lower().translate(None, b'-_. \t"')


class Kind(Enum):
    """The six messages of MM4, as X-Mms-Message-Type spells them."""

    FORWARD_REQ = "MM4_forward.REQ"
    FORWARD_RES = "MM4_forward.RES"
    DELIVERY_REPORT_REQ = "MM4_delivery_report.REQ"
    DELIVERY_REPORT_RES = "MM4_delivery_report.RES"
    READ_REPLY_REPORT_REQ = "MM4_read_reply_report.REQ"
    READ_REPLY_REPORT_RES = "MM4_read_reply_report.RES"

    @cached_property
    def response(self) -> "Kind":
        """What answers this request; a response answers to nothing, and is itself."""
        return Kind(self.value.replace(".REQ", ".RES"))


class MessageClass(Enum):
    """X-Mms-Message-Class. Advertisement is an admission (policy.md B.4)."""

    PERSONAL = "Personal"
    ADVERTISEMENT = "Advertisement"
    INFORMATIONAL = "Informational"
    AUTO = "Auto"


class Priority(Enum):
    """X-Mms-Priority."""

    LOW = "Low"
    NORMAL = "Normal"
    HIGH = "High"


class Visibility(Enum):
    """X-Mms-Sender-Visibility: whether the recipient is to see who sent it."""

    SHOW = "Show"
    HIDE = "Hide"


class RequestStatus(Enum):
    """X-Mms-Request-Status-Code of a response."""

    OK = "Ok"
    UNSPECIFIED = "Error-unspecified"
    SERVICE_DENIED = "Error-service-denied"
    FORMAT_CORRUPT = "Error-message-format-corrupt"
    ADDRESS_UNRESOLVED = "Error-sending-address-unresolved"
    NOT_FOUND = "Error-message-not-found"
    NETWORK_PROBLEM = "Error-network-problem"
    CONTENT_NOT_ACCEPTED = "Error-content-not-accepted"
    UNSUPPORTED = "Error-unsupported-message"


class MMStatus(Enum):
    """X-Mms-MM-Status-Code of a delivery report."""

    EXPIRED = "Expired"
    RETRIEVED = "Retrieved"
    REJECTED = "Rejected"
    DEFERRED = "Deferred"
    INDETERMINATE = "Indeterminate"
    FORWARDED = "Forwarded"
    UNRECOGNISED = "Unrecognised"
    UNREACHABLE = "Unreachable"


class StatusExtension(Enum):
    """X-Mms-MM-Status-Extension: who rejected it."""

    BY_RECIPIENT = "Rejection-By-MMS-Recipient"
    BY_OTHER = "Rejection-By-Other-RS"


class ReadStatus(Enum):
    """X-Mms-Read-Status of a read reply."""

    READ = "Read"
    DELETED = "Deleted without being read"


def _table(words: type[Word], **more: Word) -> dict[bytes, Word]:
    """Words in `plain` form -> members; `more` are spellings met beside the standard's."""
    own = {plain(word.value.encode("ascii")): word for word in words}
    return own | {name.encode("ascii"): word for name, word in more.items()}


KINDS = _table(Kind) | {
    b"mm4readreplyreq": Kind.READ_REPLY_REPORT_REQ,
    b"mm4readreplyres": Kind.READ_REPLY_REPORT_RES,
    b"mm4readreportreq": Kind.READ_REPLY_REPORT_REQ,
    b"mm4readreportres": Kind.READ_REPLY_REPORT_RES,
    b"mm4deliveryreq": Kind.DELIVERY_REPORT_REQ,
    b"mm4deliveryres": Kind.DELIVERY_REPORT_RES,
}
CLASSES = _table(MessageClass, advertisment=MessageClass.ADVERTISEMENT)
PRIORITIES = _table(Priority, medium=Priority.NORMAL)
VISIBILITIES = _table(Visibility)
REQUEST_STATUSES = _table(RequestStatus)
MM_STATUSES = _table(MMStatus, unrecognized=MMStatus.UNRECOGNISED)
EXTENSIONS = _table(
    StatusExtension, rejectedbyrecipient=StatusExtension.BY_RECIPIENT, rejectedbyothermmsc=StatusExtension.BY_OTHER
)
READ_STATUSES = _table(ReadStatus, deleted=ReadStatus.DELETED)
# A gateway that copies the binary PDU's octets or its own booleans writes numbers (OMA-MMS-ENC 7.3: 128 is Yes).
FLAGS = {b"yes": True, b"no": False, b"1": True, b"0": False, b"true": True, b"false": False, b"128": True,
         b"129": False}  # fmt: skip


def word(table: Mapping[bytes, Word], value: bytes) -> Word:
    """A word of a table. Raises KeyError for another."""
    return table[plain(value)]


def flag(value: bytes) -> bool:
    """Yes or No."""
    return True if value == b"Yes" else False if value == b"No" else FLAGS[plain(value)]


def identity(value: bytes) -> str:
    """An id as it is written: its octets as Latin-1, so that an echo of it is exact. Raises ValueError beyond 255."""
    if len(value) > ID_CAP:
        raise ValueError("too long an id")
    return value.decode("latin-1")


ID_CAP = 255
"""Octets of a Transaction-ID or Message-ID that we keep; the binary PDU's own limit is 40 (OMA-MMS-CONF)."""


def bare_id(text: str) -> str:
    """An id for comparing: some peers put it in quotes or angle brackets, and their answers do not."""
    return text.strip(' \t"<>')


Version = tuple[int, ...]
_VERSION = re.compile(rb'"?([0-9]{1,3})(?:\.([0-9]{1,3}))?(?:\.([0-9]{1,3}))?"?')


def version(value: bytes) -> Version:
    """6.10.0 -> (6, 10, 0)."""
    found = _VERSION.fullmatch(value)
    if found is None:
        raise ValueError("no version")
    return tuple(int(part) for part in found.groups() if part is not None)


COUNTER_CAP = 1_000_000


def counter(value: bytes) -> int:
    """X-Mms-Forward-Counter."""
    if not value.isdigit() or len(value) > 9:
        raise ValueError("no count")
    return min(int(value), COUNTER_CAP)


class Expiry(NamedTuple):
    """X-Mms-Expiry: a Unix time where `absolute`, else seconds from the Date of the message."""

    seconds: float
    absolute: bool

    def at(self, sent: float) -> float:
        """The Unix time of expiry of a message sent at `sent`."""
        return self.seconds if self.absolute else sent + self.seconds


_SECONDS = re.compile(rb"\+?([0-9]{1,10})(?:[ \t]*(?:s|sec|secs|seconds))?", re.IGNORECASE)
_UNIX_FROM = 1_000_000_000


def expiry(value: bytes) -> Expiry:
    """A date, or seconds. A number beyond 10^9 is the Unix time that some gateways write: nobody waits 31 years."""
    found = _SECONDS.fullmatch(value)
    if found is None:
        return Expiry(date(value), True)
    seconds = int(found[1])
    return Expiry(float(seconds), seconds >= _UNIX_FROM)


_MONTHS = {name: number for number, name in enumerate(
    (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), 1
)}  # fmt: skip
_ZONES = {b"": 0, b"gmt": 0, b"ut": 0, b"utc": 0, b"z": 0, b"est": -300, b"edt": -240, b"cst": -360, b"cdt": -300,
          b"mst": -420, b"mdt": -360, b"pst": -480, b"pdt": -420}  # fmt: skip
_RFC_5322 = re.compile(
    rb"(?:[a-z]{3,9},?[ \t]*)?([0-9]{1,2})[ \t-]+([a-z]{3})[a-z]{0,6}[ \t-]+([0-9]{4}|[0-9]{2})[ \t]+"
    rb"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?[ \t]*(?:([+-])([0-9]{2}):?([0-9]{2})|([a-z]{0,3}))[ \t]*(?:\(.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ASCTIME = re.compile(
    rb"[a-z]{3}[ \t]+([a-z]{3})[ \t]+([0-9]{1,2})[ \t]+([0-9]{2}):([0-9]{2}):([0-9]{2})[ \t]+([0-9]{4})", re.IGNORECASE
)


def date(value: bytes) -> float:
    """A date of RFC 5322, RFC 850, asctime or ISO 8601 as Unix time; no zone is UTC. Raises ValueError, KeyError."""
    return _lately(value) if len(value) <= DATE_USUAL else _date(value)


DATE_USUAL = 40  # octets; messages of one second have one date


def _date(value: bytes) -> float:
    found = _RFC_5322.fullmatch(value)
    if found:
        day, month, year, hour, minute, second, sign, hours, minutes, name = found.groups()
        offset = 60 * int(hours) + int(minutes) if sign else _ZONES[name.lower()]
        if sign == b"-":
            offset = -offset
        return _unix(int(year), _MONTHS[month.lower()], day, hour, minute, second or b"0") - 60 * offset
    found = _ASCTIME.fullmatch(value)
    if found:
        month, day, hour, minute, second, year = found.groups()
        return _unix(int(year), _MONTHS[month.lower()], day, hour, minute, second)
    if len(value) > 40:
        raise ValueError("no date")
    when = datetime.fromisoformat(value.decode("ascii"))
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


_lately = lru_cache(maxsize=64)(_date)


def _unix(year: int, month: int, day: bytes, hour: bytes, minute: bytes, second: bytes) -> float:
    if year < 100:
        year += 2000 if year < 70 else 1900
    parts = (int(day), int(hour), int(minute), int(second))
    if year < 1970 or not (1 <= parts[0] <= 31 and parts[1] < 24 and parts[2] < 60 and parts[3] <= 60):
        raise ValueError("no date")
    return float(timegm((year, month, *parts)))


def write_date(seconds: float) -> str:
    """Unix time as a date of RFC 5322 in UTC."""
    return formatdate(seconds, usegmt=True).replace("GMT", "+0000")


def write_expiry(value: Expiry) -> str:
    """As `expiry` reads it."""
    return write_date(value.seconds) if value.absolute else str(int(value.seconds))
