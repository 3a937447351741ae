"""What is to happen later: one timer for all of it, however much there is."""

import asyncio
import heapq
from collections.abc import Callable
from time import monotonic

CAP = 200_000
SLACK = 0.0005  # seconds: loops may call a timer that much early


class Agenda:
    """Calls, each at its time, with the time as their argument. At most `CAP`; beyond them `at` says no."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._heap: list[tuple[float, int, Callable[[float], None]]] = []
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._armed = 0.0

    def __len__(self) -> int:
        return len(self._heap)

    def at(self, when: float, call: Callable[[float], None]) -> bool:
        """Have `call` called at `when` (monotonic seconds); those of one time in the order they came in."""
        if len(self._heap) >= CAP:
            return False
        self._count += 1
        heapq.heappush(self._heap, (when, self._count, call))
        if self._timer is None or when < self._armed:
            self._arm(monotonic())
        return True

    def _arm(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._armed = self._heap[0][0]
        self._timer = self._loop.call_later(max(0.0, self._armed - now), self._fire)

    def _fire(self) -> None:
        now = monotonic()
        self._timer = None
        heap = self._heap
        while heap and heap[0][0] <= now + SLACK:
            heapq.heappop(heap)[2](now)
        if heap:
            self._arm(now)

    def clear(self) -> None:
        """Nothing more is to happen."""
        self._heap.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
