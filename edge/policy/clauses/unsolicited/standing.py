"""Sending unsolicited messages: what operators (and, later, the action ladder and recipients) have laid down.

Reads the facts; never changes them.
"""

from edge.core.facts import Fact
from edge.core.submission import Direction, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.clauses.emergency.destination import is_service_code
from edge.policy.rule import BOTH_WAYS, Check
from edge.policy.state import PolicyState


def holds(fact: Fact | None, unix: float) -> bool:
    """Whether `fact` is there and has not run out at Unix time `unix`."""
    return fact is not None and not 0 < fact.expires <= unix


class Suspended(Check):
    """`suspended`: nothing of the account goes out but texts to 988 and 7726 (emergency was asked before).

    What comes in still reaches it: STOP must be heard.
    """

    reason = Reason.SUSPENDED

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what a suspended account sends."""
        suspended = state.facts.suspended
        account = submission.account
        if not suspended or account is None or account.name not in suspended:
            return None
        if not holds(suspended[account.name], state.unix(now)) or is_service_code(submission.destination):
            return None
        return self.hit("the account is suspended")


class Blocked(Check):
    """`blocked`: out, neither from nor to a blocked number; in, not from one."""

    directions = BOTH_WAYS
    reason = Reason.BLOCKED

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse blocked senders, and blocked recipients of ours to send to."""
        blocked = state.facts.blocked
        if not blocked:
            return None
        if holds(blocked.get(submission.source.key), state.unix(now)):
            return self.hit("the sender is blocked")
        # A text to a blocked number of ours comes in all the same: it may be a STOP.
        if submission.direction is Direction.MT and holds(blocked.get(submission.destination.key), state.unix(now)):
            return self.hit("the recipient is blocked")
        return None
