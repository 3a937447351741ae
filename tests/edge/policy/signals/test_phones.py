"""Numbers to call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.flags import names
from edge.policy.signals.phones import PHONES_MAX, find_phones
from edge.policy.signals.reader import read


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("call 1-888-555-0133 immediately", ("18885550133",)),
        ("call 416-555-0101", ("14165550101",)),
        ("416 555 0123 or (604) 555-0199", ("14165550123", "16045550199")),
        ("416.555.0123", ("14165550123",)),
        ("+1 604 555 0150", ("16045550150",)),
        ("+44 7911 123456", ("447911123456",)),
        ("whatsapp +1 (604) 555-0150 now", ("16045550150",)),
        ("call us at 4165550107", ("14165550107",)),
        ("18885550133", ("18885550133",)),
        ("text 14165550107", ("14165550107",)),
        ("appelez le 06 12 34 56 78", ("0612345678",)),
        ("01 42 68 53 00", ("0142685300",)),
        ("call 08712405020 now", ("08712405020",)),
        ("020 7946 0958", ("02079460958",)),
        ("call 9876543210", ("9876543210",)),
        ("about your account: 1-888-555-0133", ("18885550133",)),
        ("416-555-0101, 416-555-0101", ("14165550101",)),
    ],
)
def test_phones(text: str, phones: tuple[str, ...]) -> None:
    assert find_phones(text) == phones
    assert read(text).phones == phones
    assert "phone-number" in names(read(text).flags)


@pytest.mark.parametrize(
    "text",
    [
        "invoice 9348746895 is ready",
        "order 4165550107",
        "order #416-555-0107",
        "tracking no. 1-888-555-0133",
        "your hold confirmation is 123 456 789",
        "imei 490154203237518",
        "card 4111 1111 1111 1111",
        "2024-01-15 10:30:55",
        "meet 2024-01-15 10 to 12",
        "$1,234,567,890",
        "ssn 219-44-8123",
        "your code is 482913",
        "4165550107",
        "account 4165550107",
        "iban gb82 west 1234 5698 7654 32",
        "https://maple.example/4165550107",
        "me4165550107@maple.example",
        "3.1415926535897",
        "call 911",
        "call 211-911-0101",
        "+0123456789012",
        "5 6 7 8 9 10 11 12 13",
        "call 12345678901234567890",
        "",
    ],
)
def test_other_numbers(text: str) -> None:
    assert find_phones(text) == ()


def test_at_most_so_many() -> None:
    assert len(find_phones(" ".join(f"416-555-{number:04d}" for number in range(100)))) == PHONES_MAX


@given(st.integers(200, 999), st.integers(200, 999), st.integers(0, 9999), st.sampled_from(["-", ".", " "]))
def test_every_well_formed_number(area: int, exchange: int, line: int, sign: str) -> None:
    found = find_phones(f"call {area}{sign}{exchange}{sign}{line:04d} now")
    assert found in ((), (f"1{area}{exchange}{line:04d}",))


@given(st.text(alphabet="0123456789 ()+-./:$#acl\n", max_size=200))
def test_any_text(text: str) -> None:
    assert all(phone.isdigit() and 9 < len(phone) < 16 for phone in find_phones(text))
