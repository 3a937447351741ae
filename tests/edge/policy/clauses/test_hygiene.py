"""Recipients that are none, and messages that go round."""

from typing import Any

import pytest

from edge.core.clause import Clause
from edge.core.submission import Operation
from edge.core.verdict import Action, Reason


@pytest.mark.parametrize(
    ("destination", "detail"),
    [
        ("+14169110123", "a service code in place of the exchange"),
        ("5550101", "a local number without its area code"),
        ("15", "too few digits"),
        ("MOM", "a name is no recipient"),
        ("", "the address is empty"),
    ],
)
def test_malformed_recipients(world: Any, destination: str, detail: str) -> None:
    verdict = world.send(destination=destination)
    assert (verdict.action, verdict.rule) == (Action.REJECT, "destination-format")
    assert (verdict.hit.clause, verdict.hit.reason, verdict.hit.detail) == (
        Clause.CARRIAGE,
        Reason.DESTINATION,
        detail,
    )


@pytest.mark.parametrize("destination", ["011447911123632", "0033612345678", "4165550311", "72645", "311"])
def test_well_formed_recipients(world: Any, destination: str) -> None:
    assert world.send(destination=destination).action is Action.ALLOW


def test_a_replaced_text_names_no_recipient(world: Any) -> None:
    assert world.send(destination="", operation=Operation.REPLACE).action is Action.ALLOW
    assert world.send(destination="5550101", operation=Operation.REPLACE).rule == "destination-format"


def circle(world: Any, times: int, pause: float = 0.5) -> list[Action]:
    """The same message by turns from the account and from the carrier."""
    actions = []
    for turn in range(times):
        origin = "acme" if turn % 2 == 0 else "north"
        actions.append(world.send(origin=origin, text="auto-reply", after=pause).action)
    return actions


def test_a_circle_is_cut_at_the_third_change(world: Any) -> None:
    world.only("loop")
    assert circle(world, 4) == [Action.ALLOW] * 3 + [Action.REJECT]
    verdict = world.send(origin="north", text="auto-reply", inbound=True)
    assert (verdict.rule, verdict.hit.value, verdict.hit.limit) == ("loop", 3, 3)


def test_the_same_origin_again_is_a_retry(world: Any) -> None:
    world.only("loop")
    assert world.actions([world.send(text="ok") for _ in range(20)]) == {"allow": 20}


def test_a_slow_circle_is_none(world: Any) -> None:
    world.only("loop")
    assert circle(world, 12, pause=10.0) == [Action.ALLOW] * 12


def test_other_texts_are_other_messages(world: Any) -> None:
    world.only("loop")
    origins = ["acme", "north"] * 5
    assert world.actions([world.send(text=str(i), origin=o) for i, o in enumerate(origins)]) == {"allow": 10}


def test_explained(world: Any) -> None:
    world.only("loop")
    circle(world, 2)
    finding = next(f for f in world.explain(text="auto-reply").findings if f.rule == "loop")
    assert (finding.outcome, finding.value, finding.limit) == ("pass", 2, 3)


def test_a_refused_message_is_not_remembered(world: Any) -> None:
    world.tune("rate-account", limit="0/1s")
    world.send(text="auto-reply")
    assert len(world.state.recent) == 0
