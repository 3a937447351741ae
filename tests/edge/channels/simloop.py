"""Time that a test moves: a clock, and an asyncio loop that runs until idle and never sleeps.

Timers fire in their order while `advance` moves the clock over them; real time does not pass. Reads the network of
nobody: `create_connection` asks `dial`, which a test's world provides.
"""

import asyncio
import selectors
import ssl
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from edge.channels.notices import Notices

START = 1000.0  # seconds on the monotonic clock when a test begins
THREAD_PATIENCE = 10.0  # seconds of real time that a thread (argon2) may take
ROUNDING = 1e-9  # what asyncio takes for the same moment
PACKAGES = ("edge.channels", "smpp")

Dial = Callable[[str, int, ssl.SSLContext | None], Awaitable["asyncio.Transport"]]


class Clock:
    """The monotonic time that everything under test sees."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class _Selector(selectors.DefaultSelector):
    """Where a loop would sleep, move the clock instead, as far as `limit`; there, stop the loop."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.limit = clock.now
        self.idle: Callable[[], None] = lambda: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is not None and self.clock.now + timeout <= self.limit + ROUNDING:
            self.clock.now += timeout
        else:
            self.clock.now = max(self.clock.now, self.limit)
            self.idle()
        return ready


class SimLoop(asyncio.SelectorEventLoop):
    """An event loop under `clock`. What a callback raises is raised again by `advance`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.dial: Dial | None = None
        self.errors: list[BaseException] = []
        self._waits = _Selector(clock)
        self._waits.idle = self.stop
        super().__init__(self._waits)
        self.set_exception_handler(self._fault)

    def time(self) -> float:
        return self.clock.now

    def _fault(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.errors.append(context.get("exception") or AssertionError(context["message"]))

    def advance(self, seconds: float = 0.0) -> None:
        """Run everything that is due until `seconds` from now, and whatever that causes."""
        self._waits.limit = self.clock.now + seconds
        self.run_forever()
        if self.errors:
            raise self.errors.pop(0)

    def do(self, call: Callable[..., object], *arguments: object) -> None:
        """Make a call from inside the loop, and run what it causes."""
        self.call_soon(call, *arguments)
        self.advance()

    def await_thread(self, done: Callable[[], bool]) -> None:
        """Run until a thread has reported; real time passes."""
        poll = selectors.DefaultSelector
        for _ in range(1000):
            if done():
                return
            poll.select(self._waits, THREAD_PATIENCE / 1000)
            self.advance()
        raise AssertionError("the thread did not report")

    async def create_connection(  # type: ignore[override]
        self, factory: Callable[[], Any], host: str, port: int, *, ssl: ssl.SSLContext | None = None
    ) -> tuple[asyncio.Transport, Any]:
        """Ask the world for the other end."""
        assert self.dial is not None
        wire = await self.dial(host, port, ssl)
        protocol = factory()
        wire.set_protocol(protocol)
        protocol.connection_made(wire)
        return wire, protocol

    def finish(self) -> None:
        """End every task and close."""
        for task in asyncio.all_tasks(self):
            task.cancel()
        self.advance()
        self.close()


@contextmanager
def simulated(clock: Clock) -> Iterator[None]:
    """Let every module under test read `clock` where it reads time.monotonic; what was said before is forgotten."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(PACKAGES)]
    patches: list[Any] = [
        patch.object(module, "monotonic", clock) for module in modules if hasattr(module, "monotonic")
    ]
    for module in modules:
        if hasattr(module, "NOTICES"):
            patches.append(patch.object(module, "NOTICES", Notices(module.NOTICES._log.name)))
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()
