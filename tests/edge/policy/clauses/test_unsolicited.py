"""Blocks and suspensions: what they stop, what they let through, and that they run out."""

from typing import Any

from edge.core.facts import Fact, FactKind
from edge.core.verdict import Action, Reason
from edge.policy.engine import decide
from edge.policy.rechecking import recheck

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


# -- holds -------------------------------------------------------------------------------------

HERE, THERE = "+14165550101", "+14165550311"


def lay(world: Any, kind: FactKind, lasts: float = 3600.0, other: str = "") -> None:
    now = world.state.unix(world.now)
    world.state.facts.apply(Fact(kind, HERE, now, "ladder", "why", now + lasts if lasts else 0.0, "acme", other))


def test_a_stopped_pair(world: Any) -> None:
    lay(world, FactKind.REFUSE_PAIR, 60.0, THERE)
    verdict = world.send()
    assert (verdict.action, verdict.rule, verdict.hit.reason) == (Action.REJECT, "blocked/pair", Reason.BLOCKED)
    assert world.send(destination="+14165550312").action is Action.ALLOW
    assert world.send("+14165550102").action is Action.ALLOW
    assert world.receive(THERE, "+14165550102").action is Action.ALLOW
    assert world.send(after=59.0).rule == "blocked/pair"
    assert world.send(after=1.0).action is Action.ALLOW


def test_a_stopped_pair_until_the_recipient_writes(world: Any) -> None:
    world.receive(THERE, HERE, "before it")
    world.now += 10.0
    lay(world, FactKind.REFUSE_PAIR, 0.0, THERE)
    assert world.send(after=1.0).rule == "blocked/pair"
    assert world.receive(THERE, HERE, "and after", after=5.0).action is Action.ALLOW
    assert world.send(after=1.0).action is Action.ALLOW


def test_all_of_a_held_sender_is_quarantined(world: Any) -> None:
    lay(world, FactKind.HOLD, 60.0)
    verdict = world.send()
    assert (verdict.action, verdict.rule, verdict.hit.detail) == (Action.QUARANTINE, "blocked/held", "held: why")
    assert world.send("+14165550102").action is Action.ALLOW
    assert world.send(destination="988").action is Action.ALLOW
    assert world.send(destination="911").action is Action.BOUNCE
    assert world.receive(THERE, HERE).action is Action.ALLOW
    world.state.facts.apply(Fact(FactKind.FREE, HERE, world.state.unix(world.now)))
    assert world.send(text="free").action is Action.ALLOW


def test_a_held_message_can_be_released(world: Any) -> None:
    lay(world, FactKind.HOLD)
    message = world.message()
    assert decide(world.ruleset, world.state, message, world.now).action is Action.QUARANTINE
    assert recheck(world.ruleset, world.state, message, world.now).action is Action.ALLOW
    lay(world, FactKind.REFUSE_PAIR, 3600.0, THERE)
    assert recheck(world.ruleset, world.state, message, world.now).rule == "blocked/pair"


def test_all_parts_of_a_held_message_are_held(world: Any) -> None:
    lay(world, FactKind.HOLD)
    for part in (1, 2, 3):
        assert world.send(text=f"part {part}", part=(part, 3, 9)).action is Action.QUARANTINE


def test_a_slowed_sender_sends_one_in_ten_seconds(world: Any) -> None:
    lay(world, FactKind.SLOW, 60.0)
    assert world.send(text="1").action is Action.ALLOW
    verdict = world.send(text="2", after=9.9)
    assert (verdict.action, verdict.rule, verdict.hit.reason) == (Action.THROTTLE, "blocked/slowed", Reason.PACING)
    assert verdict.hit.detail == "slowed down: why"
    assert world.send(text="3", after=0.2).action is Action.ALLOW
    assert world.send(text="4", destination="988").action is Action.ALLOW
    assert world.send("+14165550102", text="5").action is Action.ALLOW
    assert world.send(text="6", after=1.0).rule == "blocked/slowed"
    assert [world.send(text=text, after=50.0).action for text in "78"] == [Action.ALLOW] * 2
    assert world.send(text="9").action is Action.ALLOW  # and now it is over


def test_the_pace_of_slowed_senders_is_a_setting(world: Any) -> None:
    world.tune("blocked", slow="6/1m burst 3")
    lay(world, FactKind.SLOW)
    assert world.actions([world.send(text=str(i)) for i in range(5)]) == {"allow": 3, "throttle": 2}
    assert world.send(text="x", after=10.0).action is Action.ALLOW


def test_held_and_slowed_keep_their_actions_whatever_the_rule_does(world: Any) -> None:
    world.tune("blocked", action=Action.DROP)
    lay(world, FactKind.HOLD)
    assert world.send().action is Action.QUARANTINE
    world.state.facts.apply(Fact(FactKind.BLOCK, HERE, 0.0))
    assert world.send().action is Action.DROP


def test_explain_tells_of_holds(world: Any) -> None:
    lay(world, FactKind.HOLD)
    explanation = world.explain()
    assert explanation.verdict.rule == "blocked/held"
    finding = next(f for f in explanation.findings if f.rule == "blocked")
    assert (finding.outcome, finding.hit.rule) == ("hit", "blocked/held")
    assert explanation.sentence == (
        "Held for review under 'Sending unsolicited messages': the sender or the recipient is blocked."
    )
