"""What speaks against numbers and accounts: refusals of a day, told apart by recipient and text.

Evidence is what the action ladder (`edge.policy.ladder`) climbs on. A message that is tried again is no new evidence.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from edge.policy.history.clock import TICKS
from edge.policy.history.codecs import Shift
from edge.policy.history.tables import Shards

DAY = 86400 * TICKS
DAY_SECONDS = 86400.0
# Distinct refusals of a number that are told apart, the latest; no threshold can ask for more.
KEEP = 128
KEEP_SEVERE = 32
# Numbers and end users of an account, and recipients, that are told apart for one kind of refusal.
KEEP_ACTORS = 128
# Numbers with refusals (300 bytes each, and 100 for every refusal), accounts.
CAP_NUMBERS = 50_000
CAP_ACCOUNTS = 10_000


class Against(msgspec.Struct, gc=False):
    """What speaks against one number. Each maps what was refused (a hash) to the tick it was.

    `ordinary` and `sensitive` are messages, `severe` texts. `pardoned` is when (Unix) an operator let the number go.
    """

    ordinary: dict[int, int]
    sensitive: dict[int, int]
    severe: dict[int, int]
    pardoned: float = 0.0


class Behind(msgspec.Struct, gc=False):
    """What speaks against an account: numbers and end users by the severe rule they met, and whom fraud was for.

    `severe` maps a rule to who met it and when; `targets` recipients to ticks. `restored` is when (Unix) an operator
    restored the account.
    """

    severe: dict[str, dict[int, int]]
    targets: dict[int, int]
    restored: float = 0.0


def note(seen: dict[int, int], key: int, tick: int, most: int = KEEP) -> bool:
    """Note `key`; returns whether it is new within a day. Of more than `most` the oldest goes."""
    for old in [one for one, at in seen.items() if tick - at >= DAY]:
        del seen[old]
    if key in seen:
        return False
    seen[key] = tick
    if len(seen) > most:
        del seen[next(iter(seen))]
    return True


def recent(seen: dict[int, int], tick: int) -> int:
    """How many within a day."""
    return sum(1 for at in seen.values() if tick - at < DAY)


class Evidence:
    """The tables: by the sender's integer, and by the account's index."""

    def __init__(self, table: Callable[..., Shards[Any]]) -> None:
        """`table` makes them: `Windows.table`."""
        self.numbers: Shards[Against] = table("evidence_numbers", CAP_NUMBERS, DAY_SECONDS, AgainstCodec())
        self.accounts: Shards[Behind] = table("evidence_accounts", CAP_ACCOUNTS, DAY_SECONDS, BehindCodec())

    def against(self, sender: int, pardoned: float) -> Against:
        """What speaks against a number since the Unix time `pardoned`, to be added to."""
        entry = self.numbers.get(sender)
        if entry is None or pardoned > entry.pardoned:
            entry = Against({}, {}, {}, pardoned)
        self.numbers.put(sender, entry)
        return entry

    def behind(self, account: int, restored: float) -> Behind:
        """What speaks against an account since the Unix time `restored`, to be added to."""
        entry = self.accounts.get(account)
        if entry is None or restored > entry.restored:
            entry = Behind({}, {}, restored)
        self.accounts.put(account, entry)
        return entry

    def severe(self, sender: int, tick: int, pardoned: float) -> int:
        """Distinct severe texts of a number within a day, since the Unix time `pardoned`."""
        entry = self.numbers.get(sender)
        return recent(entry.severe, tick) if entry is not None and pardoned <= entry.pardoned else 0


def _move(seen: dict[int, int], ticks: int) -> None:
    for key in seen:
        seen[key] += ticks


class _Packed:
    """Values in a snapshot as MessagePack, of one kind."""

    batch = 100

    def __init__(self, kind: Any) -> None:
        self._decode = msgspec.msgpack.Decoder(list[tuple[int, kind]]).decode

    def encode(self, entries: Sequence[tuple[int, Any]]) -> bytes:
        """A list of keys and values."""
        return msgspec.msgpack.encode(entries)

    def entries(self, chunk: bytes) -> list[tuple[int, Any]]:
        """The same list."""
        try:
            found: list[tuple[int, Any]] = self._decode(chunk)
        except msgspec.DecodeError as error:
            raise ValueError("a chunk of another kind") from error
        return found


class AgainstCodec(_Packed):
    """Numbers. Hashes of texts mean the same in every process."""

    def __init__(self) -> None:
        super().__init__(Against)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Against]]:
        """Ticks on this process's clock. Raises ValueError for a chunk that is none."""
        move = shift.ticks
        for key, one in self.entries(chunk):
            for seen in (one.ordinary, one.sensitive, one.severe):
                _move(seen, move)
            yield key, one


class BehindCodec(_Packed):
    """Accounts."""

    def __init__(self) -> None:
        super().__init__(Behind)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Behind]]:
        """Ticks on this process's clock. Raises ValueError for a chunk that is none."""
        move = shift.ticks
        for key, one in self.entries(chunk):
            for seen in (*one.severe.values(), one.targets):
                _move(seen, move)
            yield key, one
