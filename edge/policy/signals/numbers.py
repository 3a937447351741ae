"""What an address is: reads a source or destination as its writer meant it, into a `Party`.

North American numbers go by a table (phonenumbers accepts exchanges that do not exist, and is slow); all others by
phonenumbers behind a cache. Judges nothing: whether a sender may use the number is for the rules.
Sources: policy.md section C; NANPA's structure of the plan, NPA-NXX-XXXX with N 2 to 9.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import phonenumbers
from cachetools import LRUCache
from phonenumbers import PhoneNumber, PhoneNumberType, ValidationResult

from edge.core.submission import Party, PartyKind

# Patterns are compiled once a region instead of falling out of re's small cache when regions mix.
phonenumbers.enable_pattern_cache()

NANP = 1
TON_INTERNATIONAL, TON_NATIONAL, TON_NETWORK, TON_SUBSCRIBER, TON_ALPHANUMERIC, TON_ABBREVIATED = 1, 2, 3, 4, 5, 6
# E.164 allows 15 digits; shorter than 7 is no subscriber's number anywhere.
DIGITS_MIN, DIGITS_MAX = 7, 15
SHORT_MIN, SHORT_MAX, SHORT_UNMARKED = 3, 8, 6
# Texts to these go where people are helped or where spam is reported: no content rule is in their way.
SERVICE_CODES = frozenset({"988", "7726"})
# International addresses remembered; about 500 octets each.
CACHE_SIZE = 50_000
TERRITORIES = frozenset({"US", "CA", "PR", "VI", "GU", "AS", "MP"})

EMPTY = "the address is empty"
ODD_CHARACTERS = "characters that no number has"
TOO_LONG = "more than 15 digits"
TOO_SHORT = "too few digits"
UNKNOWN_COUNTRY = "no such country code"
IMPOSSIBLE = "no number of that country has this length"
NO_COUNTRY = "neither national nor international"
NEEDS_AREA = "a local number without its area code"
NO_AREA = "no such area code"
N11_AREA = "a service code in place of the area code"
BAD_EXCHANGE = "the exchange may not begin with 0 or 1"
N11_EXCHANGE = "a service code in place of the exchange"
# Faults of the North American plan: such a number cannot exist, whoever claims it.
NANP_FAULTS = frozenset({NO_AREA, N11_AREA, BAD_EXCHANGE, N11_EXCHANGE})

_SEPARATORS = str.maketrans(
    {**{ord(char): None for char in " -().\u00a0"}, **{0xFF10 + digit: str(digit) for digit in range(10)}, 0xFF0B: "+"}
)


class Area(NamedTuple):
    """What the numbers of a North American area code are."""

    kind: PartyKind
    country: str


Owned = Callable[[int], bool]


def _areas() -> list[Area | None]:
    """Area code -> what it is, for 0 to 999, from the metadata of the library (a sample number each)."""
    areas: list[Area | None] = [None] * 1000
    for code in range(200, 1000):
        sample = PhoneNumber(country_code=NANP, national_number=code * 10_000_000 + 2_345_678)
        region = phonenumbers.region_code_for_number(sample)
        if region is not None:
            areas[code] = _area(region, phonenumbers.number_type(sample))
    return areas


def _area(region: str, type: int) -> Area:
    if type == PhoneNumberType.TOLL_FREE:
        return Area(PartyKind.TOLL_FREE, region)
    if type in (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.VOIP):
        # No place: 5XX, 900, and Canada's 600, 622, 633. Never a long code.
        return Area(PartyKind.INTERNATIONAL, region if region == "CA" else "")
    return Area(PartyKind.LONG_CODE if region in TERRITORIES else PartyKind.INTERNATIONAL, region)


_AREAS = _areas()
_EXCHANGES = [exchange >= 200 and exchange % 100 != 11 for exchange in range(1000)]


class NumberingPlan:
    """Reads addresses. `areas` adds or corrects North American area codes (new ones open every year).

    `areas` maps an area code ("942") to its country ("CA"); such a code holds ordinary numbers. `owned` says
    whether a number is ours; it is asked only about ten digits marked international whose country code is
    missing.
    """

    def __init__(self, areas: Mapping[str, str] | None = None, owned: Owned | None = None) -> None:
        self._owned = owned
        self._areas = list(_AREAS)
        for code, country in (areas or {}).items():
            kind = PartyKind.LONG_CODE if country in TERRITORIES else PartyKind.INTERNATIONAL
            self._areas[int(code)] = Area(kind, country)
        self._cache: LRUCache[tuple[str, int, int, int], Party] = LRUCache(CACHE_SIZE)

    def identify(self, address: str, ton: int, npi: int, home: int, owned: Owned | None = None) -> Party:
        """The party behind `address` (Latin-1 text of the wire), as users of country code `home` write it.

        Never raises: what is no address comes back as INVALID with its `fault`. `owned` as for the plan.
        """
        digits = address[1:] if address[:1] == "+" else address
        if len(digits) == 11 and digits[0] == "1" and digits.isdecimal():
            if ton == 1 or len(address) == 12 or (home == NANP and ton < TON_NETWORK):
                return self._nanp(address, ton, npi, int(digits))
        elif len(address) == 10 and home == NANP and ton in (0, TON_NATIONAL) and address.isdecimal():
            return self._nanp(address, ton, npi, 10_000_000_000 + int(address))
        key = (address, ton, npi, home)
        party = self._cache.get(key)
        if party is None:
            party, lasting = self._read(address, ton, npi, home, owned or self._owned)
            if lasting and len(address) <= 40:
                self._cache[key] = party
        return party

    def cached(self) -> tuple[int, int]:
        """For the gauges: (entries, cap) of the cache of international addresses."""
        return len(self._cache), CACHE_SIZE

    def _nanp(self, address: str, ton: int, npi: int, number: int) -> Party:
        area = self._areas[number // 10_000_000 % 1000]
        if area is not None and _EXCHANGES[number // 10_000 % 1000]:
            return Party(address, ton, npi, area[0], number, number, area[1])
        code, exchange = number // 10_000_000 % 1000, number // 10_000 % 1000
        if code % 100 == 11:
            fault = N11_AREA
        elif area is None:
            fault = NO_AREA
        else:
            fault = N11_EXCHANGE if exchange % 100 == 11 and exchange >= 200 else BAD_EXCHANGE
        return _invalid(address, ton, npi, fault)

    def _read(self, address: str, ton: int, npi: int, home: int, owned: Owned | None) -> tuple[Party, bool]:
        """The party, and whether it may be cached (not if it hangs on who owns what)."""
        text = address.translate(_SEPARATORS)
        if not text:
            return _invalid(address, ton, npi, EMPTY), True
        if any(char.isalpha() for char in text):
            # Names are taken as they stand; their rules are the registered senders'.
            return Party(address, ton, npi, PartyKind.ALPHANUMERIC, 0, address), True
        plus = text[0] == "+"
        digits = text[1:] if plus else text
        if not (digits.isascii() and digits.isdecimal()):
            return _invalid(address, ton, npi, ODD_CHARACTERS), True
        if ton == TON_INTERNATIONAL and not plus and owned is not None and len(digits) == 10 and home == NANP:
            local = self._nanp(address, ton, npi, 10_000_000_000 + int(digits))
            if local.number and owned(local.number):
                return local, False
            return self._numbered(address, digits, ton, npi, home, plus), False
        return self._numbered(address, digits, ton, npi, home, plus), True

    def _numbered(self, address: str, digits: str, ton: int, npi: int, home: int, plus: bool) -> Party:
        if not plus and _is_short(len(digits), ton):
            if len(digits) < SHORT_MIN:
                return _invalid(address, ton, npi, TOO_SHORT)
            return Party(address, ton, npi, PartyKind.SHORT_CODE, 0, digits)
        full, fault = (digits, "") if plus else _full(digits, ton, home)
        if fault:
            return _invalid(address, ton, npi, fault)
        if len(full) > DIGITS_MAX:
            return _invalid(address, ton, npi, TOO_LONG)
        if len(full) < DIGITS_MIN:
            return _invalid(address, ton, npi, TOO_SHORT)
        if full[0] == "1":
            if len(full) != 11:
                return _invalid(address, ton, npi, IMPOSSIBLE)
            return self._nanp(address, ton, npi, int(full))
        return _abroad(address, full, ton, npi)


def _is_short(length: int, ton: int) -> bool:
    """Short and service codes: marked as such, or too short for anything else."""
    return length <= SHORT_UNMARKED or (ton in (TON_NETWORK, TON_ABBREVIATED) and length <= SHORT_MAX)


def _full(digits: str, ton: int, home: int) -> tuple[str, str]:
    """All digits with the country code, or a fault, from digits written without "+"."""
    if ton == TON_INTERNATIONAL:
        return _without_exit_code(digits), ""
    if ton == TON_SUBSCRIBER:
        return "", NEEDS_AREA
    if ton != TON_NATIONAL:
        if home == NANP and digits.startswith("011"):
            return digits[3:], ""
        if digits.startswith("00") and (home != NANP or country_code(digits[2:])):
            return digits[2:], ""
    return _national(digits, home) if home == NANP else _national_abroad(digits, ton, home)


def _without_exit_code(digits: str) -> str:
    """011 and 00 before the country code, where TON has said "international" already."""
    return digits[3:] if digits.startswith("011") else digits[2:] if digits.startswith("00") else digits


def _national(digits: str, home: int) -> tuple[str, str]:
    """Within the North American plan: ten digits, or eleven from 1; longer ones begin with a country code."""
    if len(digits) == 10:
        return f"{home}{digits}", ""
    if len(digits) == 11 and digits[0] == "1":
        return digits, ""
    if len(digits) == 7:
        return "", NEEDS_AREA
    if 11 <= len(digits) <= DIGITS_MAX and country_code(digits):
        return digits, ""
    return "", TOO_LONG if len(digits) > DIGITS_MAX else NO_COUNTRY


def _national_abroad(digits: str, ton: int, home: int) -> tuple[str, str]:
    """Elsewhere: with the home country's code, else national as that country writes it, else any other code."""
    if len(digits) > DIGITS_MAX:
        return "", TOO_LONG
    own = str(home)
    if ton != TON_NATIONAL and digits.startswith(own) and _possible(digits):
        return digits, ""
    national = _parsed(digits, phonenumbers.region_code_for_country_code(home))
    if national is not None and _whole(national):
        return own + phonenumbers.national_significant_number(national), ""
    if ton != TON_NATIONAL and len(digits) >= 11 and country_code(digits):
        return digits, ""
    return "", NO_COUNTRY


