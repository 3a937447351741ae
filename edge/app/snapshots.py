"""Keeps the windows across restarts: a file written every minute and at the end, read at the start.

The copy is made on the loop in slices of half a millisecond; octets go to the disk in a thread, into a file beside
the last good one, which is replaced only when the new one is whole and on disk.
"""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, perf_counter
from typing import BinaryIO

from edge.core.metrics import Metrics
from edge.policy.ruleset import Ruleset
from edge.policy.snapshot import Unusable, read, written
from edge.policy.state import PolicyState

LOG = logging.getLogger("smsedge.windows")
NAME = "windows.snapshot"
EVERY = 60.0  # seconds
# Of each five milliseconds the copy takes about this long, and one step of it more.
SLICE = 0.0005
PAUSE = 0.0045
# Octets that wait for the disk.
BUFFER = 1 << 20


class Snapshots:
    """The file of one state. `saved_at` is the loop time of the last good one, `slowest` the longest slice so far."""

    def __init__(self, directory: Path, state: PolicyState, metrics: Metrics, every: float = EVERY) -> None:
        self._every = every
        self.path = directory / NAME
        self._state = state
        self._restored = False
        self._ended = False
        self._replacing = Lock()
        self._results = metrics.counter("smsedge_snapshots_total", "Snapshots of the windows", ("result",))
        self.saved_at = 0.0
        self.octets = 0
        self.slowest = 0.0

    def restore(self, ruleset: Ruleset, now: float) -> None:
        """Bring back what the last process wrote, into tables as `ruleset` needs them. Blocking.

        A file that is no good is put aside, and said so.
        """
        self._restored = True
        self._state.adopt(ruleset, ruleset.spans, ruleset.room)
        try:
            outcome = read(self.path.read_bytes(), self._state, now)
        except FileNotFoundError:
            LOG.info("no snapshot of the windows at %s: counting begins anew", self.path)
            return
        except (OSError, Unusable) as error:
            self._results.add(("ignored",))
            aside = self.path.with_suffix(".ignored")
            LOG.error("the snapshot of the windows is ignored, counting begins anew: %s; kept as %s", error, aside)
            with suppress(OSError):
                self.path.replace(aside)
            return
        self._results.add(("restored",))
        LOG.info("windows restored: %d entries, %.0f s old", outcome.entries, outcome.age)
        if outcome.unread:
            LOG.warning("of the snapshot, this version could not read: %s", ", ".join(outcome.unread))

    async def run(self) -> None:
        """Write one every minute, for ever."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.save()
            except Exception:
                LOG.exception("fault in the snapshot of the windows")
                self._results.add(("failed",))

    async def save(self) -> None:
        """Write one, without haste."""
        pieces = written(self._state, monotonic())
        temporary = self.path.with_suffix(".new")
        try:
            with await asyncio.to_thread(_private, temporary) as file:
                octets = await self._copy(pieces, file)
                await asyncio.to_thread(self._replace, file, temporary)
            self._done(octets)
        except OSError as error:
            self._failed(error)

    async def _copy(self, pieces: Iterator[bytes], file: BinaryIO) -> int:
        octets = 0
        waiting: list[bytes] = []
        size = 0
        started = perf_counter()
        for piece in pieces:
            waiting.append(piece)
            size += len(piece)
            took = perf_counter() - started
            if took >= SLICE:
                self.slowest = max(self.slowest, took)
                await asyncio.sleep(PAUSE)
                started = perf_counter()
            if size >= BUFFER:
                octets += size
                await asyncio.to_thread(file.writelines, waiting)
                waiting, size = [], 0
                started = perf_counter()
        await asyncio.to_thread(file.writelines, waiting)
        return octets + size

    def finish(self, now: float) -> None:
        """Write the last one, at once: nothing else goes on any more. Without a start there is nothing to keep."""
        if not self._restored:
            return
        with self._replacing:
            self._ended = True
        temporary = self.path.with_suffix(".last")
        try:
            with _private(temporary) as file:
                octets = sum(map(file.write, written(self._state, now)))
                self._settle(file, temporary)
            self._done(octets)
        except OSError as error:
            self._failed(error)

    def _replace(self, file: BinaryIO, temporary: Path) -> None:
        """In a thread, which may come too late: the last snapshot stays the last."""
        with self._replacing:
            if not self._ended:
                self._settle(file, temporary)

    def _settle(self, file: BinaryIO, temporary: Path) -> None:
        """On disk, then under its name, then the name on disk."""
        file.flush()
        os.fsync(file.fileno())
        temporary.replace(self.path)
        directory = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _done(self, octets: int) -> None:
        self._results.add(("written",))
        self.saved_at = monotonic()
        self.octets = octets

    def _failed(self, error: OSError) -> None:
        self._results.add(("failed",))
        LOG.error("the snapshot of the windows could not be written: %s", error)
        with suppress(OSError):
            self.path.with_suffix(".new").unlink()


def _private(path: Path) -> BinaryIO:
    """A new file for the edge's user alone: there are subscribers' numbers in it. One of a crash is written over."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "wb")
