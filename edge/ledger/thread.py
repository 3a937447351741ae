"""The thread behind a store: what the loop hands over is committed in groups, and told when it is on disk."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

Item = TypeVar("Item")
Done = Callable[[BaseException | None], None]


class _Entry(NamedTuple, Generic[Item]):
    item: Item
    loop: asyncio.AbstractEventLoop
    done: Done


class GroupCommit(Generic[Item]):
    """One thread. `put` and `wake` are for the loop, the rest happens beside it.

    `commit(items)` is called in the thread with all that has come together (perhaps nothing, after a `wake` or a
    time-out); what it returns, an error or None, is handed to the `done` of each. It must not raise.
    `patience()` says how long the thread may sleep if nobody wakes it, None for ever.
    """

    def __init__(
        self,
        name: str,
        commit: Callable[[Sequence[Item]], BaseException | None],
        patience: Callable[[], float | None],
    ) -> None:
        self._commit = commit
        self._patience = patience
        self._queue: list[_Entry[Item]] = []
        self._wake = threading.Event()
        self.stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; what was put before waits until then."""
        self._thread.start()

    def put(self, item: Item, done: Done) -> None:
        """Hand `item` to the thread; `done` is called on the running loop."""
        self._queue.append(_Entry(item, asyncio.get_running_loop(), done))
        self._wake.set()

    def wake(self) -> None:
        """Let the thread come round."""
        self._wake.set()

    def __len__(self) -> int:
        """How many items wait."""
        return len(self._queue)

    def close(self, timeout: float) -> bool:
        """Commit what is left and stop; whether that was done within `timeout` seconds."""
        self.stopping = True
        self._wake.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self.stopping:
            self._wake.wait(self._patience())
            self._wake.clear()
            self._turn()
        self._turn()

    def _turn(self) -> None:
        entries = self._queue[:]
        error = self._commit([entry.item for entry in entries])
        del self._queue[: len(entries)]
        by_loop: dict[asyncio.AbstractEventLoop, list[Done]] = {}
        for entry in entries:
            by_loop.setdefault(entry.loop, []).append(entry.done)
        for loop, dones in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_call_all, dones, error)


def _call_all(dones: list[Done], error: BaseException | None) -> None:
    for done in dones:
        done(error)
