"""What our numbers sent: when, to whom, since when, and what came back.

A number that sent a few messages is one integer, which most numbers remain; one that sends more is a `Sender`.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial
from struct import Struct

import msgspec

from edge.policy.history.clock import TICKS
from edge.policy.history.codecs import Shift
from edge.policy.history.crowd import AGREED, MARKS, Crowd
from edge.policy.history.tables import NUMBER_BITS, Shards
from edge.policy.history.tally import counted, total

_NUMBER = (1 << NUMBER_BITS) - 1
_MARKS = (1 << MARKS) - 1
# A number in one integer: see `folded`.
FOLDED_MAX = 8
_FIRST_BITS = 28
_FIRST = (1 << _FIRST_BITS) - 1
_COUNT_BITS = 4
_HEAD_BITS = _FIRST_BITS + _COUNT_BITS
_HEAD = (1 << _HEAD_BITS) - 1
_ENTRY_BITS = 32 + MARKS + NUMBER_BITS
_ENTRY = (1 << _ENTRY_BITS) - 1
# Throttled messages told apart, beyond which it does not matter.
OVER_MAX = 4096


class Sender(msgspec.Struct, gc=False):
    """A number. `first` is the minute of its first message, as far back as it is known. `times` are those of its last
    messages, oldest first (`clock.tick_of`); `over` are the distinct messages of a day that were one too many.
    """

    first: int
    times: "array[int]" = msgspec.field(default_factory=partial(array, "I"))
    crowd: Crowd = msgspec.field(default_factory=Crowd)
    over: dict[int, int] | None = None

    def sent(self, tick: int, most: int) -> None:
        """A message at `tick`; at least the last `most` times are kept, and at most twice as many."""
        times = self.times
        times.append(tick)
        if len(times) > 2 * most:
            del times[:-most]

    def reached(self, count: int, since: int) -> bool:
        """Whether the number sent `count` messages after `since` (ticks)."""
        times = self.times
        return count <= len(times) and times[-count] > since

    def count(self, since: int) -> int:
        """How many messages after `since`, as far as they are kept."""
        return len(self.times) - bisect_right(self.times, since)

    def slowed(self, message: int, minute: int) -> None:
        """A distinct message that was throttled; the same again is a retry."""
        if self.over is None:
            self.over = {}
        if len(self.over) < OVER_MAX:
            self.over.setdefault(message, minute)

    def slowed_since(self, minute: int) -> int:
        """How many distinct messages were throttled after `minute`; older ones are forgotten."""
        if not self.over:
            return 0
        if next(iter(self.over.values())) <= minute:
            self.over = {message: at for message, at in self.over.items() if at > minute}
        return len(self.over)


def folded(first: int, tick: int, value: int, recipient: int) -> int:
    """A number that sent one message: `value` are minute and marks as in `Crowd.seen`.

    From the lowest bit: `first`, how many messages, and of each its recipient, marks and tick, the last one lowest.
    """
    return ((tick << MARKS | value & _MARKS) << NUMBER_BITS | recipient) << _HEAD_BITS | 1 << _FIRST_BITS | first


def folded_with(packed: int, tick: int, value: int, recipient: int) -> int:
    """With one message more."""
    entry = (tick << MARKS | value & _MARKS) << NUMBER_BITS | recipient
    head = packed + (1 << _FIRST_BITS) & _HEAD
    return (packed >> _HEAD_BITS << _ENTRY_BITS | entry) << _HEAD_BITS | head


def unfolded(packed: int) -> Sender:
    """The same in full."""
    sender = Sender(packed & _FIRST)
    entries = packed >> _HEAD_BITS
    for position in range(messages_of(packed) - 1, -1, -1):
        entry = entries >> position * _ENTRY_BITS & _ENTRY
        marked = entry >> NUMBER_BITS
        tick = marked >> MARKS
        sender.times.append(tick)
        sender.crowd.note(entry & _NUMBER, tick // (60 * TICKS) << MARKS | marked & _MARKS, FOLDED_MAX)
    return sender


def first_of(entry: "Sender | int") -> int:
    """The minute of a number's first message."""
    return entry.first if isinstance(entry, Sender) else entry & _FIRST


def messages_of(entry: "Sender | int | None") -> int:
    """How many messages of a number are remembered; not all of them need be of the last 24 hours."""
    if entry is None:
        return 0
    return len(entry.times) if isinstance(entry, Sender) else entry >> _FIRST_BITS & (1 << _COUNT_BITS) - 1


