"""Facts that must survive a restart, and the interface of the store that keeps them.

The path reads `Facts` in memory; `Ledger` makes them durable. A second store (a fleet's shared one) fits
behind the same interface.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Protocol

import msgspec

from edge.core.quarantine import Quarantine

# Complaints are counted over this long (policy.md A.1, R-COMPLAINT), in seconds.
COMPLAINT_SPAN = 7 * 86400.0


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
    whose messages an opt-out or opt-in is about, and the owner of a number that the ladder acts on. `other` is
    the recipient of a refuse-pair and the complainant of a complaint. `at` and `expires` are Unix times,
    `expires` 0 means never; `by` is who ("operator:NAME", "ladder", "smpp:north", "import:FILE"), `reason` why,
    `evidence` what it rests on (the words of a STOP, a decision id), for the record.
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


class Consent(msgspec.Struct, frozen=True, gc=False):
    """A subscriber's last word to an account: `out` (no more messages) or not, since Unix time `at`."""

    out: bool
    at: float


HOLDS = (FactKind.REFUSE_PAIR, FactKind.SLOW, FactKind.HOLD)


class Facts:
    """What holds now, in the shape the rules ask for. `blocked` is keyed by `Party.key`, `suspended` by account.

    Values are the fact that set it; an expired one is ignored by the rules and removed by `sweep`.
    """

    __slots__ = ("blocked", "complaints", "consents", "held", "slowed", "stopped_pairs", "suspended")

    def __init__(self) -> None:
        self.blocked: dict[int | str, Fact] = {}
        self.suspended: dict[str, Fact] = {}
        # (account, subscriber) -> the last word
        self.consents: dict[tuple[str, int | str], Consent] = {}
        # number complained about -> the complaints of the last seven days, oldest first
        self.complaints: dict[int | str, list[Fact]] = {}
        self.stopped_pairs: dict[tuple[int | str, int | str], Fact] = {}
        self.slowed: dict[int | str, Fact] = {}
        self.held: dict[int | str, Fact] = {}

    def consent(self, account: str, subscriber: int | str) -> Consent | None:
        """The subscriber's last word to `account`, None if there was none."""
        return self.consents.get((account, subscriber))

    def apply(self, fact: Fact) -> None:
        """Let `fact` hold from now on; the latest word on a subject wins. Applying it twice changes nothing."""
        kind, key = fact.kind, subject_key(fact.subject)
        if kind is FactKind.BLOCK:
            self.blocked[key] = fact
        elif kind is FactKind.UNBLOCK:
            self.blocked.pop(key, None)
        elif kind is FactKind.SUSPEND:
            self.suspended[fact.subject] = fact
        elif kind is FactKind.RESTORE:
            self.suspended.pop(fact.subject, None)
        elif kind in (FactKind.OPT_OUT, FactKind.OPT_IN):
            self.consents[fact.account, key] = Consent(kind is FactKind.OPT_OUT, fact.at)
        elif kind is FactKind.COMPLAINT:
            said = self.complaints.setdefault(key, [])
            if fact not in said:
                said.append(fact)
        elif kind is FactKind.REFUSE_PAIR:
            self.stopped_pairs[key, subject_key(fact.other)] = fact
        elif kind is FactKind.SLOW:
            self.slowed[key] = fact
        elif kind is FactKind.HOLD:
            self.held[key] = fact
        else:
            self._free(key, fact.other)

    def _free(self, key: int | str, other: str) -> None:
        if other:
            self.stopped_pairs.pop((key, subject_key(other)), None)
            return
        self.slowed.pop(key, None)
        self.held.pop(key, None)

    def sweep(self, now: float) -> int:
        """Forget what has expired by Unix time `now`; returns how many went."""
        gone = 0
        tables: Iterable[dict[object, Fact]] = (
            self.blocked,
            self.suspended,
            self.stopped_pairs,
            self.slowed,
            self.held,
        )  # type: ignore[assignment]
        for table in tables:
            for key in [key for key, fact in table.items() if 0 < fact.expires <= now]:
                del table[key]
                gone += 1
        return gone


def subject_key(subject: str) -> int | str:
    """`+14165550100` -> 14165550100, the key of a `Party`; short codes and names stay text."""
    if subject.startswith("+") and subject[1:].isdigit():
        return int(subject[1:])
    return subject


def subject_of(key: int | str) -> str:
    """The other way: the key of a `Party` as a fact writes it."""
    return f"+{key}" if isinstance(key, int) else key


class Ledger(Protocol):
    """The durable store. Calls return at once; the work happens in the store's own thread."""

    facts: Facts
    quarantine: Quarantine

    def record(self, fact: Fact, done: Callable[[BaseException | None], None]) -> None:
        """Apply `fact` in memory now and make it durable; `done` is called on the loop when it is on disk."""

    def next_id(self) -> str:
        """A message id of our own, never given out before, across restarts too."""

    def close(self) -> None:
        """Write what is left and stop the thread."""
