"""From single refusals to blocks and suspensions: the action ladder (policy.md A.9 and decision 9)."""

from typing import TYPE_CHECKING

from edge.core.facts import Fact
from edge.core.submission import Submission
from edge.core.verdict import Verdict
from edge.policy.context import Context

if TYPE_CHECKING:
    from edge.policy.state import PolicyState


def escalate(
    submission: Submission, verdict: Verdict, context: Context, state: "PolicyState", now: float
) -> tuple[Fact, ...]:
    """What this refusal brings with it for the number and the account. The engine applies it."""
    return ()
