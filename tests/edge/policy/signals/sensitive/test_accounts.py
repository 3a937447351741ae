"""Bank accounts: IBAN, ABA routing numbers, and the words around what else is an account."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.sensitive.accounts import _LENGTHS, checks, has_bank_account, has_iban, routing


def iban(country: str, rest: str) -> str:
    """A number with the right check digits, ISO 13616 done by hand."""
    digits = "".join(str(int(character, 36)) for character in rest + country + "00")
    return f"{country}{98 - int(digits) % 97:02}{rest}"


@given(st.sampled_from(sorted(_LENGTHS)), st.data())
def test_every_country(country: str, data: st.DataObject) -> None:
    rest = data.draw(st.text("0123456789", min_size=_LENGTHS[country] - 4, max_size=_LENGTHS[country] - 4))
    number = iban(country, rest)
    spaced = " ".join(number[start : start + 4] for start in range(0, len(number), 4))
    assert checks(number)
    assert has_iban(number)
    assert has_iban(f"to {spaced} please")
    assert not has_iban(number[:-1])
    assert not has_iban(f"{number}7")


@given(st.sampled_from(sorted(_LENGTHS)), st.data())
def test_a_changed_digit_is_noticed(country: str, data: st.DataObject) -> None:
    rest = data.draw(st.text("0123456789", min_size=_LENGTHS[country] - 4, max_size=_LENGTHS[country] - 4))
    number = iban(country, rest)
    place = data.draw(st.integers(4, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not checks(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "gb82west12345698765432",
        "iban: gb82 west 1234 5698 7654 32",
        "iban gb82-west-1234-5698-7654-32.",
        "ref ab12 then gb82 west 1234 5698 7654 32",
        "virement sur fr14 2004 1010 0505 0001 3m02 606 merci",
        "no9386011117947",
    ],
)
def test_ways_to_write_one(text: str) -> None:
    assert has_iban(text)


@pytest.mark.parametrize(
    "text",
    [
        "gb83 west 1234 5698 7654 32",
        "zz82 west 1234 5698 7654 32",
        "gb82 people came to the party last night and left early",
        "vat gb123456789",
        "iban is in your banking app",
        "gb82" * 5_000,
        "gb82 west 1234 5698 7654 33 " * 2_000,
    ],
)
def test_what_is_no_iban(text: str) -> None:
    assert not has_iban(text)


@pytest.mark.parametrize("number", ["021000021", "011401533", "122105155", "121000358"])
def test_routing_numbers(number: str) -> None:
    assert routing(number)
    assert not routing(f"{(int(number) + 1) % 10**9:09}")


@pytest.mark.parametrize(
    "text",
    [
        "routing 021000021 account 123456789",
        "aba: 021000021, acct# 000123456789",
        "routing number is 0210-0002-1 and account number 1111222233330",
        "transit 12345 institution 003 account 1234567",
        "transit: 00012 inst: 003 acct: 123456789",
        "transit 12345-815 compte 1234567",
        "sort code 20-00-00 account 55779911",
        "account number 55779911 sort code 200000",
    ],
)
def test_bank_accounts(text: str) -> None:
    assert has_bank_account(text)


@pytest.mark.parametrize(
    "text",
    [
        "our routing number is 021000021",
        "routing 021000022 account 123456789",
        "account 021000021 routing",
        "account number 12345678, balance 500",
        "take transit 12345 to the bank",
        "the sort code is on the envelope",
    ],
)
def test_what_is_no_bank_account(text: str) -> None:
    assert not has_bank_account(text)
