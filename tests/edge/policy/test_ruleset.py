"""The plans: each message meets only the rules that can concern it."""

from typing import Any

from edge.core.submission import Operation
from edge.core.verdict import Action
from edge.policy.registry import RULES
from edge.policy.rule import Mode
from edge.policy.ruleset import SETS_KEPT, is_odd, plan_for


def asked(world: Any, *args: Any, unpaid: bool = False, **fields: Any) -> list[str]:
    plan = plan_for(world.ruleset, world.message(*args, **fields), unpaid)
    named = dict.fromkeys(checker.settings.spec.id for _, checker in plan.entries)
    return [name for name in named if name in KINDS]


# Of the rules that need nothing but the message's kind.
COMMON = [
    "suspended",
    "blocked",
    "sender-format",
    "sender-not-owned",
    "sender-on-net",
    "loop",
    "rate-account",
    "rate-sender",
    "volume",
    "bomb-pair",
    "bomb-recipient",
    "sms-pumping",
]
PACED = {"rate-account", "rate-sender", "volume", "bomb-pair", "bomb-recipient", "sms-pumping"}
KINDS = {
    *COMMON,
    "emergency-destination",
    "sender-toll-free",
    "sender-alphanumeric",
    "sender-do-not-originate",
    "destination-format",
    "many-recipients",
    "silent-sms",
}


def test_an_ordinary_message(world: Any) -> None:
    assert asked(world) == COMMON
    assert plan_for(world.ruleset, world.message(), False) is world.ruleset.common


def test_other_kinds(world: Any) -> None:
    assert "sender-toll-free" in asked(world, "+18335550120")
    assert asked(world, destination="911")[0] == "emergency-destination"
    assert "sender-alphanumeric" in asked(world, "ACMEDENTAL", "+447911123616")
    assert "destination-format" in asked(world, destination="MOM")
    assert asked(world, "+14165550311", "+14165550101", inbound=True) == [
        "blocked",
        "sender-format",
        "sender-on-net",
        "loop",
    ]


def test_odd_messages(world: Any) -> None:
    assert not is_odd(world.message())
    assert is_odd(world.message(text=""))
    assert set(asked(world, destinations=2)) - set(COMMON) == {"many-recipients", "silent-sms"}
    assert set(asked(world, protocol_id=1)) - set(COMMON) == {"many-recipients", "silent-sms"}
    assert "silent-sms" not in asked(world, destination="988", protocol_id=1)


def test_what_does_not_pay(world: Any) -> None:
    assert set(COMMON) - set(asked(world, unpaid=True)) == PACED
    assert set(COMMON) - set(asked(world, operation=Operation.REPLACE)) == PACED


def test_modes(world: Any) -> None:
    world.tune("loop", mode=Mode.OFF)
    assert "loop" not in asked(world)
    world.tune("loop", mode=Mode.MONITOR)
    assert "loop" in asked(world)


def test_lists_that_are_empty_cost_nothing(world: Any) -> None:
    assert "emergency-destination" not in asked(world)
    world.tune("emergency-destination", numbers=["+14165559911"])
    assert asked(world)[0] == "emergency-destination"
    assert "sender-do-not-originate" not in asked(world)
    world.tune("sender-do-not-originate", numbers=["+1604"])
    assert "sender-do-not-originate" in asked(world)


def test_every_rule_has_its_place_even_if_not_built(world: Any) -> None:
    assert [rule.id for rule in world.ruleset.rules] == list(RULES)
    assert world.ruleset.version == "v1"
    world.tune("marketing", mode=Mode.MONITOR, action=Action.QUARANTINE)
    assert world.send(text="50% off, shop now!").action is Action.ALLOW


def test_spans_cover_the_slowest_limit(world: Any) -> None:
    assert world.ruleset.spans["sender_rate"] == 10.0
    world.tune("rate-sender", accounts={"acme": {"limit": "10/1h burst 10"}})
    assert world.ruleset.spans["sender_rate"] == 3600.0


def test_room_is_for_the_most_that_any_rule_needs(world: Any) -> None:
    assert world.ruleset.room["texts"] == {"": 101}
    assert world.ruleset.room["messages"] == {"": 1501}
    world.tune("bulk", accounts={"acme": {"recipients": 150}})
    world.tune("no-consent", accounts={"rival": {"recipients": 500}})
    world.tune("fan-out", mode=Mode.OFF)
    assert world.ruleset.room["texts"] == {"": 101, "acme": 151, "rival": 501}
    assert world.ruleset.room["recipients"] == {"": 20}


def test_what_is_asked_by_flags(world: Any) -> None:
    plan = world.ruleset.common
    assert plan.flags
    for raised in (0, plan.flags, *(1 << bit for bit in range(plan.flags.bit_length()) if plan.flags >> bit & 1)):
        assert plan.about(raised) == tuple(check for needs, check in plan.flagged if needs & raised)
        assert plan.asked[raised] == plan.about(raised)
    for raised in range(2 * SETS_KEPT):
        plan.about(raised)
    assert len(plan.asked) <= SETS_KEPT


def test_the_two_passes_ask_the_same(world: Any) -> None:
    plan = world.ruleset.common
    fast = [check.__self__ for check in (*plan.checks, *plan.standing, *plan.limits)]  # type: ignore[attr-defined]
    fast += [check.__self__ for _, check in plan.flagged]  # type: ignore[attr-defined]
    assert sorted(map(id, fast)) == sorted(id(checker) for _, checker in plan.entries)


def test_standing_rules_say_nothing_while_nothing_stands(world: Any) -> None:
    plan = world.ruleset.common
    assert {check.__self__.settings.spec.id for check in plan.standing} == {  # type: ignore[attr-defined]
        "suspended",
        "blocked",
        "complaint",
    }
    assert not world.state.facts.stand()
    assert all(check(world.message(), world.state, world.now) is None for check in plan.standing)
