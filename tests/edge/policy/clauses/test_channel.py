"""Who signed in against who is said to send, hidden senders, types of content: `sender-channel`."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.submission import Identity
from edge.core.verdict import Action, Reason
from edge.policy.engine import decide

OWN = 14165550101


@pytest.mark.parametrize(
    "identity",
    [
        None,
        Identity(),
        Identity(claimed=(OWN, OWN), numbers=((OWN, OWN),)),
        Identity(claimed=(OWN, "acme"), content_type="text/plain; charset=utf-8"),
        Identity(numbers=((14165550100, 14165550109),), content_type="TEXT/PLAIN"),
        Identity(content_type="application/im-iscomposing+xml"),
        Identity(content_type="message/imdn+xml"),
    ],
)
def test_what_agrees_passes(world: Any, identity: Identity | None) -> None:
    assert world.send(identity=identity).action is Action.ALLOW


@pytest.mark.parametrize(
    ("identity", "sub", "reason"),
    [
        (Identity(claimed=(14165550102,)), "headers", Reason.SENDER),
        (Identity(claimed=(OWN, "somebody")), "headers", Reason.SENDER),
        (Identity(claimed=(str(OWN),)), "headers", Reason.SENDER),
        (Identity(numbers=()), "endpoint", Reason.SENDER),
        (Identity(claimed=(OWN,), numbers=((14165550102, 14165550109),)), "endpoint", Reason.SENDER),
        (Identity(hidden=True), "hidden", Reason.SENDER),
        (Identity(content_type="text/html"), "content-type", Reason.CONTENT),
        (Identity(content_type="message/cpim"), "content-type", Reason.CONTENT),
        (Identity(content_type=" ;"), "", None),
    ],
)
def test_what_differs_is_refused(world: Any, identity: Identity, sub: str, reason: Reason | None) -> None:
    verdict = world.send(identity=identity)
    if reason is None:
        assert verdict.action is Action.ALLOW
    else:
        assert (verdict.action, verdict.rule, verdict.hit.reason) == (Action.REJECT, f"sender-channel/{sub}", reason)


def test_a_sip_user_without_a_number_is_who_signed_in(world: Any) -> None:
    submission = replace(world.message(identity=Identity(claimed=("desk-2",))), end_user="desk-2")
    assert decide(world.ruleset, world.state, submission, world.now).action is Action.ALLOW


def test_from_outside_only_what_is_hidden_matters(world: Any) -> None:
    sent = ("+12124569876", "+14165550101")
    assert world.receive(*sent, identity=Identity(claimed=(1,), numbers=())).action is Action.ALLOW
    assert world.receive(*sent, identity=Identity(hidden=True)).rule == "sender-channel/hidden"
    assert world.receive(*sent, identity=Identity(content_type="text/html")).rule == "sender-channel/content-type"


def test_types_are_the_operators_list(world: Any) -> None:
    world.tune("sender-channel", content_types=["text/plain", "text/html"])
    assert world.send(identity=Identity(content_type="text/html")).action is Action.ALLOW


def test_numbers_that_nobody_has(world: Any) -> None:
    for rule in ("sender-not-owned", "sender-on-net"):
        world.tune(rule, unassigned=["+1416234"])
    assert world.send("+14162340200").hit.detail == "the number is ours and nobody has it"
    assert world.receive("+14162340200", "+14165550101").rule == "sender-on-net"
    assert world.receive("+14162350200", "+14165550101").action is Action.ALLOW


@pytest.mark.parametrize(
    ("name", "brand", "passes"),
    [
        ("PayPaI", "", False),
        ("PayPal", "", False),
        ("PayPal", "PayPal Canada", True),
        ("NorthBank", "Maple", False),
        ("N0RTHBANK", "NorthBank", True),
        ("Target", "Target Fitness", True),
        ("Target", "Maple", False),
        ("AppleTree", "Apple Tree", True),
        ("MAPLE", "", True),
        ("CRA-REFUND", "", False),
        ("Crafts", "", True),
    ],
)
def test_registered_names_that_imitate(world: Any, name: str, brand: str, passes: bool) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], senders=frozenset({name}), brand=brand)
    world.ruleset = world.compiled()
    verdict = world.send(name, "+447911123617", "Payment received", ton=5)
    assert (verdict.action is Action.ALLOW) == passes
    if not passes:
        assert verdict.rule == "sender-alphanumeric/brand"


def test_an_operators_own_brand_is_no_name_for_others(world: Any) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], senders=frozenset({"MapleCred1t"}))
    world.tune("sender-alphanumeric", brands=["Maple Credit | maplecredit.example | bank"])
    assert world.send("MapleCred1t", "+447911123617", ton=5).rule == "sender-alphanumeric/brand"
