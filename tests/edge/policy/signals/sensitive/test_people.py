"""SSN and SIN: who could have one, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.sensitive.people import has_sin, has_ssn, numbers


@pytest.mark.parametrize(
    "text",
    [
        "219-44-8123",
        "219 44 8123",
        "ssn: 219448123",
        "social security number 219.44.8123",
        "my social is 219-44-8123",
        "please confirm your ssn 219-44-8123 for payroll",
    ],
)
def test_ssn(text: str) -> None:
    assert has_ssn(text)


@pytest.mark.parametrize(
    "text",
    [
        "000-44-8123",
        "666-44-8123",
        "919-44-8123",
        "219-00-8123",
        "219-44-0000",
        "1219-44-8123",
        "219-44-81234",
        "219.44.8123",
        "219448123",
        "ref 219-44-8123",
        "order no 219-44-8123",
        "your ssn claim number is 219448123",
        "xxx-xx-8123",
        "212-555-0199",
    ],
)
def test_no_ssn(text: str) -> None:
    assert not has_ssn(text)


@given(st.integers(0, 999), st.integers(0, 99), st.integers(0, 9999))
def test_the_areas_of_ssn(area: int, group: int, serial: int) -> None:
    given_out = area not in (0, 666) and area < 900 and bool(group) and bool(serial)
    assert has_ssn(f"{area:03}-{group:02}-{serial:04}") is given_out


@pytest.mark.parametrize(
    "text",
    [
        "sin 130692544",
        "votre nas 130 692 544 a ete enregistre",
        "nas: 130-692-544",
        "votre numero d'assurance sociale 130692544",
        "for payroll we have 130 692 544",
        "le relevé 1 pour 130 692 544, salaire",
    ],
)
def test_sin(text: str) -> None:
    assert has_sin(text)


@pytest.mark.parametrize(
    "text",
    [
        "130 692 544",
        "sin 130692545",
        "sin 030692548",
        "payroll 130692544",
        "your hold confirmation is 123 456 789",
        "bank confirmation 130 692 544",
        "call the bank at 130 692 544",
        "my number is 416 555 0123, his is 604-555-0199",
        "+130 692 544 bank",
        "it is a sin to waste 1 306 925 bottles",
    ],
)
def test_no_sin(text: str) -> None:
    assert not has_sin(text)


def test_both_and_neither() -> None:
    assert numbers("ssn 219-44-8123, sin 130 692 544") == ["ssn", "sin"]
    assert numbers("see you at 2") == []
    assert numbers("130 692 545 sin " * 5_000) == []
