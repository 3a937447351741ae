"""Engaging in fraud: destinations that earn by being texted (SMS pumping)."""

from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Action, Hit, Reason
from edge.policy.pacing import Paced, Terms
from edge.policy.rule import Checker, RuleSettings
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
    """`sms-pumping` in the home plan: pay-per-call exchanges are refused, each other exchange is paced."""

    destinations = frozenset({PartyKind.LONG_CODE})
    table = "prefix_rate"

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.refuse = PrefixSet(settings.values["refuse"])
        self.accept = PrefixSet(settings.values["accept"])
        self.listed = bool(self.refuse)

    def parts(self) -> Sequence[Checker]:
        """At home and abroad."""
        return self, SmsPumpingAbroad(self.settings, self.inventory)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what is costly, else slow down one too many to a prefix."""
        number = submission.destination.number
        if number // 10_000 % 1000 == PREMIUM_EXCHANGE and not self.accept.matches(number):
            return self.refused("a pay-per-call exchange")
        if self.listed and self.refuse.matches(number):
            return self.refused("a destination that the operator refuses")
        return Paced.check(self, submission, state, now)

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By account, area code and exchange in one integer."""
        name = submission.origin
        index = state.accounts.get(name) or state.account_index(name)
        key = index << 50 | submission.destination.number // 10_000
        return state.prefix_rate, key, self.own.get(name, self.everybody)

    def refused(self, why: str) -> Hit:
        """A costly destination is refused, not slowed down: throttling would only ask for it again."""
        spec, action = self.settings.spec, self.settings.action
        if action is Action.THROTTLE:
            action = Action.REJECT
        rule = f"{spec.id}/destination"
        return Hit(rule, spec.clause, action, Reason.DESTINATION, why, carrier=self.settings.carrier)


class SmsPumpingAbroad(SmsPumping):
    """`sms-pumping` for other countries, and for North American numbers that belong to no place."""

    destinations = frozenset({PartyKind.INTERNATIONAL})
    setting = "international"

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what is costly, else slow down one too many to a prefix."""
        number = submission.destination.number
        why = costly(number)
        if why and not self.accept.matches(number):
            return self.refused(why)
        if self.listed and self.refuse.matches(number):
            return self.refused("a destination that the operator refuses")
        return Paced.check(self, submission, state, now)

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By account and prefix in one integer."""
        name = submission.origin
        key = state.account_index(name) << 50 | prefix(submission.destination.number)
        return state.prefix_rate, key, self.own.get(name, self.everybody)
