"""The ledger's tables: the few statements that write facts, load what stands, and read the history."""

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from edge.core.facts import COMPLAINT_SPAN, CONSENTS, Fact, FactKind, Facts, subject_key, subject_of
from edge.ledger.database import Schema, number, read_only, storable
from edge.ledger.errors import LedgerError

DATABASE_NAME = "ledger.sqlite3"
HISTORY_LIMIT = 1000  # entries of one subject returned at most, the latest ones

# history is only ever added to; standing and consents point at the entry that holds now. ids has one row.
_VERSION_1 = """
CREATE TABLE history (
    n INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, at REAL NOT NULL,
    by TEXT NOT NULL, reason TEXT NOT NULL, expires REAL NOT NULL);
CREATE INDEX history_key ON history (key);
CREATE TABLE standing (
    scope TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL REFERENCES history (n),
    PRIMARY KEY (scope, key)) WITHOUT ROWID;
CREATE TABLE ids (next INTEGER NOT NULL);
"""
# A complaint that is reported again, by whatever way, is the same entry. consents.key is the number, or text, and
# consents.at whole seconds, as in memory: both must agree on which of two words is the later one.
_FROM_1_TO_2 = """
ALTER TABLE history ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN other TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX history_complaint ON history (key, other, at) WHERE kind = 'complaint';
CREATE INDEX history_complained ON history (at) WHERE kind = 'complaint';
CREATE TABLE consents (
    account TEXT NOT NULL, key NOT NULL, out INTEGER NOT NULL, at INTEGER NOT NULL,
    n INTEGER NOT NULL REFERENCES history (n), PRIMARY KEY (account, key)) WITHOUT ROWID;
"""


def _create() -> str:
    # A ledger made anew after a loss must not give out old ids again: begin at the clock's microseconds,
    # which no edge uses up as fast as they pass.
    return f"{_VERSION_1} {_FROM_1_TO_2} INSERT INTO ids VALUES ({time.time_ns() // 1000});"


SCHEMA = Schema("ledger", 0x736D7365, 2, _create, {1: _FROM_1_TO_2})  # "smse"

SCOPES = {
    FactKind.BLOCK: ("block", True),
    FactKind.UNBLOCK: ("block", False),
    FactKind.SUSPEND: ("suspend", True),
    FactKind.RESTORE: ("suspend", False),
    FactKind.REFUSE_PAIR: ("refuse-pair", True),
    FactKind.SLOW: ("slow", True),
    FactKind.HOLD: ("hold", True),
}
"""What a fact is about, and whether it stands (or ends what stood)."""

PARDONS = {FactKind.UNBLOCK: "pardoned", FactKind.FREE: "pardoned", FactKind.RESTORE: "restored"}
"""What lets a number or an account be judged afresh: it stands, besides what it ends."""

_COLUMNS = "kind, subject, at, by, reason, expires, account, other, evidence"
_ADD = f"INSERT INTO history (key, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_COMPLAINT = _ADD.replace("INSERT", "INSERT OR IGNORE")
_CONSENT = (
    "INSERT INTO consents VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET out = excluded.out, at = excluded.at,"
    " n = excluded.n WHERE excluded.at >= at"
)


# Whose time is the later one; `standing` has but the entry's number.
_PARDON = (
    "INSERT INTO standing VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n WHERE"
    " (SELECT at FROM history WHERE n = excluded.n) >= (SELECT at FROM history WHERE n = standing.n)"
)


def load_facts(db: sqlite3.Connection, now: float) -> Facts:
    """What stands at Unix time `now`. Expired entries are removed from standing, not from the history."""
    since = now - COMPLAINT_SPAN
    db.execute(
        "DELETE FROM standing WHERE n IN (SELECT n FROM history WHERE expires > 0 AND expires <= ?)",
        (now,),
    )
    db.execute(
        "DELETE FROM standing WHERE scope IN ('pardoned', 'restored') AND n IN (SELECT n FROM history WHERE at <= ?)",
        (since,),
    )
    facts = Facts()
    for row in db.execute(f"SELECT {_COLUMNS} FROM standing JOIN history USING (n) ORDER BY n"):
        fact = _fact(row)
        # Nothing that an unblock ended is loaded; a block after it is.
        (facts.pardon if fact.kind in PARDONS else facts.apply)(fact)
    put = facts.consents.put
    for account, key, out, at in db.execute("SELECT account, key, out, at FROM consents"):
        put(account, key, bool(out), at)
    for row in db.execute(f"SELECT {_COLUMNS} FROM history WHERE kind = 'complaint' AND at > ? ORDER BY n", (since,)):
        facts.apply(_fact(row))
    return facts


