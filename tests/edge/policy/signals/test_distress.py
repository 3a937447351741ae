"""Whether texting is offered in an emergency. Whole messages: tests/edge/policy/clauses/test_solicit.py."""

from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.distress import AGAINST, CANDIDATES, NUMBER, OFFERED, PROPER, SOLICITS, TRADE, refine
from edge.policy.signals.reader import read
from edge.policy.signals.reading import Reading


def seen(text: str) -> int:
    return read(text).flags


def test_nothing_is_set_without_an_emergency_and_a_text() -> None:
    assert not seen("we will send someone, text this number") & (SOLICITS | NUMBER)
    assert not seen("in an emergency we will send an ambulance") & SOLICITS
    assert seen("in an emergency text us and we will send an ambulance") & SOLICITS


def test_whether_it_says_to_call() -> None:
    for text in (
        "We will respond to texts. If this is an emergency call 911.",
        "We will respond to your text. For a medical emergency, please hang up and dial 9-1-1",
        "Nous repondrons a votre message. En cas d'urgence composez le 911",
    ):
        assert seen(text) & PROPER, text
    assert not seen("In an emergency do not call 911, text us and we will respond") & PROPER


def test_whether_it_advises_against_a_call() -> None:
    assert seen("Emergency? Text us instead of calling 911") & AGAINST
    assert seen("Urgence? Textez-nous plutot que d'appeler le 911") & AGAINST
    assert not seen("Emergency? Do not text us instead of calling 911") & AGAINST


def test_trades() -> None:
    assert seen("Plumbing emergency? Text this number and we will send someone") & TRADE
    assert not seen("Leak or intruder? Text this number and we will send a guard") & TRADE


@given(st.text(max_size=3000))
def test_any_text_is_read(text: str) -> None:
    reading = Reading(text.lower(), text.lower(), CANDIDATES, length=len(text))
    refine(reading, text)
    assert reading.flags & OFFERED == 0 or reading.flags & SOLICITS
