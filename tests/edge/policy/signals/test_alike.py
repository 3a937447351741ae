"""Texts that differ in digits: reading the second from memory of the first changes nothing."""

import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals import alike, reader
from edge.policy.signals.alike import Alike
from edge.policy.signals.fold import fold
from edge.policy.signals.reader import read
from edge.policy.signals.reading import Reading

TEXTS = (
    "Your verification code is 482913. It expires in 10 minutes. Do not share it with anyone.",
    "482913 is your code, not 482914",
    "Reminder: your appointment is on Tuesday at 14:30. Reply C to confirm or call us to change it.",
    "Order 0048213 has left our warehouse and arrives tomorrow between 9 and 12 o'clock.",
    "50% off shoes until 24/12, $20 a pair, use code 4455 at the till, reply STOP to end",
    "Call 911 or 416-555-0142 and say 7726",
    "my card is 4111 1111 1111 1111 and my sin 046 454 286",
    "see http://192.168.4.1/a or bank1.example",
    "stop 2",
    "text stop 2 days before",
    "c4ll m3 n0w at 5pm on the 1st",
    "code 123456\n@example.com #123456",
    "Table for 4 at 19 is booked. Please tell us if you come later than ten minutes past.",
    "Pump station 12: level 340 cm, flow 99 litres a second, no action needed.",
    "paypal order 1234 shipped",
    "123-456 or 123 456 or 123456",
)


def afresh(text: str) -> Reading:
    """Read by somebody who remembers nothing."""
    kept, reader._ALIKE = reader._ALIKE, Alike()
    try:
        return read(text)
    finally:
        reader._ALIKE = kept


def other_digits(text: str, digits: str) -> str:
    """The text with the digits replaced, in turn."""
    turn = chain.from_iterable(iter(lambda: digits, None))
    return re.sub(r"\d", lambda match: next(turn), text)


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_ALIKE", Alike())


@pytest.mark.parametrize("text", TEXTS)
@given(st.lists(st.text("0123456789", min_size=1, max_size=9), min_size=3, max_size=6))
def test_what_is_remembered_is_what_would_be_read(text: str, numbers: list[str]) -> None:
    for digits in (*numbers, *numbers):
        one = other_digits(text, digits)
        assert read(one) == afresh(one)


@given(st.lists(st.text("ab1234567890 .:/@#$%-'\n", max_size=30), max_size=4), st.text("0123456789", min_size=1))
def test_whatever_the_text_is(texts: list[str], digits: str) -> None:
    for text in (*texts, *texts, *(other_digits(text, digits) for text in texts)):
        assert read(text) == afresh(text)


def test_a_text_is_remembered_when_its_like_comes_again() -> None:
    memory = reader._ALIKE
    text = TEXTS[3]
    key = memory.key(text, fold(text), reader.LEXICON.scan(text.lower()) & ~reader._HINTED)
    assert key is not None
    read(text)
    assert memory.find(key) is None
    read(other_digits(text, "7"))
    assert memory.find(key) is not None


@pytest.mark.parametrize("text", [TEXTS[1], TEXTS[5], TEXTS[6], TEXTS[7], TEXTS[8], TEXTS[11], TEXTS[14]])
def test_what_hangs_on_its_digits_is_not_remembered(text: str) -> None:
    for _ in range(3):
        read(text)
    assert not reader._ALIKE._young


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "KEEP", 4)
    for number in range(20):
        for _ in range(2):
            read(f"the {'x' * number} boat leaves at 9")
    assert len(reader._ALIKE._young) <= 4 >= len(reader._ALIKE._old)
    assert reader._ALIKE._young
    assert reader._ALIKE._old
