"""Everything that a rule can know of a text, whatever the text."""

import unicodedata
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.policy.looking import look
from edge.policy.signals import reader
from edge.policy.signals.flags import flag, names
from edge.policy.signals.reader import read, read_plainly
from edge.policy.signals.reading import COMBINING, EMPTY, EVASION, LINK, LONG

MONEY, DIGITS = flag("money"), flag("digits")


def test_no_text_has_no_reading() -> None:
    assert read("") is EMPTY


def test_an_ordinary_text() -> None:
    reading = read("See you at 2, bring $5.")
    assert (reading.plain, reading.length) == ("see you at 2, bring $5.", 23)
    assert reading.skeleton is reading.plain
    assert reading.flags & MONEY
    assert not reading.flags & (EVASION | COMBINING | LINK | DIGITS)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("k1ll y0u", EVASION),
        ("b\u200bank", EVASION),
        ("h\u0332e\u0332l\u0332l\u0332o\u0332", EVASION | COMBINING),
        ("one a\u0321\u0321\u0321 in a long and quite ordinary sentence", COMBINING),
        (unicodedata.normalize("NFD", "déjà vu"), 0),
        ("I can’t, “really” 😀", 0),
    ],
)
def test_tricks_are_flags(text: str, flags: int) -> None:
    assert read(text).flags & (EVASION | COMBINING) == flags


def test_disguised_words_are_seen_plain_and_undone() -> None:
    plain, disguised = read("verify your account now"), read("v3rify y0ur acc0unt now")
    assert set(names(plain.flags)) <= set(names(disguised.flags))


@pytest.mark.parametrize("filler", ["lorem ipsum ", "дом ", "\u0301", "😀"])
def test_nothing_hides_in_the_middle_of_a_long_text(filler: str) -> None:
    padding = filler * (3_900 // len(filler))
    reading = read(f"{padding} I will KILL you, send $500 {padding}")
    alone = read("I will KILL you, send $500")
    scanned = flag("threat-words") | MONEY
    assert alone.flags & scanned == scanned
    assert reading.flags & scanned == scanned
    assert reading.length > 7_500
    assert not reading.flags & LONG


def test_of_a_text_beyond_measure_both_ends_are_read_and_that_is_said() -> None:
    padding, threat, scanned = "lorem ipsum " * 4_000, "I will KILL you, send $500", flag("threat-words") | MONEY
    for text in (f"{threat} {padding}", f"{padding} {threat}"):
        assert read(text).flags & (scanned | LONG) == scanned | LONG
    assert read(f"{padding} {threat} {padding}").flags & (scanned | LONG) == LONG


any_text = st.text(st.characters(), max_size=60)
told = st.lists(
    st.sampled_from(
        [
            "http://",
            "bank",
            ".com",
            "\ud83d",
            "\ude00",
            "\x00",
            "1111",
            "$",
            "verify",
            "kill you",
            "\u200b",
            "код",
            "@",
            "\n",
        ]
    ),
    max_size=30,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.one_of(any_text, told))
@example("\ud800" * 3000)
@example("\x00" * 70_000)
@example("a1" * 33_000)
@example("\U0010ffff\U000e0001" * 1000)
def test_never_raises(text: str) -> None:
    reading = read(text)
    assert reading.length == len(text)
    assert read(text) == reading


def test_if_it_fails_all_the_same_the_words_are_read(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`decide` never raises, and what is in a text is not let through for a fault of ours."""

    def broken(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr(reader, "profile", broken)
    message = world.message(text="Pay $5 NOW")
    reading = look(message, world.state, world.now).reading
    assert (reading.plain, reading.flags & MONEY) == ("pay $5 now", MONEY)
    assert world.state.rule_errors == {"reading": 1}
    assert world.send(text="Good day").action.passes


def test_read_plainly() -> None:
    assert read_plainly("Pay $5 \ud800").flags & MONEY
