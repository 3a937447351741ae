"""What was sent, received and refused lately, per number, recipient, account and text: the history that rules ask.

Rules only look; the engine tells the windows what became of a message.
"""

from typing import TYPE_CHECKING

from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.context import Context

if TYPE_CHECKING:
    from edge.policy.state import PolicyState


class Windows:
    """The history. All tables capped, ageing, and snapshotted across restarts."""

    def sent(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """A message went on to a carrier, or was held or dropped as if it had. Once, whatever its parts."""

    def received(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """An inbound message passed."""

    def refused(self, submission: Submission, hit: Hit, context: Context, state: "PolicyState", now: float) -> None:
        """A message was refused (no retry of one refused a moment ago; no throttle)."""

    def receipt(self, sender: int | str, stat: str, error: str, now: float) -> None:
        """A delivery receipt for a message of `sender`: its final state and error as the carrier wrote them."""