def sender_of(entry: "Sender | int | None") -> Sender:
    """Whatever is known of a number, in full."""
    if isinstance(entry, Sender):
        return entry
    return Sender(0) if entry is None else unfolded(entry)


class Numbers:
    """All numbers of ours that send. `first` remembers longer when a number was first heard of."""

    __slots__ = ("first", "received", "table")

    def __init__(self, table: Shards["Sender | int"], first: Shards[int], received: Shards[int]) -> None:
        self.table = table
        self.first = first
        self.received = received

    def find(self, number: int) -> "Sender | int | None":
        """What is known of a number, None if it sent nothing for a day."""
        shard = self.table.shards[number & 255]
        entry = shard.young.get(number)
        return shard.old.get(number) if entry is None else entry

    def sent(self, number: int, recipient: int, value: int, tick: int, cap: int, most: int) -> "Sender | None":
        """A message; `cap` recipients and `most` times are kept. Returns the number if it sent more than a few."""
        shard = self.table.shards[number & 255]
        young = shard.young
        entry = young.get(number)
        if entry is None:
            entry = shard.old.pop(number, None)
            if entry is None:
                first = self.first.get(number) or value >> MARKS
                self.first.put(number, first)
                self.table.put(number, folded(first, tick, value, recipient))
                return None
            # Once a day: a number that goes on sending stays known.
            self.first.put(number, first_of(entry))
            self.table.put(number, entry)
        if isinstance(entry, int):
            if messages_of(entry) < FOLDED_MAX:
                young[number] = folded_with(entry, tick, value, recipient)
                return None
            entry = unfolded(entry)
            young[number] = entry
        entry.sent(tick, most)
        entry.crowd.note(recipient, value, cap)
        return entry

    def came(self, number: int, source: int, minute: int) -> None:
        """A message came in for a number of ours: an answer, if it is from somebody it wrote to."""
        self.received.put(number, counted(self.received.get(number) or 0, minute))
        entry = self.find(number)
        if isinstance(entry, Sender):
            entry.crowd.answered(source)
        elif entry is not None:
            for position in range(messages_of(entry)):
                start = _HEAD_BITS + position * _ENTRY_BITS
                if entry >> start & _NUMBER == source:
                    entry |= AGREED << start + NUMBER_BITS
                    self.table.put(number, entry)
                    return

    def received_by(self, number: int, minute: int) -> int:
        """Messages that came in for a number, of the last 24 hours and at most 48."""
        return total(self.received.get(number) or 0, minute)


class SenderCodec:
    """Numbers in a snapshot: per entry its key, first minute, count of times, octets of the crowd; then these.

    No times at all say that what follows is the one integer of a number that sent a few messages.
    """

    batch = 40
    _head = Struct("<QIII")

    def encode(self, entries: Sequence[tuple[int, Sender | int]]) -> bytes:
        """One after the other."""
        pieces: list[bytes] = []
        for key, entry in entries:
            if isinstance(entry, int):
                packed = entry.to_bytes(entry.bit_length() + 7 >> 3, "little")
                pieces += self._head.pack(key, 0, 0, len(packed)), packed
                continue
            crowd, times = entry.crowd.written(), entry.times
            pieces += self._head.pack(key, entry.first, len(times), len(crowd)), times.tobytes(), crowd
        return b"".join(pieces)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Sender | int]]:
        """Times on this process's clock."""
        at, ticks, minutes = 0, shift.ticks, shift.minutes
        moves = [_move(count, ticks, minutes) for count in range(1 << _COUNT_BITS)]
        while at < len(chunk):
            key, first, times, crowd = self._head.unpack_from(chunk, at)
            at += self._head.size
            end = at + 4 * times
            if times:
                sender = Sender(first + minutes, array("I", [tick + ticks for tick in array("I", chunk[at:end])]))
                sender.crowd = Crowd.read(chunk[end : end + crowd], minutes)
                yield key, sender
            else:
                packed = int.from_bytes(chunk[end : end + crowd], "little")
                yield key, packed + moves[messages_of(packed)]
            at = end + crowd


def _move(count: int, ticks: int, minutes: int) -> int:
    """What to add to a folded number of `count` messages, so that all its times move."""
    entry = ticks << NUMBER_BITS + MARKS
    return minutes + (sum(entry << position * _ENTRY_BITS for position in range(count)) << _HEAD_BITS)
