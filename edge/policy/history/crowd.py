"""Who was written to within a day, one entry a person: exact, ordered by when, and never more than a limit asks for."""

from array import array
from bisect import bisect_left

import msgspec

from edge.policy.history.clock import DAY, HOUR

# Marks of an entry, beside its minute.
AGREED = 1  # a sign of consent: wrote within 30 days, opted in, or answered
TALKING = 2  # wrote within a day
MARKS = 2  # how many bits they take


class Crowd(msgspec.Struct, gc=False):
    """Distinct recipients. `seen` maps a recipient to `minute << 2 | marks` of the last message, oldest first.

    The counts are exact after `count`, and kept up from then on within the minute: recipients of a `day` and of an
    `hour`, and those of a day that `agreed` and that are `talking`.
    """

    seen: dict[int, int] = {}
    at: int = -1
    day: int = 0
    hour: int = 0
    agreed: int = 0
    talking: int = 0

    def note(self, recipient: int, value: int, cap: int) -> None:
        """One more message, `value` as in `seen`. Of more than `cap` recipients the one written to longest ago is
        forgotten: a count that has reached its limit stays there.
        """
        seen = self.seen
        before = seen.get(recipient)
        if before is not None:
            if before >> MARKS > (value >> MARKS) - DAY:
                value |= before & AGREED
            if value == before:
                return
            if before >> MARKS != value >> MARKS:
                del seen[recipient]  # so that it is the last; within a minute the order says nothing
        seen[recipient] = value
        if self.at == value >> MARKS:
            self._add(value, 1)
            if before is not None:
                self._add(before, -1)
        while len(seen) > cap:
            gone = seen.pop(next(iter(seen)))
            if self.at == value >> MARKS:
                self._add(gone, -1)

    def _add(self, value: int, count: int) -> None:
        """An entry comes or goes, while the counts are right."""
        self.day += count
        if value >> MARKS > self.at - HOUR:
            self.hour += count
        if value & AGREED:
            self.agreed += count
        if value & TALKING:
            self.talking += count

    def count(self, minute: int) -> None:
        """Make the counts right for `minute`; what is older than a day is forgotten."""
        if self.at == minute:
            return
        values = list(self.seen.values())
        old = bisect_left(values, minute - DAY + 1 << MARKS)
        if old:
            self.seen = {key: value for key, value in self.seen.items() if value >> MARKS > minute - DAY}
            values = list(self.seen.values())
        self.at = minute
        self.day = len(values)
        self.hour = len(values) - bisect_left(values, minute - HOUR + 1 << MARKS)
        self.agreed = sum([value & AGREED for value in values])
        self.talking = sum([value & TALKING for value in values]) >> 1

    def hour_with(self, recipient: int) -> int:
        """How many recipients the hour has with one more message, to `recipient`. After `count`."""
        value = self.seen.get(recipient)
        return self.hour + (value is None or value >> MARKS <= self.at - HOUR)

    def answered(self, recipient: int) -> None:
        """A recipient wrote back."""
        value = self.seen.get(recipient)
        if value is not None and not value & AGREED:
            self.seen[recipient] = value | AGREED
            self.agreed += 1

    def written(self) -> bytes:
        """For the snapshot: recipients of 8 octets, then values of 4."""
        return array("Q", self.seen).tobytes() + array("I", self.seen.values()).tobytes()

    @classmethod
    def read(cls, data: bytes, minutes: int) -> "Crowd":
        """From a snapshot, with its minutes moved."""
        count = len(data) // 12
        keys, values = array("Q", data[: 8 * count]), array("I", data[8 * count :])
        crowd = cls()
        move = minutes << MARKS
        crowd.seen = {key: value + move for key, value in zip(keys, values, strict=True)}
        return crowd
