"""What a subscriber's message says to the policy: STOP, START, a complaint. Heard whatever becomes of it."""

from typing import TYPE_CHECKING

from edge.core.facts import Fact
from edge.core.submission import Submission
from edge.policy.context import Context

if TYPE_CHECKING:
    from edge.policy.state import PolicyState


def hear(submission: Submission, context: Context, state: "PolicyState", now: float) -> tuple[Fact, ...]:
    """The facts in an inbound message: an opt-out, an opt-in, a complaint. Also of messages that are then refused."""
    return ()
