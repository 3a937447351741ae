"""Delivery receipts: SMPP 3.4 appendix B and the many shapes that carriers make of it.

Fields may come in any order and case, and any of them may be missing; TLVs win over text. Nothing here raises on
what a carrier wrote. Ids stay as they are spelled: `smpp.message_id` compares them.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

TYPE_MASK = 0x3C
"""Bits of esm_class that say what a deliver_sm is (SMPP 3.4 section 5.2.12)."""

RECEIPT = 0x04
DELIVERY_ACK = 0x08
MANUAL_ACK = 0x10
INTERMEDIATE = 0x20

SCHEDULED, ENROUTE, DELIVERED, EXPIRED, DELETED, UNDELIVERABLE, ACCEPTED, UNKNOWN, REJECTED, SKIPPED = range(10)

STATS = {
    SCHEDULED: "SCHEDLD",
    ENROUTE: "ENROUTE",
    DELIVERED: "DELIVRD",
    EXPIRED: "EXPIRED",
    DELETED: "DELETED",
    UNDELIVERABLE: "UNDELIV",
    ACCEPTED: "ACCEPTD",
    UNKNOWN: "UNKNOWN",
    REJECTED: "REJECTD",
    SKIPPED: "SKIPPED",
}
"""message_state (SMPP 3.4 section 5.2.28; 0 and 9 are of 5.0) -> stat as appendix B abbreviates it."""

STATES = {stat: state for state, stat in STATS.items()} | {
    "SCHEDULED": SCHEDULED,
    "DELIVERED": DELIVERED,
    "UNDELIVERABLE": UNDELIVERABLE,
    "UNDELIVERED": UNDELIVERABLE,
    "FAILED": UNDELIVERABLE,
    "ACCEPTED": ACCEPTED,
    "REJECTED": REJECTED,
}
"""stat in capitals -> message_state: appendix B, and words that carriers write out."""


class Receipt(NamedTuple):
    """What a receipt says.

    `id` is the carrier's id (of the TLV if there is one), "" if none was found; `text_id` the one in the text,
    which some carriers spell otherwise. `state` is a message_state, UNKNOWN where nothing told. `stat` is the
    word as it stood, else the one of `state`. `sub` and `dlvrd` are None where missing. `submit_date` and
    `done_date` are as written: `read_date` reads them. `err` is as written, else "type:code" of the TLV.
    `intermediate` is true for a notification that more will follow.
    """

    id: str
    text_id: str
    state: int
    stat: str
    sub: int | None
    dlvrd: int | None
    submit_date: str
    done_date: str
    err: str
    text: str
    intermediate: bool


# One name at the start or after white space, then a colon. Only the first of each name counts.
_NAME = re.compile(rb"(?:(?<=\s)|\A)(id|sub|dlvrd|submit[ _]?date|done[ _]?date|stat|err|text)[ \t]?:", re.IGNORECASE)
_ORDER = (b"id", b"sub", b"dlvrd", b"submitdate", b"donedate", b"stat", b"err", b"text")
# Appendix B to the letter, as most receipts are: the same answer as a search for names, at a quarter of its cost.
_APPENDIX_B = re.compile(
    rb"id:(\S+) sub:(\S*) dlvrd:(\S*) submit date:(\S*) done date:(\S*) stat:(\S+) err:(\S*) text:(.*)",
    re.IGNORECASE | re.DOTALL,
)
_LEADING_ID = re.compile(rb"id:([^\s\0]+)", re.IGNORECASE)
_WORD = re.compile(rb"[ \t]*([^\s\0]+)")
_NUL_PADDED = re.compile(rb"\A\x00[ -~]\x00")
_DETAIL = frozenset((b"sub", b"dlvrd", b"submitdate", b"donedate", b"err"))

Span = tuple[int, int]


def _spans(octets: bytes) -> dict[bytes, Span]:
    """Name -> (start, end) of its value; names in lower case without blanks.

    What the message said comes back in `text`, and may look like fields: once id and stat are known, text
    goes to the end, and a second field of a name is never one.
    """
    whole = _APPENDIX_B.match(octets)
    if whole:
        return {name: whole.span(group) for group, name in enumerate(_ORDER, 1)}
    return _named_spans(octets)


def _named_spans(octets: bytes) -> dict[bytes, Span]:
    found: dict[bytes, Span] = {}
    name, start = b"", 0
    for match in _NAME.finditer(octets):
        following = match[1].lower().replace(b" ", b"").replace(b"_", b"")
        if following in found or following == name:
            continue
        if name:
            found[name] = (start, match.start())
        name, start = following, match.end()
        if name == b"text" and b"id" in found and b"stat" in found:
            break
    if name:
        found[name] = (start, len(octets))
    return found


def _ascii(octets: bytes) -> bytes:
    """A receipt that came as UTF-16 in octets of 8 bits; others as they are."""
    if _NUL_PADDED.match(octets):
        return octets.decode("utf-16-be", "replace").encode("latin-1", "replace")
    return octets


def _is_receipt_text(octets: bytes) -> bool:
    """Text that is a receipt by its looks: begins with an id, has a stat, and one more field of appendix B."""
    plain = _ascii(octets)
    if plain.lstrip()[:2].lower() != b"id":
        return False
    names = _spans(plain).keys()
    return b"id" in names and b"stat" in names and not _DETAIL.isdisjoint(names)


def is_receipt(esm_class: int, short_message: bytes, tlv_id: bytes | None = None) -> bool:
    """Whether a deliver_sm is a receipt (of any kind: acknowledgements and notifications too) and no message.

    Its esm_class says so, or the TLV receipted_message_id is there, or the text is one by its looks: some
    carriers leave esm_class 0. Take the last only from carriers: a subscriber can write such a text.
    """
    if esm_class & TYPE_MASK or tlv_id is not None:
        return True
    return short_message[:1] in b"iI \0\r\n" and _is_receipt_text(short_message)


def parse(
    short_message: bytes,
    esm_class: int = RECEIPT,
    tlv_id: bytes | None = None,
    tlv_state: int | None = None,
    tlv_error: bytes | None = None,
) -> Receipt:
    """A receipt from its text and its TLVs: receipted_message_id (0x001E), message_state (0x0427),
    network_error_code (0x0423: type and code, 3 octets). Never raises; what is missing or unreadable is empty."""
    octets = _ascii(short_message)
    spans = _spans(octets)

    def value(name: bytes) -> str:
        start, end = spans.get(name, (0, 0))
        return octets[start:end].strip(b"\0 \t\r\n").decode("latin-1")

    text_id = _first_word(value(b"id"))
    stat = _first_word(value(b"stat"))
    state = STATES.get(stat.upper(), UNKNOWN)
    if tlv_state is not None and tlv_state in STATS:
        state = tlv_state
    err = _first_word(value(b"err"))
    if not err and tlv_error is not None and len(tlv_error) == 3:
        err = f"{tlv_error[0]}:{int.from_bytes(tlv_error[1:], 'big')}"
    return Receipt(
        id=_tlv_text(tlv_id) or text_id,
        text_id=text_id,
        state=state,
        stat=stat or STATS[state],
        sub=_number(_first_word(value(b"sub"))),
        dlvrd=_number(_first_word(value(b"dlvrd"))),
        submit_date=value(b"submitdate"),
        done_date=value(b"donedate"),
        err=err,
        text=value(b"text"),
        intermediate=bool(esm_class & INTERMEDIATE) and not esm_class & RECEIPT,
    )


def _first_word(text: str) -> str:
    return text.split(None, 1)[0] if text else ""


def _tlv_text(octets: bytes | None) -> str:
    return octets.split(b"\0", 1)[0].strip().decode("latin-1") if octets else ""


def _number(text: str) -> int | None:
    """Up to nine digits; more are no count of messages."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


