"""Sending unsolicited messages: what operators and the action ladder have laid down.

Reads the facts; never changes them.
"""

from collections.abc import Mapping, Sequence

from edge.core.facts import Fact
from edge.core.inventory import Inventory
from edge.core.submission import Direction, Submission
from edge.core.verdict import Action, Hit, Reason
from edge.policy.clauses.emergency.destination import is_service_code
from edge.policy.history.clock import tick_of
from edge.policy.pacing import limits_of
from edge.policy.rule import BOTH_WAYS, Check, Checker, RuleSettings
from edge.policy.state import PolicyState


def holds(fact: Fact | None, unix: float) -> bool:
    """Whether `fact` is there and has not run out at Unix time `unix`."""
    return fact is not None and not 0 < fact.expires <= unix


class Suspended(Check):
    """`suspended`: nothing of the account goes out but texts to 988 and 7726 (emergency was asked before).

    What comes in still reaches it: STOP must be heard.
    """

    standing = True
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
    """`blocked`: out, neither from nor to a blocked number, nor from a sender to somebody it bombed; in, not from one.

    Its other parts slow senders down or hold what they send.
    """

    directions = BOTH_WAYS
    standing = True
    reason = Reason.BLOCKED

    def parts(self) -> Sequence[Checker]:
        """Who is refused, who is held, who is slowed down."""
        return self, Held(self.settings, self.inventory), Slowed(self.settings, self.inventory)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse blocked senders, blocked recipients of ours to send to, and pairs that are stopped."""
        facts = state.facts
        blocked = facts.blocked
        if blocked:
            if holds(blocked.get(submission.source.key), state.unix(now)):
                return self.hit("the sender is blocked")
            # A text to a blocked number of ours comes in all the same: it may be a STOP.
            if submission.direction is Direction.MT and holds(blocked.get(submission.destination.key), state.unix(now)):
                return self.hit("the recipient is blocked")
        return self._stopped(submission, state, now) if facts.stopped_pairs else None

    def _stopped(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Whether this sender is to leave this recipient alone: until that time, or until the recipient writes."""
        fact = state.facts.stopped_pairs.get((submission.source.key, submission.destination.key))
        if fact is None or submission.direction is not Direction.MT or not holds(fact, state.unix(now)):
            return None
        since = tick_of(fact.at - state.wall_offset)
        if state.windows.conversations.replied_since(submission, since):
            return None
        return self.hit(f"nothing to this recipient for now: {fact.reason}", sub="pair")


class Held(Check):
    """`blocked/held`: all that a sender sends is looked at by a person first. Texts to 988 and 7726 go on."""

    # What a person let go is not held again, and a replaced text has nothing to be held with.
    paced = True
    standing = True

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Hold it, whatever the rule's own action."""
        held = state.facts.held
        if not held:
            return None
        fact = held.get(submission.source.key)
        if fact is None or not holds(fact, state.unix(now)) or is_service_code(submission.destination):
            return None
        spec = self.settings.spec
        return Hit(f"{spec.id}/held", spec.clause, Action.QUARANTINE, Reason.BLOCKED, f"held: {fact.reason}")


class Slowed(Check):
    """`blocked/slowed`: a sender that is slowed down sends one message in ten seconds. 988 and 7726 are not counted."""

    paced = True
    standing = True
    table = "sender_slowed"

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.limits = limits_of(settings, "slow")

    def spans(self) -> Mapping[str, float]:
        """The one table."""
        return {self.table: self.limits.span()}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Throttle it, whatever the rule's own action."""
        slowed = state.facts.slowed
        if not slowed:
            return None
        key = submission.source.key
        fact = slowed.get(key)
        if fact is None or not holds(fact, state.unix(now)) or is_service_code(submission.destination):
            return None
        limit = self.limits.of(submission.origin)
        tat = state.sender_slowed.get(key) or now
        if tat - now > limit.tolerance:
            spec, why = self.settings.spec, f"slowed down: {fact.reason}"
            used, burst = limit.used(tat, now), limit.rate.burst
            return Hit(f"{spec.id}/slowed", spec.clause, Action.THROTTLE, Reason.PACING, why, used, burst)
        state.pending.append((state.sender_slowed, key, max(tat, now) + limit.interval))
        return None
