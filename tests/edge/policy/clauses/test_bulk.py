"""How fast, how much, and to how many at once."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.verdict import Action, Reason

DAY = 86400.0


def recipient(position: int) -> str:
    return f"+1{(416, 604, 212, 312)[position % 4]}{200 + position % 11 + position // 4 % 80 * 10:03}{position:04}"


def test_a_number_sends_one_a_second_and_ten_at_once(world: Any) -> None:
    world.only("rate-sender")
    verdicts = [world.send(destination=recipient(i)) for i in range(15)]
    assert [verdict.action for verdict in verdicts] == [Action.ALLOW] * 10 + [Action.THROTTLE] * 5
    assert world.actions([world.send(destination=recipient(i), after=1.0) for i in range(20)]) == {"allow": 20}
    hit = verdicts[-1].hit
    assert (hit.reason, hit.detail, hit.value, hit.limit) == (Reason.PACING, "60/1m burst 10 is used up", 10.0, 10.0)


def test_120_in_a_minute_are_too_many(world: Any) -> None:
    """Scenario V031. 55 in a minute are not (N022)."""
    world.only("rate-sender")
    assert world.actions([world.send(after=0.5) for _ in range(120)]) == {"allow": 69, "throttle": 51}
    assert world.actions([world.send("+14165550102", after=60 / 55) for _ in range(55)]) == {"allow": 55}


def test_numbers_do_not_share(world: Any) -> None:
    world.only("rate-sender")
    assert world.actions([world.send(f"+141655501{i:02}") for i in range(60)]) == {"allow": 60}


def test_verified_toll_free_is_faster(world: Any) -> None:
    world.only("rate-sender")
    assert world.actions([world.send("+18335550120", after=0.35) for _ in range(100)]) == {"allow": 100}
    assert world.send("+14165550101").action is Action.ALLOW


def test_short_codes_and_names_are_paced_by_their_account(world: Any) -> None:
    world.only("rate-sender")
    assert world.actions([world.send("54321") for _ in range(100)]) == {"allow": 100}


def test_an_account_ten_a_second_and_fifty_at_once(world: Any) -> None:
    world.only("rate-account")
    verdicts = [world.send(f"+141655501{i:02}", recipient(i)) for i in range(60)]
    assert world.actions(verdicts) == {"allow": 50, "throttle": 10}
    assert world.send("+12125550101", account="rival").action is Action.ALLOW


def test_an_accounts_own_limit(world: Any) -> None:
    world.only("rate-account")
    world.tune("rate-account", accounts={"acme": {"limit": "200/1s burst 400"}})
    assert world.actions([world.send() for _ in range(401)]) == {"allow": 400, "throttle": 1}
    assert world.actions([world.send(account="rival") for _ in range(51)]) == {"allow": 50, "throttle": 1}


def test_nothing_passes_a_rate_of_zero(world: Any) -> None:
    world.tune("rate-account", accounts={"acme": {"limit": "0/1s"}})
    assert world.send().rule == "rate-account"
    assert world.send("+12125550101", account="rival").action is Action.ALLOW


def test_a_thousand_a_day(world: Any) -> None:
    world.only("volume")
    assert world.actions([world.send() for _ in range(1010)]) == {"allow": 1000, "throttle": 10}
    assert world.send("+18335550120").action is Action.ALLOW
    assert world.send(after=DAY - 1.0).action is Action.THROTTLE
    assert world.send(after=1.0).action is Action.ALLOW


@pytest.mark.parametrize(("age", "passed"), [(1 * DAY, 250), (6.9 * DAY, 250), (7 * DAY, 1000)])
def test_new_accounts_send_a_quarter(world: Any, age: float, passed: int) -> None:
    world.only("volume")
    opened = world.state.unix(world.now) - age
    world.accounts["acme"] = replace(world.accounts["acme"], opened=opened)
    assert world.actions([world.send() for _ in range(passed + 1)]) == {"allow": passed, "throttle": 1}


def test_new_accounts_with_their_own_volume(world: Any) -> None:
    world.only("volume")
    world.tune("volume", accounts={"acme": {"limit": "40/1d burst 40", "new_divisor": 2}})
    world.accounts["acme"] = replace(world.accounts["acme"], opened=world.state.unix(world.now))
    assert world.actions([world.send() for _ in range(25)]) == {"allow": 20, "throttle": 5}


def test_a_message_to_too_many(world: Any) -> None:
    verdict = world.send(destinations=200, text="Store meeting moved to Friday")
    assert (verdict.action, verdict.rule, verdict.hit.reason) == (
        Action.REJECT,
        "many-recipients",
        Reason.RECIPIENTS,
    )
    assert (verdict.hit.value, verdict.hit.limit) == (200, 100)
    assert world.send(destinations=100).action is Action.ALLOW


def test_recipients_of_an_account_of_its_own(world: Any) -> None:
    world.tune("many-recipients", accounts={"acme": {"recipients": 5}})
    assert world.send(destinations=6).rule == "many-recipients"
    assert world.send("+12125550101", account="rival", destinations=6).action is Action.ALLOW
    finding = next(f for f in world.explain(destinations=6).findings if f.rule == "many-recipients")
    assert (finding.value, finding.limit, finding.detail) == (6, 5, "5 recipients")
