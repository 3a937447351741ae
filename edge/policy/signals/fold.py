"""Text folded against evasion, for reading only: what is forwarded are always the original bytes (policy.md A.8)."""

import re
from functools import lru_cache

import msgspec

from edge.policy.signals.disguise import (
    CONTROL,
    HINTS,
    LEET,
    SPACED,
    STRETCHED,
    unleet,
    unspace,
    unstretch,
)
from edge.policy.signals.unmask import unmask

# Of longer texts, what is folded: this many characters, half from the beginning and half from the end. All that looks
# closely at words sees no more, which bounds what a hostile text costs (docs/performance.md); seven parts of a message
# are seen whole.
FOLDED_MAX = 1000
# Beginnings of longer texts that are remembered folded, some 3,000 octets each.
ENDS = 256
# Combining marks are a trick when this share of a text consists of them: no orthography comes near.
MARKS_ARE_A_TRICK = 0.25


class Evasion(msgspec.Struct, frozen=True, gc=False):
    """What was done to a text so that people read it and machines do not. Counts, but for the last two.

    `zero_width`: invisible characters (runs of them) between Western letters or digits. `homoglyph`: words mixing
    Latin with look-alikes. `math`: words in mathematical, circled and other styled letters. `leet`: words with digits
    or signs for letters. `spaced`: words written letter by letter. `combining`: combining marks for each base
    character in the worst word, and `marks` their share of the text, in scripts that need none.
    """

    zero_width: int = 0
    homoglyph: int = 0
    math: int = 0
    leet: int = 0
    spaced: int = 0
    combining: float = 0.0
    marks: float = 0.0

    @property
    def tricks(self) -> int:
        """How many kinds of tricks were played; combining marks count where there are many."""
        kinds = (self.zero_width, self.homoglyph, self.math, self.leet, self.spaced, self.marks >= MARKS_ARE_A_TRICK)
        return sum(1 for kind in kinds if kind)


NONE = Evasion()


class Folded(msgspec.Struct, frozen=True, gc=False):
    """A text as the rules read it.

    `plain` is lower case, compatibility-folded (NFKC), without accents on Latin letters and without invisible
    characters; quotes, dashes, spaces and digits of all kinds are ASCII's; look-alikes in mixed-script words are
    replaced. `skeleton` is `plain` with leet, letter spacing and stretched letters undone: the very same object where
    there is nothing to undo, which is nearly always.
    """

    plain: str
    skeleton: str
    evasion: Evasion = NONE


def fold(text: str) -> Folded:
    """Fold `text`; of more than 1,000 characters the first and last 500. Never raises."""
    if len(text) <= FOLDED_MAX:
        return _folded(text)
    # Each end by itself: all further parts of a message have the same beginning.
    first, last = _folded_end(text[: FOLDED_MAX // 2]), _folded(text[-FOLDED_MAX // 2 :])
    plain = f"{first.plain} {last.plain}"
    undone = first.skeleton is not first.plain or last.skeleton is not last.plain
    return Folded(plain, f"{first.skeleton} {last.skeleton}" if undone else plain, _both(first.evasion, last.evasion))


def _both(one: Evasion, other: Evasion) -> Evasion:
    if one is NONE and other is NONE:
        return NONE
    return Evasion(
        one.zero_width + other.zero_width,
        one.homoglyph + other.homoglyph,
        one.math + other.math,
        one.leet + other.leet,
        one.spaced + other.spaced,
        max(one.combining, other.combining),
        (one.marks + other.marks) / 2,
    )


def _folded(text: str) -> Folded:
    if text.isascii():
        plain, found = text.lower(), None
    else:
        plain, found = unmask(text)
    hints = HINTS.scan(plain)
    if not hints and found is None:
        return Folded(plain, plain)
    hidden = found.zero_width if found is not None else 0
    if hints & CONTROL:
        hidden += len(_HIDDEN_CONTROL.findall(plain))
        plain = plain.translate(_NO_CONTROLS)
        hints = HINTS.scan(plain)
    skeleton, spaced, leet = _undisguised(plain, hints) if hints else (plain, 0, 0)
    if found is not None:
        evasion = Evasion(hidden, found.homoglyph, found.math, leet, spaced, found.combining, found.marks)
    else:
        evasion = Evasion(hidden, 0, 0, leet, spaced)
    return Folded(plain, skeleton, evasion if evasion != NONE else NONE)


_folded_end = lru_cache(maxsize=ENDS)(_folded)
_HIDDEN_CONTROL = re.compile(r"(?<=[a-z0-9])[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+(?=[a-z0-9])")
_NO_CONTROLS = dict.fromkeys(code for code in (*range(32), 127) if code not in (9, 10, 13))


def _undisguised(plain: str, hints: int) -> tuple[str, int, int]:
    """(skeleton, words that were spaced, words that were leet)"""
    skeleton, spaced, leet = plain, 0, 0
    if hints & SPACED:
        skeleton, spaced = unspace(skeleton)
    if hints & (LEET | SPACED):
        skeleton, leet = unleet(skeleton)
    if hints & STRETCHED:
        skeleton = unstretch(skeleton)
    return (skeleton if skeleton != plain else plain), spaced, leet
