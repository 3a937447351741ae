"""The only means of communication during an emergency: texting offered in place of a call for help.

Notifications may inform in an emergency; they may not be a means to contact emergency services. policy.md A.4,
R-EMG-SOLICIT.
"""

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.context import Context
from edge.policy.looking import look
from edge.policy.rule import Check, RuleSettings
from edge.policy.signals.distress import AGAINST, NAMED, NUMBER, OFFERED, PROPER, SOLICITS, TEXT, TRADE
from edge.policy.state import PolicyState

Parts = tuple[tuple[str, float], ...]
_SIGNS = (
    (NAMED, "emergency", "an emergency, or who helps in one"),
    (TEXT, "text", "to be texted"),
    (OFFERED, "help", "help promised"),
    (AGAINST, "instead", "in place of a call"),
)
_AGAINST_IT = (
    (PROPER, "proper", "says to call"),
    (TRADE, "trade", "not a matter of life and limb"),
)


class EmergencySolicit(Check):
    """`emergency-solicit`: held, and refused where it tells people not to call. What people write is only flagged."""

    content = True
    needs = SOLICITS

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """By score: two thresholds, the lower one lower still for a new account (policy.md A.9)."""
        context = look(submission, state, now)
        parts = self.points(submission, context)
        values = self.own.of(submission.origin)
        score, limit = sum(points for _, points in parts), self._limit(submission, context)
        if score < limit:
            return None
        grave = score >= values["reject"]
        action = Action.REJECT if grave else Action.QUARANTINE
        hit = self.hit("texting offered instead of emergency services", score, limit, action=action, parts=parts)
        if not context.consumer:
            return hit
        # People in distress write all sorts of things to each other.
        return self.flagged(hit) if grave else None

    def points(self, submission: Submission, context: Context) -> Parts:
        """What the score is made of."""
        values, flags = self.own.of(submission.origin), context.reading.flags
        parts = [(name, float(values[key])) for bit, key, name in _SIGNS if flags & bit]
        if flags & NUMBER or _names(context, submission.source.number):
            parts.append(("this number", float(values["number"])))
        parts += [(name, -float(values[key])) for bit, key, name in _AGAINST_IT if flags & bit]
        return tuple(parts)

    def _limit(self, submission: Submission, context: Context) -> float:
        values = self.own.of(submission.origin)
        return float(values["hold"] - (values["new"] if context.new else 0))

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """The score, against the lower threshold."""
        context = look(submission, state, now)
        score = sum(points for _, points in self.points(submission, context)) if context.flags & SOLICITS else 0.0
        return score, self._limit(submission, context), ""

    def weigh(self, submission: Submission, state: PolicyState, now: float) -> Parts:
        """The parts of the score."""
        return self.points(submission, look(submission, state, now))


def _names(context: Context, number: int) -> bool:
    """Whether the text gives the sender's own number; `number` is 0 for senders that are none."""
    national = str(number)[-10:]
    return number > 0 and any(phone.endswith(national) for phone in context.reading.phones)
