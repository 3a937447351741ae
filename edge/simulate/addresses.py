"""Numbers and names as people write them, and as they stand in a PDU."""

import re
from collections.abc import Sequence
from random import Random

from smpp.consts import Npi, Ton

Address = tuple[int, int, bytes]
"""TON, NPI, octets."""

Ranges = Sequence[tuple[str, int, int]]
"""As `values.number_ranges` gives them."""

_LETTERS = re.compile(r"[^0-9+*#-]")


def address(text: str) -> Address:
    """`+14165550100` -> international, without the plus; `ACME` -> alphanumeric; `911` -> unknown, as it is."""
    octets = text.encode("latin-1", "replace")
    if text.startswith("+"):
        return Ton.INTERNATIONAL, Npi.ISDN, octets[1:]
    if _LETTERS.search(text):
        return Ton.ALPHANUMERIC, Npi.UNKNOWN, octets
    return Ton.UNKNOWN, Npi.ISDN, octets


def shown(ton: int, octets: bytes) -> str:
    """An address of a PDU as people write it, the inverse of `address`."""
    text = octets.decode("latin-1")
    return "+" + text if ton == Ton.INTERNATIONAL and text[:1].isdecimal() else text


class Numbers:
    """The numbers of some ranges: by index, in turn, or at random."""

    def __init__(self, ranges: Ranges) -> None:
        self._ranges = ranges
        self._turn = 0
        self._count = sum(last - first + 1 for _, first, last in ranges)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> str:
        """Number `index`; negative ones count from the end. IndexError beyond them."""
        if index < 0:
            index += self._count
        if index >= 0:
            for before, first, last in self._ranges:
                if index <= last - first:
                    return f"{before}{first + index}"
                index -= last - first + 1
        raise IndexError("no number of that index")

    def following(self, of: int = 0) -> str:
        """The next one in turn, round and round; of the first `of` only, if given."""
        number = self[self._turn % (of or self._count)]
        self._turn += 1
        return number

    def any(self, random: Random) -> str:
        """One at random."""
        return self[random.randrange(self._count)]
