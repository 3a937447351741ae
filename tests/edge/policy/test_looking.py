"""Reading ahead: the same readings, whatever the order, and nothing that is left behind."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.policy import looking
from edge.policy.looking import look, read_ahead

TEXTS = ["hello there", "win a prize at http://a.example/b", "hello there", "", "code 123456"]


def test_what_is_read_ahead_is_what_is_read_in_its_turn(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    submissions = [world.message(text=text) for text in TEXTS]
    plain = [look(submission, world.state, world.now).reading for submission in submissions]
    world.state.looked_at = None
    read_ahead(submissions, world.state, world.now)
    asked: list[str] = []
    real = looking.read

    def counted(text: str, book: Any = None) -> Any:
        asked.append(text)
        return real(text, book)

    monkeypatch.setattr(looking, "read", counted)
    assert [look(submission, world.state, world.now).reading for submission in submissions] == plain
    assert asked == ["hello there"]  # said twice: the second time it is read anew
    assert world.state.ahead == {}


def test_parts_and_recorded_readings_are_not_read_ahead(world: Any) -> None:
    one = world.message(text="first part", part=(1, 2, 7))
    two = world.message(text="recorded")
    two = replace(two, body=replace(two.body, read=look(two, world.state, world.now).reading))
    read_ahead([one, two], world.state, world.now)
    assert world.state.ahead == {}


def test_what_was_read_ahead_before_is_forgotten(world: Any) -> None:
    read_ahead([world.message(text="one")], world.state, world.now)
    read_ahead([world.message(text="two")], world.state, world.now)
    assert list(world.state.ahead) == ["two"]


def test_what_was_read_ahead_under_other_rules_is_read_anew(world: Any) -> None:
    read_ahead([world.message(text="one"), world.message(text="two")], world.state, world.now)
    world.ruleset = world.compiled()
    world.send(text="two")
    assert world.state.ahead == {}
