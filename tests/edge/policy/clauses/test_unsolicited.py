"""Blocks and suspensions: what they stop, what they let through, and that they run out."""

from typing import Any

from edge.core.facts import Fact, FactKind
from edge.core.verdict import Action, Reason

SUSPENDED = Fact(FactKind.SUSPEND, "acme", 0.0)


def test_a_suspended_account_sends_nothing(world: Any) -> None:
    world.state.facts.apply(SUSPENDED)
    verdict = world.send()
    assert (verdict.action, verdict.rule, verdict.hit.reason) == (Action.REJECT, "suspended", Reason.SUSPENDED)


def test_but_reaches_emergency_988_and_7726(world: Any) -> None:
    world.state.facts.apply(SUSPENDED)
    assert world.send(destination="911").action is Action.BOUNCE
    assert world.send(destination="988").action is Action.ALLOW
    assert world.send(destination="7726").action is Action.ALLOW
    assert world.send(destination="311").rule == "suspended"


def test_and_still_receives(world: Any) -> None:
    world.state.facts.apply(SUSPENDED)
    assert world.receive("+14165550311", "+14165550101", "STOP").action is Action.ALLOW


def test_others_are_not_concerned(world: Any) -> None:
    world.state.facts.apply(SUSPENDED)
    assert world.send("+12125550101", account="rival").action is Action.ALLOW


def test_restoring_holds_at_once(world: Any) -> None:
    world.state.facts.apply(SUSPENDED)
    assert world.send().rule == "suspended"
    world.state.facts.apply(Fact(FactKind.RESTORE, "acme", 1.0))
    assert world.send().action is Action.ALLOW


def test_a_suspension_runs_out_by_the_wall_clock(world: Any) -> None:
    until = world.state.unix(world.now) + 60.0
    world.state.facts.apply(Fact(FactKind.SUSPEND, "acme", 0.0, expires=until))
    assert world.send(after=59.0).rule == "suspended"
    assert world.send(after=1.0).action is Action.ALLOW


def test_blocked_sender_and_recipient(world: Any) -> None:
    world.state.facts.apply(Fact(FactKind.BLOCK, "+14165550101", 0.0))
    sender = world.send()
    assert (sender.rule, sender.hit.reason, sender.hit.detail) == ("blocked", Reason.BLOCKED, "the sender is blocked")
    assert world.send("+14165550102").action is Action.ALLOW
    recipient = world.send("+14165550102", "+14165550101")
    assert (recipient.rule, recipient.hit.detail) == ("blocked", "the recipient is blocked")


def test_blocks_hold_for_988_too(world: Any) -> None:
    world.state.facts.apply(Fact(FactKind.BLOCK, "+14165550101", 0.0))
    assert world.send(destination="988").rule == "blocked"


def test_inbound_from_a_blocked_number_and_to_one(world: Any) -> None:
    world.state.facts.apply(Fact(FactKind.BLOCK, "+14165550311", 0.0))
    world.state.facts.apply(Fact(FactKind.BLOCK, "+14165550101", 0.0))
    assert world.receive("+14165550311", "+14165550102").rule == "blocked"
    assert world.receive("+14165550312", "+14165550101", "STOP").action is Action.ALLOW


def test_a_short_code_can_be_blocked(world: Any) -> None:
    world.state.facts.apply(Fact(FactKind.BLOCK, "72645", 0.0))
    assert world.receive("72645", "+14165550101").rule == "blocked"


def test_a_block_runs_out_and_is_never_answered_from_memory(world: Any) -> None:
    until = world.state.unix(world.now) + 10.0
    world.state.facts.apply(Fact(FactKind.BLOCK, "+14165550101", 0.0, expires=until))
    assert world.send().rule == "blocked"
    assert world.send(after=10.0).action is Action.ALLOW
