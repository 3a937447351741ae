"""Texts that differ in their digits only, as templates make them: what the first of them said is not read again.

Only where a reading is the same whatever the digits are. What the patterns see is asked of every text all the same and
stands in the key; numbers to call, links, cards and brands are read every time.
"""

from edge.policy.signals import advertising, consent
from edge.policy.signals.brands import HINT as BRAND_HINT
from edge.policy.signals.fold import NONE, Folded
from edge.policy.signals.links import HINTS as LINK_HINTS
from edge.policy.signals.profile import Profile
from edge.policy.signals.reading import Reading
from edge.policy.signals.refiners import REFINERS
from edge.policy.signals.traffic import CODE_WORDS, codes_written

# Texts remembered, twice over at most: about 600 octets each.
KEEP = 2048
# A text is remembered when its like comes a second time; so many of those that came once are told apart.
ONCE = 2048
LENGTH_MAX = 480

Key = tuple[bytes, int]
Known = tuple[int, Profile, str]

_DIGITS = bytes.maketrans(b"123456789", b"000000000")
# Refiners that look at words, and at whether something is a digit; the others look at which digit it is.
_WORDS_ONLY = (advertising.refine, consent.hear_words)
_CLOSELY = BRAND_HINT | LINK_HINTS
for _needs, _refine in REFINERS:
    if _refine not in _WORDS_ONLY:
        _CLOSELY |= _needs


class Alike:
    """The memory. Bounded by two generations; for readings with the shipped brands."""

    __slots__ = ("_old", "_once", "_young")

    def __init__(self) -> None:
        self._young: dict[Key, Known] = {}
        self._old: dict[Key, Known] = {}
        self._once = [0] * ONCE

    def key(self, text: str, folded: Folded, flags: int) -> Key | None:
        """The key of a text that nothing was done to; None where it has to be read. `flags` are the scan's."""
        plain = folded.plain
        if flags & _CLOSELY or len(text) > LENGTH_MAX or not text.isascii() or folded.skeleton is not plain:
            return None
        return (plain.encode().translate(_DIGITS), flags) if folded.evasion is NONE else None

    def find(self, key: Key) -> Known | None:
        """What is the same of all such texts: flags, profile, class."""
        known = self._young.get(key)
        if known is None and (known := self._old.get(key)) is not None:
            self._note(key, known)
        return known

    def keep(self, key: Key, reading: Reading) -> None:
        """Remember a reading that came to nothing beyond words, the second time that its like comes."""
        mark = hash(key)
        place = mark % ONCE
        if self._once[place] != mark:
            self._once[place] = mark
        elif not reading.flags & _CLOSELY and _sure(reading.plain, key[1]):
            self._note(key, (reading.flags, reading.profile, reading.traffic))

    def _note(self, key: Key, known: Known) -> None:
        if len(self._young) >= KEEP:
            self._old, self._young = self._young, {}
        self._young[key] = known


def _sure(plain: str, flags: int) -> bool:
    """Whether other digits could make nothing else of it: no two codes that may be the same one or not, nothing that
    a code is bound to, no short text with a word of consent in it.
    """
    if flags & CODE_WORDS and ("@" in plain or codes_written(plain) > 1):
        return False
    return not flags & consent.CANDIDATE or consent.too_long(plain)
