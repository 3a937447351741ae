"""Sending unsolicited messages: many recipients of one text, and hardly a sign that they want it."""

from collections.abc import Mapping

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.context import Context
from edge.policy.history.bulk import SPREAD
from edge.policy.history.clock import minute_of
from edge.policy.looking import look
from edge.policy.rule import Check, RuleSettings
from edge.policy.state import PolicyState


class NoConsent(Check):
    """`no-consent`: signs of consent are a message to the account within 30 days, an opt-in, an approved class.

    That there is none is normal for one message; it counts only together with many recipients of one text
    (policy.md A.1, R-NOCONSENT). A recipient with a sign of its own is never refused.
    """

    needs = SPREAD

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """Recipients up to the limit."""
        return {"texts": {name: values["recipients"] + 1 for name, values in self.own.all()}}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse the recipient that is one too many; of new accounts hold some before."""
        context = look(submission, state, now)
        values = self.own.of(submission.origin)
        count, limit = context.spread.recipients, self._limit(values, context)
        if count < limit or context.approved or context.agreed or context.conversation:
            return None
        # Of those before it: this one has shown none.
        if 100 * context.spread.agreed >= values["consent"] * (count - 1):
            return None
        account = state.windows.bulk.accounts.get(context.index)
        if account is None or account.ratio(minute_of(now)) < values["ratio"]:
            return None
        detail = f"one text to {count} recipients, {context.spread.agreed} of them with a sign of consent"
        if count >= values["recipients"]:
            return self.hit(detail, count, values["recipients"])
        return self.hit(detail, count, limit, action=Action.QUARANTINE)

    def _limit(self, values: Mapping[str, int], context: Context) -> int:
        return min(values["recipients"], values["new_recipients"]) if context.new else values["recipients"]

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Recipients of the text, against the limit."""
        context = look(submission, state, now)
        limit = self._limit(self.own.of(submission.origin), context)
        return context.spread.recipients, limit, f"{limit} recipients without a sign of consent in 24 hours"
