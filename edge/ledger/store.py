"""The ledger in SQLite: memory for the path, one thread with group commit for the disk.

Implements `edge.core.facts.Ledger`. Nothing that the loop calls waits for the disk.
"""

import asyncio
import logging
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from edge.core.facts import Fact
from edge.core.metrics import Metrics
from edge.core.quarantine import Quarantine
from edge.ledger.database import (
    DATABASE_NAME,
    load_facts,
    open_database,
    read_history,
    reserve_ids,
    take_lock,
    write_facts,
)
from edge.ledger.errors import LedgerError
from edge.ledger.ids import BLOCK, IdSupply

QUEUE = 100_000  # facts that wait for the disk
RETRY_AFTER = 1.0
LOG_EVERY = 60.0

Done = Callable[[BaseException | None], None]

_log = logging.getLogger("smsedge.ledger")


class _Entry(NamedTuple):
    fact: Fact
    loop: asyncio.AbstractEventLoop
    done: Done


class SqliteLedger:
    """Facts in memory and on disk. All methods but `history` are for the loop's thread.

    A fact holds in memory from the call on. `done(None)` says it is on disk; `done(LedgerError)` that it is not
    yet: it still holds, the thread keeps trying, and a restart before that forgets it.
    """

    quarantine: Quarantine

    def __init__(self, directory: Path, metrics: Metrics) -> None:
        """Open (or make) the ledger in `directory`, load what stands, reserve ids, start the thread.

        Blocking: call before the loop has anything to do. Raises LedgerError where the directory cannot be
        written, another edge holds it, or the database is damaged, locked, foreign or newer.
        """
        self._lock = take_lock(directory)
        self._path = directory / DATABASE_NAME
        try:
            self._db = open_database(self._path)
        except BaseException:
            os.close(self._lock)
            raise
        self._metrics = metrics
        self._errors = metrics.counter("smsedge_ledger_errors_total", "Failures to write to the ledger")
        self._errors.add((), 0)
        self._logged = -LOG_EVERY
        self._queue: list[_Entry] = []
        self._unsaved: list[Fact] = []
        self._wake = threading.Event()
        self._stopping = False
        self._ids = IdSupply(self._wake.set, lambda: metrics.caps.add(("ledger-ids",)))
        self._load()
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def _load(self) -> None:
        try:
            self.facts = load_facts(self._db, time.time())
            self._ids.add(*reserve_ids(self._db, BLOCK))
        except (sqlite3.Error, ValueError) as error:
            self._db.close()
            os.close(self._lock)
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
        self.facts.apply(fact)
        if self._stopping or len(self._queue) >= QUEUE:
            self._metrics.caps.add(("ledger-queue",))
            reason = "the ledger is closed" if self._stopping else "too many facts wait for the disk"
            loop.call_soon(done, LedgerError(reason))
            return
        self._queue.append(_Entry(fact, loop, done))
        self._wake.set()

    def next_id(self) -> str:
        """A message id of our own, never given out before, across restarts too; see `IdSupply`."""
        return self._ids.next_id()

    def history(self, subject: str) -> list[Fact]:
        """Who laid down what about `subject`, when and why, oldest first. Blocking: not for the loop's thread.

        Raises LedgerError.
        """
        return read_history(self._path, subject)

    def sizes(self) -> dict[str, int]:
        """How many facts are in each table, and how many wait for the disk."""
        return {
            "blocked": len(self.facts.blocked),
            "suspended": len(self.facts.suspended),
            "waiting": len(self._queue) + len(self._unsaved),
        }

    def close(self, timeout: float = 10.0) -> None:
        """Write what is left and stop the thread; waits at most `timeout` seconds."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout)
        if not self._thread.is_alive() and self._lock >= 0:
            self._db.close()
            os.close(self._lock)
            self._lock = -1

    # The thread's side.

    def _run(self) -> None:
        while not self._stopping:
            behind = bool(self._unsaved) or self._ids.wanted
            self._wake.wait(RETRY_AFTER if behind else None)
            self._wake.clear()
            self._turn()
        self._turn()

    def _turn(self) -> None:
        """Reserve ids if asked, then commit all that waits in one transaction and tell."""
        error = self._try(self._reserve) if self._ids.wanted else None
        entries = self._queue[:]
        if entries or self._unsaved:
            self._unsaved += [entry.fact for entry in entries]
            error = self._try(self._commit)
            if error is not None:
                del self._unsaved[:-QUEUE]
        del self._queue[: len(entries)]
        _tell(entries, error)

    def _reserve(self) -> None:
        self._ids.add(*reserve_ids(self._db, BLOCK))

    def _commit(self) -> None:
        write_facts(self._db, self._unsaved)
        self._unsaved.clear()

    def _try(self, step: Callable[[], None]) -> LedgerError | None:
        try:
            step()
            return None
        except Exception as error:  # whatever it is, the thread must live to try again
            self._errors.add()
            now = time.monotonic()
            if now - self._logged >= LOG_EVERY:
                self._logged = now
                _log.error("ledger: cannot write %s: %s (%d facts wait)", self._path, error, len(self._unsaved))
            return LedgerError(f"in force, but not on disk yet (the edge keeps trying): {error}")


def _tell(entries: list[_Entry], error: LedgerError | None) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Done]] = {}
    for entry in entries:
        by_loop.setdefault(entry.loop, []).append(entry.done)
    for loop, dones in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_call_all, dones, error)


def _call_all(dones: list[Done], error: BaseException | None) -> None:
    for done in dones:
        done(error)
