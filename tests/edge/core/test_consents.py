"""Consents in little memory: the same answers as a dict of the latest words, whatever the order and the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core import consents as module
from edge.core.consents import EPOCH, NUMBER_MAX, Consent, Consents

SUBSCRIBERS = st.one_of(
    st.integers(0, 5000),
    st.sampled_from([14165550100, 14165550100 + 4096, NUMBER_MAX - 1, NUMBER_MAX, 2**64, 2**70, "54321", "ACME", ""]),
)
WORDS = st.lists(
    st.tuples(st.sampled_from(["acme", "rival", ""]), SUBSCRIBERS, st.booleans(), st.floats(EPOCH, EPOCH + 50)),
    max_size=60,
)


@given(WORDS)
def test_the_latest_word_of_each(words):
    consents = Consents()
    model = {}
    for account, subscriber, out, at in words:
        assert consents.put(account, subscriber, out, at)
        known = model.get((account, subscriber))
        if known is None or int(at) >= known.at:
            model[account, subscriber] = Consent(out, float(int(at)))
    assert len(consents) == len(model)
    assert consents.outs == sum(consent.out for consent in model.values())
    assert {(account, subscriber): consent for account, subscriber, consent in consents} == model
    for account in ("acme", "rival", "", "nobody"):
        for subscriber in {subscriber for _, subscriber, _, _ in words} | {1, "12345"}:
            consent = model.get((account, subscriber))
            assert consents.get(account, subscriber) == consent
            assert consents.is_out(account, subscriber) == (consent is not None and consent.out)


@given(WORDS)
def test_said_twice_is_said_once(words):
    once, twice = Consents(), Consents()
    for word in words:
        once.put(*word)
    for word in words + words:
        twice.put(*word)
    last = {(account, subscriber): at for account, subscriber, _, at in words}
    assert len(once) == len(twice) == len(last)


@pytest.mark.parametrize(
    ("at", "kept"), [(0.0, EPOCH), (-5.0, EPOCH), (1e12, EPOCH + 2**31 - 1), (EPOCH + 1.9, EPOCH + 1)]
)
def test_times_are_whole_seconds_in_bounds(at, kept):
    consents = Consents()
    consents.put("acme", 1, True, at)
    assert consents.get("acme", 1) == Consent(True, float(kept))


def test_when_it_is_full_what_is_there_can_still_change():
    consents = Consents(cap=2)
    assert consents.put("acme", 1, True, EPOCH)
    assert consents.put("acme", "54321", True, EPOCH)
    assert not consents.put("acme", 2, True, EPOCH)
    assert not consents.put("acme", "12345", True, EPOCH)
    assert consents.get("acme", 2) is None
    assert consents.put("acme", 1, False, EPOCH + 1)
    assert consents.put("acme", "54321", False, EPOCH + 1)
    assert (len(consents), consents.outs) == (2, 0)


def test_more_accounts_than_the_index_holds(monkeypatch):
    monkeypatch.setattr(module, "ACCOUNTS_MAX", 1)
    monkeypatch.setattr(module, "CAP_ODD", 2)
    consents = Consents()
    assert consents.put("acme", 1, True, EPOCH)
    assert consents.put("rival", 1, False, EPOCH)
    assert consents.put("third", 1, True, EPOCH)
    assert not consents.put("third", 2, True, EPOCH)
    assert [consents.is_out(name, 1) for name in ("acme", "rival", "third", "fourth")] == [True, False, True, False]


def test_an_entry_takes_little():
    consents = Consents()
    for number in range(200_000):
        consents.put("acme", 14160000000 + number * 7, True, EPOCH + number)
    assert consents.octets() / len(consents) < 20
