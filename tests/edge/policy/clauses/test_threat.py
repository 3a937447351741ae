"""Threats, extortion, hate, encouragement to self-harm; and everything that only sounds like it."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.verdict import Action, Reason, Verdict
from edge.policy.signals.classifier import SCORE_FLAGS
from edge.policy.signals.hate import SLURS
from edge.policy.signals.reader import read
from edge.policy.signals.threats import CANDIDATES, EXPLICIT_THREAT

from .texts import texts

PAT = "+14035550162"
FRIEND = "+14035550408"
SLUR = sorted(SLURS)[0]
TEXTS = [(expected, text.replace("[slur]", SLUR)) for expected, text in texts("threats")]
SUBS = {"explicit": "violence"}
CLASSIFIED = SCORE_FLAGS["harassment"][1]
ALWAYS_REFUSED = ("explicit", "extortion", "self-harm")


@pytest.fixture
def people(world: Any) -> Any:
    """A consumer account beside the businesses; only the one rule is asked."""
    world.accounts["pat"] = Account(name="pat", kind="consumer", country="CA", numbers=((14035550162, 14035550162),))
    world.only("threat")
    return world


def said(world: Any, text: str, **fields: Any) -> Verdict:
    """What becomes of a text from Pat, a day after the last."""
    world.now += 90_000.0
    return world.send(PAT, FRIEND, text, "pat", **fields)


def test_what_is_refused_held_and_let_pass(people: Any) -> None:
    wrong = []
    for expected, text in TEXTS:
        verdict = said(people, text)
        rules = {hit.rule for hit in verdict.would_have}
        if expected in ("allow", "banter"):
            right = verdict.action.passes and rules == ({"threat/banter"} if expected == "banter" else set())
        else:
            right = (verdict.action, verdict.rule) == (Action.REJECT, f"threat/{SUBS.get(expected, expected)}")
        if not right:
            wrong.append((expected, text, verdict.action.value, verdict.rule))
    assert not wrong


def test_a_heated_conversation_is_held_unless_it_is_explicit(people: Any) -> None:
    wrong = []
    for expected, text in TEXTS:
        people.now += 90_000.0
        people.receive(FRIEND, PAT, "what do you want", account="pat")
        verdict = people.send(PAT, FRIEND, text, "pat", after=30.0)
        passes = expected in ("allow", "banter")
        held = Action.REJECT if expected in ALWAYS_REFUSED else Action.QUARANTINE
        if verdict.action is not (Action.ALLOW if passes else held):
            wrong.append((expected, text, verdict.action.value, verdict.rule))
    assert not wrong


def test_no_near_miss_is_stopped_by_anything_shipped(world: Any) -> None:
    world.accounts["pat"] = Account(name="pat", kind="consumer", country="CA", numbers=((14035550162, 14035550162),))
    world.ruleset = world.compiled()
    stopped = [
        (text, verdict.rule)
        for expected, text in TEXTS
        if expected in ("allow", "banter") and not (verdict := said(world, text)).action.passes
    ]
    assert not stopped


def test_a_business_hears_its_customers(people: Any) -> None:
    for expected, text in TEXTS:
        verdict = people.receive("+14165550823", "+14165550101", text, after=1.0)
        assert verdict.action is (Action.ALLOW if expected == "allow" else Action.FLAG), text


def test_a_person_is_protected_from_strangers(people: Any) -> None:
    verdict = people.receive("+14165550823", PAT, "i will kill you", account="pat")
    assert (verdict.action, verdict.rule) == (Action.REJECT, "threat/violence")


def test_what_was_refused_says_why(people: Any) -> None:
    hit = said(people, "I will find you and I will kill you").hit
    assert hit is not None
    assert (hit.reason, hit.detail, hit.clause.value) == (Reason.CONTENT, "an explicit threat", "harassment")


def test_a_conf_that_only_flags_flags(people: Any) -> None:
    people.tune("threat", action=Action.FLAG)
    assert said(people, "i will kill you").action is Action.FLAG
    people.tune("threat", action=Action.QUARANTINE)
    assert said(people, "i will kill you").action is Action.QUARANTINE
    assert people.receive("+14165550823", "+14165550101", "i will kill you").action is Action.FLAG


@pytest.mark.parametrize("text", ["you are a flurb", "flurbs go back to your country", "hey flurb get out"])
def test_an_operators_slurs(people: Any, text: str) -> None:
    assert said(people, text).action is Action.ALLOW
    people.tune("threat", slurs=["Flurb"])
    assert (said(people, text).action, said(people, text).rule) == (Action.REJECT, "threat/hate")
    assert people.receive("+14165550823", "+14165550101", text).action is Action.FLAG


@pytest.mark.parametrize("text", ["the flurb is in the fridge", "he called me a flurb", 'they wrote "you flurb" on it'])
def test_an_operators_slurs_too_must_be_thrown(people: Any, text: str) -> None:
    people.tune("threat", slurs=["flurb"])
    assert said(people, text).action is Action.ALLOW


def test_banter_can_be_left_alone(people: Any) -> None:
    assert said(people, "I'm gonna kill you lol").action is Action.FLAG
    people.tune("threat", banter=False)
    assert said(people, "I'm gonna kill you lol").action is Action.ALLOW


def test_what_the_classifier_takes_for_harassment_is_on_record_and_no_more(people: Any) -> None:
    text = "you are a pathetic loser and everybody laughs at you"
    people.tune("threat", score=True)  # off as shipped
    message = people.message(PAT, FRIEND, text, "pat")
    reading = read(text)
    flags = CLASSIFIED | reading.flags
    checker = checker_of(people)
    context = people.state.context = replace(people.state.context, reading=replace(reading, flags=flags), flags=flags)
    people.state.looked_at = message
    hit = checker.check(message, people.state, people.now)
    assert (hit.action, hit.rule) == (Action.FLAG, "threat/score")
    assert not context.reading.flags & EXPLICIT_THREAT


def test_disguised_threats_are_threats(people: Any) -> None:
    for text in ("i w1ll k i l l y0u b1tch", "i wi\u200bll ki\u200bll you", "𝐢 𝐰𝐢𝐥𝐥 𝐤𝐢𝐥𝐥 𝐲𝐨𝐮", "І wіll kіll yоu"):
        assert said(people, text).rule == "threat/violence", text


def test_profanity_alone_is_no_threat() -> None:
    for text in ("fuck this", "you absolute bastard, you won!", "what the hell is wrong with you", "shit happens"):
        assert not read(text).flags & EXPLICIT_THREAT


def test_ordinary_messages_are_not_looked_at_closely() -> None:
    for text in ("See you at 2.", "Your order 88213 has shipped.", "lol ok", "Call me when you get home"):
        assert not read(text).flags & CANDIDATES


def checker_of(world: Any) -> Any:
    """The compiled rule."""
    return next(rule.checkers[0] for rule in world.ruleset.rules if rule.id == "threat")
