"""The book of protected brands: their names, their domains, what they do, and how their names are found in a text."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import hyperscan
import msgspec

from edge.policy.data import entries
from edge.policy.signals.fold import fold
from edge.policy.signals.patterns import SCANNING

KINDS = frozenset(
    {
        "bank",
        "payment",
        "courier",
        "government",
        "telco",
        "utility",
        "tech",
        "retail",
        "toll",
        "crypto",
        "social",
    }
)
# Matches of names looked at in one text, and of any one name; the rest say nothing new.
MATCHES_MAX, OF_ONE_MAX = 24, 4


class Brand(msgspec.Struct, frozen=True):
    """One protected brand.

    `name` is its own name, as `Reading.brands` has it. `names` are what texts call it, folded and lower case; `words`
    are names that are ordinary words too ("Apple", "TD"), as they are written with capitals. `domains` are official,
    each with all hosts below it.
    """

    name: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    domains: tuple[str, ...]
    kind: str


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """A name found in a text: whose it is, the ordinary word it may be ("" if it is none), and where (characters)."""

    brand: Brand
    word: str
    start: int
    end: int


def parse_brand(line: str) -> Brand:
    """Read `names | domains | kind` (see data/brands.txt). Raises ValueError with a sentence for the operator."""
    fields = [field.strip() for field in line.split("|")]
    if len(fields) != 3:
        raise ValueError('is not "names | domains | kind"')
    given = [name.strip() for name in fields[0].split(",") if name.strip()]
    domains = tuple(domain.strip().lower() for domain in fields[1].split(",") if domain.strip())
    names = tuple(fold(name).plain for name in given if not name.startswith("~"))
    words = tuple(name[1:].strip() for name in given if name.startswith("~"))
    if not names and not words:
        raise ValueError("has no name")
    for name in (*names, *words):
        if not all(character.isalnum() or character in " &.,'+-!/" for character in name):
            raise ValueError(f'"{name[:20]}" has characters that no name has')
        if len(compact(name)) < 2:
            raise ValueError(f'"{name[:20]}" is too short for a brand\'s name')
    if fields[2] not in KINDS:
        raise ValueError(f'"{fields[2][:20]}" is no kind of brand: one of {", ".join(sorted(KINDS))}')
    return Brand(fold(given[0].lstrip("~")).plain, names, words, domains, fields[2])


def compact(name: str) -> str:
    """A name without spaces and signs, folded, as hosts spell it: `canada post` -> `canadapost`."""
    return "".join(character for character in fold(name).plain if character.isalnum())


def expression(name: str) -> str:
    """A folded name as a pattern: whole words, and a hyphen, a space or nothing between them."""
    words = ["".join(_escaped(character) for character in word) for word in name.lower().replace("-", " ").split()]
    begins = r"\b" if name[0].isalnum() else ""
    ends = r"\b" if name[-1].isalnum() else ""
    return begins + "[ -]?".join(words) + ends


def _escaped(character: str) -> str:
    return character if character.isalnum() or not character.isascii() else "\\" + character


class Book:
    """Brands and their names, compiled. Immutable, and for any thread."""

    def __init__(self, brands: Iterable[Brand], extended: bool = False) -> None:
        """`extended` says that these are not the shipped brands only."""
        self.extended = extended
        self.brands = tuple(brands)
        self.by_name = {brand.name: brand for brand in self.brands}
        self.official = frozenset(domain for brand in self.brands for domain in brand.domains)
        self._names = [(brand, "", name) for brand in self.brands for name in brand.names]
        self._names += [(brand, word, word) for brand in self.brands for word in brand.words]
        self._database: Any = None
        self._found: list[tuple[int, int, int]] = []
        self._counts: dict[int, int] = {}
        self._on_match = self._match

    def expressions(self) -> list[str]:
        """All names as patterns, for the one scan that says whether there is any."""
        return [expression(name) for _, _, name in self._names]

    def prepare(self) -> None:
        """Compile the names, unless that was done: some tenths of a second."""
        if self._database is None:
            self._database = _compiled([name for _, _, name in self._names])

    def sightings(self, text: str) -> list[Sighting]:
        """The names in a folded text, in its order."""
        self.prepare()
        data = text.encode("utf-8", "replace")
        with SCANNING:
            self._found, self._counts = [], {}
            self._database.scan(data, match_event_handler=self._on_match)
            found = sorted((start, end, number) for number, start, end in self._found)
        ascii_only = len(data) == len(text)
        sightings = []
        for start, end, number in found:
            brand, word, _ = self._names[number]
            if ascii_only:
                sightings.append(Sighting(brand, word, start, end))
            else:
                sightings.append(Sighting(brand, word, len(data[:start].decode()), len(data[:end].decode())))
        return sightings

    def is_official(self, host: str) -> bool:
        """Whether `host` is a domain of one of the brands, or below one."""
        official = self.official
        while host:
            if host in official:
                return True
            host = host.partition(".")[2]
        return False

    def _match(self, number: int, start: int, end: int, flags: int, context: object) -> None:
        count = self._counts.get(number, 0)
        if count < OF_ONE_MAX and len(self._found) < MATCHES_MAX:
            self._counts[number] = count + 1
            self._found.append((number, start, end))


def _compiled(names: list[str]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    each = hyperscan.HS_FLAG_SOM_LEFTMOST | hyperscan.HS_FLAG_UTF8
    database.compile(
        expressions=[expression(name).encode() for name in names],
        ids=list(range(len(names))),
        elements=len(names),
        flags=[each] * len(names),
    )
    return database


@lru_cache(maxsize=4)
def book_of(extra: tuple[str, ...] = ()) -> Book:
    """The shipped brands, and `extra` lines of an operator's own."""
    return Book([parse_brand(line) for line in (*entries("brands.txt"), *extra)], bool(extra))
