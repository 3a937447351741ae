"""What a channel is given to do its work: the desk it brings every submission to.

Channels import core and the protocols only; `edge.app` puts the real desk together.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from edge.core.conf import Conf
from edge.core.decision import Decision
from edge.core.facts import Fact, Ledger
from edge.core.metrics import Metrics
from edge.core.submission import Party, Submission
from edge.core.verdict import Verdict


class Desk(Protocol):
    """The synchronous services of the path. Nothing here waits."""

    conf: Conf
    metrics: Metrics
    ledger: Ledger
    recording: bool
    """Whether any message's features are recorded; `features` is asked only then."""

    def party(self, address: str, ton: int, npi: int, home: int) -> Party:
        """Read an address (Latin-1 text, TON, NPI) as `home`'s users write it."""

    def read_ahead(self, submissions: Sequence[Submission], now: float) -> None:
        """Read the texts of submissions that are to be judged next, in this order. Decides nothing, may be left out."""

    def judge(self, submission: Submission, now: float) -> Verdict:
        """The verdict on `submission`; `now` is the loop's monotonic time in seconds. Never raises."""

    def recheck(self, submission: Submission, now: float) -> Verdict:
        """Whether a held message may go now that a person releases it: emergency, blocks, suspension, opt-out."""

    def screen(self, submission: Submission, now: float) -> Verdict:
        """What stands against its sender alone, where neither text nor recipient is known yet. Counts nothing."""

    def next_decision(self) -> str:
        """A fresh decision id: 16 hexadecimal digits, greater than all before it."""

    def record(self, decision: Decision) -> None:
        """Hand a decision to the audit: bounded, never blocks."""

    def record_durably(self, decision: Decision, done: Callable[[BaseException | None], None]) -> None:
        """The same, where an answer waits for it: `done` is called on the loop once it is on disk, or failed."""

    def lay_down(self, facts: Sequence[Fact], done: Callable[[BaseException | None], None]) -> None:
        """Make the facts of a verdict durable; `done` is called once, when all are on disk or one failed.

        The answer to the message that carried them waits for it (policy.md, decision 9).
        """

    def features(self, submission: Submission, now: float) -> object:
        """What the rules knew of `submission` (judged a moment ago), to be kept for `replay`; None where it is not."""

    def note_receipt(self, sender: int | str, stat: str, error: str, now: float) -> None:
        """A carrier's receipt for a message of `sender` (`Party.key`): its state and error as written."""

    def traffic_class(self, submission: Submission, now: float) -> str:
        """The class that `submission` looks like ("otp" ...), "" for none, whether its account is granted it or not."""

    def unix_time(self, now: float) -> float:
        """The Unix time of a loop time."""
