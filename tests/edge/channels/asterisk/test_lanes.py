"""Lanes: of one pair one after the other, of all so many at once."""

from hypothesis import given
from hypothesis import strategies as st

from edge.channels.asterisk.lanes import Lanes


class One:
    def __init__(self, name: int, pair: int) -> None:
        self.name = name
        self.pair: tuple[object, ...] = (pair,)


def test_a_pause_keeps_the_lane_and_frees_the_place() -> None:
    begun: list[One] = []
    lanes: Lanes[One] = Lanes(1, begun.append)
    first, behind, other = One(1, 1), One(2, 1), One(3, 2)
    for one in (first, behind, other):
        lanes.add(one)
    lanes.pump()
    lanes.pause()
    lanes.pump()
    assert begun == [first, other]
    lanes.done(other)
    lanes.resume(first)
    lanes.pump()
    lanes.done(first)
    lanes.pump()
    assert begun == [first, other, first, behind]
    lanes.done(behind)
    assert (len(lanes), lanes.running) == (0, 0)


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(1, 5), st.randoms())
def test_order_and_bound_hold_whatever_comes(pairs, parallel, random) -> None:  # type: ignore[no-untyped-def]
    running: list[One] = []
    ended: list[One] = []
    lanes: Lanes[One] = Lanes(parallel, running.append)
    waiting = [One(name, pair) for name, pair in enumerate(pairs)]
    paused: list[One] = []
    while waiting or running or paused:
        choice = random.random()
        if waiting and choice < 0.4:
            lanes.add(waiting.pop(0))
        elif running and choice < 0.5:
            paused.append(running.pop(random.randrange(len(running))))
            lanes.pause()
        elif paused and choice < 0.7:
            lanes.resume(paused.pop(0))
        elif running:
            ended.append(running.pop(random.randrange(len(running))))
            lanes.done(ended[-1])
        lanes.pump()
        assert len(running) <= parallel
        assert len({one.pair for one in running + paused}) == len(running) + len(paused)
    assert len(ended) == len(pairs)
    for pair in range(5):
        names = [one.name for one in ended if one.pair == (pair,)]
        assert names == sorted(names)
    assert len(lanes) == 0
