"""Texting offered in place of a call for help; plumbers, clinics, warnings and people in distress pass."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.verdict import Action

from .texts import texts

TEXTS = texts("solicit")
ACTIONS = {"pass": Action.ALLOW, "quarantine": Action.QUARANTINE, "reject": Action.REJECT}
WORST = "In an emergency do not call 911, text HELP to this number and we will respond"


@pytest.fixture
def guard(world: Any) -> Any:
    """Only the one rule is asked; a person's account beside the businesses."""
    world.accounts["pat"] = Account(name="pat", kind="consumer", country="CA", numbers=((14035550160, 14035550160),))
    world.only("emergency-solicit")
    return world


def test_what_is_held_refused_and_let_pass(guard: Any) -> None:
    wrong = []
    for expected, text in TEXTS:
        verdict = guard.send(text=text, after=100.0)
        if verdict.action is not ACTIONS[expected]:
            wrong.append((expected, text, verdict.action.value, verdict.hit and verdict.hit.parts))
    assert not wrong


def test_no_near_miss_is_stopped_by_anything_shipped(world: Any) -> None:
    stopped = [
        (text, verdict.rule)
        for expected, text in TEXTS
        if expected == "pass" and not (verdict := world.send(text=text, after=10_000.0)).action.passes
    ]
    assert not stopped


@pytest.mark.parametrize("text", [text for expected, text in TEXTS if expected != "pass"])
def test_people_are_never_held(guard: Any, text: str) -> None:
    assert guard.send("+14035550160", text=text, account="pat").action.passes


def test_the_senders_own_number_counts(guard: Any) -> None:
    text = "Intruder or fire? Our guards will respond when you text. Save 416-555-0101 now"
    assert guard.send("+14165550101", text=text).action is Action.QUARANTINE
    assert guard.send("+14165550102", text=text).action is Action.ALLOW


def test_a_new_account_is_held_sooner(guard: Any) -> None:
    text = "Fire or intruder? Text this number."
    guard.tune("emergency-solicit", hold=75, text=25, number=20, help=25)
    text = "Fire or intruder? Text, and our guards will respond"
    assert guard.send(text=text).action is Action.ALLOW
    guard.accounts["acme"] = replace(guard.accounts["acme"], opened=guard.state.unix(guard.now) - 86400.0)
    guard.ruleset = guard.compiled()
    assert guard.send(text=text, after=100.0).action is Action.QUARANTINE


def test_it_is_explained(guard: Any) -> None:
    finding = next(each for each in guard.explain(text=WORST).findings if each.rule == "emergency-solicit")
    assert (finding.outcome, finding.value, finding.limit) == ("hit", 120, 80)
    assert dict(finding.parts)["in place of a call"] == 40


def test_a_conf_may_refuse_all(guard: Any) -> None:
    guard.tune("emergency-solicit", action=Action.FLAG)
    assert guard.send(text=WORST).action is Action.FLAG


def test_inbound_is_not_asked(guard: Any) -> None:
    assert guard.receive("+14165550823", "+14165550101", WORST).action is Action.ALLOW
