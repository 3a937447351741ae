"""Using SIPSTACK numbers as the only means of communication during an emergency.

Exact matches per country only: no prefixes (+91 11 is Delhi, 911911 a short code), and never the union of all
countries (it holds 311 and 511). Works on the digits as dialled, before anything else is made of them.
"""

from collections.abc import Mapping
from functools import lru_cache

from phonenumbers import country_code_for_region, shortnumberinfo

from edge.core.inventory import Inventory
from edge.core.submission import Party, PartyKind, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.signals.numbers import NANP, SERVICE_CODES, TERRITORIES
from edge.policy.state import PolicyState

# policy.md A.4; the other countries are asked of phonenumbers' short number metadata.
NORTH_AMERICA = ("911", "112")
NUMBERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(TERRITORIES, NORTH_AMERICA),
    "GB": ("999", "112"),
    "IE": ("112", "999"),
    "AU": ("000", "112", "106"),
    "NZ": ("111",),
    "DE": ("112", "110"),
    "FR": ("112", "15", "17", "18"),
    "IT": ("112", "113", "115", "118"),
    "ES": ("112", "085", "088"),
    "PL": ("112", "997", "998", "999"),
    "IN": ("112", "100", "101", "102", "108", "1298"),
    "JP": ("119", "110"),
    "CN": ("110", "119", "120"),
    "BR": ("190", "192", "193", "112", "128", "911"),
    "MX": ("911", "060", "065", "066", "068", "080"),
    "JM": ("119", "110", "112", "911"),
    "HK": ("999", "112", "992"),
    "SG": ("999", "993", "995"),
    "ZA": ("112",),
    "NG": ("199",),
    "IL": ("100", "101", "102", "112"),
    "AE": ("999", "112", "997", "998"),
    "TR": ("112", "110", "155"),
}
# Visual separators, and the keys people add; full-width digits as phones with such keyboards send them.
_SEPARATORS = str.maketrans(
    {**{ord(char): None for char in "+-. ()#\u00a0"}, **{0xFF10 + digit: str(digit) for digit in range(10)}}
)
# The longest emergency number with exit code and country code before it.
_DIALLED_MAX = 3 + 3 + 6
_COUNTRY_UNKNOWN = ("112", "911")


@lru_cache(maxsize=8192)
def is_emergency(digits: str, country: str) -> bool:
    """Whether exactly `digits` are an emergency number of `country` (ISO 3166, "" unknown)."""
    listed = NUMBERS.get(country)
    if listed is not None:
        return digits in listed
    if not country:
        return digits in _COUNTRY_UNKNOWN
    return digits.isdecimal() and bool(shortnumberinfo.is_emergency_number(digits, country))


def emergency_number(address: str, ton: int, country: str, code: int) -> str:
    """The emergency number of `country` (calling code `code`) that was dialled as `address`, "" for none.

    Understood are the bare number with any separators, and with what phones and software put before it:
    "+", the country code, 00 or 011. A bare country code counts only where it cannot be part of a
    domestic short number: after "+", an exit code or TON 1, and for North America (1911), where three
    digits must remain.
    """
    dialled = address.translate(_SEPARATORS)
    if not 2 <= len(dialled) <= _DIALLED_MAX:
        return ""
    own = str(code)
    forms = [(dialled, code == NANP or ton == 1 or address.lstrip()[:1] in ("+", "\uff0b"))]
    exits = ("00", "011") if code == NANP else ("00",)
    forms += [(dialled[len(exit) :], True) for exit in exits if dialled.startswith(exit)]
    for digits, with_code in forms:
        if is_emergency(digits, country):
            return digits
        rest = digits[len(own) :]
        if with_code and digits.startswith(own) and (code != NANP or len(rest) == 3) and is_emergency(rest, country):
            return rest
    return ""


def emergency_country(submission: Submission) -> tuple[str, int]:
    """Whose emergency numbers hold: of the sender's country; of the account's where the sender has none.

    Toll-free numbers, short codes and names have no country of their own. (country, calling code)
    """
    source, account = submission.source, submission.account
    if source.country and source.kind in (PartyKind.LONG_CODE, PartyKind.INTERNATIONAL):
        return source.country, _calling_code(source.country)
    if account is None:
        return "", NANP
    if account.country:
        return account.country, _calling_code(account.country)
    return ("US" if account.home == NANP else ""), account.home


@lru_cache(maxsize=512)
def _calling_code(country: str) -> int:
    return int(country_code_for_region(country))


class EmergencyDestination(Check):
    """`emergency-destination`: bounced with a text that says to call. If it fails: refused without the text."""

    failure = Reason.EMERGENCY
    reason = Reason.EMERGENCY

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.numbers: frozenset[int] = settings.values["numbers"]
        self.reply: str = settings.values["reply"]
        if not self.numbers:
            # A well-formed North American number is none of the short ones: without a list, no question.
            self.destinations = self.destinations - {PartyKind.LONG_CODE, PartyKind.TOLL_FREE}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Bounce what was dialled to reach emergency services."""
        destination = submission.destination
        if destination.number and destination.number in self.numbers:
            country, _ = emergency_country(submission)
            listed = NUMBERS.get(country, _COUNTRY_UNKNOWN)
            return self._bounce(f"the number of an emergency call centre, {destination.number}", listed[0])
        if destination.kind in (PartyKind.LONG_CODE, PartyKind.TOLL_FREE):
            return None
        country, code = emergency_country(submission)
        number = emergency_number(destination.text, destination.ton, country, code)
        return self._bounce(f"{number} of {country or 'an unknown country'}", number) if number else None

    def _bounce(self, detail: str, number: str) -> Hit:
        return self.hit(detail, reply=self.reply.replace("{number}", number))


class EmergencySource(Check):
    """`emergency-source`: emergency numbers and call centres as the sender, in both directions."""

    directions = BOTH_WAYS
    reason = Reason.SENDER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.numbers: frozenset[int] = settings.values["numbers"]
        if not self.numbers:
            self.senders = self.senders - {PartyKind.LONG_CODE, PartyKind.TOLL_FREE}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse a sender that is an emergency number."""
        source = submission.source
        if source.number and source.number in self.numbers:
            return self.hit("the number of an emergency call centre")
        if source.kind in (PartyKind.LONG_CODE, PartyKind.TOLL_FREE):
            return None
        country, code = emergency_country(submission)
        number = emergency_number(source.text, source.ton, country, code)
        return self.hit(f"{number} is an emergency number") if number else None


def is_service_code(party: Party) -> bool:
    """988 and 7726, exactly."""
    return party.kind is PartyKind.SHORT_CODE and party.key in SERVICE_CODES
