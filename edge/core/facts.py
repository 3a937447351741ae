"""Facts that must survive a restart, and the interface of the store that keeps them.

The path reads `Facts` in memory; `Ledger` makes them durable. A second store (a fleet's shared one) fits
behind the same interface.
"""

import heapq
from bisect import insort
from collections.abc import Callable
from enum import Enum
from math import inf
from typing import Any, Protocol

import msgspec

from edge.core.consents import Consent, Consents
from edge.core.quarantine import Quarantine

DAY = 86400.0
# Complaints are counted over this long (policy.md A.1, R-COMPLAINT), in seconds.
COMPLAINT_SPAN = 7 * DAY
# Of one complainant so many count in a day: more would be malice (policy.md A.1, R-COMPLAINT).
COMPLAINTS_A_DAY = 5
# Facts of one kind that stand at once (blocks, suspensions, holds of senders); about 500 octets each.
CAP = 200_000
CAP_COMPLAINTS = 200_000


class FactKind(Enum):
    """What was laid down: by an operator, a subscriber, or the action ladder (policy.md A.9)."""

    BLOCK = "block"
    UNBLOCK = "unblock"
    SUSPEND = "suspend"
    RESTORE = "restore"
    OPT_OUT = "opt-out"
    OPT_IN = "opt-in"
    COMPLAINT = "complaint"
    REFUSE_PAIR = "refuse-pair"  # nothing of a sender goes to one recipient
    SLOW = "slow"  # a sender is slowed down: one message in ten seconds
    HOLD = "hold"  # all that a sender sends is quarantined
    FREE = "free"  # ends the three above


class Fact(msgspec.Struct, frozen=True):
    """One entry.

    `subject` is a number, short code or name (block, slow, hold, refuse-pair: the sender; complaint: who is
    complained about; opt-out and opt-in: the subscriber who said it) or an account (suspend). `account` is
    whose messages an opt-out or opt-in is about, and the owner of a number that the ladder acts on or that is
    complained about. `other` is the recipient of a refuse-pair and the complainant of a complaint. `at` and
    `expires` are Unix times, `expires` 0 means never; `by` is who ("operator:NAME", "ladder", "smpp:north",
    "import:FILE"), `reason` why, `evidence` what it rests on (the words of a STOP, a decision id), for the record.
    """

    kind: FactKind
    subject: str
    at: float
    by: str = ""
    reason: str = ""
    expires: float = 0.0
    account: str = ""
    other: str = ""
    evidence: str = ""


LADDER = "ladder"
"""`by` of what the action ladder lays down."""
HOLDS = (FactKind.REFUSE_PAIR, FactKind.SLOW, FactKind.HOLD)
CONSENTS = (FactKind.OPT_OUT, FactKind.OPT_IN)
LIFTS = (FactKind.OPT_IN, FactKind.UNBLOCK, FactKind.RESTORE, FactKind.FREE)
"""Those after which something may pass that was refused a moment ago."""


