"""The decision: order, modes, failing rules, parts, repeats, replays."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.core.facts import Facts
from edge.core.submission import Operation
from edge.core.verdict import ALLOWED, Action, Reason, Verdict
from edge.policy.clauses import hygiene
from edge.policy.clauses.bulk import pacing as bulk
from edge.policy.clauses.harassment import silent as harassment
from edge.policy.clauses.identity import sender as identity
from edge.policy.engine import decide
from edge.policy.rule import Mode, OnError
from edge.policy.state import PolicyState

VICTIM = "+14165550405"


def broken(*_: Any) -> Any:
    raise RuntimeError("broken on purpose")


def test_a_plain_allow_is_one_value(world: Any) -> None:
    assert world.send() is ALLOWED
    assert world.receive("+14165550311", "+14165550101") is ALLOWED


def test_the_first_terminal_verdict_wins(world: Any) -> None:
    assert world.send("+14169110123", "MOM").rule == "sender-format"
    assert world.send("+12124567890", "MOM").rule == "sender-not-owned"
    assert world.send(destination="MOM").rule == "destination-format"


def test_monitor_records_and_lets_pass(world: Any) -> None:
    world.tune("rate-account", limit="1/1m", mode=Mode.MONITOR)
    assert world.send() is ALLOWED
    for _ in range(3):
        verdict = world.send()
        assert (verdict.action, verdict.hit) == (Action.ALLOW, None)
        assert [hit.rule for hit in verdict.would_have] == ["rate-account"]
    # What enforcement would have refused is not counted, so promoting the rule locks nobody out.
    assert world.send(after=60.0) is ALLOWED


def test_monitor_hits_come_with_a_refusal_too(world: Any) -> None:
    world.tune("destination-format", mode=Mode.MONITOR)
    world.tune("rate-account", limit="0/1m")
    verdict = world.send(destination="MOM")
    assert (verdict.rule, [hit.rule for hit in verdict.would_have]) == ("rate-account", ["destination-format"])


def test_a_flag_passes_and_is_named(world: Any) -> None:
    world.tune("rate-account", limit="0/1m", action=Action.FLAG)
    verdict = world.send()
    assert (verdict.action, verdict.rule, len(verdict.would_have)) == (Action.FLAG, "rate-account", 1)


def test_off_is_not_asked(world: Any) -> None:
    world.tune("rate-account", limit="0/1m", mode=Mode.OFF)
    assert world.send() is ALLOWED


def test_a_reroute_is_no_free_pass(world: Any) -> None:
    world.tune("rate-account", limit="0/1m", action=Action.REROUTE, carrier="review")
    verdict = world.send()
    assert (verdict.action, verdict.hit.carrier) == (Action.REROUTE, "review")
    world.tune("bomb-pair", limit="0/1m")
    assert world.send(text="b").rule == "bomb-pair"


def test_held_and_dropped_messages_count_as_sent(world: Any) -> None:
    for action in (Action.QUARANTINE, Action.DROP):
        world.state = PolicyState(Facts())
        world.only("rate-account", "destination-format")
        world.tune("destination-format", action=action)
        world.tune("rate-account", limit="2/1m burst 2")
        world.tune("loop", mode=Mode.MONITOR)
        assert world.send(destination="MOM", text="a").action is action
        assert len(world.state.recent) == 0
    assert world.send(text="a") is ALLOWED


def test_an_action_of_allow_changes_nothing(world: Any) -> None:
    world.tune("rate-account", limit="0/1m", action=Action.ALLOW)
    assert world.send() is ALLOWED


def test_a_failing_rule_that_fails_open(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hygiene.Loop, "check", broken)
    world.ruleset = world.compiled()
    assert world.send() is ALLOWED
    assert world.state.rule_errors == {"loop": 1}
    assert world.state.last_errors["loop"].startswith("RuntimeError at broken:")


def test_it_is_parked_when_it_keeps_failing(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hygiene.Loop, "check", broken)
    world.ruleset = world.compiled()
    for position in range(30):
        assert world.send(destination=f"+1416{200 + 7 * (position % 20)}0101", after=1.0) is ALLOWED
    assert world.state.rule_errors == {"loop": 11}
    assert list(world.state.parked) == ["loop"]
    outcome = next(f.outcome for f in world.explain().findings if f.rule == "loop")
    assert outcome == "parked"
    world.send(after=600.0)
    assert world.state.rule_errors == {"loop": 12}
    world.tune("bulk", recipients=5)
    world.send()
    assert world.state.parked == {}


def test_a_failing_rule_that_fails_closed(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity.SenderNotOwned, "check", broken)
    world.ruleset = world.compiled()
    for _ in range(30):
        verdict = world.send()
        assert (verdict.action, verdict.rule, verdict.hit.reason) == (
            Action.REJECT,
            "sender-not-owned",
            Reason.INTERNAL,
        )
    assert world.state.parked == {}
    assert len(world.state.refusals) == 0


def test_on_error_is_the_operators_word(world: Any, settings_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk.RateAccount, "terms", broken)
    tuned = replace(settings_of("rate-account"), on_error=OnError.DENY)
    world.settings["rate-account"] = tuned
    world.ruleset = world.compiled()
    assert world.send().hit.reason is Reason.INTERNAL
    world.settings["rate-account"] = replace(tuned, mode=Mode.MONITOR)
    world.ruleset = world.compiled()
    assert world.send() is ALLOWED


def test_a_refusal_is_repeated_from_memory(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.send(destination="MOM")
    monkeypatch.setattr(hygiene.DestinationFormat, "check", broken)
    world.state.ruleset = world.ruleset
    for _ in range(5):
        assert world.send(destination="MOM", after=11.0) is first
    assert world.send(destination="MOM", after=5.0).hit.reason is Reason.DESTINATION


@pytest.mark.parametrize(
    "change",
    [
        {"text": "other"},
        {"source": "+14165550102"},
        {"destination": "DAD"},
        {"ton": 2, "source": "4165550101"},
        {"protocol_id": 1},
        {"destinations": 2},
        {"operation": Operation.REPLACE},
    ],
)
def test_only_the_identical_message_is(world: Any, change: dict[str, Any]) -> None:
    first = world.send(destination="MOM")
    assert world.send(**{"destination": "MOM", **change}) is not first


def test_a_remembered_refusal_is_not_renewed(world: Any) -> None:
    world.tune("bomb-recipient", limit="1/1s burst 1")
    world.send(destination=VICTIM, text="a")
    assert world.send(destination=VICTIM, text="b").rule == "bomb-recipient"
    assert world.send(destination=VICTIM, text="b", after=59.0).rule == "bomb-recipient"
    assert world.send(destination=VICTIM, text="b", after=1.0) is ALLOWED


def test_forgotten_on_request(world: Any) -> None:
    first = world.send(destination="MOM")
    world.state.forget_refusals()
    assert world.send(destination="MOM") is not first


def test_throttles_are_not_remembered(world: Any) -> None:
    world.tune("rate-account", limit="1/1s burst 1")
    world.send()
    assert world.send().action is Action.THROTTLE
    assert world.send(after=1.0) is ALLOWED


def parts(world: Any, total: int, reference: int = 7, **fields: Any) -> list[Verdict]:
    return [
        world.send(destination=VICTIM, text=f"part {number}", part=(number, total, reference), **fields)
        for number in range(1, total + 1)
    ]


def test_a_message_pays_once_whatever_its_parts(world: Any) -> None:
    world.tune("rate-account", limit="3/1m burst 3")
    assert world.actions(parts(world, 5, 1)) == {"allow": 5}
    assert world.actions(parts(world, 5, 2)) == {"allow": 5}
    assert world.send(text="third") is ALLOWED
    assert world.send(text="fourth").action is Action.THROTTLE


def test_the_first_part_seen_pays(world: Any) -> None:
    world.tune("rate-account", limit="1/1m burst 1")
    assert world.send(part=(3, 3, 9)) is ALLOWED
    assert world.send(part=(1, 3, 9)) is ALLOWED
    assert world.send(part=(2, 3, 9)) is ALLOWED
    assert world.send(part=(1, 2, 9)).action is Action.THROTTLE


def test_a_throttled_part_comes_again_and_pays(world: Any) -> None:
    world.tune("rate-account", limit="1/1m burst 1")
    world.send()
    assert world.send(part=(1, 2, 9)).action is Action.THROTTLE
    assert world.send(part=(2, 2, 9)).action is Action.THROTTLE
    assert world.send(part=(1, 2, 9), after=60.0) is ALLOWED
    assert world.send(part=(2, 2, 9)) is ALLOWED


def test_a_part_seen_before_is_a_new_message(world: Any) -> None:
    world.tune("rate-account", limit="2/1m burst 2")
    assert world.actions(parts(world, 2, 7)) == {"allow": 2}
    assert world.actions(parts(world, 2, 7)) == {"allow": 2}
    assert world.actions(parts(world, 2, 7)) == {"throttle": 2}


def test_once_a_part_is_refused_all_later_ones_are(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(destination=VICTIM, text="clean", part=(1, 3, 7))
    monkeypatch.setattr(harassment.SilentSms, "odd", False)
    monkeypatch.setattr(
        harassment.SilentSms, "check", lambda self, s, *_: self.hit("bad") if "bad" in s.body.text else None
    )
    world.ruleset = world.compiled()
    second = world.send(destination=VICTIM, text="bad", part=(2, 3, 7))
    assert second.rule == "silent-sms"
    third = world.send(destination=VICTIM, text="clean again", part=(3, 3, 7))
    assert third is second
    assert world.explain(destination=VICTIM, text="clean again", part=(1, 3, 7)).verdict is second
    world.now += 31.0  # the reference is used again, for another message
    assert world.explain(destination=VICTIM, text="clean again", part=(1, 3, 7)).verdict.rule == ""


def test_explain_knows_of_a_part_refused_before(world: Any) -> None:
    world.tune("bomb-recipient", limit="0/1m")
    first = world.send(destination=VICTIM, text="a", part=(1, 2, 7))
    assert world.explain(destination=VICTIM, text="b", part=(2, 2, 7)).verdict is first


def test_other_messages_do_not_share_the_fate(world: Any) -> None:
    world.tune("bomb-recipient", limit="0/1m")
    world.send(destination=VICTIM, text="a", part=(1, 2, 7))
    world.settings.pop("bomb-recipient")
    world.ruleset = world.compiled()
    assert world.send(destination=VICTIM, text="b", part=(2, 2, 8)) is ALLOWED


def test_what_was_refused_gets_a_new_chance_and_pays(world: Any) -> None:
    """After an unblock or a reload the rest of a refused message is judged afresh."""
    world.tune("rate-account", limit="1/1h burst 1")
    world.tune("bomb-recipient", limit="0/1m")
    assert world.send(destination=VICTIM, text="a", part=(1, 2, 7)).rule == "bomb-recipient"
    world.settings.pop("bomb-recipient")
    world.ruleset = world.compiled()
    assert world.send(destination=VICTIM, text="b", part=(2, 2, 7)) is ALLOWED
    assert world.send().rule == "rate-account"


def test_a_retried_message_is_refused_whole_from_memory(world: Any) -> None:
    world.tune("bomb-recipient", limit="0/1m")
    first = parts(world, 2, 7)
    again = parts(world, 2, 8)
    assert again[0] is first[0]
    assert world.send(destination=VICTIM, text="a third part", part=(2, 2, 8)).rule == "bomb-recipient"


def test_references_are_forgotten_after_ten_minutes(world: Any) -> None:
    world.tune("rate-account", limit="1/1d burst 1")
    assert world.send(part=(1, 2, 9)) is ALLOWED
    assert world.send(part=(2, 2, 9), after=600.0).action is Action.THROTTLE


def test_a_replaced_text_is_judged_and_does_not_pay(world: Any) -> None:
    world.tune("rate-account", limit="1/1m burst 1")
    world.send()
    assert world.send(operation=Operation.REPLACE, destination="") is ALLOWED
    assert world.send("+12124567890", operation=Operation.REPLACE, destination="").rule == "sender-not-owned"


def test_a_refused_message_pays_nothing_anywhere(world: Any) -> None:
    world.tune("sms-pumping", limit="0/1m")
    for i in range(30):
        assert world.send(text=str(i)).rule == "sms-pumping"
    assert {name: size[0] for name, size in world.state.sizes().items() if size[0]} == {}


messages = st.tuples(
    st.sampled_from(["+14165550101", "+14165550102", "+18335550120", "+12125550101", "ACMEDENTAL", "911", ""]),
    st.sampled_from(["+14165550311", "+14165550101", "911", "988", "+447911123616", "MOM", "+19005551234"]),
    st.sampled_from(["a", "b", ""]),
    st.floats(0.0, 4.0),
    st.sampled_from([(1, 1, 0), (1, 2, 5), (2, 2, 5)]),
    st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(messages, max_size=60))
def test_a_replay_gives_the_same_verdicts(new_world: Any, script: list[tuple[Any, ...]]) -> None:
    """With ticks or without, whatever the tables do."""
    first, second = new_world(), new_world()
    for source, destination, text, gap, part, inbound in script:
        one = first.send(source, destination, text, after=gap, part=part, inbound=inbound)
        second.state.tick(second.now + gap / 2)
        assert second.send(source, destination, text, after=gap, part=part, inbound=inbound) == one


def test_the_state_may_be_shared_by_rulesets(world: Any) -> None:
    before = world.ruleset
    world.tune("rate-account", limit="1/1h burst 1")
    message = world.message()
    assert decide(before, world.state, message, 1000.0) is ALLOWED
    assert decide(world.ruleset, world.state, message, 1000.1) is ALLOWED
    assert decide(world.ruleset, world.state, message, 1000.2).action is Action.THROTTLE
