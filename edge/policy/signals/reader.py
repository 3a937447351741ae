"""Reads a text into a `Reading`: fold, scan, links, profile, class."""

from functools import reduce
from operator import or_

from edge.policy.signals.alike import Alike
from edge.policy.signals.book import Book
from edge.policy.signals.brands import HINT as BRAND_HINT
from edge.policy.signals.brands import name_brands
from edge.policy.signals.classifier import score_flags
from edge.policy.signals.disguise import HINTS
from edge.policy.signals.flags import flag
from edge.policy.signals.fold import FOLDED_MAX, NONE, Evasion, Folded, fold
from edge.policy.signals.lexicon import PATTERNS
from edge.policy.signals.links import flags_of_links, links_in
from edge.policy.signals.patterns import Pattern, PatternSet
from edge.policy.signals.profile import profile
from edge.policy.signals.reading import CODE, COMBINING, EMPTY, END, EVASION, LINK, LONG, READ_MAX, Reading
from edge.policy.signals.refiners import REFINERS
from edge.policy.signals.traffic import OTP, classify

# The share of combining marks from which a rule is asked: a tenth is more than any Latin orthography has left over.
MARKS_OF_NOTE = 0.1

_HINTED = flag("disguise-hint")
# All patterns of the lexicon, and those that say whether a text may be disguised: one scan tells both. Made with the
# module, so that `prepare` compiles it before the first message comes.
LEXICON = PatternSet((*PATTERNS, *(Pattern("disguise-hint", pattern.expression) for pattern in HINTS.patterns)))
# What calls any of the refiners; one may call another by a flag that it raises.
_REFINED = reduce(or_, (needs for needs, _ in REFINERS))
_ALIKE = Alike()


def read(text: str, book: Book | None = None) -> Reading:
    """Everything that a rule can know of `text`; `book` are the protected brands, the shipped ones where it is None."""
    if not text:
        return EMPTY
    length = len(text)
    folded, flags = _scanned(text)
    if len(text) > READ_MAX:
        flags |= LONG
        text = f"{text[:END]}\n{text[-END:]}"
    key = _ALIKE.key(text, folded, flags) if book is None else None
    if key is not None and (known := _ALIKE.find(key)) is not None:
        flags, same, traffic = known
        return Reading(folded.plain, folded.plain, flags, profile=same, traffic=traffic, length=length)
    links = links_in(text, folded, flags, book)
    if links:
        flags |= LINK | flags_of_links(links, text)
    if folded.evasion is not NONE:
        flags |= _flags_of_evasion(folded.evasion)
    reading = Reading(folded.plain, folded.skeleton, flags, folded.evasion, links, length=length)
    reading.profile = profile(folded.skeleton)
    reading.flags |= score_flags(reading.profile)
    if reading.flags & BRAND_HINT or (book is not None and book.extended):
        name_brands(reading, text, book)
    if reading.flags & _REFINED:
        for needs, refine in REFINERS:
            if reading.flags & needs:
                refine(reading, text)
    reading.traffic = classify(reading)
    if reading.traffic == OTP:
        reading.flags |= CODE
    if key is not None:
        _ALIKE.keep(key, reading)
    return reading


def read_plainly(text: str) -> Reading:
    """What the patterns alone see: the way out where `read` fails."""
    plain = text.lower()
    return Reading(plain, plain, LEXICON.scan(plain), length=len(text))


def _scanned(text: str) -> tuple[Folded, int]:
    """The folded text, and the flags of all patterns: in the text as it reads, with disguises undone, and in the middle
    of a long one.
    """
    scan = LEXICON.scan
    if len(text) <= FOLDED_MAX and text.isascii():
        plain = text.lower()
        flags = scan(plain)
        if not flags & _HINTED:
            return Folded(plain, plain), flags
    folded = fold(text)
    flags = scan(folded.plain)
    if folded.skeleton is not folded.plain:
        flags |= scan(folded.skeleton)
    if len(text) > READ_MAX:
        flags |= scan(text[:END].lower()) | scan(text[-END:].lower())
    elif len(text) > FOLDED_MAX:
        flags |= scan(text.lower())
    return folded, flags & ~_HINTED


def _flags_of_evasion(evasion: Evasion) -> int:
    flags = EVASION if evasion.tricks else 0
    return flags | COMBINING if evasion.combining > 1 or evasion.marks > MARKS_OF_NOTE else flags
