"""What a channel is given to do its work: the desk it brings every submission to.

Channels import core and the protocols only; `edge.app` puts the real desk together.
"""

from collections.abc import Callable
from typing import Protocol

from edge.core.conf import Conf
from edge.core.decision import Decision
from edge.core.facts import Ledger
from edge.core.metrics import Metrics
from edge.core.submission import Party, Submission
from edge.core.verdict import Verdict


class Desk(Protocol):
    """The synchronous services of the path. Nothing here waits."""

    conf: Conf
    metrics: Metrics
    ledger: Ledger

    def party(self, address: str, ton: int, npi: int, home: int) -> Party:
        """Read an address (Latin-1 text, TON, NPI) as `home`'s users write it."""

    def judge(self, submission: Submission, now: float) -> Verdict:
        """The verdict on `submission`; `now` is the loop's monotonic time in seconds. Never raises."""

    def next_decision(self) -> str:
        """A fresh decision id: 16 hexadecimal digits, greater than all before it."""

    def record(self, decision: Decision) -> None:
        """Hand a decision to the audit: bounded, never blocks."""

    def record_durably(self, decision: Decision, done: Callable[[BaseException | None], None]) -> None:
        """The same, where an answer waits for it: `done` is called on the loop once it is on disk, or failed."""

    def unix_time(self, now: float) -> float:
        """The Unix time of a loop time."""
