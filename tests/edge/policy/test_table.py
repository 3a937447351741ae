"""The table of two generations: what it keeps, for how long, and how it bounds itself."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.policy.table import DISCARDED_MAX, Table


def table(cap: int = 100, span: float = 10.0) -> Table[int]:
    return Table(cap, span, [])


def test_the_young_has_the_last_word() -> None:
    subject = table()
    assert subject.get("a") is None
    subject.put("a", 1)
    subject.turn(0.0)
    assert subject.get("a") == 1
    subject.put("a", 2)
    assert subject.get("a") == 2
    assert len(subject) == 2


def test_lives_one_turn_and_not_two() -> None:
    subject = table()
    subject.put("a", 1)
    subject.turn(5.0)
    assert (subject.get("a"), subject.due) == (1, 15.0)
    subject.turn(15.0)
    assert (subject.get("a"), len(subject)) == (None, 0)
    assert subject.discarded == [{"a": 1}]


def test_an_empty_generation_is_not_kept() -> None:
    subject = table()
    subject.turn(0.0)
    assert subject.discarded == []


def test_turns_early_at_half_the_cap() -> None:
    subject = table(cap=4)
    subject.turn(100.0)
    for key in range(6):
        subject.put(key, key)
    assert subject.cap_hits == 3
    assert [subject.get(key) for key in range(6)] == [None, None, None, None, 4, 5]
    assert subject.due == 140.0


def test_only_so_many_generations_wait_to_be_freed() -> None:
    subject = table(cap=2)
    for key in range(50):
        subject.put(key, key)
    assert len(subject.discarded) == DISCARDED_MAX


def test_clear() -> None:
    subject = table()
    subject.put("a", 1)
    subject.turn(0.0)
    subject.put("b", 1)
    subject.clear()
    assert len(subject) == 0


@given(st.integers(1, 20), st.lists(st.integers(0, 50)))
def test_never_more_than_the_cap_and_the_latest_is_there(cap: int, keys: list[int]) -> None:
    subject: Table[Any] = table(cap=cap)
    for position, key in enumerate(keys):
        subject.put(key, position)
        assert subject.get(key) == position
        assert len(subject) <= max(2, cap)
