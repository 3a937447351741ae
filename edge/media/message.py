"""A message taken apart, and put together again out of what was seen in its parts."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from edge.channels.mm4.codec.errors import Malformed
from edge.channels.mm4.codec.findings import Finding
from edge.channels.mm4.codec.header import read_head
from edge.channels.mm4.codec.mime import Part, walk
from edge.channels.mm4.codec.words import text as human
from edge.core.media import Fault, Media
from edge.media.wire import Seen

_FAULTS = {
    Finding.TOO_DEEP: Fault.LIMIT,
    Finding.TOO_MANY_PARTS: Fault.LIMIT,
    Finding.LOOKALIKES: Fault.LIMIT,
    Finding.ENCRYPTED: Fault.ENCRYPTED,
}


class Apart(NamedTuple):
    """The leaves, the subject, and what is wrong with the whole."""

    parts: tuple[Part, ...]
    subject: str
    fault: Fault | None = None
    detail: str = ""


def take_apart(message: bytes) -> Apart:
    """Never raises."""
    try:
        head = read_head(message)
    except Malformed as malformed:
        return Apart((), "", Fault.STRUCTURE, str(malformed))
    walked = walk(head)
    subject = human(head.one(b"subject"))
    hiding = [found.finding for found in walked.findings if found.finding.hides]
    if not hiding:
        return Apart(walked.parts, subject)
    worst = next((finding for finding in hiding if _FAULTS.get(finding) is Fault.LIMIT), hiding[0])
    return Apart(walked.parts, subject, _FAULTS.get(worst, Fault.STRUCTURE), worst.value)


def put_together(apart: Apart, seen: Iterable[Seen]) -> Media:
    """What was seen in each part, in their order, is the message."""
    items, texts, unscored = [], [], False
    if apart.subject.strip():
        texts.append(("subject", apart.subject))
    for part, each in zip(apart.parts, seen, strict=True):
        items.append(each.item if each.item.path == part.path else replace(each.item, path=part.path))
        texts += each.texts
        unscored |= each.unscored
    return Media(tuple(items), tuple(texts), apart.fault, apart.detail, unscored)
