"""What subscribers say, heard through `decide`: opt-outs, opt-ins, HELP, and reports of spam."""

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.facts import FactKind
from edge.core.submission import Body
from edge.core.verdict import Action
from edge.policy.engine import decide
from edge.policy.hearing import consent_key
from edge.policy.state import PolicyState

WE, SHE = "+14165550101", "+14165550311"
CONFIRMATION = "Acme: You are unsubscribed and will receive no more messages. Reply START to resubscribe."


@pytest.fixture
def world(new_world):
    one = new_world()
    one.only("opt-out", "suspended", "blocked", "sender-not-owned")
    return one


def hears(world, text, **fields):
    """What she says to us, as facts."""
    world.now += 1.0
    return [(fact.kind, fact.reason) for fact in world.receive(SHE, WE, text, **fields).facts]


def out(world, account="acme", subscriber=14165550311):
    consent = world.state.facts.consent(account, subscriber)
    return None if consent is None else consent.out


def test_stop_is_heard_and_delivered(world):
    verdict = world.receive(SHE, WE, "Stop!")
    assert verdict.action is Action.ALLOW
    (fact,) = verdict.facts
    assert (fact.kind, fact.subject, fact.account) == (FactKind.OPT_OUT, SHE, "acme")
    assert (fact.by, fact.reason, fact.evidence, fact.expires) == ("smpp:north", "keyword", "Stop!", 0.0)
    assert fact.at == world.state.unix(world.now)
    assert out(world) is True
    assert out(world, "rival") is None


def test_own_words(world):
    assert hears(world, "wrong number remove me") == [(FactKind.OPT_OUT, "own words")]
    (fact,) = world.receive(SHE, WE, "stop texting me" + " " * 300).facts
    assert fact.evidence == "stop texting me"


@pytest.mark.parametrize("text", ["Don't stop believing haha. See you at 5", "cancel my appointment", "hello", ""])
def test_other_messages_say_nothing(world, text):
    assert hears(world, text) == []
    assert out(world) is None


def test_stop_is_heard_though_the_message_is_refused(world):
    world.state.facts.apply(fact_of(FactKind.BLOCK, SHE))
    verdict = world.receive(SHE, WE, "STOP")
    assert (verdict.action, [fact.kind for fact in verdict.facts]) == (Action.REJECT, [FactKind.OPT_OUT])


def test_a_suspended_account_still_hears(world):
    world.state.facts.apply(fact_of(FactKind.SUSPEND, "acme"))
    assert hears(world, "ARRET") == [(FactKind.OPT_OUT, "keyword")]


def fact_of(kind, subject):
    from edge.core.facts import Fact

    return Fact(kind, subject, 0.0)


def test_stop_again_is_laid_down_again(world):
    """The first may not have reached the disk: its carrier brings it again, and the answer waits anew."""
    assert hears(world, "STOP") == hears(world, "STOP") == [(FactKind.OPT_OUT, "keyword")]


def test_start_brings_her_back_whether_asked_or_not(world):
    hears(world, "STOP")
    assert hears(world, "start") == [(FactKind.OPT_IN, "keyword")]
    assert out(world) is False


def test_yes_only_answers_what_was_asked(world):
    hears(world, "STOP")
    assert hears(world, "YES") == []
    world.send(WE, SHE, "Acme: you are unsubscribed. Reply YES to resubscribe.", after=1.0)
    assert hears(world, "Oui") == [(FactKind.OPT_IN, "an answer")]
    assert out(world) is False
    assert hears(world, "yes") == []  # that question is answered


def test_yes_answers_our_last_message(world):
    world.send(WE, SHE, "Reply YES to receive order updates")
    world.send(WE, SHE, "See you at 2.", after=1.0)
    assert hears(world, "YES") == []
    world.send(WE, SHE, "Reply YES to receive order updates", after=1.0)
    assert hears(world, "YES") == [(FactKind.OPT_IN, "an answer")]


def test_what_was_asked_before_a_stop_is_not_answered_after_it(world):
    world.send(WE, SHE, "Reply YES to receive order updates")
    hears(world, "STOP")
    assert hears(world, "YES") == []
    assert out(world) is True


@pytest.mark.parametrize("asked", ["Acme: reply YES to stop receiving texts", "Reply YES if you want to unsubscribe"])
def test_yes_to_an_end_agrees_to_nothing_else(world, asked):
    world.send(WE, SHE, asked)
    assert hears(world, "YES") == []


def test_a_question_that_was_refused_was_not_asked(world):
    world.send("+12125550999", SHE, "Reply YES to receive order updates")  # not ours
    assert hears(world, "YES") == []


def test_the_second_reading_of_doubtful_bytes_is_heard_too(world):
    message = world.message(SHE, WE, "\u5354\u4f50", inbound=True)
    message = replace(message, body=Body("\u5354\u4f50", b"STOP", 8, "STOP"))
    verdict = decide(world.ruleset, world.state, message, world.now)
    assert [fact.kind for fact in verdict.facts] == [FactKind.OPT_OUT]


