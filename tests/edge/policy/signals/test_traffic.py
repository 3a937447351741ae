"""Traffic classes, from the message alone; and what an account must be granted for them to count."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.account import Account
from edge.policy.signals.flags import flag
from edge.policy.signals.reader import read
from edge.policy.signals.reading import Reading
from edge.policy.signals.traffic import (
    ALERT_WORDS,
    APPOINTMENT_WORDS,
    CODE_WORDS,
    CONVERSATIONAL,
    GRANTABLE,
    NOTICE_WORDS,
    classify,
    granted,
)

LINES = [
    line.replace("\\n", "\n").replace("\\u200b", "\u200b").partition("\t")[::2]
    for line in (Path(__file__).parent / "traffic.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
UPTOWN = Account("uptown", domains=("uptown.example",), classes=frozenset({"otp", "notification"}))
BOUND = "123456 is your Uptown code.\n@uptown.example #123456"


@pytest.mark.parametrize(("expected", "text"), LINES)
def test_the_class_of_a_message(expected: str, text: str) -> None:
    found = read(text).traffic
    if expected == "-":
        assert found == ""
    elif expected.startswith("-"):
        assert found != expected[1:]
    else:
        assert found == expected


def test_a_class_counts_where_it_is_granted() -> None:
    assert granted(read("Your code is 482913"), UPTOWN) == "otp"
    assert granted(read("Your code is 482913"), Account("acme")) == ""
    assert granted(read("Reminder: your appointment is on Tuesday at 9"), UPTOWN) == ""
    assert granted(read("School is closed tomorrow"), UPTOWN) == "notification"


def test_an_alert_that_is_a_notice_too() -> None:
    both = read("Sunday service has moved online because of the ice storm.")
    assert both.traffic == "alerting"
    assert granted(both, UPTOWN) == "notification"
    assert granted(both, Account("ops", classes=frozenset({"alerting", "notification"}))) == "alerting"
    assert granted(read("[P1] db-3 replication lag 900 s"), UPTOWN) == ""


def test_talk_is_granted_to_nobody() -> None:
    reading = read("are you there?")
    assert (reading.traffic, CONVERSATIONAL in GRANTABLE) == (CONVERSATIONAL, False)
    assert granted(reading, UPTOWN) == ""


def test_a_bound_code_is_bound_to_a_domain_of_the_account() -> None:
    reading = read(BOUND)
    assert reading.traffic == "otp"
    assert granted(reading, UPTOWN) == "otp"
    stranger = Account("other", domains=("other.example",), classes=frozenset({"otp"}))
    assert granted(reading, stranger) == ("" if reading.links else "otp")


def test_a_code_of_more_than_160_characters_is_none() -> None:
    text = "Your verification code is 482913. "
    assert read(text + "a" * (160 - len(text))).traffic == "otp"
    assert read(text + "a" * (161 - len(text))).traffic != "otp"


@given(st.text(max_size=400), st.sampled_from([CODE_WORDS, APPOINTMENT_WORDS, NOTICE_WORDS, ALERT_WORDS, 0]))
def test_any_text_has_a_class_or_none(text: str, flags: int) -> None:
    reading = Reading(text.lower(), text.lower(), flags, length=len(text))
    assert classify(reading) in (*GRANTABLE, CONVERSATIONAL, "")


def test_what_sells_has_no_class() -> None:
    for words in ("offer-sale", "asks-support", "lure-delivery", "request-secret", "relay-code"):
        reading = Reading("your code is 482913", "your code is 482913", CODE_WORDS | flag(words), length=19)
        assert classify(reading) == "", words