# Digits of a date -> formats that have so many. Twelve are YYMMDDhhmmss, or YYYYMMDDhhmm where that is no date
# (from 2013 on it never is: the "month" would be 13 and above).
_DATES = {10: ("%y%m%d%H%M",), 12: ("%y%m%d%H%M%S", "%Y%m%d%H%M"), 14: ("%Y%m%d%H%M%S",)}


def read_date(text: str) -> datetime | None:
    """A date of a receipt: YYMMDDhhmm or YYYYMMDDhhmm, either with seconds; dashes, colons and such are skipped.

    Without a time zone, since receipts name none (most carriers mean their own). None for anything else.
    """
    digits = "".join(character for character in text[:32] if "0" <= character <= "9")
    for form in _DATES.get(len(digits), ()):
        try:
            return datetime.strptime(digits, form)
        except ValueError:
            continue
    return None


def replace_id(short_message: bytes, new_id: bytes) -> bytes:
    """The text of a receipt with another id in its id field, every other octet untouched.

    A text without an id field comes back as it was. In a receipt written in UTF-16 the new id is too.
    """
    leading = _LEADING_ID.match(short_message)
    if leading:
        return short_message[:3] + new_id + short_message[leading.end() :]
    wide = bool(_NUL_PADDED.match(short_message))
    octets = _ascii(short_message)
    span = _spans(octets).get(b"id")
    if span is None:
        return short_message
    word = _WORD.match(octets, *span)
    start, end = word.span(1) if word else (span[0], span[0])
    if wide:
        start, end, new_id = 2 * start, 2 * end, new_id.decode("latin-1").encode("utf-16-be")
    return short_message[:start] + new_id + short_message[end:]


def build(
    message_id: str, state: int, submitted: float, done: float, *, sub: int = 1, err: str = "000", text: str = ""
) -> bytes:
    """A receipt in the form of appendix B, for short_message with data_coding 0.

    `state` is a message_state; dlvrd is `sub` if it is DELIVERED, else 0. `submitted` and `done` are Unix times,
    written in UTC. Of `text` the first 20 characters are given; what is not ASCII is written as '?'.
    """
    return (
        f"id:{message_id} sub:{sub:03d} dlvrd:{sub if state == DELIVERED else 0:03d}"
        f" submit date:{_date(submitted)} done date:{_date(done)}"
        f" stat:{STATS.get(state, STATS[UNKNOWN])} err:{err} text:{text[:20]}"
    ).encode("ascii", "replace")


def _date(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%y%m%d%H%M")
