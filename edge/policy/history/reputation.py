"""What came of what our numbers sent: whom they reached, who opted out, who does not exist, what was refused.

Counted in two buckets a day long: the one that runs, and of the one before what a sliding day still has of it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.codecs import Shift
from edge.policy.history.tables import Shards, key_number
from edge.policy.signals.flags import flag

DOUBTFUL = flag("doubtful-number")  # messages of the number failed, or its recipients opted out

DAY = 86400 * TICKS
WEEK = 7 * DAY
WEEK_SECONDS = 7 * 86400.0
# Final states of a receipt (SMPP 3.4, 5.2.28), as its text writes them; REJECTD is what a carrier would not take.
FINAL = frozenset({"DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "REJECTD"})
FAILED = frozenset({"UNDELIV", "REJECTD"})
# Error codes told apart for one number; carriers have a few dozen, and the rest counts as one.
ERRORS_KEEP = 32
# Sending numbers, about 400 bytes each.
CAP = 1_000_000


class Day(msgspec.Struct, gc=False):
    """What happened within a day. `reached` are recipients that the number had not written to within a day."""

    sent: int = 0
    reached: int = 0
    refused: int = 0
    opted_out: int = 0
    final: int = 0
    failed: int = 0


class Record(msgspec.Struct, gc=False):
    """One number. `start` and `week` are ticks: when the day and the week that run began.

    `failed` has, by error code, the receipts of a day that say so. `pardoned` is the Unix time of the
    last word of an operator for the number.
    """

    start: int
    week: int
    today: Day
    before: Day
    reached: int = 0
    reached_before: int = 0
    failed: dict[str, int] | None = None
    failed_before: dict[str, int] | None = None
    pardoned: float = 0.0

    @property
    def doubtful(self) -> bool:
        """Whether anything at all speaks against it."""
        today, before = self.today, self.before
        return bool(today.failed or today.opted_out or before.failed or before.opted_out)

    def roll(self, tick: int) -> None:
        """Begin a new day, and a new week, if it is time."""
        passed = (tick - self.start) // DAY
        if passed > 0:
            self.before, self.failed_before = (self.today, self.failed) if passed == 1 else (Day(), None)
            self.today, self.failed = Day(), None
            self.start += passed * DAY
        passed = (tick - self.week) // WEEK
        if passed > 0:
            self.reached_before = self.reached if passed == 1 else 0
            self.reached = 0
            self.week += passed * WEEK

    def left(self, tick: int) -> float:
        """How much of the day before is within a day of `tick`. After `roll`."""
        return 1.0 - (tick - self.start) / DAY

    def day(self, name: str, tick: int) -> float:
        """A count of `Day` over the last 24 hours."""
        self.roll(tick)
        return float(getattr(self.today, name) + getattr(self.before, name) * self.left(tick))

    def reached_week(self, tick: int) -> float:
        """Distinct recipients of seven days."""
        self.roll(tick)
        return self.reached + self.reached_before * (1.0 - (tick - self.week) / WEEK)

    def failures(self, errors: frozenset[str], tick: int) -> float:
        """Receipts of the last 24 hours with one of these error codes."""
        self.roll(tick)
        today, before = self.failed or {}, self.failed_before or {}
        left = self.left(tick)
        return sum(today.get(error, 0) + before.get(error, 0) * left for error in {*today, *before} & errors)

    def pardon(self, unix: float) -> None:
        """What spoke against the number before an operator let it go counts no more."""
        for day in (self.today, self.before):
            day.refused = day.opted_out = day.final = day.failed = 0
        self.failed = self.failed_before = None
        self.pardoned = unix

    def fail(self, error: str) -> None:
        """A receipt with this error code."""
        self.today.failed += 1
        failed = self.failed
        if failed is None:
            failed = self.failed = {}
        if error not in failed and len(failed) >= ERRORS_KEEP:
            error = ""
        failed[error] = failed.get(error, 0) + 1


class Reputations:
    """The table, by the sender's integer (`tables.party_number`)."""

    def __init__(self, table: Callable[..., Shards[Any]]) -> None:
        """`table` makes it: `Windows.table`."""
        self.records: Shards[Record] = table("reputation", CAP, WEEK_SECONDS, RecordCodec())

    def known(self, sender: int, pardoned: float) -> Record | None:
        """What is known of a sender; `pardoned` is the Unix time of an operator's word for it, 0 for none."""
        shard = self.records.shards[sender & 255]
        record = shard.young.get(sender)
        if record is None:
            record = shard.old.get(sender)
        if record is not None and pardoned > record.pardoned:
            record.pardon(pardoned)
        return record

    def account(self, index: int) -> Record | None:
        """What is known of an account; its index is no telephone number."""
        return self.records.get(index)

    def of(self, sender: int, tick: int) -> Record:
        """The record to write to, made where there is none; it is kept for another week."""
        shard = self.records.shards[sender & 255]
        record = shard.young.get(sender)
        if record is None:
            record = shard.old.get(sender) or Record(tick, tick, Day(), Day())
            self.records.put(sender, record)
        if tick - record.start >= DAY:
            record.roll(tick)
        return record

    def sent(self, sender: int, last: int, tick: int) -> None:
        """Note a message to somebody whom the sender, or the account, last wrote to at the tick `last` (0: never)."""
        record = self.records.shards[sender & 255].young.get(sender)
        if record is None or tick - record.start >= DAY:
            record = self.of(sender, tick)
        today = record.today
        today.sent += 1
        if tick - last >= DAY:
            today.reached += 1
            if tick - last >= WEEK:
                record.reached += 1

    def refused(self, sender: int, tick: int) -> None:
        """Note a message that was refused, once."""
        self.of(sender, tick).today.refused += 1

    def opted_out(self, sender: int, now: float) -> None:
        """Note that a recipient of the sender wants no more."""
        self.of(sender, tick_of(now)).today.opted_out += 1

    def receipt(self, sender: int | str, stat: str, error: str, now: float) -> None:
        """Note how a message of the sender ended; `error` as the carrier wrote it."""
        if stat not in FINAL:
            return
        record = self.of(key_number(sender), tick_of(now))
        record.today.final += 1
        if stat in FAILED:
            record.fail(plain_error(error))


def plain_error(error: str) -> str:
    """An error code without leading zeros and in upper case: carriers pad them to three characters, or do not."""
    return error.strip().upper().lstrip("0") or "0"


class RecordCodec:
    """Records in a snapshot, as MessagePack."""

    batch = 200

    def encode(self, entries: Sequence[tuple[int, Record]]) -> bytes:
        """A list of keys and records."""
        return msgspec.msgpack.encode(entries)

    def decode(self, chunk: bytes, shift: Shift) -> Iterator[tuple[int, Record]]:
        """Ticks on this process's clock. Raises ValueError for a chunk that is none."""
        try:
            entries = msgspec.msgpack.decode(chunk, type=list[tuple[int, Record]])
        except msgspec.DecodeError as error:
            raise ValueError("a chunk of another kind") from error
        for key, record in entries:
            record.start += shift.ticks
            record.week += shift.ticks
            yield key, record
