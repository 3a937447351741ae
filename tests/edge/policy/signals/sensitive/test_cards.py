"""Payment cards: issuers, lengths, check digits, and the words that make sixteen digits something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.sensitive.cards import has_card, is_card, issuer_length, luhn


def check_digit(digits: str) -> str:
    """The digit that makes `digits` pass, found by trying: independent of how it is checked."""
    return next(last for last in "0123456789" if luhn(digits + last))


@given(st.text("0123456789", min_size=1, max_size=30))
def test_one_digit_in_ten_passes(digits: str) -> None:
    assert sum(luhn(digits + last) for last in "0123456789") == 1


@given(st.text("0123456789", min_size=3, max_size=30), st.data())
def test_a_changed_digit_is_noticed(digits: str, data: st.DataObject) -> None:
    whole = digits + check_digit(digits)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != whole[place]]))
    assert not luhn(whole[:place] + other + whole[place + 1 :])


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111",
        "4222222222222",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "6011111111111117",
        "30569309025904",
        "38520000023237",
        "3530111333300000",
        "6200000000000005",
    ],
)
def test_published_test_numbers(number: str) -> None:
    assert is_card(number)
    assert has_card(number)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("4111111111111112", "the check digit is wrong"),
        ("411111111111116", "no Visa has fifteen digits"),
        ("9348746895074037", "no issuer begins with 9"),
        ("490154203237518", "an IMEI"),
        ("5045678901234560", "50 is nobody's here"),
        ("2220000000000004", "below the 2-series"),
        ("2721000000000005", "above the 2-series"),
    ],
)
def test_no_cards(number: str, why: str) -> None:
    assert not (issuer_length(number) and luhn(number)), why
    assert not has_card(f"card {number}")


@pytest.mark.parametrize(
    "text",
    [
        "card 4111 1111 1111 1111",
        "card 4111-1111-1111-1111",
        "card 4111.1111.1111.1111",
        "card 4111  1111  1111  1111",
        "card 4111 - 1111 - 1111 - 1111",
        "card 4111/1111/1111/1111",
        "card 4111\n1111\n1111\n1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1",
        "41 11 11 11 11 11 11 11",
        "41111111 11111111",
        "3782 822463 10005",
        "3056 930902 5904",
        "visa 411111-1111-111111",
        "it is 4111111111111111.",
        "(4111111111111111)",
        "4111 1111 1111 1111, 09/28, 123",
        "4111 1111 1111 1111 0928 123",
        "call 416 555 0123 and give 4111 1111 1111 1111",
        "order 88213 was paid with card 4111 1111 1111 1111",
        "tracking 4111111111111111 cvv 123",
        "card on file 5555.5555.5555.4444",
    ],
)
def test_ways_to_write_one(text: str) -> None:
    assert has_card(text)


@pytest.mark.parametrize(
    "text",
    [
        "order 4111111111111111 has shipped",
        "tracking number is 4111111111111111",
        "track your parcel here: 4111 1111 1111 1111",
        "numero de suivi : 4111111111111111",
        "facture no 4111111111111111",
        "invoice #4111111111111111 is ready",
        "booking reference 4111111111111111",
        "imei 4111111111111111",
        "**** **** **** 1111",
        "xxxx-xxxx-xxxx-1111",
        "4111 11** **** 1111",
        "card ending 1111",
        "94111111111111111119",
        "1234567890123 4111111111111111 1234567890123 99"[:13],
        "4165550123 6045550199",
        "416 555 0123 604 555 0199",
        "06 12 34 56 78 06 98 76 54 32",
        "2024 05 12 14 30 55",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        "usps 9205 5901 4111 1111 1111 11",
        "sim 8901260123456789012",
        "ean 4006381333931",
    ],
)
def test_other_numbers(text: str) -> None:
    assert not has_card(text)


def test_no_more_than_so_many_groups_are_looked_at() -> None:
    assert not has_card("4 1 " * 20_000)
    assert not has_card("4111 1111 1111 1112 " * 3_000)
    assert not has_card("4111111111111112 " * 4_000)
    assert has_card("1 " * 100 + "and card 4111 1111 1111 1111")
