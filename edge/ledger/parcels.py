"""What the MMS relay keeps, in SQLite: parcels that wait for their next hop, and what has passed.

Implements `edge.core.mms.RelayStore`. Parcels are encrypted at rest (`edge.ledger.sealing`).
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from edge.core.metrics import Metrics
from edge.core.mms import Done, Parcel, Passed, Waiting, What
from edge.ledger.database import Schema, open_database, read_only, storable
from edge.ledger.errors import LedgerError
from edge.ledger.sealing import Seal, Unreadable, load_key
from edge.ledger.thread import GroupCommit

DATABASE_NAME = "mms.sqlite3"
CAP = 100_000  # the conf sets a lower one
CAP_OCTETS = 512 * 1024 * 1024
# What has passed: reports come within days (an MMS expires in a week at most, as MMSCs are set up).
KEEP = 7 * 86_400.0
PASSED_CAP = 2_000_000
QUEUE = 100_000  # notes that wait for the disk
ROUND = 0.1  # seconds between two looks at what is to be noted
PURGE_EVERY = 60.0
PURGE_SLICE = 5_000
LOG_EVERY = 60.0

_SCHEMA = """
CREATE TABLE parcel (
    id TEXT PRIMARY KEY, what TEXT NOT NULL, at REAL NOT NULL, expires REAL NOT NULL, octets INTEGER NOT NULL,
    sending INTEGER NOT NULL, key TEXT NOT NULL, sealed BLOB NOT NULL);
CREATE TABLE passed (
    n INTEGER PRIMARY KEY, key BLOB NOT NULL, at REAL NOT NULL, reply TEXT NOT NULL, trans TEXT NOT NULL,
    message TEXT NOT NULL, recipient TEXT NOT NULL, origin TEXT NOT NULL, hop TEXT NOT NULL, decision TEXT NOT NULL,
    account TEXT NOT NULL, source TEXT NOT NULL, answer TEXT NOT NULL, outbound INTEGER NOT NULL);
