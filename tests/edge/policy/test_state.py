"""What the policy remembers: capped, aged in slices, kept over a reload."""

from typing import Any

import pytest

from edge.core.facts import Facts
from edge.policy import state as module
from edge.policy.state import ERRORS_A_MINUTE, PARKED_FOR, PolicyState


def test_every_table_is_capped_and_seen() -> None:
    state = PolicyState(Facts(), caps={"sender_rate": 10})
    assert set(state.sizes()) - set(state.windows.sizes()) == {
        "account_rate",
        "asked",
        "confirmed",
        "helped",
        "reported",
        "sender_rate",
        "sender_slowed",
        "recipient_rate",
        "recipient_edge",
        "prefix_rate",
        "recent",
        "homecoming",
        "parts",
        "refusals",
    }
    assert state.sizes()["sender_rate"] == (0, 10, 0)
    for number in range(50):
        state.pending.append((state.sender_rate, number, 1.0))
    state.spend()
    entries, cap, hits = state.sizes()["sender_rate"]
    assert (entries <= cap, hits) == (True, 10)


def test_ageing_is_done_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE", 10)
    state = PolicyState()
    state.tick(0.0)
    for number in range(25):
        state.sender_rate.put(number, 1.0)
    state.tick(10.0)
    assert len(state.sender_rate) == 25
    left = []
    for _ in range(5):
        state.tick(20.0)
        left.append(sum(map(len, state.discarded)))
    assert len(state.sender_rate) == 0
    assert left == [15, 5, 0, 0, 0]
    assert state.discarded == []


def test_idle_keys_are_gone_after_two_spans() -> None:
    state = PolicyState()
    state.adopt("rules", {"sender_rate": 100.0})
    state.turn(0.0)
    state.sender_rate.put(1, 5.0)
    for now in range(0, 201, 5):
        state.tick(float(now))
    assert state.sender_rate.get(1) is None
    assert state.due <= 210.0


def test_counts_survive_a_reload_and_refusals_do_not(world: Any) -> None:
    world.only("bomb-pair")
    for number in range(10):
        world.send(text=str(number))
    assert world.send().rule == "bomb-pair"
    assert len(world.state.refusals) == 1
    world.ruleset = world.compiled()
    assert world.send(text="another").rule == "bomb-pair"
    assert len(world.state.refusals) == 1


def test_accounts_have_stable_small_numbers() -> None:
    state = PolicyState()
    assert [state.account_index(name) for name in ("a", "b", "a")] == [1, 2, 1]


def fail() -> None:
    raise ValueError("the text of a message")


def error() -> ValueError:
    try:
        fail()
    except ValueError as caught:
        return caught
    raise AssertionError("unreachable")


def test_errors_park_a_rule_and_time_brings_it_back() -> None:
    state = PolicyState()
    for second in range(ERRORS_A_MINUTE):
        state.note_error("loop", error(), float(second), True)
    assert state.parked_rules(10.0) == frozenset()
    state.note_error("loop", error(), 11.0, True)
    assert state.parked_rules(12.0) == {"loop"}
    assert state.parked_rules(11.0 + PARKED_FOR) == frozenset()
    assert state.rule_errors == {"loop": 11}


def test_the_minute_starts_anew() -> None:
    state = PolicyState()
    for second in (0.0, 1.0, 60.0):
        state.note_error("loop", error(), second, True)
    assert state.error_windows["loop"] == (60.0, 1)


def test_rare_errors_park_nothing() -> None:
    state = PolicyState()
    for minute in range(30):
        state.note_error("loop", error(), minute * 61.0, True)
    assert state.parked == {}


def test_a_rule_that_fails_closed_is_not_parked() -> None:
    state = PolicyState()
    for _ in range(50):
        state.note_error("blocked", error(), 0.0, False)
    assert state.parked == {}


def test_what_went_wrong_is_named_without_its_message() -> None:
    state = PolicyState()
    state.note_error("loop", error(), 0.0, True)
    assert state.last_errors["loop"].startswith("ValueError at fail:")
    state.note_error("loop", ValueError("raised nowhere"), 0.0, True)
    assert state.last_errors["loop"] == "ValueError"


def test_the_wall_clock() -> None:
    assert PolicyState(Facts(), 1_700_000_000.0).unix(5.0) == 1_700_000_005.0