class Facts:
    """What holds now, in the shape the rules ask for. `blocked` is keyed by `Party.key`, `suspended` by account.

    Values are the fact that set it; an expired one is ignored by the rules and removed by `sweep`. `complaints` has,
    by number complained about, those of the last seven days that count, oldest first: one a day of a
    complainant about a number, and at most five a day of a complainant in all. The ledger's history has all.
    `accused` has the same complaints by the account complained about. `pardoned` says since when (Unix time, of the
    last seven days) a number is judged afresh because an operator unblocked or freed it, `restored` the same of
    accounts.
    """

    __slots__ = (
        "_complained",
        "_complaining",
        "_complaints",
        "_expiring",
        "_order",
        "accused",
        "blocked",
        "complaints",
        "consents",
        "held",
        "pardoned",
        "restored",
        "slowed",
        "stopped_pairs",
        "suspended",
    )

    def __init__(self, consents: Consents | None = None) -> None:
        self.blocked: dict[int | str, Fact] = {}
        self.suspended: dict[str, Fact] = {}
        self.consents = consents if consents is not None else Consents()
        self.complaints: dict[int | str, list[Fact]] = {}
        self.accused: dict[str, list[Fact]] = {}
        self.pardoned: dict[int | str, float] = {}
        self.restored: dict[str, float] = {}
        self.stopped_pairs: dict[tuple[int | str, int | str], Fact] = {}
        self.slowed: dict[int | str, Fact] = {}
        self.held: dict[int | str, Fact] = {}
        self._complaints = 0
        # (number, complainant) -> when last; complainant -> when, each time that counted
        self._complained: dict[tuple[int | str, int | str], float] = {}
        self._complaining: dict[int | str, list[float]] = {}
        # (expires, order of arrival, table, key), the next to expire first. What was replaced meanwhile is skipped.
        self._expiring: list[tuple[float, int, str, Any]] = []
        self._order = 0

    def stand(self) -> bool:
        """Whether anything is held against anybody: a block, a suspension, a complaint. Consents are no such thing."""
        return bool(self.blocked or self.suspended or self.stopped_pairs or self.slowed or self.held or self.complaints)

    def consent(self, account: str, subscriber: int | str) -> Consent | None:
        """The subscriber's last word to `account`, None if there was none."""
        return self.consents.get(account, subscriber)

    def apply(self, fact: Fact) -> bool:
        """Let `fact` hold from now on; the latest word on a subject wins. Applying it twice changes nothing.

        False: there is no room for one more of its kind, and it does not hold.
        """
        kind, key = fact.kind, subject_key(fact.subject)
        if kind is FactKind.OPT_OUT or kind is FactKind.OPT_IN:
            return self.consents.put(fact.account, key, kind is FactKind.OPT_OUT, fact.at)
        if kind is FactKind.COMPLAINT:
            return self._complain(key, fact)
        if kind is FactKind.UNBLOCK:
            self.blocked.pop(key, None)
        elif kind is FactKind.RESTORE:
            self.suspended.pop(fact.subject, None)
        elif kind is FactKind.FREE:
            self._free(key, fact.other)
        else:
            return self._stand(kind, key, fact)
        self.pardon(fact)
        return True

    def pardon(self, fact: Fact) -> None:
        """An operator's word that ended something: what was before speaks against the subject no more."""
        if fact.kind is FactKind.RESTORE:
            self._afresh("restored", fact.subject, fact.at)
        elif fact.kind is not FactKind.FREE or not fact.other:
            self._afresh("pardoned", subject_key(fact.subject), fact.at)

    def _afresh(self, name: str, key: int | str, at: float) -> None:
        table: dict[int | str, float] = getattr(self, name)
        if table.get(key, -inf) < at and (key in table or len(table) < CAP):
            table[key] = at
            self._expires(at + COMPLAINT_SPAN, name, key)

    def _stand(self, kind: FactKind, key: int | str, fact: Fact) -> bool:
        if kind is FactKind.SUSPEND:
            return self._put("suspended", fact.subject, fact)
        if kind is FactKind.REFUSE_PAIR:
            return self._put("stopped_pairs", (key, subject_key(fact.other)), fact)
        return self._put(_TABLES[kind], key, fact)

    def _put(self, name: str, key: Any, fact: Fact) -> bool:
        table: dict[Any, Fact] = getattr(self, name)
        if key not in table and len(table) >= CAP:
            return False
        if table.get(key) != fact:
            table[key] = fact
            self._expires(fact.expires, name, key)
        return True

    def _expires(self, expires: float, name: str, key: Any) -> None:
        if not expires:
            return
        self._order += 1
        heapq.heappush(self._expiring, (expires, self._order, name, key))
        if len(self._expiring) > 1000 + 2 * self._expirable():
            self._expiring = sorted(entry for entry in self._expiring if self._is_current(entry))

    def _expirable(self) -> int:
        stopped = (self.stopped_pairs, self.slowed, self.held)
        tables: tuple[Any, ...] = (self.blocked, self.suspended, *stopped, self.pardoned, self.restored)
        return sum(map(len, tables)) + self._complaints

    def _is_current(self, entry: tuple[float, int, str, Any]) -> bool:
        expires, _, name, key = entry
        if name == "complaints":
            return key in self.complaints
        if name in ("pardoned", "restored"):
            return bool(getattr(self, name).get(key, -inf) + COMPLAINT_SPAN == expires)
        fact: Fact | None = getattr(self, name).get(key)
        return fact is not None and fact.expires == expires

    def _free(self, key: int | str, other: str) -> None:
        if other:
            self.stopped_pairs.pop((key, subject_key(other)), None)
            return
        self.slowed.pop(key, None)
        self.held.pop(key, None)

    # -- complaints ----------------------------------------------------------------------------

    def has_complained(self, key: int | str, complainant: int | str, at: float) -> bool:
        """Whether a complaint of the same about the same counts already, within a day of Unix time `at`."""
        return abs(at - self._complained.get((key, complainant), -inf)) < DAY

    def _complain(self, key: int | str, fact: Fact) -> bool:
        complainant, at = subject_key(fact.other), fact.at
        if self.has_complained(key, complainant, at):
            return True  # the same again
        times = self._complaining.get(complainant, [])
        if sum(abs(at - one) < DAY for one in times) >= COMPLAINTS_A_DAY:
            return True  # in the history, and of no weight
        if self._complaints >= CAP_COMPLAINTS:
            return False
        insort(self.complaints.setdefault(key, []), fact, key=lambda one: one.at)
        if fact.account:
            insort(self.accused.setdefault(fact.account, []), fact, key=lambda one: one.at)
        self._complaining[complainant] = [*times, at]
        self._complained[key, complainant] = max(at, self._complained.get((key, complainant), at))
        self._complaints += 1
        self._expires(at + COMPLAINT_SPAN, "complaints", key)
        return True

    def _forget_complaints(self, key: int | str, now: float) -> int:
        said = self.complaints.get(key, [])
        old = [fact for fact in said if fact.at + COMPLAINT_SPAN <= now]
        for fact in old:
            complainant = subject_key(fact.other)
            times = [one for one in self._complaining.get(complainant, ()) if one + COMPLAINT_SPAN > now]
            if times:
                self._complaining[complainant] = times
            else:
                self._complaining.pop(complainant, None)
            if self._complained.get((key, complainant), now) + COMPLAINT_SPAN <= now:
                del self._complained[key, complainant]
        for account in {fact.account for fact in old if fact.account}:
            self.accused[account] = [fact for fact in self.accused[account] if fact not in old]
            if not self.accused[account]:
                del self.accused[account]
        self.complaints[key] = said[len(old) :]
        if not self.complaints[key]:
            del self.complaints[key]
        self._complaints -= len(old)
        return len(old)

    # -- time ----------------------------------------------------------------------------------

    def sweep(self, now: float) -> int:
        """Forget what has expired by Unix time `now`; returns how many went."""
        gone = 0
        expiring = self._expiring
        while expiring and expiring[0][0] <= now:
            entry = heapq.heappop(expiring)
            if not self._is_current(entry):
                continue
            _, _, name, key = entry
            if name == "complaints":
                gone += self._forget_complaints(key, now)
            else:
                del getattr(self, name)[key]
                gone += name not in ("pardoned", "restored")
        return gone

    def sizes(self) -> dict[str, int]:
        """How many facts stand, by what they are."""
        return {
            "blocked": len(self.blocked),
            "suspended": len(self.suspended),
            "opted_out": self.consents.outs,
            "opted_in": len(self.consents) - self.consents.outs,
            "complaints": self._complaints,
            "refused_pairs": len(self.stopped_pairs),
            "slowed": len(self.slowed),
            "held": len(self.held),
        }


