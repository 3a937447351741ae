"""Facts in memory: the latest word on a subject holds, until it expires."""

import pytest

from edge.core.facts import Fact, FactKind, Facts, subject_key

NUMBER = "+14165550100"


def fact(kind, subject, expires=0.0):
    return Fact(kind, subject, 100.0, "op", "spam", expires)


@pytest.mark.parametrize(
    ("subject", "key"),
    [(NUMBER, 14165550100), ("54321", "54321"), ("ACME", "ACME"), ("+ACME", "+ACME"), ("+", "+"), ("", "")],
)
def test_the_key_of_a_subject(subject, key):
    assert subject_key(subject) == key


def test_a_block_holds_until_it_is_taken_back():
    facts = Facts()
    blocked = fact(FactKind.BLOCK, NUMBER)
    facts.apply(blocked)
    assert facts.blocked == {14165550100: blocked}
    facts.apply(fact(FactKind.UNBLOCK, NUMBER))
    facts.apply(fact(FactKind.UNBLOCK, NUMBER))  # twice is nothing
    assert facts.blocked == {}


def test_a_suspension_holds_until_it_is_taken_back():
    facts = Facts()
    suspended = fact(FactKind.SUSPEND, "acme")
    facts.apply(suspended)
    assert facts.suspended == {"acme": suspended}
    facts.apply(fact(FactKind.RESTORE, "acme"))
    facts.apply(fact(FactKind.RESTORE, "acme"))
    assert facts.suspended == {}


def test_the_latest_word_wins():
    facts = Facts()
    facts.apply(fact(FactKind.BLOCK, "ACME", 200.0))
    facts.apply(fact(FactKind.BLOCK, "ACME", 0.0))
    assert facts.sweep(1000.0) == 0
    assert facts.blocked["ACME"].expires == 0.0


def test_what_has_expired_is_swept():
    facts = Facts()
    facts.apply(fact(FactKind.BLOCK, NUMBER, 200.0))
    facts.apply(fact(FactKind.BLOCK, "54321"))
    facts.apply(fact(FactKind.SUSPEND, "acme", 150.0))
    facts.apply(fact(FactKind.SUSPEND, "rival", 300.0))
    assert facts.sweep(149.9) == 0
    assert facts.sweep(200.0) == 2
    assert (list(facts.blocked), list(facts.suspended)) == (["54321"], ["rival"])
