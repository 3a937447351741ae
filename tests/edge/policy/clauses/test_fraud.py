"""Destinations that earn by being texted."""

from typing import Any

import pytest

from edge.core.clause import Clause
from edge.core.verdict import Action, Reason
from edge.policy.clauses.fraud.pumping import costly, prefix


@pytest.mark.parametrize(
    ("destination", "detail"),
    [
        ("+19005551234", "a premium-rate number"),
        ("+15002345678", "a personal number"),
        ("+14169761234", "a pay-per-call exchange"),
        ("+8816123456789", "a satellite or global network"),
        ("+870773111632", "a satellite or global network"),
        ("+97912345678901"[:13], "a satellite or global network"),
        ("+447012345678", "a personal number"),
        ("+449012345678", "a premium-rate number"),
    ],
)
def test_costly_destinations(world: Any, destination: str, detail: str) -> None:
    verdict = world.send(destination=destination)
    assert (verdict.action, verdict.rule) == (Action.REJECT, "sms-pumping/destination")
    assert (verdict.hit.clause, verdict.hit.reason, verdict.hit.detail) == (
        Clause.FRAUD,
        Reason.DESTINATION,
        detail,
    )


@pytest.mark.parametrize(
    "destination", ["+18764101234", "+447911123632", "+33612345678", "+911123456789", "+16135550100"]
)
def test_ordinary_destinations(world: Any, destination: str) -> None:
    assert world.send(destination=destination).action is Action.ALLOW


def test_the_operators_lists(world: Any) -> None:
    world.tune("sms-pumping", refuse=["+371", "+1709"], accept=["+1900555", "+1416976", "+371222"])
    assert world.send(destination="+37121234567").hit.detail == "a destination that the operator refuses"
    assert world.send(destination="+17095550101").hit.detail == "a destination that the operator refuses"
    assert world.send(destination="+19005551234").action is Action.ALLOW
    assert world.send(destination="+14169761234").action is Action.ALLOW
    assert world.send(destination="+19002345678").rule == "sms-pumping/destination"


def test_the_action_may_be_a_flag(world: Any) -> None:
    world.tune("sms-pumping", action=Action.FLAG)
    verdict = world.send(destination="+19005551234")
    assert (verdict.action, verdict.rule) == (Action.FLAG, "sms-pumping/destination")


def test_one_exchange_is_paced(world: Any) -> None:
    world.only("sms-pumping")
    world.tune("sms-pumping", limit="60/1m burst 5")
    sent = [world.send(destination=f"+1416555{i:04}") for i in range(8)]
    assert world.actions(sent) == {"allow": 5, "throttle": 3}
    assert (sent[-1].rule, sent[-1].hit.reason) == ("sms-pumping", Reason.PACING)
    assert world.send(destination="+14165560001").action is Action.ALLOW
    assert world.send("+12125550101", "+14165550001", account="rival").action is Action.ALLOW


def test_one_prefix_abroad_is_paced(world: Any) -> None:
    world.only("sms-pumping")
    sent = [world.send(destination=f"+447911{i:06}") for i in range(70)]
    assert world.actions(sent) == {"allow": 60, "throttle": 10}
    assert world.send(destination="+447912000001").action is Action.ALLOW


@pytest.mark.parametrize(("number", "expected"), [(447911123616, 447911), (35312345678, 3531234), (19005551234, 19005)])
def test_prefix(number: int, expected: int) -> None:
    assert prefix(number) == expected


def test_costly_of_nonsense() -> None:
    assert costly(999) == ""
    assert costly(14165550101) == ""
