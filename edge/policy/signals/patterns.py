"""One scan for all patterns: hyperscan over the folded text (design.md 3: flat on distinct and hostile texts).

Patterns are ours, written against folded text: lower case, no accents, nothing invisible, plain quotes and dashes.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import hyperscan
import msgspec

from edge.policy.signals.flags import flag

# Sets compiled in this process: the lexicon, and those of the folding. Tests make a few more.
COMPILED_MAX = 64
# Dashes that Windows-1252 lacks; folded text has none of any kind.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2015\u2212", "\u2013"))


class Pattern(msgspec.Struct, frozen=True):
    """An expression (hyperscan's subset of PCRE) and the flag that it raises.

    Several patterns may raise one flag. Back-references and look-around do not exist; `\\b` and bounded gaps do. `\\b`
    and `\\w` know ASCII only, and `.` stops at a line's end. Other characters than those of Windows-1252 (Latin
    letters, euro and pound, quotes and dashes) make the whole set that they are in dearer.
    """

    flag: str
    expression: str


class PatternSet:
    """Compiled patterns. `scan` costs about a microsecond and a half, whatever the text. For one thread."""

    def __init__(self, patterns: Sequence[Pattern], bits: Sequence[int] | None = None) -> None:
        """Compile, or take what this process has compiled before; a few hundred patterns take about a second.

        `bits` are what the patterns raise where it is not to be the bit of their flag. Raises ValueError that names
        every pattern that cannot be compiled, and why.
        """
        self._bits = list(bits) if bits is not None else [flag(pattern.flag) for pattern in patterns]
        self._seen = 0
        self._encoding = _encoding(patterns)
        self._scan: Callable[..., Any] = _compiled(tuple(patterns)).scan
        self._on_match = self._match  # bound once

    def scan(self, text: str) -> int:
        """The flags of all patterns that match anywhere in `text`. Never raises."""
        self._seen = 0
        # What an encoding lacks (half a surrogate pair, for one) becomes one question mark: never an invalid octet.
        octets = text.encode() if text.isascii() else text.encode(self._encoding, "replace")
        self._scan(octets, match_event_handler=self._on_match)
        return self._seen

    def _match(self, number: int, start: int, end: int, flags: int, context: object) -> None:
        self._seen |= self._bits[number]


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(patterns: tuple[Pattern, ...]) -> hyperscan.Database:
    if not patterns:
        raise ValueError("a set without patterns")
    try:
        return _database(patterns)
    except (hyperscan.HyperscanError, ValueError) as error:
        wrong = "; ".join(_complaints(patterns)) or f"together they are too much: {error}"
        raise ValueError(f"patterns that cannot be compiled: {wrong}") from error


def _database(patterns: Sequence[Pattern]) -> hyperscan.Database:
    """Raises HyperscanError, or ValueError for half a surrogate pair."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    encoding = _encoding(patterns)
    each = hyperscan.HS_FLAG_SINGLEMATCH | (hyperscan.HS_FLAG_UTF8 if encoding == "utf-8" else 0)
    database.compile(
        expressions=[pattern.expression.translate(_DASHES).encode(encoding) for pattern in patterns],
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[each] * len(patterns),
    )
    return database


def _encoding(patterns: Sequence[Pattern]) -> str:
    """One octet a character where it can be: gaps count characters, and compiling takes half the time."""
    try:
        for pattern in patterns:
            pattern.expression.translate(_DASHES).encode("cp1252")
    except UnicodeEncodeError:
        return "utf-8"
    return "cp1252"


def _complaints(patterns: Sequence[Pattern]) -> list[str]:
    complaints = []
    for pattern in patterns:
        try:
            _database([pattern])
        except (hyperscan.HyperscanError, ValueError) as error:
            complaints.append(f"{pattern.flag} ({pattern.expression!r}): {error}")
    return complaints
