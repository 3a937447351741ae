"""Sending mass marketing or bulk messaging: links that hide where they lead (policy.md A.2, shared shorteners)."""

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.context import Context
from edge.policy.looking import look
from edge.policy.rule import Check, RuleSettings
from edge.policy.signals import lures
from edge.policy.signals.brands import NAMED
from edge.policy.signals.classifier import SCORE_FLAGS
from edge.policy.signals.flags import flag
from edge.policy.signals.links import FAULT_FLAGS, HIDDEN, Link
from edge.policy.signals.owners import owns_link, speaks_for
from edge.policy.signals.reading import EVASION, LINK
from edge.policy.state import PolicyState

BAIT = flag("bait")
# What makes a shortened link more than a short link: any sign of an offer or a lure. Of the classifier only its strict
# word: the short link itself is half of what makes it doubt a text of five words.
_LURED = BAIT | EVASION | HIDDEN | lures.URGENCY | lures.REQUEST_SECRET | lures.REQUEST_ACCOUNT | lures.REQUEST_REPLY
for _bit in (*lures.LURES.values(), SCORE_FLAGS["marketing"][1], SCORE_FLAGS["phishing"][1]):
    _LURED |= _bit


class Shortener(Check):
    """`shortener`: a business's link over a public shortener: held, and refused with any other sign of a lure.

    Between people a short link is everyday, and only counts with others (`phishing`). First-party short domains
    (youtu.be, amzn.to), chat links (wa.me) and the account's own domains are none.
    """

    content = True

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.hosts: frozenset[str] = settings.values["hosts"]
        self.except_hosts: frozenset[str] = settings.values["except"]
        self.needs = LINK if self.hosts else FAULT_FLAGS["shortener"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """The first such link decides."""
        context = look(submission, state, now)
        account = submission.account
        if context.consumer:
            return None
        for link in context.reading.links:
            if self._is_shared(link) and not owns_link(account, link):
                lured = self._is_lured(submission, context)
                detail = "a shortened link beside an offer or a lure" if lured else "a shortened link"
                return self.hit(detail, action=Action.REJECT if lured else Action.QUARANTINE)
        return None

    def _is_shared(self, link: Link) -> bool:
        names = {link.host.upper(), link.domain.upper()}
        return bool("shortener" in link.faults or names & self.hosts) and not names & self.except_hosts

    def _is_lured(self, submission: Submission, context: Context) -> bool:
        reading = context.reading
        if reading.flags & _LURED:
            return True
        return bool(reading.flags & NAMED) and not any(speaks_for(submission.account, name) for name in reading.brands)
