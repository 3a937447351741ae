"""The examiner that the edge uses: texts on the loop, everything else in worker processes.

A worker that takes too long or dies is replaced, and only the message it was looking at is the worse for it.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from time import monotonic

import msgspec

from edge.channels.mm4.codec.mime import Part
from edge.core.examination import Examination
from edge.core.media import Busy, Fault, Media
from edge.media import plain, wire
from edge.media.cache import Cache, Key, key_of
from edge.media.message import Apart, put_together, take_apart
from edge.media.process import Dead, Worker
from edge.media.wire import Capabilities, Seen

log = logging.getLogger(__name__)

ON_LOOP = 2 * 1024 * 1024
"""Octets of a message that is taken apart on the loop: finding boundaries goes through a megabyte in a millisecond."""
TEXT_ON_LOOP = 16 * 1024
"""Octets, encoded, of all text parts of a message that is read on the loop."""
AGAIN_MIN, AGAIN_MAX = 1.0, 30.0
"""Seconds between attempts to start a worker that does not start."""


class Counters(msgspec.Struct):
    """Since the start. `plain` messages needed no worker, `cached` only what was known; `jobs` went to workers, of
    which `faults` ended one; `busy` were turned away. `seconds` is the time workers spent.
    """

    plain: int = 0
    cached: int = 0
    jobs: int = 0
    faults: int = 0
    restarts: int = 0
    busy: int = 0
    seconds: float = 0.0


class _Job:
    """A message on its way through a worker."""

    __slots__ = ("done", "request")

    def __init__(self, request: wire.Request) -> None:
        self.request = request
        self.done: asyncio.Future[wire.Reply | None] = asyncio.get_running_loop().create_future()


class Pool:
    """Implements `edge.core.media.Examiner`. Made, started and stopped on the loop."""

    def __init__(self, settings: Examination) -> None:
        self.settings = settings
        self.counters = Counters()
        self.cache = Cache(settings.cache)
        self._waiting: deque[_Job] = deque()
        self._wake = asyncio.Condition()
        self._slots: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self._capabilities = Capabilities()
        self._busy = 0

    # -- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the workers. Returns at once; messages wait for the first that is ready."""
        self._slots = [
            asyncio.get_running_loop().create_task(self._serve(self.settings)) for _ in range(self.settings.workers)
        ]

    async def stop(self) -> None:
        """End the workers. What still waits is unscannable."""
        slots, self._slots = self._slots, []
        await _cancelled(slots)
        while self._waiting:
            self._waiting.popleft().done.set_result(None)

    async def adopt(self, settings: Examination) -> None:
        """Go on with other settings: new workers first, then the old ones end when they have done their message."""
        if settings == self.settings:
            return
        old, self.settings = self._slots, settings
        self.cache = Cache(settings.cache)
        self._ready.clear()
        await self.start()
        async with self._wake:
            self._wake.notify_all()
        if old:
            _, late = await asyncio.wait(old, timeout=settings.deadline + 5.0)
            await _cancelled(late)

    def capabilities(self) -> Capabilities:
        """What the workers said of themselves; empty until the first is ready."""
        return self._capabilities

    async def ready(self) -> Capabilities:
        """Wait for the first worker."""
        await self._ready.wait()
        return self._capabilities

    def state(self) -> dict[str, int]:
        """For the gauges."""
        return {
            "workers": len(self._slots),
            "busy": self._busy,
            "waiting": len(self._waiting),
            "cached": len(self.cache),
        }

    # -- messages ------------------------------------------------------------------------------

    async def examine(self, message: bytes) -> Media:
        """See `edge.core.media.Examiner`."""
        if len(message) > ON_LOOP:
            reply = await self._ask(wire.Request(message, whole=True))
            return reply.whole if reply is not None and reply.whole is not None else _given_up(Apart((), ""), 0)
        apart = take_apart(message)
        known, keys = self._known(apart)
        if not keys:
            return put_together(apart, [known[part.path] for part in apart.parts])
        reply = await self._ask(wire.Request(message, tuple(known)))
        unknown = [part for part in apart.parts if part.path not in known]
        if reply is None or len(reply.seen) != len(unknown):
            return _given_up(apart, self.settings.unfolded)
        for part, seen in zip(unknown, reply.seen, strict=True):
            known[part.path] = seen
            self.cache.put(keys[part.path], seen)
        return put_together(apart, [known[part.path] for part in apart.parts])

    def _known(self, apart: Apart) -> tuple[dict[str, Seen], dict[str, Key]]:
        """What can be told at once, by path, and the keys of all other parts."""
        known: dict[str, Seen] = {}
        keys: dict[str, Key] = {}
        room, cached = TEXT_ON_LOOP, False
        for part in apart.parts:
            if part.size <= room:
                seen = self._read(part)
                if seen is not None:
                    known[part.path] = seen
                    room -= part.size
                    continue
            key = key_of(part)
            seen = self.cache.get(key)
            if seen is None:
                keys[part.path] = key
            else:
                known[part.path] = seen
                cached = True
        if not keys:
            self.counters.cached += cached
            self.counters.plain += not cached
        return known, keys

    def _read(self, part: Part) -> Seen | None:
        sorted = plain.sort(part, self.settings.types)
        return plain.read(part, sorted, self.settings.unfolded) if plain.is_cheap(part, sorted) else None

    async def _ask(self, request: wire.Request) -> wire.Reply | None:
        """A worker's reply, None where it took too long or died of it. Raises Busy."""
        if not self._slots or len(self._waiting) >= self.settings.queue:
            self.counters.busy += 1
            raise Busy
        job = _Job(request)
        self._waiting.append(job)
        async with self._wake:
            self._wake.notify()
        return await job.done

    # -- workers -------------------------------------------------------------------------------

    async def _serve(self, settings: Examination) -> None:
        """One slot: keeps a worker, gives it one message after the other, until other settings hold."""
        worker: Worker | None = None
        again = AGAIN_MIN
        try:
            while settings is self.settings:
                if worker is None:
                    worker = await self._started(settings)
                    if worker is None:
                        await asyncio.sleep(again)
                        again = min(AGAIN_MAX, 2 * again)
                        continue
                    again = AGAIN_MIN
                job = await self._next(settings)
                if job is not None and not await self._done(worker, job, settings):
                    await worker.kill()
                    worker = None
        finally:
            if worker is not None:
                await asyncio.shield(worker.kill())

    async def _started(self, settings: Examination) -> Worker | None:
        try:
            worker = await Worker.start(settings)
        except (Dead, TimeoutError, OSError) as error:
            log.error("a media worker does not start: %s", type(error).__name__)
            return None
        self._capabilities = worker.capabilities
        self._ready.set()
        return worker

    async def _next(self, settings: Examination) -> _Job | None:
        """The next message; None once other settings hold."""
        async with self._wake:
            await self._wake.wait_for(lambda: self._waiting or settings is not self.settings)
            return self._waiting.popleft() if settings is self.settings else None

    async def _done(self, worker: Worker, job: _Job, settings: Examination) -> bool:
        """Have a message looked at; False where the worker is not to be used any more."""
        if job.done.done():
            return True  # whoever asked has gone
        begun = monotonic()
        self._busy += 1
        self.counters.jobs += 1
        reply = None
        try:
            async with asyncio.timeout(settings.deadline):
                reply = await worker.ask(job.request)
        except (Dead, TimeoutError) as error:
            self.counters.faults += 1
            self.counters.restarts += 1
            log.warning("a media worker was replaced: %s", type(error).__name__)
        finally:
            self._busy -= 1
            self.counters.seconds += monotonic() - begun
            if not job.done.done():
                job.done.set_result(reply)
        return reply is not None


def _given_up(apart: Apart, unfolded: int) -> Media:
    """A message whose worker took too long or died. The very files are known all the same."""
    items = []
    for part in apart.parts:
        sorted = plain.sort(part, ())._replace(fault=Fault.TIMEOUT, detail="")
        items.append(plain.item(part, sorted, part.decoded(unfolded).octets))
    return Media(tuple(items), (), Fault.TIMEOUT, "the worker took too long, or died of it", True)


async def _cancelled(tasks: "set[asyncio.Task[None]] | list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
