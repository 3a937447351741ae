"""One-time codes to one prefix: what is pumping, and what is a busy day."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.core.verdict import Action, Reason, Verdict
from edge.policy.clauses.fraud.pumping import neighbours
from edge.policy.engine import decide, explain
from edge.policy.signals.reading import CODE, Reading

ME = "+14165550101"


def code(world: Any, to: int, after: float = 10.0, **fields: Any) -> Verdict:
    text = f"Your Acme code is {to % 1_000_000:06}"
    message = world.message(fields.pop("source", ME), f"+{to}", text, **fields)
    world.now += after
    reading = Reading(text, text, CODE, traffic="otp")
    return decide(world.ruleset, world.state, replace(message, body=replace(message.body, read=reading)), world.now)


def scattered(number: int) -> int:
    """Recipients of one exchange who are no neighbours."""
    return 16475550000 + (number * 1237) % 9973


@pytest.fixture(autouse=True)
def alone(world: Any) -> None:
    world.only("sms-pumping")


def test_numbers_one_after_the_other(world: Any) -> None:
    verdicts = [code(world, 16475550000 + number) for number in range(25)]
    assert [verdict.rule for verdict in verdicts] == [""] * 19 + ["sms-pumping/codes"] + ["sms-pumping/paused"] * 5
    hit = verdicts[19].hit
    assert (hit.action, hit.reason, hit.value, hit.limit) == (Action.THROTTLE, Reason.PACING, 20, 20)
    assert hit.detail == "20 codes to one prefix, 100 % of them to neighbouring numbers"
    assert all(verdict.facts == () for verdict in verdicts)


def test_the_prefix_rests_for_an_hour_and_nothing_else_does(world: Any) -> None:
    for number in range(20):
        code(world, 16475550000 + number)
    assert code(world, 16475559999).rule == "sms-pumping/paused"
    assert code(world, 16475560000).action is Action.ALLOW
    assert world.send(destination="+16475550001", text="Lunch?").action is Action.ALLOW
    assert code(world, 16475550001, account="rival", source="+12125550101").action is Action.ALLOW
    assert code(world, 16475550001, 3500.0).rule == "sms-pumping/paused"
    assert code(world, 16475550001, 71.0).action is Action.ALLOW


def test_a_new_customer_with_a_busy_first_day(world: Any) -> None:
    """What is usual is not known yet."""
    assert all(code(world, scattered(number)).action.passes for number in range(120))


def usual(world: Any, days: int, a_day: int) -> None:
    for day in range(days):
        for number in range(a_day):
            code(world, scattered(day * a_day + number), 86400.0 / a_day)


def test_ten_times_the_usual(world: Any) -> None:
    usual(world, 14, 60)  # 0.4 in ten minutes
    world.now += 700.0
    verdicts = [code(world, scattered(2000 + number)) for number in range(25)]
    assert [verdict.action.passes for verdict in verdicts] == [True] * 19 + [False] * 6
    assert verdicts[19].hit.detail.endswith("where 0.4 are usual")


def test_a_busy_prefix_that_is_busier_today(world: Any) -> None:
    usual(world, 8, 720)  # five in ten minutes
    assert all(code(world, scattered(9000 + number), 14.0).action.passes for number in range(120))


def test_a_prefix_that_an_old_customer_never_wrote_to(world: Any) -> None:
    usual(world, 2, 60)
    verdicts = [code(world, 37120000000 + number * 397) for number in range(25)]
    assert [verdict.action.passes for verdict in verdicts] == [True] * 19 + [False] * 6


def test_destinations_known_for_it(world: Any) -> None:
    world.tune("sms-pumping", high_risk=["+371"], codes=10)
    verdicts = [code(world, 37120000000 + number * 397) for number in range(12)]
    assert [verdict.action.passes for verdict in verdicts] == [True] * 9 + [False] * 3
    assert verdicts[9].hit.detail.endswith("which is known for it")


def test_codes_spread_over_time(world: Any) -> None:
    assert all(code(world, 16475550000 + number, 32.0).action.passes for number in range(60))


def test_the_limits_of_all_messages_hold_besides(world: Any) -> None:
    world.tune("sms-pumping", limit="60/1m burst 5")
    verdicts = [code(world, scattered(number), 0.0) for number in range(8)]
    assert [verdict.rule for verdict in verdicts] == [""] * 5 + ["sms-pumping"] * 3


def test_a_family_of_neighbouring_numbers(world: Any) -> None:
    """Some neighbours among many are no sign."""
    numbers = [scattered(number) for number in range(12)] + [16475559980 + number for number in range(8)]
    assert all(code(world, number).action.passes for number in numbers)


def test_explain_counts(world: Any) -> None:
    for number in range(7):
        code(world, scattered(number))
    state = world.state
    reading = Reading("code", "code", CODE, traffic="otp")
    message = world.message(ME, "+16475550001", "code")
    explanation = explain(world.ruleset, state, replace(message, body=replace(message.body, read=reading)), world.now)
    finding = next(finding for finding in explanation.findings if finding.rule == "sms-pumping")
    assert (finding.value, finding.limit) == (7, 20)
    assert finding.detail == "20 codes to one prefix in 10 minutes"


@given(st.lists(st.integers(0, 3000), max_size=40))
def test_neighbours(numbers: list[int]) -> None:
    expected = sum(any(0 < abs(one - other) <= 10 for other in numbers) for one in numbers)
    assert neighbours(numbers) == expected
