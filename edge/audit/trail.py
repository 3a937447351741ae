"""The loop's side of the audit: two calls that never block, and the numbers an operator watches."""

import asyncio
import fcntl
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from edge.audit.errors import AuditError
from edge.audit.layout import LOCK_NAME, Notable, encode_line, encode_with_care, is_notable
from edge.audit.trouble import Trouble
from edge.audit.writer import Done, Inbox, Writer, tell
from edge.core.conf import Audit as Limits
from edge.core.decision import Decision
from edge.core.metrics import Metrics


class Audit:
    """Decisions on their way to disk. All methods are for the loop's thread.

    The queue holds at most `conf.queue` records. Records of allowed messages are dropped from three
    quarters on, so that refusals, unknown outcomes and duplicates keep the rest for themselves; while the
    disk fails, allowed ones that wait are let go too. Every drop is counted in `smsedge_cap_hits_total`
    (`audit-queue`, `audit-shed`; `audit-refusals` when even a notable record found no room).
    """

    def __init__(
        self, directory: Path, conf: Limits, metrics: Metrics, node: str, unix_time: Callable[[], float] = time.time
    ) -> None:
        """Take `directory` (made if missing) for this process; no thread runs before `start`.

        `node` names this edge in the thread's name only; records carry no node, a directory belongs to one edge.
        Raises AuditError where the directory cannot be written or another edge holds it.
        """
        self._lock = _take(directory)
        self._inbox = Inbox(conf)
        self._queue = self._inbox.queue
        self._caps = metrics.caps
        self.configure(conf)
        self._trouble = Trouble(metrics)
        self._writer = Writer(directory, self._inbox, metrics, self._trouble, unix_time)
        self._thread = threading.Thread(target=self._writer.run, name=f"audit {node}".rstrip(), daemon=True)
        self._register(metrics)

    def configure(self, conf: Limits) -> None:
        """Let new limits hold (a reload)."""
        self._inbox.limits = conf
        self._cap = max(conf.queue, 4)
        self._room = self._cap * 3 // 4

    def start(self) -> None:
        """Start writing. Call once."""
        self._thread.start()

    def record(self, decision: Decision) -> None:
        """Keep `decision` as it is now; on disk within a second. Drops and counts when full (see the class).

        Made a line here and now: a decision that waits for the thread costs more in cold memory than its line does.
        """
        plain = decision.verdict == "allow" and decision.outcome != "unknown" and not decision.duplicate
        if plain and len(self._queue) < self._room:  # the common case of `_admit`, spelled out
            try:
                # Not for the newline alone: the sum has the right size, and the encoder gets its large buffer back.
                line = encode_line(decision) + b"\n"
            except Exception:  # odd texts or types
                self._admit(decision, notable=False)
            else:
                self._queue.append(line)
        else:
            self._admit(decision, is_notable(decision))

    def record_durably(self, decision: Decision, done: Done) -> None:
        """Keep `decision` and call `done(None)` on the running loop once it is on disk.

        `done(AuditError)` says that it is not: no room, or the disk fails (it may still get there later).
        """
        loop = asyncio.get_running_loop()
        refusal = "the audit is closed" if self._inbox.stopping else self._admit(decision, notable=True)
        if refusal:
            loop.call_soon(done, AuditError(refusal))
            return
        self._inbox.waiting.append((loop, done))
        self._inbox.wake.set()

    def _admit(self, decision: Decision, notable: bool) -> str:
        """Queue `decision`; why it was not, or ""."""
        if len(self._queue) >= (self._cap if notable else self._room):
            self._caps.add(("audit-refusals" if notable else "audit-queue",))
            return "the audit's queue is full"
        try:
            line = encode_with_care(decision) + b"\n"
        except Exception as error:  # whatever is wrong with a record, its message must go on
            self._trouble.note("record", error)
            return "the record cannot be written"
        self._queue.append(Notable(line) if is_notable(decision) else line)
        return ""

    def flush(self) -> None:
        """Ask the thread to write now instead of at its next turn (a fifth of a second)."""
        self._inbox.wake.set()

    def sizes(self) -> dict[str, int]:
        """`queue` and `queue_limit` in records, `waiting` for a durable record, `dropped` since the start."""
        dropped = sum(self._caps.values.get((cap,), 0) for cap in ("audit-queue", "audit-shed", "audit-refusals"))
        return {
            "queue": len(self._queue),
            "queue_limit": self._cap,
            "waiting": len(self._inbox.waiting),
            "dropped": dropped,
        }

    def close(self, timeout: float = 10.0) -> int:
        """Write what is queued and stop; waits at most `timeout` seconds. Returns how many records were not written."""
        self._inbox.stopping = True
        self._room = self._cap = 0  # what comes now is counted as dropped
        self._inbox.wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        if not self._thread.is_alive() and self._lock >= 0:
            tell(self._inbox.waiting, AuditError("the audit is closed"))
            self._inbox.waiting.clear()
            os.close(self._lock)
            self._lock = -1
        return len(self._queue)

    def _register(self, metrics: Metrics) -> None:
        metrics.gauge(
            "smsedge_audit_queue",
            "Decisions waiting to be written, and how many may",
            ("what",),
            lambda: [(("records",), len(self._queue)), (("limit",), self._cap)],
        )


def _take(directory: Path) -> int:
    """Make `directory` and hold its lock file; the lock goes with the process, so kill -9 leaves nothing behind."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise AuditError(f"cannot write the audit in {directory}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise AuditError(f"the audit in {directory} is in use by another edge") from error
    return lock
