"""What the pacing rules share: one GCRA question about one key.

Never blocks, never counts by itself: what a message costs waits on `state.pending` until it passes.
"""

from abc import abstractmethod
from collections.abc import Hashable, Mapping

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit, Reason
from edge.policy.rates import Limit, Limits, limit_of
from edge.policy.rule import Check, RuleSettings
from edge.policy.state import PolicyState
from edge.policy.table import Table

Terms = tuple[Table[float], Hashable, Limit]


def limits_of(settings: RuleSettings, name: str) -> Limits:
    """The rate setting `name`, compiled for everybody and for the accounts with their own."""
    own = {account: limit_of(values[name]) for account, values in settings.accounts.items()}
    return Limits(limit_of(settings.values[name]), own)


class Paced(Check):
    """A rule that is one limit. A subclass says in `terms` what is counted, where, and against what."""

    paced = True
    reason = Reason.PACING
    table = ""
    setting = "limit"

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        limits = limits_of(settings, self.setting)
        self.limits = limits
        # Whose own limits there are, and what holds for all others.
        self.own, self.everybody = limits.own, limits.everybody

    def spans(self) -> Mapping[str, float]:
        """The one table, for as long as the slowest of the limits remembers."""
        return {self.table: self.limits.span()}

    @abstractmethod
    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """(table, key, limit). The account that pays is the submission's origin."""

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """A hit if one more message is too many."""
        table, key, limit = self.terms(submission, state, now)
        tat = table.young.get(key)
        if tat is None:
            tat = table.old.get(key, now)
        if tat - now > limit.tolerance:
            return self.over(limit, tat, now)
        state.pending.append((table, key, (tat if tat > now else now) + limit.interval))
        return None

    def over(self, limit: Limit, tat: float, now: float) -> Hit:
        """The hit: messages of the burst in use, against the burst."""
        return self.hit(f"{limit.rate} is used up", limit.used(tat, now), limit.rate.burst)

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Messages of the burst in use, the burst, and the rate as it is written."""
        table, key, limit = self.terms(submission, state, now)
        tat = table.get(key)
        return limit.used(now if tat is None else tat, now), limit.rate.burst, str(limit.rate)
