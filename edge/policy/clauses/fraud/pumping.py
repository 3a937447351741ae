"""Engaging in fraud: destinations that earn by being texted (SMS pumping)."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import phonenumbers
from phonenumbers import PhoneNumberType

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Action, Hit, Reason
from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.prefixes import Prefix, prefix, prefix_of
from edge.policy.pacing import Paced, Terms
from edge.policy.rule import Check, Checker, RuleSettings
from edge.policy.signals.prefixes import PrefixSet
from edge.policy.signals.reading import CODE
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
# Numbers so close to each other are neighbours (as in `sequential`, policy.md R-SEQ).
NEAR = 10


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
        """At home and abroad, and of one-time codes what points to pumping."""
        abroad = SmsPumpingAbroad(self.settings, self.inventory)
        return self, abroad, PumpedCodes(self.settings, self.inventory)

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


class PumpedCodes(Check):
    """One-time codes of an account to one prefix, so many and such that somebody earns by them (R-AIT).

    Recipients one after the other, many times what is usual for the prefix, or a prefix that the operator knows for it.
    The prefix then rests; the account is the victim.
    """

    destinations = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
    paced = True
    needs = CODE
    reason = Reason.PACING

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.high_risk = PrefixSet(settings.values["high_risk"])

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Slow down the codes to a prefix that looks pumped, and for a while after."""
        name, number = submission.origin, submission.destination.number
        account, value = state.account_index(name), self.settings.value
        entry = state.windows.prefixes.get(account, prefix_of(submission.destination))
        if entry is None:
            return None
        tick = tick_of(now)
        if entry.stopped and tick - entry.stopped < value("pause", name) * TICKS:
            return self.hit("codes to this prefix are paused", sub="paused")
        numbers = [*entry.recent(tick), number]
        limit = value("codes", name)
        if len(numbers) < limit:
            return None
        why = self._why(numbers, entry, account, name, state, now)
        return self.hit(f"{len(numbers)} codes to one prefix, {why}", len(numbers), limit, sub="codes") if why else None

    def _why(self, numbers: list[int], entry: Prefix, account: int, name: str, state: PolicyState, now: float) -> str:
        """What points to pumping, "" for nothing."""
        value = self.settings.value
        share = 100 * neighbours(numbers) // len(numbers)
        if share >= value("sequential", name):
            return f"{share} % of them to neighbouring numbers"
        if self.high_risk.matches(numbers[-1]):
            return "which is known for it"
        usual = state.windows.prefixes.usual(entry, account, now)
        if usual is not None and len(numbers) >= value("times", name) * usual:
            return f"where {usual:.1f} are usual"
        return ""

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Codes to the prefix in ten minutes."""
        limit = self.settings.value("codes", submission.origin)
        prefix = prefix_of(submission.destination)
        entry = state.windows.prefixes.get(state.account_index(submission.origin), prefix)
        sent = len(entry.recent(tick_of(now))) if entry is not None else 0
        return sent, limit, f"{limit} codes to one prefix in 10 minutes"


def neighbours(numbers: list[int]) -> int:
    """How many of `numbers` have another one, not the same, within ten of them."""
    distinct = sorted(set(numbers))
    near = {one for first, second in pairwise(distinct) if second - first <= NEAR for one in (first, second)}
    return sum(number in near for number in numbers)
