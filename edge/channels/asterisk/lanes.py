"""Who is worked on next: so many at once, and of one pair of numbers one after the other."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar


class Paired(Protocol):
    """What is worked on in lanes."""

    pair: tuple[object, ...]


One = TypeVar("One", bound=Paired)


class Lanes(Generic[One]):
    """A lane for each pair. The first of a lane runs, or waits for a free place; those behind it wait for it."""

    def __init__(self, parallel: int, start: Callable[[One], None]) -> None:
        """`start` begins work on one and must not wait; `done` tells that it has ended."""
        self.parallel = parallel
        self.running = 0
        self._start = start
        self._ready: deque[One] = deque()
        self._lanes: dict[tuple[object, ...], deque[One]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[One]:
        """Those that wait, in no order that matters."""
        yield from self._ready
        for lane in self._lanes.values():
            yield from lane

    def add(self, one: One) -> None:
        """Take it in behind all others of its pair."""
        self._size += 1
        lane = self._lanes.get(one.pair)
        if lane is not None:
            lane.append(one)
            return
        self._lanes[one.pair] = deque()
        self._ready.append(one)

    def pump(self) -> None:
        """Begin what may begin."""
        while self._ready and self.running < self.parallel:
            self.running += 1
            self._start(self._ready.popleft())

    def pause(self) -> None:
        """One that runs gives up its place and keeps its lane, until `resume`."""
        self.running -= 1

    def resume(self, one: One) -> None:
        """One that paused wants a place again."""
        self._ready.append(one)

    def done(self, one: One) -> None:
        """One that runs has ended for good."""
        self.running -= 1
        self._size -= 1
        lane = self._lanes[one.pair]
        if lane:
            self._ready.append(lane.popleft())
        else:
            del self._lanes[one.pair]
