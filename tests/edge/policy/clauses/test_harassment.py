"""Messages nobody can see. Bombing has a file of its own."""

from typing import Any

import pytest

from edge.core.verdict import Action, Reason

VICTIM = "+14165550405"


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
