"""The quarantine in SQLite: an index in memory for the loop, one thread with group commit for the disk.

Implements `edge.core.quarantine.Quarantine`. Texts and payloads are encrypted at rest (`edge.ledger.sealing`).
"""

import asyncio
import heapq
import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from edge.core.metrics import Metrics
from edge.core.quarantine import MAY_BECOME, Done, Held, HeldState
from edge.ledger import shelf
from edge.ledger.database import open_database, read_only
from edge.ledger.errors import LedgerError
from edge.ledger.sealing import load_key
from edge.ledger.shelf import DATABASE_NAME, SCHEMA, Deletion, Ending, Slot
from edge.ledger.thread import GroupCommit

# What may be held at once, in messages and in octets of text and payload.
CAP = 100_000
CAP_OCTETS = 512 * 1024 * 1024
# What has ended is kept so long (policy.md D, privacy), and at most so much of it.
KEEP = 30 * 86400.0
KEEP_OCTETS = 1024 * 1024 * 1024
PURGE_EVERY = 3600.0
PURGE_SLICE = 500  # messages deleted at a time, so that a commit of new ones never waits long
PURGE_AGAIN = 1.0

T = TypeVar("T")

_log = logging.getLogger("smsedge.ledger")


class SqliteQuarantine:
    """Held messages on disk. All methods are for the loop's thread, but those that are marked blocking."""

    def __init__(
        self,
        directory: Path,
        key_file: Path,
        metrics: Metrics,
        failed: Callable[[Path, Exception], None],
        cap: int = CAP,
        cap_octets: int = CAP_OCTETS,
    ) -> None:
        """Open (or make) the database and the key; load what is held; start the thread. Raises LedgerError.

        `failed` is told, in the thread, what could not be written. Blocking.
        """
        self._path = directory / DATABASE_NAME
        self._metrics = metrics
        self._failed = failed
        self._cap, self._cap_octets = cap, cap_octets
        self._slots: dict[str, Slot] = {}
        self._held = self._octets = 0
        self._expiring: list[tuple[float, str]] = []
        self._overdue: dict[str, None] = {}
        self._purge_at = time.monotonic()
        self._seal = load_key(key_file)
        self._db = open_database(self._path, SCHEMA)
        try:
            self._load()
        except (sqlite3.Error, ValueError) as error:
            self._db.close()
            raise LedgerError(f"{self._path}: cannot be loaded: {error}") from error
        metrics.gauge("smsedge_quarantine", "Messages in quarantine now", ("what",), self._samples)
        self._thread: GroupCommit[Held | Ending | Deletion] = GroupCommit("quarantine", self._commit, self._patience)
        self._thread.start()

    def _load(self) -> None:
        for id, slot in shelf.open_slots(self._db):
            self._put(id, slot)
        lost = shelf.foreign(self._db, self._seal.name)
        if lost:
            _log.error(
                "%s: %d held messages cannot be read: the key is not the one they were encrypted with", self._path, lost
            )

    # -- in and out ----------------------------------------------------------------------------

    def hold(self, held: Held, done: Done) -> None:
        """Keep a message; `done` is called on the running loop: with None once it is on disk, or with a LedgerError."""
        octets = shelf.octets_of(held)
        full = self._full(octets)
        if full or held.id in self._slots or self._thread.stopping:
            reason = full or ("the quarantine is closed" if self._thread.stopping else f"{held.id} is held already")
            asyncio.get_running_loop().call_soon(done, LedgerError(reason))
            return
        self._put(held.id, Slot(held.group, held.expires, octets, HeldState.HELD))

        def on_disk(error: BaseException | None) -> None:
            if error is not None:
                self._drop(held.id)
            done(error)

        self._thread.put(held, on_disk)

    def _full(self, octets: int) -> str:
        if len(self._slots) >= self._cap:
            self._metrics.caps.add(("quarantine-messages",))
            return f"the quarantine is full: {self._cap} messages"
        if self._octets + octets > self._cap_octets:
            self._metrics.caps.add(("quarantine-octets",))
            return f"the quarantine is full: {self._cap_octets} octets"
        return ""

    def resolve(
        self, ids: Sequence[str], state: HeldState, by: str, note: str, at: float, done: Done, alias: str = ""
    ) -> None:
        """Note what became of messages, of all or of none (see `Quarantine.resolve`)."""
        before: dict[str, HeldState] = {}
        for id in ids:
            slot = self._slots.get(id)
            if slot is None or state not in MAY_BECOME.get(slot.state, ()):
                now = "not held any more" if slot is None else f"{slot.state.value} already"
                asyncio.get_running_loop().call_soon(done, LedgerError(f"message {id} is {now}"))
                return
            before[id] = slot.state
        if self._thread.stopping:
            asyncio.get_running_loop().call_soon(done, LedgerError("the quarantine is closed"))
            return
        for id in before:
            self._set(id, state)

        def on_disk(error: BaseException | None) -> None:
            for id, old in before.items():
                if error is not None:
                    self._set(id, old)
                elif state not in MAY_BECOME:
                    self._drop(id)
            done(error)

        self._thread.put(Ending(tuple(before), state, by, note, at, alias), on_disk)

    def forget(self, id: str, done: Done) -> None:
        """Delete a message that has not ended; `done` is called once that is on disk, or with a LedgerError."""
        if id not in self._slots or self._thread.stopping:
            asyncio.get_running_loop().call_soon(done, LedgerError(f"message {id} is not held"))
            return

        def on_disk(error: BaseException | None) -> None:
            if error is None and id in self._slots:
                self._drop(id)
            done(error)

        self._thread.put(Deletion(id), on_disk)

    def keyed(self) -> dict[str, tuple[str, HeldState]]:
        """What is open under a channel's own key, which has a slash; other groups are message ids."""
        return {slot.group: (id, slot.state) for id, slot in self._slots.items() if "/" in slot.group}

    # -- the index -----------------------------------------------------------------------------

    def _put(self, id: str, slot: Slot) -> None:
        self._slots[id] = slot
        self._octets += slot.octets
        self._held += slot.state is HeldState.HELD
        heapq.heappush(self._expiring, (slot.expires, id))

    def _set(self, id: str, state: HeldState) -> None:
        slot = self._slots[id]
        self._held += (state is HeldState.HELD) - (slot.state is HeldState.HELD)
        slot.state = state

    def _drop(self, id: str) -> None:
        slot = self._slots.pop(id)
        self._octets -= slot.octets
        self._held -= slot.state is HeldState.HELD
        self._overdue.pop(id, None)

    def due(self, now: float) -> list[tuple[str, str]]:
        """(id, group) of what is held and over its time at Unix time `now`, the first to expire first."""
        expiring = self._expiring
        while expiring and expiring[0][0] <= now:
            id = heapq.heappop(expiring)[1]
            if id in self._slots:
                self._overdue[id] = None
        slots = self._slots
        return [(id, slots[id].group) for id in self._overdue if slots[id].state is HeldState.HELD]

    def size(self) -> int:
        """How many messages are held now."""
        return self._held

    def _samples(self) -> list[tuple[tuple[str], float]]:
        held = self._held
        return [(("held",), held), (("releasing",), len(self._slots) - held), (("octets",), self._octets)]

    # -- blocking ------------------------------------------------------------------------------

    def get(self, id: str) -> Held | None:
        """One message, whatever its state. Blocking. Raises LedgerError."""
        return self._read(lambda db: shelf.read_one(db, id, self._seal))

    def find(self, account: str, rule: str, state: HeldState | None, limit: int) -> list[Held]:
        """Messages by account, rule (with its sub-rules) and state, the latest first. Blocking. Raises LedgerError."""
        return self._read(lambda db: shelf.read_many(db, account, rule, state, limit, self._seal))

    def aliases(self, since: float) -> dict[str, str]:
        """alias -> id of messages released after Unix time `since`. Blocking. Raises LedgerError."""
        return self._read(lambda db: shelf.read_aliases(db, since))

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with closing(read_only(self._path)) as db:
                return work(db)
        except sqlite3.Error as error:
            raise LedgerError(f"{self._path}: cannot be read: {error}") from error

    def close(self, timeout: float = 10.0) -> bool:
        """Write what is left and stop the thread; whether that was done within `timeout` seconds."""
        if not self._thread.close(timeout):
            return False
        self._db.close()
        return True

    # The thread's side.

    def _patience(self) -> float:
        return max(0.0, self._purge_at - time.monotonic())

    def _commit(self, entries: Sequence[Held | Ending | Deletion]) -> LedgerError | None:
        failure: LedgerError | None = None
        try:
            if entries:
                shelf.write(self._db, entries, self._seal)
        except Exception as error:  # whatever it is, the thread must live
            self._failed(self._path, error)
            failure = LedgerError(f"the quarantine cannot be written: {error}")
        if time.monotonic() >= self._purge_at and not self._thread.stopping:
            self._purge()
        return failure

    def _purge(self) -> None:
        gone = 0
        try:
            gone = shelf.purge(self._db, time.time() - KEEP, KEEP_OCTETS, PURGE_SLICE)
        except Exception as error:
            self._failed(self._path, error)
        self._purge_at = time.monotonic() + (PURGE_AGAIN if gone == PURGE_SLICE else PURGE_EVERY)