_TABLES = {FactKind.BLOCK: "blocked", FactKind.SLOW: "slowed", FactKind.HOLD: "held"}


def subject_key(subject: str) -> int | str:
    """`+14165550100` -> 14165550100, the key of a `Party`; short codes and names stay text."""
    if subject.startswith("+") and subject[1:].isdecimal() and subject.isascii():
        return int(subject[1:])
    return subject


def subject_of(key: int | str) -> str:
    """The other way: the key of a `Party` as a fact writes it."""
    return f"+{key}" if isinstance(key, int) else key


class Ledger(Protocol):
    """The durable store. Calls return at once, the work happens in the store's own thread, unless said otherwise."""

    facts: Facts
    quarantine: Quarantine

    def record(self, fact: Fact, done: Callable[[BaseException | None], None]) -> None:
        """Apply `fact` in memory now and make it durable; `done` is called on the loop when it is on disk.

        `done` gets an error where that fails. The fact then holds all the same, and the store keeps trying; but not
        where there was no room for it, or the store is closed.
        """

    def next_id(self) -> str:
        """A message id of our own, never given out before, across restarts too."""

    def history(self, subject: str) -> list[Fact]:
        """All that was laid down about `subject` as a fact writes it, oldest first. Blocking: in a thread."""

    def consents(self, account: str, out: bool | None, limit: int) -> list[Fact]:
        """The consents that stand, by account ("" for any) and state (None for any), latest first. Blocking."""

    def sizes(self) -> dict[str, int]:
        """How many facts stand, by kind, and how many wait for the disk (`waiting`). From memory."""

    def close(self) -> None:
        """Write what is left and stop the thread."""
