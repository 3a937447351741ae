"""Pornographic or objectionable images: links to them (policy.md A.7)."""

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.signals.links import FAULT_FLAGS
from edge.policy.signals.reading import LINK
from edge.policy.state import PolicyState


class AdultLink(Check):
    """`adult-link`: a link to an adult site, to whom it does not belong into a conversation.

    In both directions: the policy is about receiving too. Between people (and businesses) who write to each other it
    is recorded and goes on.
    """

    directions = BOTH_WAYS
    content = True

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.hosts: frozenset[str] = settings.values["hosts"]
        self.except_hosts: frozenset[str] = settings.values["except"]
        self.needs = LINK if self.hosts else FAULT_FLAGS["adult"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse; in live conversation record only."""
        context = look(submission, state, now)
        for link in context.reading.links:
            names = {link.host.upper(), link.domain.upper()}
            adult = "adult" in link.faults or names & self.hosts
            if adult and not names & self.except_hosts:
                hit = self.hit("a link to an adult site")
                return self.flagged(hit) if context.conversation else hit
        return None
