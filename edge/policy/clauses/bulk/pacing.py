"""Sending mass marketing or bulk messaging: how fast, how much, and to how many at once."""

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.kinds import TOLL_FREE
from edge.policy.pacing import Paced, Terms, limits_of
from edge.policy.rule import Check, RuleSettings
from edge.policy.state import PolicyState


class RateAccount(Paced):
    """`rate-account`: messages of an account, whatever the sender."""

    table = "account_rate"

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By the account's name."""
        name = submission.origin
        return state.account_rate, name, self.own.get(name, self.everybody)


class RateSender(Paced):
    """`rate-sender`: messages of one phone number. Short codes and names are paced by their account alone."""

    senders = frozenset({PartyKind.LONG_CODE, PartyKind.TOLL_FREE, PartyKind.INTERNATIONAL})
    table = "sender_rate"

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.toll_free = limits_of(settings, "toll_free")

    def spans(self) -> dict[str, float]:
        """Both limits share the table."""
        return {self.table: max(self.limits.span(), self.toll_free.span())}

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By the sender's number."""
        source, name = submission.source, submission.origin
        if source.kind is TOLL_FREE:
            return state.sender_rate, source.number, self.toll_free.of(name)
        return state.sender_rate, source.number, self.own.get(name, self.everybody)


class ManyRecipients(Check):
    """`many-recipients`: the recipients of one submission."""

    odd = True
    reason = Reason.RECIPIENTS

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse each recipient of a list that is too long."""
        limit = self._limit(submission)
        count = submission.destinations
        return self.hit(f"{count} recipients", count, limit) if count > limit else None

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Recipients, against the limit."""
        limit = self._limit(submission)
        return submission.destinations, limit, f"{limit} recipients"

    def _limit(self, submission: Submission) -> int:
        """An MMS has one list; what carriers take is shorter there (policy.md A.2)."""
        name = "recipients" if submission.media is None else "media_recipients"
        limit: int = self.settings.value(name, submission.origin)
        return limit
