"""One-time codes by destination prefix, of each account: those of ten minutes, and what is usual in a week."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import exp
from struct import Struct as Layout
from typing import Any

import msgspec

from edge.core.submission import Party
from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.codecs import Shift
from edge.policy.history.pairs import TickCodec
from edge.policy.history.tables import Shards, pair_key
from edge.policy.kinds import LONG_CODE
from edge.policy.signals.numbers import country_code

# Country code and this many digits are one prefix. (North America: NPA-NXX.)
PREFIX_DIGITS = 4
WINDOW_SECONDS = 600.0
WINDOW = int(WINDOW_SECONDS) * TICKS
WEEK_SECONDS = 7 * 86400.0
# What is usual is not known before an account has sent codes for a day.
KNOWN = 86400 * TICKS
# Codes of ten minutes that are remembered of a prefix, the latest; no limit can ask for more.
KEEP = 64
# Prefixes of accounts, about 350 bytes each and 16 more for every code of ten minutes.
CAP_PREFIXES = 200_000
CAP_ACCOUNTS = 100_000


class Prefix(msgspec.Struct, gc=False):
    """The codes of an account to one prefix.

    `ticks` and `numbers` are of the last ten minutes. `weight` is how many codes there were, each worth less as it
    grows older (by half in five days), as of `weighed`; `stopped` is when they were last found to be too many.
    """

    ticks: "array[int]"
    numbers: "array[int]"
    weight: float = 0.0
    weighed: int = 0
    stopped: int = 0

    def recent(self, tick: int) -> list[int]:
        """The recipients of the codes within ten minutes before `tick`."""
        return [number for at, number in zip(self.ticks, self.numbers, strict=True) if tick - at < WINDOW]

    def usual(self, tick: int, since: int) -> float:
        """Codes in ten minutes as the average of a week, for an account that began at `since`."""
        weight = self.weight * exp((self.weighed - tick) / TICKS / WEEK_SECONDS)
        known = 1.0 - exp((since - tick) / TICKS / WEEK_SECONDS)
        return weight * WINDOW_SECONDS / WEEK_SECONDS / known if known > 0.0 else 0.0

    def add(self, tick: int, number: int) -> None:
        """One more code."""
        old = sum(1 for at in self.ticks if tick - at >= WINDOW)
        old = max(old, len(self.ticks) + 1 - KEEP)
        if old > 0:
            del self.ticks[:old], self.numbers[:old]
        self.ticks.append(tick)
        self.numbers.append(number)
        self.weight = self.weight * exp((self.weighed - tick) / TICKS / WEEK_SECONDS) + 1.0
        self.weighed = tick


def prefix_of(destination: Party) -> int:
    """The prefix that a destination is counted under: exchange (NPA-NXX) in the home plan, or `prefix`."""
    number = destination.number
    return number // 10_000 if destination.kind is LONG_CODE else prefix(number)


@lru_cache(maxsize=65536)
def prefix(number: int) -> int:
    """The prefix of an international number: country code and four digits."""
    digits = str(number)
    return int(digits[: len(str(country_code(digits))) + PREFIX_DIGITS])


def empty() -> Prefix:
    """A prefix that got no code yet."""
    return Prefix(array("Q"), array("Q"))


class Prefixes:
    """The tables. Keys are `pair_key` of an account's index and the prefix as a number."""

    def __init__(self, table: Callable[..., Shards[Any]]) -> None:
        """`table` makes them: `Windows.table`."""
        self._prefixes: Shards[Prefix] = table("prefix_codes", CAP_PREFIXES, WEEK_SECONDS, PrefixCodec())
        # The tick of an account's first code, as far back as it is known.
        self._since: Shards[int] = table("prefix_accounts", CAP_ACCOUNTS, 4 * WEEK_SECONDS, TickCodec())

    def get(self, account: int, prefix: int) -> Prefix | None:
        """The codes of an account to a prefix."""
        return self._prefixes.get(pair_key(account, prefix))

    def usual(self, prefix: Prefix, account: int, now: float) -> float | None:
        """Codes to the prefix in ten minutes as the average of a week; None while that is not known."""
        tick, since = tick_of(now), self._since.get(account)
        return prefix.usual(tick, since) if since is not None and tick - since >= KNOWN else None

    def sent(self, account: int, prefix: int, number: int, now: float) -> None:
        """Note a one-time code."""
        tick, key = tick_of(now), pair_key(account, prefix)
        entry = self._prefixes.get(key) or empty()
        entry.add(tick, number)
        self._prefixes.put(key, entry)
        self._since.put(account, self._since.get(account) or tick)

    def stop(self, account: int, prefix: int, now: float) -> None:
        """There were too many codes: for a while there are to be no more."""
        entry = self._prefixes.get(pair_key(account, prefix))
        if entry is not None:
            entry.stopped = tick_of(now)


class PrefixCodec:
    """What is usual for a prefix in a snapshot; the codes of the last minutes are not kept."""

    batch = 500
    _entry = Layout("<QdQQ")

    def encode(self, entries: Sequence[tuple[int, Prefix]]) -> bytes:
        """One after the other."""
        pack = self._entry.pack
        return b"".join(pack(key, prefix.weight, prefix.weighed, prefix.stopped) for key, prefix in entries)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Prefix]]:
        """Times on this process's clock. Raises ValueError for a chunk that is none."""
        if len(chunk) % self._entry.size:
            raise ValueError("a chunk of odd length")
        move = shift.ticks
        for key, weight, weighed, stopped in self._entry.iter_unpack(chunk):
            yield (
                key,
                Prefix(array("Q"), array("Q"), weight, weighed + move, stopped + move if stopped else 0),
            )