def test_a_part_of_a_longer_text_is_no_keyword(world):
    assert hears(world, "STOP", part=(1, 2, 7)) == []


def test_short_codes_and_names_can_opt_out(world):
    world.receive("54321", WE, "STOP")
    assert out(world, subscriber="54321") is True


def test_hearing_that_fails_keeps_the_message_at_the_carrier(world, monkeypatch):
    def fail(*_):
        raise RuntimeError

    monkeypatch.setattr("edge.policy.engine.hear", fail)
    verdict = world.receive(SHE, WE, "STOP")
    assert (verdict.action, verdict.rule) == (Action.REJECT, "opt-out")
    assert world.state.rule_errors == {"opt-out": 1}


# -- reports of spam -------------------------------------------------------------------------------

SPAM = "WIN a cruise! Call now"


def reports(world, text, to="7726", source=WE, account="acme", after=1.0, **fields):
    verdict = world.send(source, to, text, account, after=after, **fields)
    return [(fact.kind, fact.subject, fact.account, fact.other) for fact in verdict.facts], verdict


def complaint(about="+12125550105", account="rival", by=WE):
    return [(FactKind.COMPLAINT, about, account, by)]


def test_a_report_in_two_steps(world):
    facts, verdict = reports(world, SPAM)
    assert (facts, verdict.action) == ([], Action.ALLOW)
    facts, verdict = reports(world, "212-555-0105", after=60.0)
    assert (facts, verdict.action) == (complaint(), Action.ALLOW)
    (fact,) = verdict.facts
    assert (fact.by, fact.reason, fact.evidence) == ("smpp:acme", "reported to 7726", SPAM)
    assert [one.other for one in world.state.facts.complaints[12125550105]] == [WE]


@pytest.mark.parametrize(
    ("text", "about", "account"),
    [
        ("+12125550105", "+12125550105", "rival"),
        ("(212) 555-0105", "+12125550105", "rival"),
        ("54321", "54321", "acme"),
        ("+33612345678", "+33612345678", ""),
        ("From: 2125550105 WIN a cruise!", "+12125550105", "rival"),
    ],
)
def test_a_number_that_comes_alone(world, text, about, account):
    assert reports(world, text)[0] == complaint(about, account)


@pytest.mark.parametrize("text", ["", "call 2125550105 to win", "12", "yes", "2125550105 is spam", "+1", WE, "WINNER"])
def test_what_names_nobody(world, text):
    assert reports(world, text)[0] == []


def test_a_name_counts_only_after_the_text(world):
    assert reports(world, "ACMEDENTAL")[0] == []  # taken for the text
    assert reports(world, "ACMEDENTAL")[0] == complaint("ACMEDENTAL", "acme")
    assert reports(world, "ACMEDENTAL")[0] == []


def test_the_second_step_comes_within_an_hour(world):
    reports(world, SPAM)
    _, verdict = reports(world, "2125550105", after=3601.0)
    assert verdict.facts[0].evidence == ""


def test_each_reporters_steps_are_his_own(world):
    reports(world, SPAM, source="+14165550102")
    _, verdict = reports(world, "2125550105", source="+14165550103")
    assert verdict.facts[0].evidence == ""


def test_long_numbers_in_the_evidence_are_masked(world):
    reports(world, "Pay with 4111 1111 1111 1111 now, code 8841")
    _, verdict = reports(world, "2125550105")
    assert verdict.facts[0].evidence == "Pay with 4111... now, code 8841"


def test_a_report_from_a_number_that_is_not_ones_own_does_not_count(world):
    facts, verdict = reports(world, "2125550105", source="+16045550100")
    assert (facts, verdict.action) == ([], Action.REJECT)


def test_a_suspended_account_may_report(world):
    world.state.facts.apply(fact_of(FactKind.SUSPEND, "acme"))
    facts, verdict = reports(world, "2125550105")
    assert (facts, verdict.action) == (complaint(), Action.ALLOW)


def test_an_inbound_report_counts(world):
    world.accounts["desk"] = Account("desk", short_codes=frozenset({"7726"}))
    world.ruleset = world.compiled()
    verdict = world.receive(SHE, "7726", "+12125550105", account="desk")
    assert [(one.kind, one.subject, one.other) for one in verdict.facts] == [(FactKind.COMPLAINT, "+12125550105", SHE)]
    assert out(world, "desk") is None


def test_33700_is_where_french_numbers_report(world):
    paris = Account("paris", country="FR", home=33, numbers=((33612345600, 33612345699),))
    world.accounts["paris"] = paris
    world.ruleset = world.compiled()
    facts, _ = reports(world, "+12125550105", "33700", "+33612345601", "paris")
    assert facts == complaint(by="+33612345601")
    assert reports(world, "2125550105", "33700")[0] == []


def test_no_content_rule_is_asked_about_a_report(new_world):
    world = new_world()
    for to, source, account in (("7726", WE, "acme"), ("33700", "+33612345601", "paris")):
        world.accounts["paris"] = Account("paris", country="FR", home=33, numbers=((33612345600, 33612345699),))
        world.ruleset = world.compiled()
        text = "URGENT: your account is locked, verify your password and PIN at http://198.51.100.7/login.apk now"
        assert world.send(source, to, text, account).action.passes


