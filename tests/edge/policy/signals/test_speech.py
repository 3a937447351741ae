"""Who says what to whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.speech import (
    CLAUSES,
    PLACES,
    SPAN,
    Clause,
    clauses,
    denied,
    ends,
    places,
    relayed,
    reported,
    spoken,
)


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def test_clauses_end_at_full_stops_and_lines() -> None:
    found = clauses("he's late. i'll wait!\nare you there? ok; bye…")
    assert [" ".join(clause.words) for clause in found] == ["he's late", "i'll wait", "are you there", "ok", "bye"]


def test_french_elisions_are_words() -> None:
    assert clauses("j'arrive, t'es ou? l'ecole")[0].words == ("j'", "arrive", "t'", "es", "ou")
    assert clauses("don't can't c'mon y'all")[0].words == ("don't", "can't", "c'", "mon", "y'all")


def test_quotes_of_all_kinds() -> None:
    for text in ('he said "i will go" ok', "he said «i will go» ok", "he said “i will go” ok"):
        assert [(clause.words, clause.quoted) for clause in clauses(text)] == [
            (("he", "said"), False),
            (("i", "will", "go"), True),
            (("ok",), False),
        ]


def test_a_mark_that_never_closes_quotes_nothing() -> None:
    assert not any(clause.quoted for clause in clauses('he is 6" tall'))


def test_what_is_quoted_counts_where_there_is_nothing_else() -> None:
    inside, outside = Clause(("i", "will", "go"), True), Clause(("he", "said", "to", "me"))
    assert spoken((outside, inside)) == (outside,)
    assert spoken((inside,)) == (inside,)


@pytest.mark.parametrize(
    "text",
    [
        "he said i will kill you",
        "my ex texted me i will kill you",
        "she keeps saying i will kill you",
        "saying i will kill you",
        "i had a dream where i will kill you",
    ],
)
def test_what_others_say(text: str) -> None:
    said = words(text)
    begin = said.index("i", said.index("dream") if "dream" in said else 0)
    assert reported(said, begin, len(said))
    if "dream" not in said:
        assert relayed(said)


@pytest.mark.parametrize(
    "text",
    [
        "i said i will kill you",
        "told you i will kill you",
        "you told on me i will kill you",
        "your head will be sent home i will kill you",
        "it gets posted and i will kill you",
    ],
)
def test_what_the_sender_says(text: str) -> None:
    said = words(text)
    assert not reported(said, len(said) - 4, len(said))
    assert not relayed(said)


def test_said_afterwards() -> None:
    said = words("i will kill you he said")
    assert reported(said, 0, 4)


def test_denials() -> None:
    assert denied(words("i would never hurt you"), 0, 4)
    assert not denied(words("i can't wait to hurt you"), 0, 5)
    assert not denied(words("i will hurt you"), 0, 3)


@given(st.text(max_size=4000))
def test_any_text_is_read_within_bounds(text: str) -> None:
    found = clauses(text)
    assert len(found) <= CLAUSES
    assert all(clause.words for clause in found)
    assert len(ends(text)) <= SPAN + 1


def test_both_ends_of_a_long_text_are_read() -> None:
    text = "first " + "a" * 3000 + " last"
    assert ends(text).startswith("first ")
    assert ends(text).endswith(" last")
    assert ends("short") == "short"


def test_a_word_said_a_hundred_times_is_looked_at_a_few_times() -> None:
    found = places(("kill",) * 100, {"kill"})
    assert (len(found), found[0], found[-1]) == (PLACES, 0, 99)
