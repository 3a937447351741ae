"""Reads a text into a `Reading`: fold, scan, links, profile, class."""

from functools import lru_cache

from edge.policy.signals.book import Book
from edge.policy.signals.brands import HINT as BRAND_HINT
from edge.policy.signals.brands import name_brands
from edge.policy.signals.classifier import score_flags
from edge.policy.signals.fold import fold
from edge.policy.signals.lexicon import PATTERNS
from edge.policy.signals.links import flags_of_links, links_in
from edge.policy.signals.patterns import PatternSet
from edge.policy.signals.profile import profile
from edge.policy.signals.reading import CODE, EMPTY, EVASION, LINK, Reading
from edge.policy.signals.refiners import REFINERS
from edge.policy.signals.traffic import OTP, classify


@lru_cache(maxsize=1)
def library() -> PatternSet:
    """All patterns of the lexicon, compiled once a process."""
    return PatternSet(PATTERNS)


def read(text: str, book: Book | None = None) -> Reading:
    """Everything that a rule can know of `text`; `book` are the protected brands, the shipped ones where it is None."""
    if not text:
        return EMPTY
    folded = fold(text)
    flags = library().scan(folded.plain)
    if folded.skeleton is not folded.plain:
        flags |= library().scan(folded.skeleton)
    links = links_in(text, folded, flags, book)
    if links:
        flags |= LINK | flags_of_links(links, text)
    if folded.evasion.tricks:
        flags |= EVASION
    reading = Reading(folded.plain, folded.skeleton, flags, folded.evasion, links, length=len(text))
    reading.profile = profile(folded.skeleton, text)
    reading.flags |= score_flags(reading.profile)
    if reading.flags & BRAND_HINT or (book is not None and book.extended):
        name_brands(reading, text, book)
    for needs, refine in REFINERS:
        if reading.flags & needs:
            refine(reading, text)
    reading.traffic = classify(reading)
    if reading.traffic == OTP:
        reading.flags |= CODE
    return reading
