"""Bombing, and messages nobody can see."""

from typing import Any

import pytest

from edge.core.clause import Clause
from edge.core.verdict import Action, Reason

VICTIM = "+14165550405"


def test_one_number_bombs_another(world: Any) -> None:
    """Scenario V150: 40 in a minute, no reply."""
    world.only("bomb-pair")
    verdicts = [world.send(destination=VICTIM, text=f"hey {i}", after=1.5) for i in range(40)]
    assert verdicts[-1].action is Action.REJECT
    assert world.actions(verdicts) == {"allow": 19, "reject": 21}
    hit = verdicts[-1].hit
    assert (hit.rule, hit.clause, hit.reason) == ("bomb-pair", Clause.HARASSMENT, Reason.CONTENT)


def test_a_few_quick_messages_are_no_bombing(world: Any) -> None:
    assert world.actions([world.send(destination=VICTIM, text=f"line {i}") for i in range(10)]) == {"allow": 10}


def test_a_conversation_is_no_bombing(world: Any) -> None:
    """Scenario N031: 30 in five minutes with 28 replies, here in bursts."""
    world.only("bomb-pair")
    for round_ in range(10):
        sent = [world.send(destination=VICTIM, text=f"{round_} {i}", after=0.1) for i in range(10)]
        assert world.actions(sent) == {"allow": 10}
        assert world.receive(VICTIM, "+14165550101", f"no {round_}").action is Action.ALLOW


def test_a_reply_from_somebody_else_does_not_help(world: Any) -> None:
    world.only("bomb-pair")
    for i in range(10):
        world.send(destination=VICTIM, text=str(i))
    world.receive("+14165550406", "+14165550101")
    assert world.send(destination=VICTIM, text="11").action is Action.REJECT


def test_names_and_short_codes_bomb_too(world: Any) -> None:
    world.only("bomb-pair")
    for source in ("54321", "ACMEDENTAL"):
        sent = [world.send(source, VICTIM, f"code {i}") for i in range(12)]
        assert world.actions(sent) == {"allow": 10, "reject": 2}


def test_service_codes_are_nobody_to_bomb(world: Any) -> None:
    world.only("bomb-pair", "bomb-recipient")
    assert world.actions([world.send(destination="988", text=str(i)) for i in range(100)]) == {"allow": 100}


def test_the_operator_may_slow_down_instead(world: Any) -> None:
    world.tune("bomb-pair", limit="10/1m", action=Action.THROTTLE)
    world.send(destination=VICTIM, text="1")
    hit = world.send(destination=VICTIM, text="2").hit
    assert (hit.action, hit.reason) == (Action.THROTTLE, Reason.PACING)


def test_an_accounts_numbers_bomb_one_person(world: Any) -> None:
    world.only("bomb-recipient")
    sent = [world.send(f"+141655501{i:02}", VICTIM, f"hi {i}") for i in range(25)]
    assert world.actions(sent) == {"allow": 20, "reject": 5}
    assert sent[-1].rule == "bomb-recipient"
    assert world.send("+12125550101", VICTIM, account="rival").action is Action.ALLOW


def test_all_accounts_together_bomb_one_person(world: Any) -> None:
    world.only("bomb-recipient")
    world.tune("bomb-recipient", limit="1000/1m burst 1000", edge="60/1m burst 30")
    sent = [world.send(f"+141655501{i:02}", VICTIM, f"hi {i}") for i in range(20)]
    sent += [world.send(f"+121255501{i:02}", VICTIM, f"hi {i}", account="rival") for i in range(20)]
    assert world.actions(sent) == {"allow": 30, "reject": 10}
    assert world.send(destination="+14165550406").action is Action.ALLOW


def test_a_refused_message_pays_neither_limit(world: Any) -> None:
    world.only("bomb-recipient")
    world.tune("bomb-recipient", limit="1000/1m burst 1000", edge="60/1m burst 1")
    world.send(destination=VICTIM, text="1")
    for i in range(5):
        world.send(destination=VICTIM, text=f"again {i}")
    explanation = world.explain(destination=VICTIM)
    finding = next(f for f in explanation.findings if f.rule == "bomb-recipient")
    assert (finding.value, finding.limit) == (1.0, 1.0)
    key = world.state.account_index("acme") << 50 | 14165550405
    assert world.state.recipient_rate.get(key) == pytest.approx(world.now + 0.06)


@pytest.mark.parametrize("protocol", [0x40, 0x41, 0x44, 0x47])
def test_silent_and_replacing_messages(world: Any, protocol: int) -> None:
    verdict = world.send(protocol_id=protocol)
    assert (verdict.action, verdict.rule, verdict.hit.reason) == (Action.REJECT, "silent-sms", Reason.CONTENT)


@pytest.mark.parametrize("protocol", [0, 0x20, 0x3F, 0x48, 0x7F])
def test_other_protocol_ids(world: Any, protocol: int) -> None:
    assert world.send(protocol_id=protocol).action is Action.ALLOW


def test_inbound_and_service_codes_are_not_asked(world: Any) -> None:
    assert world.receive(VICTIM, "+14165550101", protocol_id=0x40).action is Action.ALLOW
    assert world.send(destination="988", protocol_id=0x40).action is Action.ALLOW
    assert world.send(destination="311", protocol_id=0x40).rule == "silent-sms"


def test_empty_messages_if_the_operator_wants(world: Any) -> None:
    assert world.send(text="").action is Action.ALLOW
    world.tune("silent-sms", empty=True)
    assert world.send(text="").rule == "silent-sms"
    assert world.send(text=" ").action is Action.ALLOW
    assert world.send(destination=VICTIM, text="", part=(2, 2, 7)).action is Action.ALLOW
