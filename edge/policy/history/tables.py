"""Large tables of the history, in shards: none of them ever stops the loop to grow, to age or to be copied.

A dict of a million entries takes tens of milliseconds to grow, to copy or to be freed; one of 256 shards takes
tens of microseconds.
"""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar
from zlib import crc32

from edge.core.submission import Party
from edge.policy.table import Table

V = TypeVar("V")
SHARDS = 256
_MASK = SHARDS - 1
# Of every number: E.164 has at most 15 digits.
NUMBER_BITS = 50
_LAST = (1 << NUMBER_BITS) - 1
# What `pair_key` mixes with, and its bits: for where it is written out.
MIX, KEYS = 0x9E3779B97F4A7C15, 0xFFFFFFFFFFFFFFF


def pair_key(first: int, second: int) -> int:
    """One key for two: an account's index or a number, and a number. Of 60 bits, which Python keeps small."""
    return (first * MIX ^ second) & KEYS


def party_number(party: Party) -> int:
    """A party as a number of 50 bits: its own; of a short code or a name a hash, above all numbers there can be."""
    return party.number or key_number(party.key)


def key_number(key: int | str) -> int:
    """The same of a `Party.key`."""
    return key if isinstance(key, int) else _LAST - crc32(key.encode("utf-8", "replace"))


def is_number(number: int) -> bool:
    """Whether a `party_number` is a telephone number, and not a hash."""
    return number < 10**15


class Shard(Table[V]):
    """A table whose dropped generations always wait to be freed in slices: they are small, and they are weighed."""

    __slots__ = ()

    def _drop(self) -> None:
        if self.old:
            self.discarded.append(self.old)
        self.old, self.young = self.young, {}


class Shards(Generic[V]):
    """A map from integers, of `cap` entries, each kept for at least `span` seconds and at most twice that.

    Hot readers take `shards[key & 255]` and look at its `young` and `old` themselves. When a shard is full it forgets
    its older half early, which is counted.
    """

    __slots__ = ("_cursor", "cap", "shards")

    def __init__(self, cap: int, span: float, discarded: list[dict[Any, Any]]) -> None:
        self.cap = cap
        self.shards: list[Shard[V]] = [Shard(max(2, cap // SHARDS), span, discarded) for _ in range(SHARDS)]
        for position, shard in enumerate(self.shards):
            # Keys are spread evenly: so that shards are not all full in the same moment, some are a little smaller.
            shard.half -= shard.half * position // (8 * SHARDS)
        self._cursor = 0

    def __len__(self) -> int:
        """Entries held, as of `Table`."""
        return sum(len(shard.young) + len(shard.old) for shard in self.shards)

    @property
    def cap_hits(self) -> int:
        """How often a shard was full."""
        return sum(shard.cap_hits for shard in self.shards)

    def get(self, key: int) -> V | None:
        """The last value put for `key`, or None."""
        shard = self.shards[key & _MASK]
        value = shard.young.get(key)
        return shard.old.get(key) if value is None else value

    def put(self, key: int, value: V) -> None:
        """Remember `value` for `key`."""
        shard = self.shards[key & _MASK]
        young = shard.young
        young[key] = value
        if len(young) >= shard.half:
            shard.turn_early()

    def swap(self, key: int, value: V) -> V | None:
        """Remember `value` for `key`; returns what it was before, or None."""
        shard = self.shards[key & _MASK]
        young = shard.young
        before = young.get(key)
        if before is None:
            before = shard.old.get(key)
        young[key] = value
        if len(young) >= shard.half:
            shard.turn_early()
        return before

    def pop(self, key: int) -> None:
        """Forget `key`."""
        shard = self.shards[key & _MASK]
        shard.young.pop(key, None)
        shard.old.pop(key, None)

    def tick(self, now: float, count: int = 2) -> None:
        """Age `count` shards, if they are due; they take turns, so that not all are dropped at once.

        When it happens changes no verdict: values carry their times.
        """
        for _ in range(count):
            position = self._cursor
            self._cursor = position + 1 & _MASK
            shard = self.shards[position]
            if not shard.due:
                shard.due = now + shard.span * (position + 1) / SHARDS
            elif now >= shard.due:
                shard.turn(now)

    def make_room(self) -> None:
        """One shard forgets its older half before its time, and counts it as being full."""
        position = self._cursor
        self._cursor = position + 1 & _MASK
        self.shards[position].turn_early()

    def copies(self) -> Iterator[dict[int, V]]:
        """Everything, a copy of one generation of a shard at a time; the others may change in between.

        What is in both generations comes twice, the last word last.
        """
        for shard in self.shards:
            old, young = shard.old, shard.young
            yield old.copy()
            yield young.copy()