def test_keys_are_the_same_in_every_process(world):
    """What is kept across a restart is found again: `hash` of a text would differ."""
    state = PolicyState()
    assert consent_key(state, "acme", 14165550311) == 1 << 50 | 14165550311
    assert consent_key(state, "rival", "54321") == 2 << 50 | 1 << 49 | 0x4A29A09F
    world.receive(SHE, "7726", "spam text", account="", after=1.0)
    assert list(world.state.reported.young) == [4926569842506789122]


# -- what is said in parts -------------------------------------------------------------------------


def said(world, *texts, order=(), reference=7, after=1.0):
    """A message of hers in parts, in their order or the one given; the facts that each brings."""
    found = []
    for at in order or range(1, len(texts) + 1):
        verdict = world.receive(SHE, WE, texts[at - 1], part=(at, len(texts), reference), after=after)
        found.append([(fact.kind, fact.reason, fact.evidence) for fact in verdict.facts])
    return found


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_a_revocation_in_parts_is_heard_once_with_the_last(world, order):
    heard = said(world, "please stop tex", "ting", " me", order=order)
    assert heard == [[], [], [(FactKind.OPT_OUT, "own words", "please stop texting me")]]
    assert world.send(WE, SHE, "See you on Monday").rule == "opt-out"


def test_stop_cut_in_the_middle_and_start_too(world):
    assert said(world, "ST", "OP")[1] == [(FactKind.OPT_OUT, "keyword", "STOP")]
    assert said(world, "STA", "RT", reference=8)[1] == [(FactKind.OPT_IN, "keyword", "START")]


def test_parts_of_a_blocked_subscriber_are_heard(world):
    world.state.facts.apply(fact_of(FactKind.BLOCK, SHE))
    assert [kind for kind, _, _ in said(world, "stop texting ", "me")[1]] == [FactKind.OPT_OUT]


def test_copies_of_parts(world):
    """One that came twice changes nothing; the last again is heard again, as a single STOP is."""
    parts = ("stop texting ", "me")
    assert said(world, *parts, order=(1, 1, 2)) == [[], [], [(FactKind.OPT_OUT, "own words", "stop texting me")]]
    assert said(world, *parts, order=(2,)) == [[(FactKind.OPT_OUT, "own words", "stop texting me")]]
    assert said(world, *parts, order=(1, 2))[0] == []


def test_a_reference_used_again(world):
    assert said(world, "ok", " bye") == [[], []]
    assert said(world, "ok", " STOP") == [[], []]
    assert said(world, "sto", "p")[1] == [(FactKind.OPT_OUT, "keyword", "stop")]


@pytest.mark.parametrize("parts", [("STOP", " by the store at five and bring some milk"), ("I will not ", "stop")])
def test_a_keyword_in_a_part_of_something_longer_is_none(world, parts):
    assert said(world, *parts) == [[], []]
    assert world.send(WE, SHE, "ok", after=3600.0).action is Action.ALLOW
    assert out(world) is None


def test_a_lone_stop_waits_for_its_rest(world):
    assert said(world, "STOP", " by at five")[0:1] == [[]]
    said(world, "STOP", "", order=(1,), reference=9)
    assert world.send(WE, SHE, "ok", after=20.0).action is Action.ALLOW


def test_a_lone_stop_whose_rest_never_comes_counts(world):
    said(world, "STOP", " by at five", order=(1,))
    assert world.send(WE, SHE, "See you", after=35.0).rule == "opt-out/unfinished"
    assert world.send(WE, "+14165550312", "See you").action is Action.ALLOW
    verdict = world.send(WE, SHE, "See you again", after=3600.0)
    (fact,) = verdict.facts
    assert (fact.kind, fact.subject, fact.account, fact.by) == (FactKind.OPT_OUT, SHE, "acme", "edge")
    assert fact.at == pytest.approx(world.state.unix(world.now) - 3635.0)
    assert out(world) is True
    assert world.send(WE, SHE, "See you then").facts == ()


def test_a_rest_that_comes_late_ends_the_wait(world):
    said(world, "STOP", " by at five", order=(1,))
    assert world.send(WE, SHE, "See you", after=35.0).rule == "opt-out/unfinished"
    said(world, "STOP", " by at five", order=(2,), after=60.0)
    assert world.send(WE, SHE, "See you").action is Action.ALLOW
    assert world.send(WE, SHE, "See you", after=3600.0).action is Action.ALLOW


def test_start_ends_the_wait(world):
    said(world, "STOP", " and more", order=(1,))
    assert hears(world, "START") == [(FactKind.OPT_IN, "keyword")]
    assert world.send(WE, SHE, "See you", after=3600.0).action is Action.ALLOW


def test_what_is_too_long_says_nothing(world):
    assert said(world, *(["stop "] * 255))[-1] == []
    assert said(world, "x" * 153, "y" * 153, "z" * 153, "stop") == [[]] * 4
