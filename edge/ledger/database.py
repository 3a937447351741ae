"""Opening the ledger's SQLite files safely: whose they are, whether they are whole, and which schema they have.

No threads here.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from edge.ledger.errors import LedgerError

LOCK_NAME = "ledger.lock"


class Schema(msgspec.Struct, frozen=True):
    """What a database of ours has in it.

    `application` is its application_id, which tells it from any other SQLite file; `what` a word for errors.
    `create()` gives the statements for a new file. `migrations` has, by version, those that lead to the next one.
    """

    what: str
    application: int
    version: int
    create: Callable[[], str]
    migrations: Mapping[int, str] = {}


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


def open_database(path: Path, schema: Schema) -> sqlite3.Connection:
    """Open and check the database, create it if it is new, migrate it if it is old.

    Raises LedgerError with what to do about it.
    """
    try:
        path.touch(mode=0o600)
        db = sqlite3.connect(path, timeout=2.0, isolation_level=None, check_same_thread=False)
    except (sqlite3.Error, OSError) as error:
        raise LedgerError(f"{path}: cannot be opened: {error}") from error
    try:
        _prepare(db, path, schema)
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


def _prepare(db: sqlite3.Connection, path: Path, schema: Schema) -> None:
    version = number(db, "PRAGMA user_version")
    empty = number(db, "SELECT count(*) FROM sqlite_master") == 0
    if not empty and number(db, "PRAGMA application_id") != schema.application:
        raise LedgerError(f"{path}: is another program's database, not a {schema.what}")
    if version > schema.version:
        raise LedgerError(f"{path}: was written by a newer smsedge (schema {version}; this one knows {schema.version})")
    damage = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(damage)
    if empty:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    if empty:
        _script(db, f"{schema.create()} PRAGMA application_id = {schema.application};", schema.version)
        return
    while version < schema.version:
        _script(db, schema.migrations[version], version + 1)
        version += 1


def _script(db: sqlite3.Connection, statements: str, version: int) -> None:
    """All of it, or nothing: a process killed in between leaves the version before."""
    db.executescript(f"BEGIN IMMEDIATE; {statements} PRAGMA user_version = {version}; COMMIT;")


def number(db: sqlite3.Connection, statement: str) -> int:
    """The one whole number that `statement` gives."""
    return int(db.execute(statement).fetchone()[0])


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that only reads, for any thread or process, while the edge runs too. Raises sqlite3.Error."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0)


def storable(text: str) -> str:
    """What SQLite can hold: a lone surrogate in one entry must not keep all others off the disk."""
    return text.encode("utf-8", "replace").decode()
