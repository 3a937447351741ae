"""Fraud and phishing: `phishing` weighs the evidence, refuses what is sure and holds what is doubtful."""

from collections.abc import Mapping
from typing import Any

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.clauses.fraud.evidence import FEW, NEEDS, SPREAD_MIN, Case, gather
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.state import PolicyState


class Phishing(Check):
    """`phishing`: the score against two thresholds; in both directions, whoever the sender is (policy.md A.0)."""

    directions = BOTH_WAYS
    content = True
    needs = NEEDS

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.everybody: dict[str, Any] = dict(settings.values)
        self.own: dict[str, dict[str, Any]] = {name: dict(values) for name, values in settings.accounts.items()}

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """Recipients of a text up to those from which it is going round."""
        return {"texts": {"": SPREAD_MIN + 1}}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refused from `reject` points on, held from `quarantine` (an account in its first week: `quarantine_new`)."""
        values, case, score = self.weighed(submission, state, now)
        limit = self.held_from(values, case)
        if score < limit:
            return None
        strongest = max(case.signals, key=lambda signal: signal.points)
        action = Action.QUARANTINE
        if score >= values["reject"]:
            action, limit = Action.REJECT, values["reject"]
        parts = tuple((signal.name, float(signal.points)) for signal in case.signals)
        hit = self.hit(strongest.sub, score, limit, sub=strongest.sub, action=action, parts=parts)
        return self.flagged(hit) if is_quoted(case) else hit

    def weighed(self, submission: Submission, state: PolicyState, now: float) -> tuple[dict[str, Any], Case, int]:
        """The settings that hold for the account, the evidence, and its points, never below 0."""
        account = submission.account
        values = self.own.get(account.name, self.everybody) if account is not None else self.everybody
        case = gather(submission, look(submission, state, now), values, values["base"])
        return values, case, max(0, sum(signal.points for signal in case.signals))

    def held_from(self, values: dict[str, Any], case: Case) -> int:
        """The lower threshold."""
        new = case.outbound and case.context.new
        return int(values["quarantine_new" if new else "quarantine"])

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """The score against the threshold of refusal."""
        values, _, score = self.weighed(submission, state, now)
        return float(score), float(values["reject"]), ""

    def weigh(self, submission: Submission, state: PolicyState, now: float) -> tuple[tuple[str, float], ...]:
        """All signals with their points."""
        _, case, _ = self.weighed(submission, state, now)
        return tuple((signal.name, float(signal.points)) for signal in case.signals)


def is_quoted(case: Case) -> bool:
    """Whether people only show each other a fraud: never more than a flag, whatever the score (decision 13).

    Outbound from consumers to one or two recipients, in conversation or from an account that is no newcomer; inbound
    from whoever asks.
    """
    if not case.asking:
        return False
    if case.outbound:
        known = case.context.conversation or not case.context.new
        return case.context.consumer and known and case.context.spread.recipients < FEW
    return case.context.spread.edge_recipients < FEW
