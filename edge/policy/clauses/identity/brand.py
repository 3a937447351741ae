"""Misrepresenting your identity: a business that speaks in the name of a protected brand or public body."""

from edge.core.account import Account
from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit
from edge.policy.looking import look
from edge.policy.rule import Check, RuleSettings
from edge.policy.signals.brands import ASKS, CLAIMED, GOVERNMENT, IMPLIED
from edge.policy.signals.owners import names_itself, speaks_for
from edge.policy.signals.reading import LINK, PHONE
from edge.policy.state import PolicyState


class BrandMismatch(Check):
    """`brand-mismatch`: "this is / it's / from / votre + brand", or "Brand: ...", and the account is another's.

    (policy.md A.6, R-BRAND-MISMATCH and R-BRAND-GOV.) A brand that is only named ("your Amazon parcel is at the desk")
    claims nothing. People write to each other about brands, and forward what brands wrote: never more than a flag.
    """

    content = True
    needs = CLAIMED | IMPLIED

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        own = {name: values["allowed"] for name, values in settings.accounts.items()}
        self.allowed: dict[str, frozenset[str]] = own
        self.everybody: frozenset[str] = settings.values["allowed"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse a claim that wants something of its reader, hold one that does not."""
        context = look(submission, state, now)
        reading, account = context.reading, submission.account
        if any(self._may_speak_for(account, brand) for brand in reading.brands):
            return None
        flags = reading.flags
        asks = bool(flags & (ASKS | LINK | PHONE))
        if not (asks and flags & CLAIMED) and names_itself(account, reading):
            return None  # who says who it is may have somebody else's name in front: "Amazon: 2 parcels. Elm Condos"
        if context.consumer and context.conversation:
            return None
        public = flags & GOVERNMENT
        detail = f"speaks as {'a public body' if public else 'a brand'} that is not the account's"
        action = Action.REJECT if asks else Action.QUARANTINE
        hit = self.hit(detail, sub="government" if public else "", action=action)
        return self.flagged(hit) if context.consumer else hit

    def _may_speak_for(self, account: Account | None, brand: str) -> bool:
        if account is not None and brand.upper() in self.allowed.get(account.name, self.everybody):
            return True
        return speaks_for(account, brand)
