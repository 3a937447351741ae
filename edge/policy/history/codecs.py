"""How tables of the history are written to a snapshot and come back. Keys are integers of at most 64 bits.

A chunk is whole by itself. Times in it are those of the process that wrote it; `Shift` says what to add.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from edge.policy.history.clock import TICKS


class Shift(NamedTuple):
    """What to add to a time of the old process to have it on the clock of this one, in seconds."""

    seconds: float

    @property
    def minutes(self) -> int:
        """In whole minutes, the nearest."""
        return round(self.seconds / 60.0)

    @property
    def ticks(self) -> int:
        """In sixteenths of a second."""
        return round(self.seconds * TICKS)


class Codec(Protocol):
    """`batch` is how many entries go into one chunk: what takes well under a millisecond to encode."""

    batch: int

    def encode(self, entries: Sequence[tuple[int, Any]]) -> bytes:
        """At most `batch` entries as one chunk."""

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Any]]:
        """The entries of a chunk. Raises ValueError for a chunk that is none."""


class Minutes:
    """Values are minutes (`clock.minute_of`)."""

    batch = 1000

    def encode(self, entries: Sequence[tuple[int, int]]) -> bytes:
        """Keys of 8 octets, then minutes of 4."""
        keys = array("Q", [key for key, _ in entries])
        return keys.tobytes() + array("I", [value for _, value in entries]).tobytes()

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, int]]:
        """Minutes on this process's clock."""
        move = shift.minutes
        for key, value in zip(*columns(chunk, "QI"), strict=True):
            yield key, value + move


class Counts:
    """Values are counts, without a time."""

    batch = 1000

    def encode(self, entries: Sequence[tuple[int, int]]) -> bytes:
        """Keys of 8 octets, then counts of 4."""
        keys = array("Q", [key for key, _ in entries])
        return keys.tobytes() + array("I", [min(value, 0xFFFFFFFF) for _, value in entries]).tobytes()

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, int]]:
        """As they were."""
        yield from zip(*columns(chunk, "QI"), strict=True)


def columns(chunk: bytes, kinds: str) -> "list[array[Any]]":
    """A chunk of columns of equal length, each of one kind of `array`. Raises ValueError where it cannot be that."""
    widths = [array(kind).itemsize for kind in kinds]
    count, rest = divmod(len(chunk), sum(widths))
    if rest:
        raise ValueError("a chunk of odd length")
    found = []
    start = 0
    for kind, width in zip(kinds, widths, strict=True):
        column = array(kind)
        column.frombytes(chunk[start : start + count * width])
        start += count * width
        found.append(column)
    return found