def country_code(digits: str) -> int:
    """The country calling code that `digits` begin with, 0 if there is none."""
    for length in (1, 2, 3):
        if digits[:length].isdecimal() and int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return int(digits[:length])
    return 0


def _parsed(number: str, region: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None


def _possible(digits: str) -> bool:
    number = _parsed("+" + digits, None)
    return number is not None and _whole(number)


def _whole(number: PhoneNumber) -> bool:
    """Whether the length is that of a number with its area code. (`is_possible_number` takes local ones too.)"""
    return phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def _abroad(address: str, digits: str, ton: int, npi: int) -> Party:
    """A number outside the North American plan. Length is checked, ranges are not: they change monthly."""
    number = _parsed("+" + digits, None)
    if number is None:
        return _invalid(address, ton, npi, UNKNOWN_COUNTRY)
    if not _whole(number):
        return _invalid(address, ton, npi, IMPOSSIBLE)
    code = number.country_code or 0
    country = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(code)
    # "001" is the library's name for networks that belong to no country.
    country = "" if country in ("001", "ZZ") else country
    # As the library understands it: Italy keeps its leading zero, a trunk zero in the middle goes.
    full = int(f"{code}{phonenumbers.national_significant_number(number)}")
    return Party(address, ton, npi, PartyKind.INTERNATIONAL, full, full, country)


def _invalid(address: str, ton: int, npi: int, fault: str) -> Party:
    return Party(address, ton, npi, PartyKind.INVALID, 0, address, "", fault)


identify = NumberingPlan().identify
