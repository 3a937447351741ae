"""Facts in memory: the latest word on a subject holds, until it expires."""

import pytest

from edge.core import facts as facts_module
from edge.core.consents import Consent
from edge.core.facts import Fact, FactKind, Facts, subject_key

NUMBER = "+14165550100"


def fact(kind, subject, expires=0.0):
    return Fact(kind, subject, 100.0, "op", "spam", expires)


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        (NUMBER, 14165550100),
        ("54321", "54321"),
        ("ACME", "ACME"),
        ("+ACME", "+ACME"),
        ("+", "+"),
        ("", ""),
        ("+\u00b2", "+\u00b2"),
    ],
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


# -- opt-outs ----------------------------------------------------------------------------------


def said(kind, at, account="acme"):
    return Fact(kind, NUMBER, at, account=account)


def test_a_subscribers_last_word_holds_for_the_account():
    facts = Facts()
    assert facts.consent("acme", 14165550100) is None
    assert facts.apply(said(FactKind.OPT_OUT, 1e9))
    assert facts.consent("acme", 14165550100) == Consent(True, 1e9)
    assert facts.consent("rival", 14165550100) is None
    facts.apply(said(FactKind.OPT_IN, 1e9 + 5))
    facts.apply(said(FactKind.OPT_OUT, 1e9 + 2))  # an import of what was said before
    assert facts.consent("acme", 14165550100) == Consent(False, 1e9 + 5)


# -- holds of senders --------------------------------------------------------------------------


def test_holds_end_by_time_or_by_free():
    facts = Facts()
    for kind in (FactKind.SLOW, FactKind.HOLD):
        facts.apply(fact(kind, NUMBER, 200.0))
    pair = Fact(FactKind.REFUSE_PAIR, NUMBER, 100.0, expires=300.0, other="+14165550311")
    facts.apply(pair)
    assert (list(facts.slowed), list(facts.held)) == ([14165550100], [14165550100])
    assert facts.stopped_pairs == {(14165550100, 14165550311): pair}
    facts.apply(Fact(FactKind.FREE, NUMBER, 100.0))
    assert (facts.slowed, facts.held, len(facts.stopped_pairs)) == ({}, {}, 1)
    facts.apply(fact(FactKind.HOLD, NUMBER, 250.0))
    assert facts.sweep(250.0) == 1
    facts.apply(Fact(FactKind.FREE, NUMBER, 100.0, other="+14165550311"))
    assert (facts.held, facts.stopped_pairs, facts.sweep(1e9)) == ({}, {}, 0)


def test_what_is_laid_down_again_lives_as_long_as_it_says_last():
    facts = Facts()
    for expires in (200.0, 100.0, 300.0):
        facts.apply(fact(FactKind.SLOW, NUMBER, expires))
    assert facts.sweep(299.0) == 0
    assert facts.sweep(300.0) == 1


def test_the_memory_of_what_expires_is_bounded():
    facts = Facts()
    for number in range(5000):
        facts.apply(fact(FactKind.SLOW, NUMBER, 200.0 + number))
    assert len(facts._expiring) <= 1002
    assert facts.sweep(200.0 + 4999) == 1


def test_a_full_table_takes_no_more(monkeypatch):
    monkeypatch.setattr(facts_module, "CAP", 1)
    facts = Facts()
    assert facts.apply(fact(FactKind.BLOCK, NUMBER))
    assert not facts.apply(fact(FactKind.BLOCK, "54321"))
    assert facts.apply(fact(FactKind.BLOCK, NUMBER, 200.0))
    assert facts.apply(fact(FactKind.SLOW, "54321"))
    assert facts.sizes()["blocked"] == 1


# -- complaints --------------------------------------------------------------------------------

DAY = 86400.0


def complaint(by=1, at=0.0, about=NUMBER):
    return Fact(FactKind.COMPLAINT, about, 1e9 + at, other=f"+1416555{by:04}")


def counted(facts, about=14165550100):
    return [(one.other[-1], one.at - 1e9) for one in facts.complaints.get(about, [])]


