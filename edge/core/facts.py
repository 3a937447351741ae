"""Facts that must survive a restart, and the interface of the store that keeps them.

The path reads `Facts` in memory; `Ledger` makes them durable. A second store (a fleet's shared one) fits
behind the same interface.
"""

from collections.abc import Callable
from enum import Enum
from typing import Protocol

import msgspec


class FactKind(Enum):
    """What an operator (or, later, the action ladder) has laid down."""

    BLOCK = "block"
    UNBLOCK = "unblock"
    SUSPEND = "suspend"
    RESTORE = "restore"


class Fact(msgspec.Struct, frozen=True):
    """One entry: `subject` is a number, short code or name (block) or an account (suspend).

    `at` and `expires` are Unix times, `expires` 0 means never; `by` is who, `reason` why, for the record.
    """

    kind: FactKind
    subject: str
    at: float
    by: str = ""
    reason: str = ""
    expires: float = 0.0


class Facts:
    """What holds now, in the shape the rules ask for. `blocked` is keyed by `Party.key`, `suspended` by account.

    Values are the fact that set it; an expired one is ignored by the rules and removed by `sweep`.
    """

    __slots__ = ("blocked", "suspended")

    def __init__(self) -> None:
        self.blocked: dict[int | str, Fact] = {}
        self.suspended: dict[str, Fact] = {}

    def apply(self, fact: Fact) -> None:
        """Let `fact` hold from now on; the latest word on a subject wins."""
        if fact.kind is FactKind.BLOCK:
            self.blocked[subject_key(fact.subject)] = fact
        elif fact.kind is FactKind.UNBLOCK:
            self.blocked.pop(subject_key(fact.subject), None)
        elif fact.kind is FactKind.SUSPEND:
            self.suspended[fact.subject] = fact
        else:
            self.suspended.pop(fact.subject, None)

    def sweep(self, now: float) -> int:
        """Forget what has expired by Unix time `now`; returns how many went."""
        blocked = [key for key, fact in self.blocked.items() if 0 < fact.expires <= now]
        suspended = [name for name, fact in self.suspended.items() if 0 < fact.expires <= now]
        for key in blocked:
            del self.blocked[key]
        for name in suspended:
            del self.suspended[name]
        return len(blocked) + len(suspended)


def subject_key(subject: str) -> int | str:
    """`+14165550100` -> 14165550100, the key of a `Party`; short codes and names stay text."""
    if subject.startswith("+") and subject[1:].isdigit():
        return int(subject[1:])
    return subject


class Ledger(Protocol):
    """The durable store. Calls return at once; the work happens in the store's own thread."""

    facts: Facts

    def record(self, fact: Fact, done: Callable[[BaseException | None], None]) -> None:
        """Apply `fact` in memory now and make it durable; `done` is called on the loop when it is on disk."""

    def next_id(self) -> str:
        """A message id of our own, never given out before, across restarts too."""

    def close(self) -> None:
        """Write what is left and stop the thread."""
