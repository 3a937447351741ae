"""The ledger in SQLite: memory for the path, one thread with group commit for the disk.

Implements `edge.core.facts.Ledger`. Nothing that the loop calls waits for the disk.
"""

import asyncio
import logging
import math
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.core.facts import Fact
from edge.core.metrics import Metrics
from edge.core.quarantine import Quarantine
from edge.ledger.database import open_database, take_lock
from edge.ledger.errors import LedgerError
from edge.ledger.ids import BLOCK, IdSupply
from edge.ledger.quarantine import SqliteQuarantine
from edge.ledger.sealing import KEY_NAME
from edge.ledger.tables import (
    DATABASE_NAME,
    SCHEMA,
    load_facts,
    read_consents,
    read_history,
    reserve_ids,
    write_facts,
)
from edge.ledger.thread import GroupCommit

QUEUE = 100_000  # facts that wait for the disk
RETRY_AFTER = 1.0
LOG_EVERY = 60.0

Done = Callable[[BaseException | None], None]

_log = logging.getLogger("smsedge.ledger")


class SqliteLedger:
    """Facts in memory and on disk, and the quarantine beside them. All methods are for the loop's thread, but those
    that are marked blocking.

    A fact holds in memory from the call on. `done(None)` says it is on disk; `done(LedgerError)` that it is not
    yet: it still holds, the thread keeps trying, and a restart before that forgets it.
    """

    quarantine: Quarantine

    def __init__(self, directory: Path, metrics: Metrics, key_file: Path | None = None) -> None:
        """Open (or make) the ledger in `directory`, load what stands, reserve ids, start the threads.

        `key_file` is what held messages are encrypted with; it is made if it is not there (default: in `directory`).
        Blocking: call before the loop has anything to do. Raises LedgerError where the directory cannot be
        written, another edge holds it, or a database is damaged, locked, foreign or newer.
        """
        self._lock = take_lock(directory)
        self._path = directory / DATABASE_NAME
        self._metrics = metrics
        self._errors = metrics.counter("smsedge_ledger_errors_total", "Failures to write to the ledger")
        self._errors.add((), 0)
        self._laid = metrics.counter("smsedge_facts_total", "Facts laid down, by kind", ("kind", "account"))
        self._logged = -LOG_EVERY
        self._unsaved: list[Fact] = []
        self._thread: GroupCommit[Fact] = GroupCommit("ledger", self._commit, self._patience)
        self._ids = IdSupply(self._thread.wake, lambda: metrics.caps.add(("ledger-ids",)))
        try:
            self._db = open_database(self._path, SCHEMA)
            try:
                self._load()
                self.quarantine = self._shelf = SqliteQuarantine(
                    directory, key_file or directory / KEY_NAME, metrics, self._failed
                )
            except BaseException:
                self._db.close()
                raise
        except BaseException:
            os.close(self._lock)
            raise
        self._thread.start()

    def _load(self) -> None:
        try:
            self.facts = load_facts(self._db, time.time())
            self._ids.add(*reserve_ids(self._db, BLOCK))
        except (sqlite3.Error, ValueError) as error:
            raise LedgerError(f"{self._path}: cannot be loaded: {error}") from error
        self._metrics.gauge(
            "smsedge_ledger_facts",
            "Facts that stand, and that wait for the disk",
            ("what",),
            lambda: [((name,), float(size)) for name, size in self.sizes().items()],
        )

    def record(self, fact: Fact, done: Done) -> None:
        """Let `fact` hold now and make it durable; `done` is called on the running loop (see the class)."""
        loop = asyncio.get_running_loop()
        if not (math.isfinite(fact.at) and math.isfinite(fact.expires)):  # the database would refuse it for ever
            loop.call_soon(done, LedgerError("a fact's times must be finite; 0 means it never expires"))
            return
        if not self.facts.apply(fact):
            self._metrics.caps.add(("facts",))
            loop.call_soon(done, LedgerError(f"there is no room for one more fact of the kind {fact.kind.value}"))
            return
        if self._thread.stopping or len(self._thread) >= QUEUE:
            self._metrics.caps.add(("ledger-queue",))
            reason = "the ledger is closed" if self._thread.stopping else "too many facts wait for the disk"
            loop.call_soon(done, LedgerError(reason))
            return
        self._laid.add((fact.kind.value, fact.account))
        self._thread.put(fact, done)

    def next_id(self) -> str:
        """A message id of our own, never given out before, across restarts too; see `IdSupply`."""
        return self._ids.next_id()

    def history(self, subject: str) -> list[Fact]:
        """Who laid down what about `subject`, when and why, oldest first. Blocking: not for the loop's thread.

        Raises LedgerError.
        """
        return read_history(self._path, subject)

    def consents(self, account: str, out: bool | None, limit: int) -> list[Fact]:
        """The consents that stand, by account ("" for any) and state (None for any), the latest first. Blocking.

        Raises LedgerError.
        """
        return read_consents(self._path, account, out, limit)

    def sizes(self) -> dict[str, int]:
        """How many facts are in each table, and how many wait for the disk."""
        return {**self.facts.sizes(), "waiting": len(self._thread) + len(self._unsaved)}

    def close(self, timeout: float = 10.0) -> None:
        """Write what is left and stop the threads; waits at most `timeout` seconds for each."""
        done = self._thread.close(timeout)
        if self._shelf.close(timeout) and done and self._lock >= 0:
            self._db.close()
            os.close(self._lock)
            self._lock = -1

    # The thread's side.

    def _patience(self) -> float | None:
        return RETRY_AFTER if self._unsaved or self._ids.wanted else None

    def _commit(self, facts: Sequence[Fact]) -> LedgerError | None:
        """Reserve ids if asked, then commit all that waits in one transaction."""
        error = self._try(self._reserve) if self._ids.wanted else None
        if facts or self._unsaved:
            self._unsaved += facts
            error = self._try(self._write)
            if error is not None:
                del self._unsaved[:-QUEUE]
        return error

    def _reserve(self) -> None:
        self._ids.add(*reserve_ids(self._db, BLOCK))

    def _write(self) -> None:
        write_facts(self._db, self._unsaved)
        self._unsaved.clear()

    def _try(self, step: Callable[[], None]) -> LedgerError | None:
        try:
            step()
            return None
        except Exception as error:  # whatever it is, the thread must live to try again
            self._failed(self._path, error)
            return LedgerError(f"in force, but not on disk yet (the edge keeps trying): {error}")

    def _failed(self, path: Path, error: Exception) -> None:
        """Count it; log it once a minute."""
        self._errors.add()
        now = time.monotonic()
        if now - self._logged >= LOG_EVERY:
            self._logged = now
            _log.error("ledger: cannot write %s: %s (%d facts wait)", path, error, len(self._unsaved))
