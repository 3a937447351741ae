"""The ledger's SQLite file: opening it safely, and the few statements that read and write it. No threads here."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from edge.core.facts import Fact, FactKind, Facts, subject_key
from edge.ledger.errors import LedgerError

DATABASE_NAME = "ledger.sqlite3"
LOCK_NAME = "ledger.lock"
APPLICATION = 0x736D7365  # "smse": tells our file from any other SQLite database
VERSION = 1
HISTORY_LIMIT = 1000  # entries of one subject returned at most, the latest ones

# history is only ever added to; standing points at the entry that holds now. ids has one row.
SCHEMA = """
CREATE TABLE history (
    n INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, at REAL NOT NULL,
    by TEXT NOT NULL, reason TEXT NOT NULL, expires REAL NOT NULL);
CREATE INDEX history_key ON history (key);
CREATE TABLE standing (
    scope TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL REFERENCES history (n),
    PRIMARY KEY (scope, key)) WITHOUT ROWID;
CREATE TABLE ids (next INTEGER NOT NULL);
"""

SCOPES = {
    FactKind.BLOCK: ("block", True),
    FactKind.UNBLOCK: ("block", False),
    FactKind.SUSPEND: ("suspend", True),
    FactKind.RESTORE: ("suspend", False),
}
"""What a fact is about, and whether it stands (or ends what stood)."""


def take_lock(directory: Path) -> int:
    """Make `directory` and hold its lock for this process. Raises LedgerError."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(directory / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LedgerError(f"cannot write the ledger in {directory}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise LedgerError(f"the ledger in {directory} is in use by another edge") from error
    return lock


def open_database(path: Path) -> sqlite3.Connection:
    """Open, check and if new create the database. Raises LedgerError with what to do about it."""
    try:
        path.touch(mode=0o600)
        db = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
    except (sqlite3.Error, OSError) as error:
        raise LedgerError(f"{path}: cannot be opened: {error}") from error
    try:
        _prepare(db, path)
        return db
    except sqlite3.OperationalError as error:
        db.close()
        raise LedgerError(f"{path}: cannot be used: {error} (does another program hold it?)") from error
    except sqlite3.DatabaseError as error:
        db.close()
        raise LedgerError(f"{path}: is damaged: {error}. Restore a copy, or move it away to start empty") from error
    except BaseException:
        db.close()
        raise


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    version = _number(db, "PRAGMA user_version")
    application = _number(db, "PRAGMA application_id")
    empty = _number(db, "SELECT count(*) FROM sqlite_master") == 0
    if not empty and application != APPLICATION:
        raise LedgerError(f"{path}: is another program's database, not a ledger")
    if version > VERSION:
        raise LedgerError(f"{path}: was written by a newer smsedge (schema {version}; this one knows {VERSION})")
    damage = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(damage)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    if empty:
        # A ledger made anew after a loss must not give out old ids again: begin at the clock's microseconds,
        # which no edge uses up as fast as they pass.
        db.executescript(
            f"BEGIN IMMEDIATE; {SCHEMA} INSERT INTO ids VALUES ({time.time_ns() // 1000});"
            f" PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        )


def _number(db: sqlite3.Connection, statement: str) -> int:
    return int(db.execute(statement).fetchone()[0])


def load_facts(db: sqlite3.Connection, now: float) -> Facts:
    """What stands at Unix time `now`. Expired entries are removed from standing, not from the history."""
    db.execute(
        "DELETE FROM standing WHERE n IN (SELECT n FROM history WHERE expires > 0 AND expires <= ?)",
        (now,),
    )
    facts = Facts()
    for row in db.execute(
        "SELECT kind, subject, at, by, reason, expires FROM standing JOIN history USING (n) ORDER BY n"
    ):
        facts.apply(_fact(row))
    return facts


def write_facts(db: sqlite3.Connection, facts: Iterable[Fact]) -> None:
    """Write all of `facts`, in order, in one transaction. Raises sqlite3.Error, then none is written."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        for fact in facts:
            key = _key(fact.subject)
            cursor = db.execute(
                "INSERT INTO history (kind, key, subject, at, by, reason, expires) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (fact.kind.value, key, _text(fact.subject), fact.at, _text(fact.by), _text(fact.reason), fact.expires),
            )
            scope, stands = SCOPES[fact.kind]
            if stands:
                db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?, ?)", (scope, key, cursor.lastrowid))
            else:
                db.execute("DELETE FROM standing WHERE scope = ? AND key = ?", (scope, key))


def reserve_ids(db: sqlite3.Connection, count: int) -> tuple[int, int]:
    """Take `count` numbers out of the supply for ever: (first, end). Raises sqlite3.Error, then none is taken."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        first = _number(db, "SELECT next FROM ids")
        db.execute("UPDATE ids SET next = ?", (first + count,))
    return first, first + count


def read_history(path: Path, subject: str) -> list[Fact]:
    """All that was laid down about a subject, oldest first, at most the last HISTORY_LIMIT. Raises LedgerError.

    Opens the file anew and only reads: for any thread or process, while the edge runs too. Blocking.
    """
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0)
        try:
            rows = db.execute(
                "SELECT kind, subject, at, by, reason, expires FROM history WHERE key = ? ORDER BY n DESC LIMIT ?",
                (_key(subject), HISTORY_LIMIT),
            ).fetchall()
        finally:
            db.close()
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: cannot be read: {error}") from error
    return [_fact(row) for row in reversed(rows)]


def _fact(row: tuple[str, str, float, str, str, float]) -> Fact:
    kind, subject, at, by, reason, expires = row
    return Fact(FactKind(kind), subject, at, by, reason, expires)


def _key(subject: str) -> str:
    """One text for all spellings that `subject_key` takes for the same subject."""
    key = subject_key(subject)
    return f"+{key}" if isinstance(key, int) else _text(key)


def _text(text: str) -> str:
    """What SQLite can hold: a lone surrogate in one entry must not keep all others off the disk."""
    return text.encode("utf-8", "replace").decode()
