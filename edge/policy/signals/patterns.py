"""One scan for all patterns: hyperscan over the folded text (design.md 3: flat on distinct and hostile texts).

Patterns are ours, written against folded text: lower case, no accents, nothing invisible, plain quotes and dashes.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from threading import Lock
from typing import Any
from weakref import WeakSet

import hyperscan
import msgspec

from edge.policy.signals.flags import flag

# Sets compiled in this process: the lexicon, and those of the folding. Tests make a few more.
COMPILED_MAX = 64
VERSION = version("hyperscan")
# Dashes that Windows-1252 lacks; folded text has none of any kind.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2015\u2212", "\u2013"))
# One scan at a time in this process: a conf is read anew on a thread of its own, with the sets that messages are read
# with, and hyperscan gives up the interpreter's lock while it scans.
SCANNING = Lock()


class Pattern(msgspec.Struct, frozen=True):
    """An expression (hyperscan's subset of PCRE) and the flag that it raises.

    Several patterns may raise one flag. Back-references and look-around do not exist; `\\b` and bounded gaps do. `\\b`
    and `\\w` know ASCII only, and `.` stops at a line's end. Other characters than those of Windows-1252 (Latin
    letters, euro and pound, quotes and dashes) make the whole set that they are in dearer.
    """

    flag: str
    expression: str


class PatternSet:
    """Patterns of one scan, compiled when first used, or by `prepare`. For any thread.

    `scan` costs two or three microseconds for several hundred patterns, whatever the text.
    """

    def __init__(self, patterns: Sequence[Pattern], bits: Sequence[int] | None = None) -> None:
        """`bits` are what the patterns raise where it is not to be the bit of their flag.

        Raises ValueError for no patterns at all.
        """
        if not patterns:
            raise ValueError("a set without patterns")
        self.patterns = tuple(patterns)
        self._bits = list(bits) if bits is not None else [flag(pattern.flag) for pattern in patterns]
        self._encoding = _encoding(patterns)
        self._seen = 0
        self._scan: Callable[..., Any] | None = None
        self._on_match = self._match  # bound once
        _SETS.add(self)

    def compile(self) -> Callable[..., Any]:
        """Compile, or take what this process or one before it has compiled; returns the scan.

        A few hundred patterns take a second or two. Raises ValueError that names every pattern that cannot be
        compiled, and why.
        """
        self._scan = scan = _compiled(self.patterns).scan
        return scan

    def scan(self, text: str) -> int:
        """The flags of all patterns that match anywhere in `text`. Never raises, once it is compiled."""
        # What an encoding lacks (half a surrogate pair, for one) becomes one question mark: never an invalid octet.
        octets = text.encode() if text.isascii() else text.encode(self._encoding, "replace")
        scan = self._scan or self.compile()
        with SCANNING:
            self._seen = 0
            scan(octets, match_event_handler=self._on_match)
            return self._seen

    def _match(self, number: int, start: int, end: int, flags: int, context: object) -> None:
        self._seen |= self._bits[number]


_SETS: WeakSet[PatternSet] = WeakSet()
_images: dict[str, bytes] = {}
_made: dict[str, hyperscan.Database] = {}
_anew: set[str] = set()


def prepare() -> bool:
    """Compile all sets that there are; whether any was compiled, now or before, that `adopt` did not bring.

    Raises as `compile`.
    """
    for patterns in list(_SETS):
        patterns.compile()
    _images.clear()
    return bool(_anew)


def adopt(images: Mapping[str, bytes]) -> None:
    """Take what a process before this one compiled (`images`); what does not fit this machine is compiled anew."""
    _images.update({key: image for key, image in images.items() if key not in _made})


def images() -> dict[str, bytes]:
    """What was compiled, or adopted and used, as octets to be kept for the next process on this machine."""
    return {key: hyperscan.dumpb(database) for key, database in _made.items()}


@lru_cache(maxsize=COMPILED_MAX)
def _compiled(patterns: tuple[Pattern, ...]) -> hyperscan.Database:
    key = _fingerprint(patterns)
    database = _from_image(_images.pop(key, b""))
    if database is None:
        try:
            database = _database(patterns)
        except (hyperscan.HyperscanError, ValueError) as error:
            wrong = "; ".join(_complaints(patterns)) or f"together they are too much: {error}"
            raise ValueError(f"patterns that cannot be compiled: {wrong}") from error
        if len(_anew) < COMPILED_MAX:
            _anew.add(key)
    if len(_made) < COMPILED_MAX:
        _made[key] = database
    return database


def _fingerprint(patterns: Sequence[Pattern]) -> str:
    """What the same expressions give with the same library; hyperscan itself refuses what another processor made."""
    said = "\0".join((VERSION, *(pattern.expression for pattern in patterns)))
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _from_image(image: bytes) -> hyperscan.Database | None:
    """None for an image that is none, was damaged, or comes from another kind of processor."""
    if not image:
        return None
    try:
        database = hyperscan.loadb(image, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.HyperscanError:
        return None
    return database


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
