"""Counts of about a day: of the current 24 hours and of the 24 before. In one integer, for those of many numbers."""

from collections.abc import Iterator, Sequence
from typing import Any

from edge.policy.history.clock import DAY
from edge.policy.history.codecs import Counts, Shift, columns

COUNT_MAX = (1 << 16) - 1


def counted(tally: int, minute: int) -> int:
    """`tally` (0: none yet) with one more at `minute`."""
    start, before, current = rolled(tally, minute)
    return start << 32 | before << 16 | min(current + 1, COUNT_MAX)


def total(tally: int, minute: int) -> int:
    """How many of the last 24 hours, and at most 48."""
    _, before, current = rolled(tally, minute)
    return before + current


def rolled(tally: int, minute: int) -> tuple[int, int, int]:
    """When the current day began, the count of the day before, that of the current one."""
    start, before, current = tally >> 32, tally >> 16 & COUNT_MAX, tally & COUNT_MAX
    passed = minute - start
    if passed < DAY:
        return start, before, current
    if passed < 2 * DAY:
        return start + DAY, current, 0
    return minute, 0, 0


class Account:
    """What an account did: messages out and in of the current day and of the one before, and its new numbers.

    `first` is the minute of its first message. `busy` are numbers that were new and soon sent a lot: number -> minute.
    """

    __slots__ = ("before", "busy", "first", "received", "sent", "start")

    def __init__(self, minute: int) -> None:
        self.first = minute
        self.start = minute
        self.sent = self.received = 0
        self.before = (0, 0)
        self.busy: dict[int, int] = {}

    def roll(self, minute: int) -> None:
        """Begin a new day, if it is time."""
        passed = minute - self.start
        if passed < DAY:
            return
        self.before = (self.sent, self.received) if passed < 2 * DAY else (0, 0)
        self.sent = self.received = 0
        self.start = self.start + DAY if passed < 2 * DAY else minute

    def ratio(self, minute: int) -> float:
        """Messages out for each one in, of the last 24 hours and at most 48; of none in, all that went out."""
        self.roll(minute)
        sent, received = self.sent + self.before[0], self.received + self.before[1]
        return sent / max(1, received)

    def became_busy(self, number: int, minute: int) -> None:
        """A number that is new has sent a lot."""
        self.busy[number] = minute
        if len(self.busy) > BUSY_MAX:
            del self.busy[next(iter(self.busy))]

    def written(self) -> list[Any]:
        """For the snapshot."""
        return [self.first, self.start, self.sent, self.received, self.before, self.busy]

    @classmethod
    def read(cls, written: Sequence[Any], minutes: int) -> "Account":
        """From a snapshot, with its minutes moved."""
        first, start, sent, received, before, busy = written
        account = cls(first + minutes)
        account.start = start + minutes
        account.sent, account.received, account.before = sent, received, (before[0], before[1])
        account.busy = {number: minute + minutes for number, minute in busy.items()}
        return account

    def busy_since(self, minute: int) -> int:
        """How many became busy after `minute`."""
        return sum(1 for at in self.busy.values() if at > minute)


BUSY_MAX = 64


class TallyCodec(Counts):
    """Tallies in a snapshot."""

    def encode(self, entries: Sequence[tuple[int, int]]) -> bytes:
        """Keys, begins of the day, and both counts in one."""
        starts = super().encode([(key, tally >> 32) for key, tally in entries])
        counts = super().encode([(0, tally & 0xFFFFFFFF) for _, tally in entries])
        return starts + counts[8 * len(entries) :]

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, int]]:
        """On this process's clock."""
        move = shift.minutes
        for key, start, counts in zip(*columns(chunk, "QII"), strict=True):
            yield key, start + move << 32 | counts
