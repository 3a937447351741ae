"""The audit's one thread: takes lines off the queue, writes them, syncs, tells who waits, deletes what is old.

A failing disk is counted, logged and tried again; it never ends the thread nor the process.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

from edge.audit.errors import AuditError
from edge.audit.indexing import Indexer
from edge.audit.layout import Notable, segments_in
from edge.audit.segment import Segment, open_segment
from edge.audit.trouble import Trouble
from edge.core.conf import Audit as Limits
from edge.core.metrics import Metrics

# Lines written at once. Each write hands the interpreter lock over and back, which costs the path more than the lines
# themselves; joining and freeing this many holds it for some 0.3 ms.
CHUNK = 4096
WAKE_EVERY = 0.2
# With WAKE_EVERY and a slow fsync of 0.1 s this keeps the promise "on disk within a second".
SYNC_EVERY = 0.7
CATCH_UP_PAUSE = 0.05
SHED_STEP = 4096
RETRY_AFTER = 1.0
ROTATE_AFTER = 3600.0
CLEAN_EVERY = 600.0

Done = Callable[[BaseException | None], None]
Waiter = tuple[asyncio.AbstractEventLoop, Done]


class Inbox:
    """What the loop and the thread share. Each list is appended to by the loop and shortened by the thread only:
    slicing, deleting a slice and appending are single steps, so no lock is needed.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.queue: list[bytes] = []
        self.waiting: list[Waiter] = []
        self.wake = threading.Event()
        self.stopping = False


class Writer:
    """The thread's side. `run` is its body; everything else is called from there."""

    def __init__(
        self, directory: Path, inbox: Inbox, metrics: Metrics, trouble: Trouble, unix_time: Callable[[], float]
    ) -> None:
        self._directory = directory
        self._inbox = inbox
        self._unix_time = unix_time
        self._trouble = trouble
        self._caps = metrics.caps
        self._caps.add(("audit-shed",), 0)
        self._written = metrics.counter("smsedge_audit_records_total", "Decisions written to the audit")
        self._indexer = Indexer(directory, self._trouble.note)
        self._segment: Segment | None = None
        self._failed: OSError | None = None
        self._retry_at = 0.0
        self._synced_at = -SYNC_EVERY
        self._cleaned_at = -CLEAN_EVERY

    def run(self) -> None:
        """Until told to stop; then once more, and close."""
        pause = 0.0
        while not self._inbox.stopping:
            self._inbox.wake.wait(pause)
            self._inbox.wake.clear()
            pause = self._turn(time.monotonic())
        self._finish_up(time.monotonic())

    def _turn(self, now: float) -> float:
        """One round of work; returns the seconds to wait for the next."""
        try:
            self._indexer.open(now)
            self._serve(now)
            if now - self._cleaned_at >= CLEAN_EVERY:
                self._cleaned_at = now
                self._clean(now)
            return CATCH_UP_PAUSE if self._indexer.catch_up(now) else WAKE_EVERY
        except Exception as error:  # the thread must outlive any mistake of ours
            self._trouble.note("bug", error)
            return WAKE_EVERY

    def _serve(self, now: float) -> None:
        """Write what is queued and tell those who wait for it."""
        inbox = self._inbox
        # Taken before the queue is measured: whoever waits here has put the decision on the queue before.
        waiting = inbox.waiting[:]
        if now >= self._retry_at:
            self._failed = self._try_to_write(now, bool(waiting))
        if waiting:
            del inbox.waiting[: len(waiting)]
            failed = self._failed and AuditError(f"the audit record is not on disk: {self._failed}")
            tell(waiting, failed)

    def _try_to_write(self, now: float, urgent: bool) -> OSError | None:
        try:
            self._drain(now)
            if self._segment is not None and (urgent or now - self._synced_at >= SYNC_EVERY):
                self._sync(now)
            return None
        except OSError as error:
            self._trouble.note("write", f"{error} ({len(self._inbox.queue)} records wait)")
            self._retry_at = now + RETRY_AFTER
            self._shed()
            return error

    def _drain(self, now: float) -> None:
        queue = self._inbox.queue
        left = len(queue)
        while left > 0:
            chunk = queue[: min(left, CHUNK)]
            self._put(chunk, now)
            del queue[: len(chunk)]
            left -= len(chunk)

    def _put(self, chunk: list[bytes], now: float) -> None:
        segment = self._writable(now)
        data = b"".join(chunk)
        try:
            segment.write(data)
        except OSError:
            if segment.torn:
                self._finish(now)
            raise
        self._written.add((), len(chunk))
        self._indexer.add(chunk, len(data), now)

    def _writable(self, now: float) -> Segment:
        """The segment to write to: the present one, or a new one when it is full, old, or fell out of the index."""
        segment, unix = self._segment, self._unix_time()
        if segment is not None:
            full = segment.size >= self._inbox.limits.segment or unix - segment.opened >= ROTATE_AFTER
            if not full and not self._indexer.behind:
                return segment
            self._finish(now)
        self._segment = segment = open_segment(self._directory, unix)
        self._indexer.begin(segment.path, now)
        return segment

    def _sync(self, now: float) -> None:
        if self._segment is not None:
            try:
                self._segment.sync()
            except OSError:
                # After a failed fsync the kernel may call the pages clean: asking again proves nothing.
                self._segment.dirty = False
                self._finish(now)
                raise
        self._synced_at = now

    def _finish(self, now: float) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        self._indexer.end(now)
        try:
            segment.sync()
        finally:
            segment.close()

    def _shed(self) -> None:
        """While the disk fails and the queue fills up, let records of allowed messages go to keep refusals."""
        queue = self._inbox.queue
        left = len(queue)
        if left < self._inbox.limits.queue * 7 // 8:
            return
        at = 0
        while left > 0:  # in steps: freeing a whole queue at once would stall the path
            piece = queue[at : at + min(left, SHED_STEP)]
            kept = [line for line in piece if type(line) is Notable]
            queue[at : at + len(piece)] = kept
            at += len(kept)
            left -= len(piece)
            self._caps.add(("audit-shed",), len(piece) - len(kept))

    def _clean(self, now: float) -> None:
        """Delete segments whose last record is older than `keep`."""
        live = self._segment.path if self._segment else None
        oldest = self._unix_time() - self._inbox.limits.keep
        for path in segments_in(self._directory):
            try:
                if path != live and path.stat().st_mtime < oldest:
                    path.unlink()
                    self._indexer.forget(path.name, now)
            except OSError as error:
                self._trouble.note("clean", error)

    def _finish_up(self, now: float) -> None:
        self._retry_at = 0.0
        try:
            self._serve(now)
            self._finish(now)
        except Exception as error:
            self._trouble.note("bug", error)
        self._indexer.close(now)


def tell(waiting: list[Waiter], error: BaseException | None) -> None:
    """Call every `done(error)` on its own loop; a loop that is closed has nobody left to tell."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Done]] = {}
    for loop, done in waiting:
        by_loop.setdefault(loop, []).append(done)
    for loop, dones in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_call_all, dones, error)


def _call_all(dones: list[Done], error: BaseException | None) -> None:
    for done in dones:
        done(error)
