"""Computed message ids: one id whatever the carrier's spelling, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.message_id import MAX_LENGTH, carrier_spelling, normal, public_id, publisher

UUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


@pytest.mark.parametrize(
    ("carrier_id", "kind", "form"),
    [
        ("0A1B", "hex", "2587"),
        ("a1b", "hex", "2587"),
        ("2587", "decimal", "2587"),
        ("0002587", "decimal", "2587"),
        ("0000", "decimal", "0"),
        ("0", "hex", "0"),
        ("10", "hex", "16"),
        ("10", "decimal", "10"),
        ("FFFFFFFFFFFFFFFFFFFF", "hex", "1208925819614629174706175"),
        ("1208925819614629174706175", "decimal", "1208925819614629174706175"),
        ("0A1b", "text", "0A1b"),
        (UUID, "text", UUID),
        (UUID, "hex", "=" + UUID),
        (UUID, "decimal", "=" + UUID),
        ("12AB", "decimal", "=12AB"),
        ("0x1f", "hex", "=0x1f"),
        ("1_0", "hex", "=1_0"),
        ("1_0", "decimal", "=1_0"),
        ("+10", "hex", "=+10"),
        (" 10", "decimal", "= 10"),
        ("٣", "decimal", "=٣"),
        ("٣", "hex", "=٣"),
        ("", "hex", "="),
        ("", "decimal", "="),
        ("", "text", ""),
        ("=1", "text", "==1"),
        ("~1", "text", "=~1"),
        ("f" * 129, "hex", "=" + "f" * 129),
    ],
)
def test_normal_form(carrier_id: str, kind: str, form: str) -> None:
    assert normal(carrier_id, kind) == form


def test_a_response_in_hex_and_a_receipt_in_decimal_meet() -> None:
    assert public_id("n", "0A1B", "hex") == public_id("n", "2587", "decimal") == "n2587"


SPELLINGS = {
    "hex": lambda number, width, upper: format(number, "X" if upper else "x").rjust(width, "0"),
    "decimal": lambda number, width, upper: str(number).rjust(width, "0"),
}


@given(
    st.integers(0, 2**200),
    st.sampled_from(["hex", "decimal"]),
    st.sampled_from(["hex", "decimal"]),
    st.integers(0, 20),
    st.integers(0, 20),
    st.booleans(),
    st.booleans(),
)
def test_both_sides_give_one_id(
    number: int, response: str, receipt: str, width: int, other_width: int, upper: bool, other_upper: bool
) -> None:
    answered = SPELLINGS[response](number, width, upper)
    received = SPELLINGS[receipt](number, other_width, other_upper)
    ours = public_id("n", answered, response)
    assert ours == public_id("n", received, receipt)
    assert len(ours) <= MAX_LENGTH
    back = carrier_spelling("n", ours, response, width, "upper" if upper else "lower")
    assert back == answered


@given(st.text(max_size=80), st.sampled_from(["text", "hex", "decimal"]), st.sampled_from(["text", "hex", "decimal"]))
def test_text_that_is_no_number_is_one_id_too(carrier_id: str, response: str, receipt: str) -> None:
    text = carrier_id + "g-"  # neither hex nor decimal, and not empty
    ours = public_id("x9", text, response)
    assert len(ours) <= MAX_LENGTH
    if "text" not in (response, receipt) or response == receipt:
        assert ours == public_id("x9", text, receipt)
    if "~" not in ours[2:3]:
        assert carrier_spelling("x9", ours, response) == text


@given(st.text(max_size=70), st.text(max_size=70), st.sampled_from(["text", "hex", "decimal"]))
def test_different_ids_stay_different(one: str, other: str, kind: str) -> None:
    if normal(one, kind) == normal(other, kind):
        assert one == other or (one.lstrip("0").lower() == other.lstrip("0").lower() and kind != "text")
    else:
        assert public_id("n", one, kind) != public_id("n", other, kind)


def test_long_ids_are_hashed_and_still_meet() -> None:
    number = 2**255 + 12345
    ours = public_id("carrier", format(number, "x"), "hex")
    assert ours == public_id("carrier", str(number), "decimal") == "carrier~dbc0d8454b5619602d20e35a958fb00a"
    assert carrier_spelling("carrier", ours, "hex") is None
    assert public_id("n", "a" * 63, "text") == "n" + "a" * 63
    assert public_id("n", "a" * 64, "text")[:2] == "n~"
    assert len(public_id("t" * 31, "a" * 64, "text")) == 64


@pytest.mark.parametrize(
    ("public", "kind", "width", "case", "spelling"),
    [
        ("n2587", "hex", 8, "upper", "00000A1B"),
        ("n2587", "hex", 0, "lower", "a1b"),
        ("n2587", "hex", 0, "", "a1b"),
        ("n2587", "decimal", 10, "", "0000002587"),
        ("n2587", "decimal", 0, "upper", "2587"),
        ("n0A1b", "text", 8, "upper", "0A1b"),
        ("n=" + UUID, "hex", 8, "upper", UUID),
        ("n=~x", "text", 0, "", "~x"),
        ("n", "text", 0, "", ""),
        ("n~0123", "text", 0, "", None),
        ("nABC", "decimal", 0, "", None),
        ("nABC", "hex", 0, "", None),
        ("n", "hex", 0, "", None),
        ("n٣", "hex", 0, "", None),
        ("m2587", "hex", 0, "", None),
        ("n" + "1" * 64, "hex", 0, "", None),
    ],
)
def test_way_back(public: str, kind: str, width: int, case: str, spelling: str | None) -> None:
    assert carrier_spelling("n", public, kind, width, case) == spelling


@given(
    st.sampled_from(["text", "hex", "decimal", "other"]), st.one_of(st.text(), st.from_regex(r"[0-9a-fA-FxX_ ]{0,70}"))
)
def test_a_publisher_says_what_public_id_says(kind, carrier_id):
    assert publisher("n", kind)(carrier_id) == public_id("n", carrier_id, kind)


@pytest.mark.parametrize("kind", ["text", "hex", "decimal"])
@pytest.mark.parametrize(
    "carrier_id", ["", "0", "00", "007", "1", "0x1", "0X1", "1x2", "g", "A1", "²", "1_0", "-1", "9" * 64]
)
def test_a_publisher_at_the_edges(kind, carrier_id):
    assert publisher("n", kind)(carrier_id) == public_id("n", carrier_id, kind)
