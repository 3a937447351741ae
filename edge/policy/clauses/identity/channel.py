"""Misrepresenting your identity: what the headers of SIP and MM4 say of the sender, against who signed in."""

from edge.core.inventory import Inventory
from edge.core.submission import Identity, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.kinds import MT
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.state import PolicyState


class SenderChannel(Check):
    """`sender-channel`: R-SRC-SIP, R-SRC-MM4, R-SRC-HIDDEN and R-SIP-CTYPE of policy.md A.6.

    A header may name the sender itself, or who signed in (a SIP user that has no number of its own).
    """

    directions = BOTH_WAYS
    odd = True
    reason = Reason.SENDER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.types: frozenset[str] = settings.values["content_types"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse hidden senders and types of content that may hide another text; of our customers, other senders."""
        identity = submission.identity
        if identity is None:
            return None
        if identity.hidden:
            return self.hit("the sender is to be hidden from the recipient", sub="hidden")
        type = identity.content_type.partition(";")[0].strip().upper()
        if type and type not in self.types:
            return self.hit("a type of content that is not carried", reason=Reason.CONTENT, sub="content-type")
        return self._other(submission, identity) if submission.direction is MT else None

    def _other(self, submission: Submission, identity: Identity) -> Hit | None:
        source = submission.source
        if any(claimed not in (source.key, submission.end_user) for claimed in identity.claimed):
            return self.hit("the headers name different senders", sub="headers")
        numbers = identity.numbers
        if numbers is not None and not any(first <= source.number <= last for first, last in numbers):
            return self.hit("the number is not one of those that signed in", sub="endpoint")
        return None
