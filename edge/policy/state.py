"""What the policy remembers between messages. Explicit, capped, and kept when the rules change.

Nothing here reads a clock. `now` is the loop's monotonic time in seconds; `wall_offset` turns it into Unix time
for the facts, which outlive the process.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from edge.core.facts import Facts
from edge.core.submission import Submission
from edge.core.verdict import Verdict
from edge.policy.context import NOTHING, Context
from edge.policy.parts import CAP_PARTS, Parts
from edge.policy.signals.reading import Reading
from edge.policy.table import Table
from edge.policy.windows import Windows

# Entries of each table, both generations together; about 120 bytes an entry with an integer key. Half of it is
# what a dict of 2^21 slots holds, so that a generation never doubles for its last few entries.
CAP = 2_780_000
# What the loop guard notes is needed for seconds: at 30,000 messages a second this is five of them.
CAP_RECENT = 300_000
# Refusals are remembered in full (verdicts), so fewer of them.
CAP_VERDICTS = 100_000
# Short horizons are rounded up to this, so that tables are not turned over all the time.
SPAN_MIN = 10.0
# An identical message is refused from memory this long (design.md 5).
REFUSAL_SPAN = 60.0
# A message of ours to a number of ours is expected back from the carrier this long.
HOMECOMING_SPAN = 3600.0
# An answer to what we asked is awaited for a week; a confirmation of an opt-out and a report of spam are matters of
# minutes, and an hour is kept.
ASKED_SPAN = 7 * 86400.0
PERMIT_SPAN = 3600.0
CAP_ASKED = 300_000
CAP_REPORTED = 20_000
# A rule that raises more often than this within a minute is parked, and tried again after ten.
ERRORS_A_MINUTE = 10
PARKED_FOR = 600.0
# Entries freed by one `tick` for each dropped generation that waits: well under a millisecond.
SLICE = 4000

Permit = tuple[float, int]
Pending = list[tuple[Table[Any], Any, Any]]


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """A refusal to be repeated until `expires`."""

    verdict: Verdict
    expires: float


class PolicyState:
    """Facts, the tables of the rules, and what went wrong in them.

    Rate tables hold GCRA timestamps: of a sender (its number, `slowed` its key), an account (its name), an account's
    recipients and prefixes (account's index << 50 | digits).
    """

    __slots__ = (
        "account_rate",
        "accounts",
        "ahead",
        "asked",
        "confirmed",
        "context",
        "discarded",
        "due",
        "epoch",
        "error_windows",
        "facts",
        "helped",
        "homecoming",
        "last_errors",
        "looked_at",
        "parked",
        "parts",
        "pending",
        "prefix_rate",
        "recent",
        "recipient_edge",
        "recipient_rate",
        "refusals",
        "reported",
        "rule_errors",
        "ruleset",
        "sender_rate",
        "sender_slowed",
        "tables",
        "wall_offset",
        "windows",
    )

    def __init__(
        self, facts: Facts | None = None, wall_offset: float = 0.0, caps: Mapping[str, int] | None = None
    ) -> None:
        """`caps` overrides the cap of tables by name, for small machines and tests."""
        caps = caps or {}
        self.discarded: list[dict[Any, Any]] = []
        self.facts = facts if facts is not None else Facts()
        self.wall_offset = wall_offset
        self.looked_at: Submission | None = None
        self.ahead: dict[str, Reading] = {}  # what was read ahead of its turn, by text
        self.context: Context = NOTHING
        self.windows = Windows(caps)
        self.account_rate: Table[float] = Table(caps.get("account_rate", CAP), SPAN_MIN, self.discarded)
        self.sender_rate: Table[float] = Table(caps.get("sender_rate", CAP), SPAN_MIN, self.discarded)
        self.sender_slowed: Table[float] = Table(caps.get("sender_slowed", CAP), SPAN_MIN, self.discarded)
        self.recipient_rate: Table[float] = Table(caps.get("recipient_rate", CAP), SPAN_MIN, self.discarded)
        self.recipient_edge: Table[float] = Table(caps.get("recipient_edge", CAP), SPAN_MIN, self.discarded)
        self.prefix_rate: Table[float] = Table(caps.get("prefix_rate", CAP), SPAN_MIN, self.discarded)
        self.recent: Table[tuple[float, int, str]] = Table(caps.get("recent", CAP_RECENT), SPAN_MIN, self.discarded)
        self.homecoming: Table[float] = Table(caps.get("homecoming", CAP), HOMECOMING_SPAN, self.discarded)
        self.parts = Parts(caps.get("parts", CAP_PARTS), self.discarded)
        self.refusals: Table[Refusal] = Table(caps.get("refusals", CAP_VERDICTS), REFUSAL_SPAN, self.discarded)
        # By account and subscriber: when our last message asked for consent; when the confirmation of an opt-out went
        # out, and when HELP was said to, each with the message that used it up (see `hearing.usage`).
        self.asked: Table[float] = Table(caps.get("asked", CAP_ASKED), ASKED_SPAN, self.discarded)
        self.confirmed: Table[Permit] = Table(caps.get("confirmed", CAP_ASKED), PERMIT_SPAN, self.discarded)
        self.helped: Table[Permit] = Table(caps.get("helped", CAP_ASKED), PERMIT_SPAN, self.discarded)
        # By reporter: the first step of a report of spam.
        self.reported: Table[tuple[float, str]] = Table(caps.get("reported", CAP_REPORTED), PERMIT_SPAN, self.discarded)
        self.tables: dict[str, Table[Any]] = {
            name: getattr(self, name) for name in self.__slots__ if isinstance(getattr(self, name, None), Table)
        }
        self.accounts: dict[str, int] = {}
        self.pending: Pending = []
        self.due = 0.0
        self.epoch = 0
        self.rule_errors: dict[str, int] = {}
        self.last_errors: dict[str, str] = {}
        self.error_windows: dict[str, tuple[float, int]] = {}
        self.parked: dict[str, float] = {}
        self.ruleset: object = None

    def adopt(
        self, ruleset: object, spans: Mapping[str, float], room: Mapping[str, Mapping[str, int]] | None = None
    ) -> None:
        """A new set of rules takes over: counts stay, refusals and parked rules get a new chance.

        `spans` says for each table how long its entries can matter under the new rules, `room` what the windows have
        to tell apart (`Checker.room`).
        """
        self.windows.adopt(room or {})
        self.ruleset = ruleset
        self.ahead.clear()
        for name, span in spans.items():
            self.tables[name].span = max(SPAN_MIN, span)
        self.parked.clear()
        self.error_windows.clear()
        self.forget_refusals()

    def account_index(self, name: str) -> int:
        """A small number for an account, for integer keys. As many as accounts were ever in the conf."""
        index = self.accounts.get(name)
        if index is None:
            index = self.accounts[name] = len(self.accounts) + 1
        return index

    def spend(self) -> None:
        """Write what the rules noted while they looked at a message that now passes."""
        for table, key, value in self.pending:
            # `Table.put` written out: several times on the path of every message.
            young = table.young
            young[key] = value
            if len(young) >= table.half:
                table.turn_early()

    def turn(self, now: float) -> None:
        """Turn over the tables that are due. When it happens changes no verdict: entries carry their times."""
        for table in self.tables.values():
            if now >= table.due:
                table.turn(now)
        self.due = min(table.due for table in self.tables.values())

    def tick(self, now: float) -> None:
        """Age in the background, in slices; call it about ten times a second. Changes no verdict."""
        if now >= self.due:
            self.turn(now)
        self.windows.tick(now)
        if not self.discarded:
            return
        victim = self.discarded[-1]
        for _ in range(min(SLICE * len(self.discarded), len(victim))):
            victim.popitem()
        if not victim:
            self.discarded.pop()

    def forget_refusals(self) -> None:
        """After an unblock, a restore, a release or a reload: judge everything afresh."""
        self.refusals.clear()
        self.epoch += 1

    def note_error(self, rule: str, error: Exception, now: float, may_park: bool) -> None:
        """A rule raised: count it, and park it if it does so too often and may be parked.

        The kind of the error and its place are kept; never its message, which may quote a text.
        """
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace is not None else ""
        self.last_errors[rule] = type(error).__name__ + place
        self.rule_errors[rule] = self.rule_errors.get(rule, 0) + 1
        start, count = self.error_windows.get(rule, (now, 0))
        if now - start >= 60.0:
            start, count = now, 0
        self.error_windows[rule] = (start, count + 1)
        if may_park and count + 1 > ERRORS_A_MINUTE:
            self.parked[rule] = now + PARKED_FOR

    def parked_rules(self, now: float) -> frozenset[str]:
        """The rules that are not asked at `now`."""
        for rule in [rule for rule, until in self.parked.items() if now >= until]:
            del self.parked[rule]
            self.error_windows.pop(rule, None)
        return frozenset(self.parked)

    def sizes(self) -> dict[str, tuple[int, int, int]]:
        """For the gauges: table -> (entries, cap, cap hits)."""
        own = {name: (len(table), table.cap, table.cap_hits) for name, table in self.tables.items()}
        return own | self.windows.sizes()

    def unix(self, now: float) -> float:
        """The Unix time of `now`."""
        return now + self.wall_offset
