"""Addresses of all spellings, read as policy.md section C says."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.submission import Party, PartyKind
from edge.policy.signals import numbers
from edge.policy.signals.numbers import NumberingPlan, country_code, identify

LONG, FREE, SHORT = PartyKind.LONG_CODE, PartyKind.TOLL_FREE, PartyKind.SHORT_CODE
NAME, ABROAD, NONE = PartyKind.ALPHANUMERIC, PartyKind.INTERNATIONAL, PartyKind.INVALID


@pytest.mark.parametrize(
    ("address", "ton", "home", "kind", "key", "country"),
    [
        # North America, every common spelling.
        ("+14165550101", 1, 1, LONG, 14165550101, "CA"),
        ("14165550101", 1, 1, LONG, 14165550101, "CA"),
        ("14165550101", 0, 1, LONG, 14165550101, "CA"),
        ("14165550101", 2, 1, LONG, 14165550101, "CA"),
        ("4165550101", 2, 1, LONG, 14165550101, "CA"),
        ("4165550101", 0, 1, LONG, 14165550101, "CA"),
        ("14165550101", 1, 44, LONG, 14165550101, "CA"),
        ("+14165550101", 0, 44, LONG, 14165550101, "CA"),
        ("+1 (416) 555-0101", 0, 1, LONG, 14165550101, "CA"),
        ("416.555.0101", 0, 1, LONG, 14165550101, "CA"),
        ("\uff0b\uff11\uff14\uff11\uff16\uff15\uff15\uff15\uff10\uff11\uff10\uff11", 0, 1, LONG, 14165550101, "CA"),
        ("14165550101", 5, 1, LONG, 14165550101, "CA"),
        ("14165550101", 3, 1, LONG, 14165550101, "CA"),
        ("01114165550101", 1, 1, LONG, 14165550101, "CA"),
        ("0014165550101", 1, 1, LONG, 14165550101, "CA"),
        ("+12125550110", 1, 1, LONG, 12125550110, "US"),
        ("+17875550110", 1, 1, LONG, 17875550110, "PR"),
        ("+18005551212", 1, 1, FREE, 18005551212, "US"),
        ("+18335550120", 1, 1, FREE, 18335550120, "US"),
        ("+18764101234", 1, 1, ABROAD, 18764101234, "JM"),
        ("+19005551234", 1, 1, ABROAD, 19005551234, ""),
        ("+15002345678", 1, 1, ABROAD, 15002345678, ""),
        ("+16002345678", 1, 1, ABROAD, 16002345678, "CA"),
        # Abroad.
        ("+911123456789", 1, 1, ABROAD, 911123456789, "IN"),
        ("011447911123632", 0, 1, ABROAD, 447911123632, "GG"),
        ("0033612345678", 0, 1, ABROAD, 33612345678, "FR"),
        ("33612345678", 0, 1, ABROAD, 33612345678, "FR"),
        ("447700900123", 1, 1, ABROAD, 447700900123, "GB"),
        ("01133612345678", 1, 1, ABROAD, 33612345678, "FR"),
        ("+390612345678", 1, 1, ABROAD, 390612345678, "IT"),
        ("+8816123456789", 1, 1, ABROAD, 8816123456789, ""),
        # Other homes.
        ("0412345678", 0, 61, ABROAD, 61412345678, "AU"),
        ("412345678", 2, 61, ABROAD, 61412345678, "AU"),
        ("61412345678", 0, 61, ABROAD, 61412345678, "AU"),
        ("0033612345678", 0, 61, ABROAD, 33612345678, "FR"),
        ("33612345678901"[:11], 0, 61, ABROAD, 33612345678, "FR"),
        # Short codes and names.
        ("988", 1, 1, SHORT, "988", ""),
        ("7726", 0, 1, SHORT, "7726", ""),
        ("911", 0, 1, SHORT, "911", ""),
        ("9-1-1", 0, 1, SHORT, "911", ""),
        ("911911", 0, 1, SHORT, "911911", ""),
        ("72645", 3, 1, SHORT, "72645", ""),
        ("12345678", 6, 1, SHORT, "12345678", ""),
        ("000", 0, 61, SHORT, "000", ""),
        ("HELLO", 5, 1, NAME, "HELLO", ""),
        ("HELLO", 1, 1, NAME, "HELLO", ""),
        ("Caf\u00e9 1", 5, 1, NAME, "Caf\u00e9 1", ""),
    ],
)
def test_reads(address: str, ton: int, home: int, kind: PartyKind, key: int | str, country: str) -> None:
    party = identify(address, ton, 1, home)
    number = key if isinstance(key, int) else 0
    assert party == Party(address, ton, 1, kind, number, key, country)


@pytest.mark.parametrize(
    ("address", "ton", "home", "fault"),
    [
        ("", 0, 1, numbers.EMPTY),
        (" -", 0, 1, numbers.EMPTY),
        ("*123#", 0, 1, numbers.ODD_CHARACTERS),
        ("\u00b2" * 11, 1, 1, numbers.ODD_CHARACTERS),
        ("+", 1, 1, numbers.ODD_CHARACTERS),
        ("15", 0, 1, numbers.TOO_SHORT),
        ("+1911", 1, 1, numbers.TOO_SHORT),
        ("4165550101", 1, 1, numbers.IMPOSSIBLE),
        ("+141655501011", 1, 1, numbers.IMPOSSIBLE),
        ("+44791112", 1, 1, numbers.IMPOSSIBLE),
        ("+9991234567", 1, 1, numbers.UNKNOWN_COUNTRY),
        ("1" * 16, 0, 1, numbers.TOO_LONG),
        ("+" + "4" * 16, 1, 1, numbers.TOO_LONG),
        ("4" * 16, 0, 44, numbers.TOO_LONG),
        ("5550101", 0, 1, numbers.NEEDS_AREA),
        ("5550101", 4, 1, numbers.NEEDS_AREA),
        ("41655501", 0, 1, numbers.NO_COUNTRY),
        ("009991234567", 0, 1, numbers.NO_COUNTRY),
        ("1234567", 0, 33, numbers.NO_COUNTRY),
        ("99912345678", 2, 61, numbers.NO_COUNTRY),
        ("+14169110123", 1, 1, numbers.N11_EXCHANGE),
        ("+12125112345", 1, 1, numbers.N11_EXCHANGE),
        ("+14161234567", 1, 1, numbers.BAD_EXCHANGE),
        ("4161114567", 0, 1, numbers.BAD_EXCHANGE),
        ("+15552345678", 1, 1, numbers.NO_AREA),
        ("+10002345678", 1, 1, numbers.NO_AREA),
        ("+14112345678", 1, 1, numbers.N11_AREA),
    ],
)
def test_faults(address: str, ton: int, home: int, fault: str) -> None:
    party = identify(address, ton, 1, home)
    assert (party.kind, party.number, party.key, party.fault) == (NONE, 0, address, fault)


def test_the_library_accepts_what_the_table_does_not() -> None:
    """Why there is a table: an N11 exchange is "valid" to phonenumbers."""
    assert phonenumbers.is_valid_number(phonenumbers.parse("+12129112345", None))
    assert identify("+12129112345", 1, 1, 1).kind is NONE


def test_ten_digits_marked_international_pass_only_if_ours() -> None:
    plan = NumberingPlan()
    ours = plan.identify("4165550101", 1, 1, 1, {14165550101}.__contains__)
    assert (ours.kind, ours.number) == (LONG, 14165550101)
    assert plan.identify("4165550102", 1, 1, 1, {14165550101}.__contains__).kind is NONE
    # Neither answer may be remembered: numbers change hands.
    assert plan.identify("4165550101", 1, 1, 1, set[int]().__contains__).kind is NONE
    assert plan.cached()[0] == 0


def test_a_swiss_number_without_plus_stays_swiss() -> None:
    """+41 65 555 01 would be too short; a complete one is not taken for Toronto."""
    assert identify("41446681800", 1, 1, 1).country == "CH"


def test_operators_add_area_codes() -> None:
    assert identify("+12212345678", 1, 1, 1).fault == numbers.NO_AREA
    plan = NumberingPlan({"221": "CA", "222": "BS"})
    assert plan.identify("+12212345678", 1, 1, 1).kind is LONG
    assert plan.identify("+12222345678", 1, 1, 1).kind is ABROAD


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "CACHE_SIZE", 2)
    plan = NumberingPlan()
    for last in range(5):
        plan.identify(f"+4479111236{last:02}", 1, 1, 1)
    plan.identify("x" * 100, 5, 1, 1)
    assert plan.cached() == (2, 2)


def test_cached_answers_are_the_same() -> None:
    plan = NumberingPlan()
    assert plan.identify("+447911123616", 1, 1, 1) is plan.identify("+447911123616", 1, 1, 1)


@pytest.mark.parametrize(
    ("digits", "code"), [("14165550101", 1), ("447911123616", 44), ("35312345678", 353), ("999123", 0), ("", 0)]
)
def test_country_code(digits: str, code: int) -> None:
    assert country_code(digits) == code


@given(st.integers(2, 9), st.integers(0, 99), st.integers(0, 999), st.integers(0, 9999))
def test_north_american_structure(first: int, area: int, exchange: int, line: int) -> None:
    """N[0-8]X not N11, exchange [2-9]XX not N11: never more than the plan's structure allows."""
    code = first * 100 + area
    party = identify(f"+1{code:03}{exchange:03}{line:04}", 1, 1, 1)
    if code % 100 == 11 or exchange < 200 or exchange % 100 == 11 or area >= 90:
        assert party.kind is NONE
    elif party.kind is not NONE:
        assert party.number == 10_000_000_000 + code * 10_000_000 + exchange * 10_000 + line


@given(st.text(st.characters(max_codepoint=255), max_size=25), st.integers(0, 7), st.sampled_from([1, 44, 61, 7, 999]))
def test_never_raises_and_is_consistent(address: str, ton: int, home: int) -> None:
    party = identify(address, ton, 1, home)
    assert (party.kind is NONE) == bool(party.fault)
    assert party.key == (party.number or party.key)
    assert party.number < 1 << 50


def test_ten_digits_marked_international_are_read_as_ours_if_they_are() -> None:
    ours = NumberingPlan(owned=lambda number: number == 14165550100)
    assert ours.identify("4165550100", 1, 1, 1).number == 14165550100
    assert (
        ours.identify("4165550101", 1, 1, 1).number
        == NumberingPlan().identify("4165550101", 1, 1, 1).number
        != 14165550101
    )
