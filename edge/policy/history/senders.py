"""What our numbers sent: when, to whom, since when, and what came back.

A number that sent once is one integer; what it sent in a day and to whom is kept from the second message on.
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
_TICK_BITS = 32
_TICK = (1 << _TICK_BITS) - 1
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


def once(first: int, tick: int, value: int, recipient: int) -> int:
    """A number that sent one message, in one integer: first minute, the message's tick and marks, its recipient."""
    return ((first << _TICK_BITS | tick) << MARKS | value & _MARKS) << NUMBER_BITS | recipient


def unfold(packed: int) -> Sender:
    """The same in full."""
    marked = packed >> NUMBER_BITS
    tick = marked >> MARKS & _TICK
    sender = Sender(marked >> MARKS + _TICK_BITS)
    sender.times.append(tick)
    sender.crowd.seen[packed & _NUMBER] = tick // (60 * TICKS) << MARKS | marked & _MARKS
    return sender


def first_of(sender: "Sender | int") -> int:
    """The minute of a number's first message."""
    return sender.first if isinstance(sender, Sender) else sender >> NUMBER_BITS + MARKS + _TICK_BITS


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

    def since(self, number: int) -> int | None:
        """The minute in which a number was first heard of, None for one that never was."""
        entry = self.find(number)
        return self.first.get(number) if entry is None else first_of(entry)

    def sent(self, number: int, recipient: int, value: int, tick: int, cap: int, most: int) -> "Sender | None":
        """A message; `cap` recipients and `most` times are kept. Returns the number from its second message on."""
        shard = self.table.shards[number & 255]
        young = shard.young
        entry = young.get(number)
        if entry is None:
            entry = shard.old.pop(number, None)
            if entry is None:
                first = self.first.get(number) or value >> MARKS
                self.first.put(number, first)
                self.table.put(number, once(first, tick, value, recipient))
                return None
            # Once a day: a number that goes on sending stays known.
            self.first.put(number, first_of(entry))
            self.table.put(number, entry)
        if isinstance(entry, int):
            entry = unfold(entry)
            self.table.put(number, entry)
        entry.sent(tick, most)
        entry.crowd.note(recipient, value, cap)
        return entry

    def came(self, number: int, source: int, minute: int) -> None:
        """A message came in for a number of ours: an answer, if it is from somebody it wrote to."""
        self.received.put(number, counted(self.received.get(number) or 0, minute))
        entry = self.find(number)
        if isinstance(entry, Sender):
            entry.crowd.answered(source)
        elif entry is not None and entry & _NUMBER == source:
            self.table.put(number, entry | AGREED << NUMBER_BITS)

    def received_by(self, number: int, minute: int) -> int:
        """Messages that came in for a number, of the last 24 hours and at most 48."""
        return total(self.received.get(number) or 0, minute)


class SenderCodec:
    """Numbers in a snapshot: per entry its key, first minute, count of times, octets of the crowd; then these."""

    batch = 40
    _head = Struct("<QIII")

    def encode(self, entries: Sequence[tuple[int, Sender | int]]) -> bytes:
        """Numbers that sent once are unfolded: they may have sent twice by the time they come back."""
        pieces: list[bytes] = []
        for key, entry in entries:
            sender = entry if isinstance(entry, Sender) else unfold(entry)
            crowd = sender.crowd.written()
            pieces += (self._head.pack(key, sender.first, len(sender.times), len(crowd)), sender.times.tobytes(), crowd)
        return b"".join(pieces)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Sender]]:
        """Times on this process's clock."""
        at, ticks, minutes = 0, shift.ticks, shift.minutes
        while at < len(chunk):
            key, first, times, crowd = self._head.unpack_from(chunk, at)
            at += self._head.size
            end = at + 4 * times
            sender = Sender(first + minutes)
            sender.times = array("I", [tick + ticks for tick in array("I", chunk[at:end])])
            sender.crowd = Crowd.read(chunk[end : end + crowd], minutes)
            at = end + crowd
            yield key, sender