CREATE INDEX passed_message ON passed (message);
CREATE INDEX passed_trans ON passed (trans);
"""
SCHEMA = Schema("store of the MMS relay", 0x736D6D73, 1, lambda: _SCHEMA)  # "smms"
_COLUMNS = "key, at, reply, trans, message, recipient, origin, hop, decision, account, source, answer, outbound"
_INSERT = f"INSERT INTO passed ({_COLUMNS}) VALUES ({', '.join('?' * 13)})"

T = TypeVar("T")
_log = logging.getLogger("smsedge.ledger")


class _Mark(msgspec.Struct, frozen=True):
    id: str
    sending: bool


class _Drop(msgspec.Struct, frozen=True):
    id: str


_Entry = Parcel | _Mark | _Drop


class SqliteRelayStore:
    """Parcels and what has passed. All methods are for the loop's thread, but those that are marked blocking."""

    def __init__(self, directory: Path, key_file: Path, metrics: Metrics, cap_octets: int = CAP_OCTETS) -> None:
        """Open (or make) the database and the key, load the parcels, start the thread. Raises LedgerError. Blocking.

        `directory` is the ledger's, whose lock is held.
        """
        self.cap = CAP
        self._cap_octets = cap_octets
        self._path = directory / DATABASE_NAME
        self._metrics = metrics
        self._seal = load_key(key_file)
        self._parcels: dict[str, Waiting] = {}
        self._octets = 0
        self._notes: list[Passed] = []
        self._logged = -LOG_EVERY
        self._purge_at = time.monotonic()
        self._db = open_database(self._path, SCHEMA)
        try:
            for id, what, at, expires, octets, sending in self._db.execute(
                "SELECT id, what, at, expires, octets, sending FROM parcel ORDER BY at"
            ):
                self._put(id, Waiting(What(what), at, expires, octets, bool(sending)))
        except (sqlite3.Error, ValueError) as error:
            self._db.close()
            raise LedgerError(f"{self._path}: cannot be loaded: {error}") from error
        self._thread: GroupCommit[_Entry] = GroupCommit("mms", self._commit, self._patience)
        self._thread.start()

    # -- parcels -------------------------------------------------------------------------------

    def keep(self, parcel: Parcel, done: Done) -> None:
        """Keep a parcel; `done` is called on the running loop: with None once it is on disk, or with a LedgerError."""
        octets = len(parcel.content)
        full = len(self._parcels) >= self.cap or self._octets + octets > self._cap_octets
        if full or self._thread.stopping or parcel.id in self._parcels:
            if full:
                self._metrics.caps.add(("mms-spool",))
            reason = "the spool is full" if full else "the store is closed, or has it already"
            asyncio.get_running_loop().call_soon(done, LedgerError(reason))
            return
        self._put(parcel.id, Waiting(parcel.what, parcel.at, parcel.expires, octets))

        def on_disk(error: BaseException | None) -> None:
            if error is not None:
                self._forget(parcel.id)
            done(error)

        self._thread.put(parcel, on_disk)

    def mark(self, id: str, sending: bool, done: Done) -> None:
        """Note on disk that an attempt begins, or that it came to nothing."""
        waiting = self._parcels.get(id)
        if waiting is None or self._thread.stopping:
            asyncio.get_running_loop().call_soon(done, LedgerError(f"parcel {id} is not here"))
            return
        waiting.sending = sending
        self._thread.put(_Mark(id, sending), done)

    def drop(self, id: str) -> None:
        """It went out, or never will."""
        if id in self._parcels:
            self._forget(id)
            self._thread.put(_Drop(id), _nobody)

    def waiting(self) -> dict[str, Waiting]:
        """All parcels, the oldest first."""
        return self._parcels

    def _put(self, id: str, waiting: Waiting) -> None:
        self._parcels[id] = waiting
        self._octets += waiting.octets

    def _forget(self, id: str) -> None:
        waiting = self._parcels.pop(id, None)
        self._octets -= waiting.octets if waiting is not None else 0

    # -- what has passed -----------------------------------------------------------------------

    def note(self, passed: Passed) -> None:
        """Remember it. Nobody waits: what a crash of the machine takes with it is at worst delivered twice."""
        if len(self._notes) >= QUEUE or self._thread.stopping:
            self._metrics.caps.add(("mms-notes",))
            return
        self._notes.append(passed)  # the thread comes round by itself: a commit for each would cost more than the rest

    # -- blocking ------------------------------------------------------------------------------

    def fetch(self, id: str) -> Parcel | None:
        """One parcel, None where it is gone, or was sealed with a key that is gone. Blocking. Raises LedgerError."""
        row = self._read(lambda db: db.execute("SELECT key, sealed FROM parcel WHERE id = ?", (id,)).fetchone())
        if row is None:
            return None
        try:
            return msgspec.msgpack.decode(self._seal.open(row[1], id.encode(), row[0]), type=Parcel)
        except (Unreadable, msgspec.DecodeError) as error:
            _log.error("mms: parcel %s cannot be read: %s", id, error)
            return None

    def recall(self, since: float, most: int) -> list[Passed]:
        """The latest of what passed, oldest first. Blocking. Raises LedgerError."""
        statement = f"SELECT {_COLUMNS} FROM passed WHERE at > ? ORDER BY n DESC LIMIT ?"
        return [
            _passed(row) for row in reversed(self._read(lambda db: db.execute(statement, (since, most)).fetchall()))
        ]

    def find(self, message: str, transaction: str) -> list[Passed]:
        """By Message-ID, else by Transaction-ID; the latest first. Blocking. Raises LedgerError."""
        column, value = ("message", message) if message else ("trans", transaction)
        statement = f"SELECT {_COLUMNS} FROM passed WHERE {column} = ? ORDER BY n DESC LIMIT 100"
        return [_passed(row) for row in self._read(lambda db: db.execute(statement, (storable(value),)).fetchall())]

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with closing(read_only(self._path)) as db:
                return work(db)
        except sqlite3.Error as error:
            raise LedgerError(f"{self._path}: cannot be read: {error}") from error

    def close(self, timeout: float = 10.0) -> None:
        """Write what is left and stop the thread."""
        if self._thread.close(timeout):
            self._db.close()

    # -- the thread's side ---------------------------------------------------------------------

    def _patience(self) -> float:
        return max(0.0, min(ROUND, self._purge_at - time.monotonic()))

    def _commit(self, entries: Sequence[_Entry]) -> LedgerError | None:
        failure: LedgerError | None = None
        notes = self._notes[:]
        try:
            if entries or notes:
                _write(self._db, entries, notes, self._seal)
            if time.monotonic() >= self._purge_at and not self._thread.stopping:
                gone = _purge(self._db, time.time() - KEEP)
                self._purge_at = time.monotonic() + (1.0 if gone == PURGE_SLICE else PURGE_EVERY)
        except Exception as error:  # whatever it is, the thread must live
            self._purge_at = time.monotonic() + PURGE_EVERY
            now = time.monotonic()
            if now - self._logged >= LOG_EVERY:
                self._logged = now
                _log.error("mms: cannot write %s: %s", self._path, error)
            failure = LedgerError(f"the store of the MMS relay cannot be written: {error}")
        del self._notes[: len(notes)]  # written or lost: a disk that fails must not fill the memory
        return failure


def _nobody(error: BaseException | None) -> None:
    """Nobody waits for it; errors were logged."""


def _write(db: sqlite3.Connection, entries: Sequence[_Entry], notes: Sequence[Passed], seal: Seal) -> None:
    with db:
        db.execute("BEGIN IMMEDIATE")
        for entry in entries:
            if isinstance(entry, Parcel):
                sealed = seal.close(msgspec.msgpack.encode(entry), entry.id.encode())
                row = (entry.id, entry.what.value, entry.at, entry.expires, len(entry.content), 0, seal.name, sealed)
                db.execute("INSERT INTO parcel VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            elif isinstance(entry, _Mark):
                db.execute("UPDATE parcel SET sending = ? WHERE id = ?", (int(entry.sending), entry.id))
            else:
                db.execute("DELETE FROM parcel WHERE id = ?", (entry.id,))
        if notes:
            db.executemany(_INSERT, map(_row, notes))


def _row(passed: Passed) -> tuple[object, ...]:
    return tuple(
        storable(value) if isinstance(value, str) else int(value) if isinstance(value, bool) else value
        for value in msgspec.structs.astuple(passed)
    )


def _passed(row: tuple[Any, ...]) -> Passed:
    return msgspec.structs.replace(Passed(*row), outbound=bool(row[-1]))


def _purge(db: sqlite3.Connection, before: float) -> int:
    """Delete a slice of the oldest: those before Unix time `before`, and what is over the cap."""
    first, last = db.execute("SELECT coalesce(min(n), 0), coalesce(max(n), 0) FROM passed").fetchone()
    end = min(first + PURGE_SLICE, last + 1)
    over = max(first, last - PASSED_CAP)
    with db:
        db.execute("BEGIN IMMEDIATE")
        gone = db.execute("DELETE FROM passed WHERE n < ? AND (n < ? OR at < ?)", (end, over, before)).rowcount
    return int(gone)
