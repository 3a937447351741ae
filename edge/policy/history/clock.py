"""Time as the history keeps it: whole minutes and sixteenths of a second of the monotonic clock, as small integers.

Both count from a moment before the clock's zero, so that what is older than the host's last start stays positive.
"""

BASE = 1 << 18  # minutes: half a year
HOUR = 60
DAY = 1440
TICKS = 16  # a second
_BASE_TICKS = BASE * 60 * TICKS


def minute_of(now: float) -> int:
    """The minute of a loop time."""
    return int(now // 60.0) + BASE


def seconds_of(minute: int) -> float:
    """The loop time at which a minute began."""
    return (minute - BASE) * 60.0


def tick_of(now: float) -> int:
    """The sixteenth of a second of a loop time; fits 32 bits for eight years."""
    return int(now * TICKS) + _BASE_TICKS


class Clock:
    """The current minute, computed once a minute: `minute`, and `values`, the minute with each set of a crowd's marks.

    All that is noted in a minute shares these few integers.
    """

    __slots__ = ("end", "minute", "start", "values")

    def __init__(self) -> None:
        self.start = self.end = 0.0
        self.minute = 0
        self.values = (0, 0, 0, 0)

    def move(self, now: float) -> None:
        """Be at `now`; to be called when it is not within `start` and `end`."""
        minute = self.minute = minute_of(now)
        self.start = seconds_of(minute)
        self.end = self.start + 60.0
        self.values = (minute << 2, minute << 2 | 1, minute << 2 | 2, minute << 2 | 3)