def test_complaints_of_seven_days_oldest_first():
    facts = Facts()
    for by, at in ((1, 50.0), (2, 10.0), (3, 30.0)):
        assert facts.apply(complaint(by, at))
    assert counted(facts) == [("2", 10.0), ("3", 30.0), ("1", 50.0)]
    assert facts.sweep(1e9 + 7 * DAY + 9) == 0
    assert facts.sweep(1e9 + 7 * DAY + 30) == 2
    assert counted(facts) == [("1", 50.0)]
    assert facts.sweep(1e9 + 8 * DAY) == 1
    assert facts.complaints == {}
    assert facts.sizes()["complaints"] == 0
    assert (facts._complained, facts._complaining) == ({}, {})


def test_a_complainant_counts_once_a_day_for_a_number():
    facts = Facts()
    for at in (0.0, 60.0, DAY - 1, DAY + 1, DAY + 2):
        assert facts.apply(complaint(1, at))
    assert counted(facts) == [("1", 0.0), ("1", DAY + 1)]


def test_a_complainant_counts_five_times_a_day_in_all():
    facts = Facts()
    for number in range(8):
        assert facts.apply(complaint(1, number, f"+1212555010{number}"))
    assert sorted(facts.complaints) == [12125550100 + number for number in range(5)]
    assert facts.apply(complaint(1, DAY + 3, "+12125550107"))
    assert counted(facts, 12125550107) == [("1", DAY + 3)]


def test_too_many_complaints(monkeypatch):
    monkeypatch.setattr(facts_module, "CAP_COMPLAINTS", 2)
    facts = Facts()
    assert [facts.apply(complaint(by)) for by in (1, 2, 3)] == [True, True, False]
    facts.sweep(1e9 + 8 * DAY)
    assert facts.apply(complaint(3, 8 * DAY))


def test_complaints_by_the_account_complained_about():
    facts = Facts()
    for by, about in ((1, NUMBER), (2, "+14165550101")):
        facts.apply(Fact(FactKind.COMPLAINT, about, 1e9 + by, account="acme", other=f"+1416555{by:04}"))
    facts.apply(complaint(3))
    assert [one.other[-1] for one in facts.accused["acme"]] == ["1", "2"]
    facts.sweep(1e9 + 7 * DAY + 1)
    assert [one.other[-1] for one in facts.accused["acme"]] == ["2"]
    facts.sweep(1e9 + 8 * DAY)
    assert facts.accused == {}


# -- judged afresh -----------------------------------------------------------------------------


def test_an_unblock_and_a_freeing_are_remembered_for_seven_days():
    facts = Facts()
    facts.apply(Fact(FactKind.UNBLOCK, NUMBER, 1e9))
    facts.apply(Fact(FactKind.FREE, NUMBER, 1e9 - 5))
    facts.apply(Fact(FactKind.FREE, "12345", 1e9 + 5))
    facts.apply(Fact(FactKind.FREE, "54321", 1e9, other="+14165550301"))
    facts.apply(Fact(FactKind.RESTORE, "acme", 1e9 + 10))
    assert facts.pardoned == {14165550100: 1e9, "12345": 1e9 + 5}
    assert facts.restored == {"acme": 1e9 + 10}
    facts.apply(Fact(FactKind.UNBLOCK, NUMBER, 1e9 + 60))
    facts.sweep(1e9 + 7 * DAY + 59)
    assert (facts.pardoned, facts.restored) == ({14165550100: 1e9 + 60}, {})
    facts.sweep(1e9 + 7 * DAY + 60)
    assert facts.pardoned == {}


@pytest.mark.parametrize(
    ("kind", "subject", "other"),
    [
        (FactKind.BLOCK, "+14165550100", ""),
        (FactKind.SUSPEND, "acme", ""),
        (FactKind.SLOW, "+14165550100", ""),
        (FactKind.HOLD, "+14165550100", ""),
        (FactKind.REFUSE_PAIR, "+14165550100", "+14165550101"),
        (FactKind.COMPLAINT, "+14165550100", "+14165550101"),
    ],
)
def test_whether_anything_stands(kind, subject, other):
    facts = Facts()
    facts.apply(Fact(FactKind.OPT_OUT, "+14165550100", 1000.0, "op", account="acme"))
    assert not facts.stand()
    facts.apply(Fact(kind, subject, 1000.0, "op", other=other))
    assert facts.stand()
