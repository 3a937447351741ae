"""`silent-sms`: messages that nobody is meant to see, commands for cards and phones, floods of flash and of nothing."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.verdict import Action, Reason, Verdict
from edge.policy.engine import decide

VICTIM = "+14165550405"


def addressed(world: Any, elements: tuple[int, ...], port: int = -1, **fields: Any) -> Verdict:
    """A message with a header of its own."""
    message = world.message(destination=VICTIM, **fields)
    body = replace(message.body, elements=elements, port=port)
    return decide(world.ruleset, world.state, replace(message, body=body), world.now)


@pytest.mark.parametrize(
    ("protocol", "rule"),
    [
        (0x40, "silent-sms/type-0"),
        (0x41, "silent-sms/replace"),
        (0x44, "silent-sms/replace"),
        (0x47, "silent-sms/replace"),
        (0x7C, "silent-sms/card"),
        (0x7D, "silent-sms/card"),
        (0x7F, "silent-sms/card"),
    ],
)
def test_protocol_ids_that_nobody_sees(world: Any, protocol: int, rule: str) -> None:
    verdict = world.send(protocol_id=protocol)
    assert (verdict.action, verdict.rule, verdict.hit.reason) == (Action.REJECT, rule, Reason.CONTENT)


@pytest.mark.parametrize("protocol", [0, 0x01, 0x20, 0x24, 0x3F, 0x48, 0x5F, 0x7B, 0x80, 0xFF])
def test_other_protocol_ids(world: Any, protocol: int) -> None:
    assert world.send(protocol_id=protocol).action is Action.ALLOW


def test_type_zero_with_nothing_in_it(world: Any) -> None:
    """Scenario V052."""
    assert world.send(destination=VICTIM, text="", protocol_id=0x40).rule == "silent-sms/type-0"


@pytest.mark.parametrize("port", [2948, 2949, 2805, 2923, 49999])
def test_ports_that_change_the_phone(world: Any, port: int) -> None:
    verdict = addressed(world, (0x05,), port)
    assert (verdict.action, verdict.rule) == (Action.REJECT, "silent-sms/port")


@pytest.mark.parametrize(
    ("elements", "port"), [((0x05,), 5505), ((0x04,), 240), ((0x05,), 9204), ((0x24,), -1), ((), -1)]
)
def test_other_ports_and_headers(world: Any, elements: tuple[int, ...], port: int) -> None:
    """Ring tones of old, business cards, national alphabets."""
    assert addressed(world, elements, port).action is Action.ALLOW


@pytest.mark.parametrize("element", [0x70, 0x71, 0x7F])
def test_commands_for_the_card(world: Any, element: int) -> None:
    assert addressed(world, (0x00, element)).rule == "silent-sms/card"


def test_an_account_may_be_let_to_cards_and_ports(world: Any) -> None:
    world.tune("silent-sms", accounts={"acme": {"cards": False, "ports": [2948]}})
    assert world.send(protocol_id=0x7F).action is Action.ALLOW
    assert addressed(world, (0x70,)).action is Action.ALLOW
    assert addressed(world, (0x05,), 49999).action is Action.ALLOW
    assert addressed(world, (0x05,), 2948).rule == "silent-sms/port"
    assert world.send("+12125550101", VICTIM, account="rival", protocol_id=0x7F).rule == "silent-sms/card"


def test_inbound_and_service_codes_are_not_asked(world: Any) -> None:
    assert world.receive(VICTIM, "+14165550101", protocol_id=0x40).action is Action.ALLOW
    assert world.send(destination="988", protocol_id=0x40).action is Action.ALLOW
    assert world.send(destination="311", protocol_id=0x40).rule == "silent-sms/type-0"


def test_empty_messages_if_the_operator_wants(world: Any) -> None:
    assert world.send(text="").action is Action.ALLOW
    world.tune("silent-sms", empty=True)
    assert world.send(text="").rule == "silent-sms/empty"
    assert world.send(text=" ").action is Action.ALLOW
    assert world.send(destination=VICTIM, text="", part=(2, 2, 7)).action is Action.ALLOW


def test_a_flood_of_nothing(world: Any) -> None:
    world.only("silent-sms")
    sent = [world.send(destination=VICTIM, text="", after=1.0) for _ in range(8)]
    assert world.actions(sent) == {"allow": 5, "reject": 3}
    assert sent[-1].rule == "silent-sms/flood"
    assert world.send(destination="+14165550406", text="").action is Action.ALLOW


def test_a_flood_of_flashes(world: Any) -> None:
    world.only("silent-sms")
    sent = [world.send(destination=VICTIM, text=f"look {i}", message_class=0, after=1.0) for i in range(8)]
    assert world.actions(sent) == {"allow": 5, "reject": 3}
    assert world.send(destination=VICTIM, text="look", message_class=0, after=3600.0).action is Action.ALLOW


def test_flashes_to_everybody(world: Any) -> None:
    world.only("silent-sms")
    sent = [world.send(destination=f"+1416555{i:04}", text=f"look {i}", message_class=0) for i in range(300, 340)]
    assert world.actions(sent) == {"allow": 30, "reject": 10}
    assert sent[-1].rule == "silent-sms/flash"


def test_codes_may_flash_where_the_account_sends_codes(world: Any) -> None:
    world.only("silent-sms")
    world.accounts["acme"] = replace(world.accounts["acme"], classes=frozenset({"otp"}))
    world.ruleset = world.compiled()
    sent = [
        world.send(destination=f"+1416555{i:04}", text=f"Your Acme verification code is {i}17", message_class=0)
        for i in range(300, 340)
    ]
    assert world.actions(sent) == {"allow": 40}


def test_ordinary_classes_do_not_count(world: Any) -> None:
    world.only("silent-sms")
    for message_class in (None, 1, 2, 3):
        sent = [world.send(destination=VICTIM, text=f"hi {i}", message_class=message_class) for i in range(8)]
        assert world.actions(sent) == {"allow": 8}


def test_parts_of_one_flash_count_once(world: Any) -> None:
    world.only("silent-sms")
    sent = [
        world.send(destination=VICTIM, text=f"part {number}", part=(number, 9, 7), message_class=0)
        for number in range(1, 10)
    ]
    assert world.actions(sent) == {"allow": 9}


def test_explain_tells_the_flood(world: Any) -> None:
    world.only("silent-sms")
    for _ in range(5):
        world.send(destination=VICTIM, text="")
    finding = next(f for f in world.explain(destination=VICTIM, text="").findings if f.rule == "silent-sms")
    assert (finding.outcome, finding.value, finding.limit) == ("hit", 5.0, 5.0)
