"""What operators and customers are told."""

from typing import Any

import pytest

from edge.core.facts import Fact, FactKind
from edge.core.verdict import Action
from edge.policy.clauses import hygiene
from edge.policy.registry import RULES
from edge.policy.rule import Mode


def finding(explanation: Any, rule: str) -> Any:
    return next(found for found in explanation.findings if found.rule == rule)


def test_every_rule_has_its_word(world: Any) -> None:
    explanation = world.explain()
    assert [found.rule for found in explanation.findings] == list(RULES)
    assert finding(explanation, "image-hash").outcome == "does not apply"
    assert finding(explanation, "sender-toll-free").outcome == "does not apply"
    assert finding(explanation, "rate-account").outcome == "pass"
    assert (explanation.verdict.action, explanation.sentence) == (Action.ALLOW, "Accepted.")


def test_value_against_limit(world: Any) -> None:
    for _ in range(4):
        world.send()
    found = finding(world.explain(), "rate-sender")
    assert (found.value, found.limit, found.detail, found.mode) == (4.0, 10, "60/1m burst 10", "enforce")


def test_it_counts_nothing(world: Any) -> None:
    for _ in range(100):
        world.explain()
    assert {name: size[0] for name, size in world.state.sizes().items() if size[0]} == {}
    assert world.state.pending == []


def test_rules_after_the_first_hit_are_told_too(world: Any) -> None:
    world.tune("rate-account", limit="0/1m")
    explanation = world.explain("+12124567890", "MOM")
    assert [found.rule for found in explanation.findings if found.outcome == "hit"] == [
        "sender-not-owned",
        "destination-format",
        "rate-account",
    ]
    assert explanation.verdict.rule == "sender-not-owned"


def test_not_from_memory(world: Any) -> None:
    world.tune("bomb-recipient", limit="1/1s burst 1")
    world.send(text="a")
    assert world.send(text="b").action is Action.REJECT
    world.now += 30.0
    assert world.explain(text="b").verdict.action is Action.ALLOW


def test_modes(world: Any) -> None:
    world.tune("rate-account", limit="0/1m", mode=Mode.MONITOR)
    world.tune("volume", mode=Mode.OFF)
    explanation = world.explain()
    assert (finding(explanation, "rate-account").mode, finding(explanation, "rate-account").outcome) == (
        "monitor",
        "hit",
    )
    assert finding(explanation, "volume").outcome == "off"
    assert explanation.verdict.action is Action.ALLOW
    assert [hit.rule for hit in explanation.verdict.would_have] == ["rate-account"]


def test_a_failing_rule_is_told_and_not_counted(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the text of a message")

    monkeypatch.setattr(hygiene.Loop, "check", broken)
    world.ruleset = world.compiled()
    found = finding(world.explain(), "loop")
    assert (found.outcome, found.detail) == ("error", "RuntimeError")
    assert world.state.rule_errors == {}


def test_of_two_limits_the_closer_one(world: Any) -> None:
    for name in ("acme", "rival"):
        for position in range(5):
            world.send(f"+1{'416' if name == 'acme' else '212'}55501{position:02}", "+14165550405", account=name)
    world.tune("bomb-recipient", edge="60/1m burst 12")
    found = finding(world.explain(destination="+14165550405"), "bomb-recipient")
    assert (found.value, found.limit, found.detail) == (10.0, 12, "60/1m burst 12")


def test_sentences_for_customers(world: Any) -> None:
    assert world.explain(destination="911").sentence == (
        "Refused under 'Using SIPSTACK numbers as the only means of communication during an emergency': "
        "texts to emergency services are not carried."
    )
    assert world.explain(destinations=200).sentence == (
        "Refused under 'Sending mass marketing or bulk messaging using SIPSTACK': "
        "one message to too many recipients; limit 100 recipients."
    )
    assert world.explain(destination="+19005551234").sentence == (
        "Refused under 'Engaging in fraud, phishing or sending of sensitive data': "
        "destinations that earn by being texted."
    )
    world.tune("rate-sender", limit="0/1m")
    assert world.explain().sentence == (
        "Slowed down under 'Sending mass marketing or bulk messaging using SIPSTACK': "
        "one number sends faster than a number may; limit 0/1m burst 0."
    )
    world.state.facts.apply(Fact(FactKind.SUSPEND, "acme", 0.0))
    assert world.explain().sentence == "Refused under 'Sending unsolicited messages': the account is suspended."


def test_a_held_message(world: Any) -> None:
    world.tune("destination-format", action=Action.QUARANTINE)
    assert world.explain(destination="MOM").sentence == (
        "Held for review under 'Carriage of messages': the recipient is not a well-formed address."
    )