def write_facts(db: sqlite3.Connection, facts: Iterable[Fact]) -> None:
    """Write all of `facts`, in order, in one transaction. Raises sqlite3.Error, then none is written."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        for fact in facts:
            _write(db, fact)


def _write(db: sqlite3.Connection, fact: Fact) -> None:
    kind, key = fact.kind, _key(fact.subject)
    add = _ADD_COMPLAINT if kind is FactKind.COMPLAINT else _ADD
    cursor = db.execute(
        add,
        (
            key,
            kind.value,
            storable(fact.subject),
            fact.at,
            storable(fact.by),
            storable(fact.reason),
            fact.expires,
            storable(fact.account),
            _key(fact.other),
            storable(fact.evidence),
        ),
    )
    if kind is FactKind.SUSPEND or kind is FactKind.RESTORE:
        key = storable(fact.subject)  # an account: its name as it is, whatever number it may look like
    if kind in PARDONS and not (kind is FactKind.FREE and fact.other):
        db.execute(_PARDON, (PARDONS[kind], key, cursor.lastrowid))
    if kind in CONSENTS:
        out = kind is FactKind.OPT_OUT
        at = int(fact.at)
        db.execute(_CONSENT, (storable(fact.account), _consent_key(fact.subject), out, at, cursor.lastrowid))
    elif kind is FactKind.FREE:
        _free(db, key, _key(fact.other))
    elif kind is not FactKind.COMPLAINT:
        scope, stands = SCOPES[kind]
        if kind is FactKind.REFUSE_PAIR:
            key = _pair(key, _key(fact.other))
        if stands:
            db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?, ?)", (scope, key, cursor.lastrowid))
        else:
            db.execute("DELETE FROM standing WHERE scope = ? AND key = ?", (scope, key))


def _free(db: sqlite3.Connection, key: str, other: str) -> None:
    if other:
        db.execute("DELETE FROM standing WHERE scope = 'refuse-pair' AND key = ?", (_pair(key, other),))
    else:
        db.execute("DELETE FROM standing WHERE scope IN ('slow', 'hold') AND key = ?", (key,))


def reserve_ids(db: sqlite3.Connection, count: int) -> tuple[int, int]:
    """Take `count` numbers out of the supply for ever: (first, end). Raises sqlite3.Error, then none is taken."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        first = number(db, "SELECT next FROM ids")
        db.execute("UPDATE ids SET next = ?", (first + count,))
    return first, first + count


def read_history(path: Path, subject: str) -> list[Fact]:
    """All that was laid down about a subject, oldest first, at most the last HISTORY_LIMIT. Raises LedgerError.

    Opens the file anew and only reads: for any thread or process, while the edge runs too. Blocking.
    """
    statement = f"SELECT {_COLUMNS} FROM history WHERE key = ? ORDER BY n DESC LIMIT ?"
    return _read(path, statement, (_key(subject), HISTORY_LIMIT))[::-1]


def read_consents(path: Path, account: str, out: bool | None, limit: int) -> list[Fact]:
    """The consents that stand, the latest first, by account ("" for any) and state (None for any). Raises LedgerError.

    Blocking, like `read_history`; goes through all of the account's.
    """
    # The columns of history win: those of consents are the same values, or a number where history has text.
    columns = ", ".join(f"history.{column}" for column in _COLUMNS.split(", "))
    statement = (
        f"SELECT {columns} FROM consents JOIN history USING (n) WHERE (? = '' OR consents.account = ?)"
        " AND (? IS NULL OR out = ?) ORDER BY consents.at DESC, n DESC LIMIT ?"
    )
    return _read(path, statement, (account, account, out, out, limit))


def _read(path: Path, statement: str, values: tuple[object, ...]) -> list[Fact]:
    try:
        db = read_only(path)
        try:
            return [_fact(row) for row in db.execute(statement, values)]
        finally:
            db.close()
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: cannot be read: {error}") from error


def _fact(row: tuple[str, str, float, str, str, float, str, str, str]) -> Fact:
    return Fact(FactKind(row[0]), *row[1:])


def _key(subject: str) -> str:
    """One text for all spellings that `subject_key` takes for the same subject."""
    return storable(subject_of(subject_key(subject)))


def _pair(key: str, other: str) -> str:
    return f"{key} > {other}"


def _consent_key(subject: str) -> int | str:
    """The number itself where it is one, so that a million of them load in little time; the key's text else."""
    key = subject_key(subject)
    return key if isinstance(key, int) and key < 1 << 63 else _key(subject)
