"""All crowds together are bounded too: the oldest are forgotten early, and it is counted."""

from typing import Any

import pytest

from edge.policy import windows as module
from edge.policy.history.bulk import weight_of
from edge.policy.history.crowd import Crowd
from edge.policy.history.senders import Sender
from edge.policy.history.spread import Run
from edge.policy.history.tables import SHARDS


def person(position: int) -> str:
    return f"+1416{222 + position % 7 + position // 4 % 70 * 10}{position * 37 % 10000:04}"


def tick(world: Any, times: int) -> None:
    for _ in range(times):
        world.now += 0.1
        world.state.tick(world.now)


def test_what_an_entry_weighs() -> None:
    crowd = Crowd({1: 1, 2: 2, 3: 3})
    assert weight_of(Sender(0, crowd=crowd)) == 3
    assert weight_of(Run(1, crowd)) == 3
    assert weight_of((Run(1, crowd), Run(2, Crowd()))) == 3
    assert weight_of((1, 2)) == weight_of(7) == weight_of(None) == 0


def test_crowds_are_weighed_and_make_room(world: Any) -> None:
    world.only("fan-out")
    bulk = world.state.windows.bulk
    for position in range(60):
        for sender in range(20):
            world.send(f"+141655501{sender:02}", person(position + sender), f"text {sender}", after=0.01)
    tick(world, 2 * SHARDS)
    entries, cap, hits = world.state.sizes()["crowds"]
    assert entries == sum(
        weight_of(value)
        for table in (bulk.numbers.table, bulk.texts.runs)
        for copy in table.copies()
        for value in copy.values()
    )
    assert entries > 1200
    assert (cap, hits) == (bulk.room, 0)
    bulk.room = 500
    tick(world, 4 * SHARDS)
    entries, cap, hits = world.state.sizes()["crowds"]
    assert entries <= cap
    assert hits > 0
    assert world.state.sizes()["numbers"][2] > 0
    assert world.send(destination=person(999)).rule == ""


@pytest.mark.parametrize("waiting", [10_000, 100_000])
def test_what_is_dropped_is_freed_in_slices(world: Any, waiting: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE", 100)
    monkeypatch.setattr(module, "SLICE_MAX", 500)
    monkeypatch.setattr(module, "WAIT_MAX", 50_000)
    windows = world.state.windows
    windows.discarded += [dict.fromkeys(range(1000), 1) for _ in range(waiting // 1000)]
    windows.tick(world.now)
    left = sum(map(len, windows.discarded))
    assert waiting - left == (200 if waiting == 10_000 else 50_000)
    for _ in range(1000):
        windows.tick(world.now)
    assert windows.discarded == []


def test_heavy_entries_count_for_more(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLICE", 100)
    windows = world.state.windows
    windows.discarded.append({key: Run(1, Crowd(dict.fromkeys(range(48), 1))) for key in range(100)})
    windows.tick(world.now)
    assert len(windows.discarded[0]) == 98
