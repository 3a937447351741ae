"""Engaging in fraud: destinations that earn by being texted (SMS pumping)."""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Action, Hit, Reason
from edge.policy.pacing import Paced, Terms, account_name, limits_of
from edge.policy.rule import RuleSettings
from edge.policy.signals.numbers import country_code
from edge.policy.signals.prefixes import PrefixSet
from edge.policy.state import PolicyState

# policy.md A.5, R-AIT: satellite and global networks.
SATELLITE = PrefixSet(("870", "881", "882", "883", "979"))
PREMIUM_EXCHANGE = 976
COSTLY = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.UAN: "a company access number",
}
# Country code and this many digits are one prefix. (North America: NPA-NXX.)
PREFIX_DIGITS = 4


@lru_cache(maxsize=65536)
def costly(number: int) -> str:
    """Why an international (or placeless North American) `number` earns for whoever holds it, "" if not."""
    if SATELLITE.matches(number):
        return "a satellite or global network"
    digits = str(number)
    try:
        parsed = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return ""
    return COSTLY.get(phonenumbers.number_type(parsed), "")


@lru_cache(maxsize=65536)
def prefix(number: int) -> int:
    """The prefix that an international number is counted under: country code and four digits."""
    digits = str(number)
    return int(digits[: len(str(country_code(digits))) + PREFIX_DIGITS])


class SmsPumping(Paced):
    """`sms-pumping`: costly destinations are refused; one account's messages to one prefix are paced."""

    destinations = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
    table = "prefix_rate"

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.international = limits_of(settings, "international")
        self.refuse = PrefixSet(settings.values["refuse"])
        self.accept = PrefixSet(settings.values["accept"])

    def spans(self) -> dict[str, float]:
        """Both limits share the table."""
        return {self.table: max(self.limits.span(), self.international.span())}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what is costly, else slow down one too many to a prefix."""
        destination = submission.destination
        number = destination.number
        if destination.kind is not PartyKind.LONG_CODE:
            why = costly(number)
        else:
            why = "a premium-rate exchange" if number // 10_000 % 1000 == PREMIUM_EXCHANGE else ""
        if self.refuse and self.refuse.matches(number):
            why = why or "a destination that the operator refuses"
        if why and not self.accept.matches(number):
            return self._refused(why)
        return super().check(submission, state, now)

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By account and prefix in one integer."""
        name, destination = account_name(submission), submission.destination
        index = state.account_index(name) << 50
        if destination.kind is PartyKind.LONG_CODE:
            return state.prefix_rate, index | destination.number // 10_000, self.limits.of(name)
        return state.prefix_rate, index | prefix(destination.number), self.international.of(name)

    def _refused(self, why: str) -> Hit:
        """A costly destination is refused, not slowed down: throttling would only ask for it again."""
        spec, action = self.settings.spec, self.settings.action
        if action is Action.THROTTLE:
            action = Action.REJECT
        rule = f"{spec.id}/destination"
        return Hit(rule, spec.clause, action, Reason.DESTINATION, why, carrier=self.settings.carrier)
