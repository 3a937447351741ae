"""What subscribers last said, ten million of them: sorted arrays instead of objects, 13 octets an entry.

A dict of the same costs ten times that (`docs/ledger.md` has the figures).
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

import msgspec

# More entries than this are not taken; at 13 octets each, a quarter of a gigabyte.
CAP = 20_000_000
# Entries whose key is not a number (short codes, names), and of accounts beyond the index: kept as they are.
CAP_ODD = 100_000
# A key is the account's index above 50 bits of the number; 10^15, the largest number, has just under 50.
NUMBER_BITS = 50
NUMBER_MAX = 10**15
ACCOUNTS_MAX = (1 << 64 - NUMBER_BITS) - 1
# Entries are spread over so many sorted pieces by their last digits: with ten million, to insert moves 10 KB.
PIECES = 4096
# Times are whole seconds from here (2000-01-01) in 31 bits, until 2068; the lowest bit says "out".
EPOCH = 946_684_800
SECONDS_MAX = (1 << 31) - 1


class Consent(msgspec.Struct, frozen=True, gc=False):
    """A subscriber's last word to an account: `out` (no more messages) or not, since Unix time `at` (whole seconds)."""

    out: bool
    at: float


class Consents:
    """(account, subscriber) -> `Consent`. The latest word wins, whatever the order in which words come."""

    __slots__ = ("_accounts", "_cap", "_names", "_odd", "_pieces", "_size", "outs")

    def __init__(self, cap: int = CAP) -> None:
        self._cap = cap
        self._size = 0
        self.outs = 0
        self._accounts: dict[str, int] = {}
        self._names: list[str] = []
        self._odd: dict[tuple[str, int | str], int] = {}
        self._pieces: dict[int, tuple[array[int], array[int]]] = {}

    def __len__(self) -> int:
        return self._size

    def get(self, account: str, subscriber: int | str) -> Consent | None:
        """The last word, None if there was none."""
        if not self._size:
            return None
        stamp = self._stamp(account, subscriber)
        return None if stamp is None else Consent(bool(stamp & 1), float((stamp >> 1) + EPOCH))

    def is_out(self, account: str, subscriber: int | str) -> bool:
        """Whether the last word was "no more": the same question, for every message."""
        if not self._size:
            return False
        stamp = self._stamp(account, subscriber)
        return stamp is not None and stamp & 1 == 1

    def _stamp(self, account: str, subscriber: int | str) -> int | None:
        index = self._accounts.get(account)
        if index is None or not isinstance(subscriber, int) or subscriber >= NUMBER_MAX:
            return self._odd.get((account, subscriber)) if self._odd else None
        piece = self._pieces.get(subscriber & PIECES - 1)
        if piece is None:
            return None
        keys, stamps = piece
        key = index << NUMBER_BITS | subscriber
        at = bisect_left(keys, key)
        return stamps[at] if at < len(keys) and keys[at] == key else None

    def put(self, account: str, subscriber: int | str, out: bool, at: float) -> bool:
        """Note a word said at Unix time `at`; an older one than what is noted changes nothing. False: it is full."""
        stamp = min(max(int(at) - EPOCH, 0), SECONDS_MAX) << 1 | out
        index = self._index(account)
        if isinstance(subscriber, int) and 0 <= subscriber < NUMBER_MAX and index:
            return self._put(index << NUMBER_BITS | subscriber, stamp)
        known = self._odd.get((account, subscriber))
        if known is None:
            if len(self._odd) >= CAP_ODD or self._size >= self._cap:
                return False
            self._size += 1
        elif stamp >> 1 < known >> 1:
            return True
        else:
            self.outs -= known & 1
        self._odd[account, subscriber] = stamp
        self.outs += stamp & 1
        return True

    def _put(self, key: int, stamp: int) -> bool:
        piece = self._pieces.get(key & PIECES - 1)
        if piece is None:
            piece = self._pieces[key & PIECES - 1] = (array("Q"), array("I"))
        keys, stamps = piece
        at = bisect_left(keys, key)
        if at < len(keys) and keys[at] == key:
            known = stamps[at]
            if stamp >> 1 >= known >> 1:
                stamps[at] = stamp
                self.outs += (stamp & 1) - (known & 1)
            return True
        if self._size >= self._cap:
            return False
        keys.insert(at, key)
        stamps.insert(at, stamp)
        self._size += 1
        self.outs += stamp & 1
        return True

    def _index(self, account: str) -> int:
        """A small number for an account, 0 beyond the last that fits."""
        index = self._accounts.get(account)
        if index is None:
            if len(self._names) >= ACCOUNTS_MAX:
                return 0
            self._names.append(account)
            index = self._accounts[account] = len(self._names)
        return index

    def __iter__(self) -> Iterator[tuple[str, int | str, Consent]]:
        """All entries, in no order. For tools: it takes a second for a million."""
        for keys, stamps in self._pieces.values():
            for key, stamp in zip(keys, stamps, strict=True):
                name = self._names[(key >> NUMBER_BITS) - 1]
                yield name, key & (1 << NUMBER_BITS) - 1, Consent(bool(stamp & 1), float((stamp >> 1) + EPOCH))
        for (account, subscriber), stamp in self._odd.items():
            yield account, subscriber, Consent(bool(stamp & 1), float((stamp >> 1) + EPOCH))

    def octets(self) -> int:
        """What the numbers' entries take, in octets (reserve of the arrays included)."""
        return sum(keys.__sizeof__() + stamps.__sizeof__() for keys, stamps in self._pieces.values())
