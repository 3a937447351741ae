"""A ledger of schema 1 goes on as one of schema 2: nothing that stood is lost, and what is new works."""

import sqlite3
from pathlib import Path

import pytest

from edge.core.facts import Fact, FactKind
from edge.core.metrics import Metrics
from edge.ledger import LedgerError, SqliteLedger

from .contract import NOW, fact, told

# As smsedge 0.1.0 wrote it (its edge/ledger/database.py).
VERSION_1 = """
CREATE TABLE history (
    n INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, subject TEXT NOT NULL, at REAL NOT NULL,
    by TEXT NOT NULL, reason TEXT NOT NULL, expires REAL NOT NULL);
CREATE INDEX history_key ON history (key);
CREATE TABLE standing (
    scope TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL REFERENCES history (n),
    PRIMARY KEY (scope, key)) WITHOUT ROWID;
CREATE TABLE ids (next INTEGER NOT NULL);
INSERT INTO ids VALUES (1700000000000000);
PRAGMA application_id = 1936552805; PRAGMA user_version = 1;
INSERT INTO history VALUES (1, 'block', '+14165550100', '+14165550100', 1000.5, 'ann', 'complaints', 0);
INSERT INTO standing VALUES ('block', '+14165550100', 1);
INSERT INTO history VALUES (2, 'block', '54321', '54321', 1001, 'ann', 'spam', 0);
INSERT INTO standing VALUES ('block', '54321', 2);
INSERT INTO history VALUES (3, 'unblock', '54321', '54321', 1002, 'bob', 'mistake', 0);
DELETE FROM standing WHERE key = '54321';
INSERT INTO history VALUES (4, 'suspend', 'acme', 'acme', 1003, 'ann', 'unpaid', 4000000000);
INSERT INTO standing VALUES ('suspend', 'acme', 4);
INSERT INTO history VALUES (5, 'suspend', 'rival', 'rival', 1003, 'ann', 'unpaid', 2000);
INSERT INTO standing VALUES ('suspend', 'rival', 5);
"""
BLOCK = Fact(FactKind.BLOCK, "+14165550100", 1000.5, "ann", "complaints")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite3"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript(VERSION_1)
    db.close()
    return path


def version(path: Path) -> int:
    db = sqlite3.connect(path)
    try:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
    finally:
        db.close()


async def test_what_stood_stands(old: Path) -> None:
    ledger = SqliteLedger(old.parent, Metrics())
    assert ledger.facts.blocked == {14165550100: BLOCK}
    assert list(ledger.facts.suspended) == ["acme"]
    assert [one.kind for one in ledger.history("54321")] == [FactKind.BLOCK, FactKind.UNBLOCK]
    assert int(ledger.next_id()) >= 1_700_000_000_000_000
    for kind in (FactKind.OPT_OUT, FactKind.COMPLAINT):
        assert await told(ledger.record, fact(kind)) is None
    ledger.close()
    assert version(old) == 2
    again = SqliteLedger(old.parent, Metrics())
    assert again.facts.blocked == {14165550100: BLOCK}
    assert again.facts.consent("acme", 14165550100) is not None
    assert again.history("+14165550100") == [BLOCK, fact(FactKind.OPT_OUT), fact(FactKind.COMPLAINT)]
    assert again.consents("acme", True, 9) == [fact(FactKind.OPT_OUT, NOW)]
    again.close()


def test_a_migration_that_fails_leaves_the_old_ledger(old: Path) -> None:
    db = sqlite3.connect(old)
    db.execute("CREATE TABLE consents (x)")
    db.close()
    with pytest.raises(LedgerError, match="table consents already exists"):
        SqliteLedger(old.parent, Metrics())
    assert version(old) == 1
    db = sqlite3.connect(old)
    assert [row[1] for row in db.execute("PRAGMA table_info(history)")][-1] == "expires"
    db.close()
