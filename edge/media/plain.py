"""What can be told of a part without decoding it: its kind, whether it may be carried, and the words in text parts.

Cheap enough for the loop: nothing here knows pictures.
"""

from hashlib import sha256
from typing import NamedTuple

from edge.channels.mm4.codec.findings import Finding
from edge.channels.mm4.codec.magic import Agreement, Role, agree, effective, sniff
from edge.channels.mm4.codec.mime import Part
from edge.core.media import Fault, MediaItem, MediaKind
from edge.media import cards, markup
from edge.media.wire import Seen

_KINDS = {
    Role.TEXT: MediaKind.TEXT,
    Role.SMIL: MediaKind.LAYOUT,
    Role.VCARD: MediaKind.CARD,
    Role.CALENDAR: MediaKind.CARD,
    Role.IMAGE: MediaKind.IMAGE,
    Role.VIDEO: MediaKind.VIDEO,
    Role.AUDIO: MediaKind.AUDIO,
    Role.OTHER: MediaKind.OTHER,
}
APART_ON_LOOP = 4 * 1024
"""Octets of markup and cards that are read on the loop; hostile ones take a millisecond for each 1,500."""
TEXTS = frozenset({Role.TEXT, Role.SMIL, Role.VCARD, Role.CALENDAR})
_MARKUP = frozenset({"application/smil", "application/xhtml+xml", "text/html", "text/xml", "image/svg+xml"})
_WHERE = {MediaKind.TEXT: "text", MediaKind.LAYOUT: "smil", MediaKind.CARD: "card"}
# What a broken transfer encoding means. Text in quoted-printable is read the same whatever becomes of a stray `=`.
_BROKEN = {
    Finding.BAD_BASE64: Fault.CORRUPT,
    Finding.BAD_QUOTED_PRINTABLE: Fault.CORRUPT,
    Finding.AFTER_PADDING: Fault.STRUCTURE,
    Finding.TOO_LARGE: Fault.LIMIT,
}


class Sort(NamedTuple):
    """What a part is, `type` by its octets where they tell; `fault` where it must not be carried."""

    role: Role
    kind: MediaKind
    type: str
    fault: Fault | None
    detail: str


def sort(part: Part, types: tuple[str, ...]) -> Sort:
    """By its first octets and its declared type. `types` are carried."""
    sniffed = sniff(part.begin())
    agreement = agree(part.type, sniffed)
    role = effective(part.type, sniffed)
    type = sniffed or part.type
    kind = _KINDS[role]
    if type == "application/pdf":
        kind = MediaKind.DOCUMENT
    if agreement is Agreement.DIFFERENT:
        what = sniffed or "octets of no known format"
        return Sort(role, kind, type, Fault.MISMATCH, f"{what} declared as {part.type}")
    # A text that begins like a page, in a text part, is a text.
    declared = role in TEXTS and agreement in (Agreement.FAMILY, Agreement.SAME) and part.type in types
    if type not in types and not declared:
        return Sort(role, kind, type, Fault.TYPE, f"{type} is not carried")
    return Sort(role, kind, type, None, "")


def is_cheap(part: Part, sorted: Sort) -> bool:
    """Whether it may be read on the loop: plain text, or little of what must be taken apart."""
    taken_apart = sorted.kind is not MediaKind.TEXT or sorted.type in _MARKUP
    return sorted.role in TEXTS and (not taken_apart or part.size <= APART_ON_LOOP)


def item(part: Part, sorted: Sort, octets: bytes) -> MediaItem:
    """The part as far as it is known."""
    return MediaItem(
        part.path,
        sorted.kind,
        sorted.type,
        len(octets),
        sha256(octets).digest(),
        fault=sorted.fault,
        detail=sorted.detail,
    )


def broken(findings: tuple[Finding, ...], role: Role) -> tuple[Fault, str] | None:
    """What is wrong with a part's transfer encoding."""
    for finding in findings:
        if finding in _BROKEN and not (finding is Finding.BAD_QUOTED_PRINTABLE and role in TEXTS):
            return _BROKEN[finding], finding.value
    return None


def read(part: Part, sorted: Sort, unfolded: int) -> Seen:
    """A text part."""
    decoded = part.decoded(unfolded)
    trouble = broken(decoded.findings, sorted.role) if sorted.fault is None else None
    if trouble is not None:
        sorted = sorted._replace(fault=trouble[0], detail=trouble[1])
    text, _ = part.text()
    if sorted.type in _MARKUP:
        # What is plain text to the handset is shown as it stands; what is markup, without its tags.
        text = f"{text}\n{markup.words(text)}" if part.type == "text/plain" else markup.words(text)
    elif sorted.kind is MediaKind.CARD:
        text = cards.words(text)
    texts = ((_WHERE[sorted.kind], text),) if text.strip() else ()
    return Seen(item(part, sorted, decoded.octets), texts)
