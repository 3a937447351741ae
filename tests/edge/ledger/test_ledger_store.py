"""The ledger: facts and ids survive whatever ends the process; a database that cannot be used is said so."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.core.facts import Fact, FactKind, Ledger
from edge.core.metrics import Metrics
from edge.ledger import LedgerError, SqliteLedger
from edge.ledger import store as store_module

BLOCK = Fact(FactKind.BLOCK, "+14165550100", 1000.0, by="ann", reason="complaints")
UNBLOCK = Fact(FactKind.UNBLOCK, "+14165550100", 2000.0, by="bob", reason="mistake")
SUSPEND = Fact(FactKind.SUSPEND, "acme", 1500.0, by="ann", reason="unpaid")

Make = Callable[[], SqliteLedger]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[SqliteLedger] = []

    def build() -> SqliteLedger:
        made.append(SqliteLedger(tmp_path, Metrics()))
        return made[-1]

    yield build
    for ledger in made:
        ledger.close()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            pytest.fail("did not happen within 20 s")
        time.sleep(0.001)


async def record(ledger: Ledger, fact: Fact) -> BaseException | None:
    told: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
    ledger.record(fact, told.set_result)
    return await told


async def test_facts_hold_at_once_and_after_a_restart(make: Make) -> None:
    ledger = make()
    told: list[BaseException | None] = []
    ledger.record(BLOCK, told.append)
    assert ledger.facts.blocked == {14165550100: BLOCK}
    assert told == []
    assert await record(ledger, SUSPEND) is None
    assert told == [None]
    ledger.close()
    again = make()
    assert again.facts.blocked == {14165550100: BLOCK}
    assert again.facts.suspended == {"acme": SUSPEND}
    assert again.sizes()["blocked"] == again.sizes()["suspended"] == 1


async def test_history_keeps_who_when_and_why(make: Make) -> None:
    ledger = make()
    for fact in (BLOCK, SUSPEND, UNBLOCK):
        assert await record(ledger, fact) is None
    assert ledger.facts.blocked == {}
    assert ledger.history("+14165550100") == [BLOCK, UNBLOCK]
    assert ledger.history("acme") == [SUSPEND]
    assert ledger.history("nobody") == []
    ledger.close()
    assert make().facts.blocked == {}


async def test_expired_facts_are_not_loaded_but_stay_in_the_history(make: Make) -> None:
    ledger = make()
    past = Fact(FactKind.BLOCK, "12345", 1000.0, expires=2000.0)
    future = Fact(FactKind.SUSPEND, "acme", 1000.0, expires=time.time() + 3600)
    for fact in (past, future):
        await record(ledger, fact)
    ledger.close()
    again = make()
    assert again.facts.blocked == {}
    assert again.facts.suspended == {"acme": future}
    assert again.history("12345") == [past]


async def test_a_failing_disk_is_told_and_tried_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = make()
    failing = threading.Event()
    failing.set()
    write = store_module.write_facts

    def fail(db: sqlite3.Connection, facts: list[Fact]) -> None:
        if failing.is_set():
            raise sqlite3.OperationalError("database or disk is full")
        write(db, facts)

    monkeypatch.setattr(store_module, "write_facts", fail)
    error = await record(ledger, BLOCK)
    assert isinstance(error, LedgerError)
    assert str(error) == "in force, but not on disk yet (the edge keeps trying): database or disk is full"
    assert ledger.facts.blocked == {14165550100: BLOCK}
    failing.clear()
    assert await record(ledger, SUSPEND) is None
    assert ledger.history("+14165550100") == [BLOCK]


async def test_what_sqlite_cannot_hold_does_not_block_others(make: Make) -> None:
    ledger = make()
    endless = await record(ledger, Fact(FactKind.BLOCK, "1", 1.0, expires=float("inf")))
    assert str(endless) == "a fact's times must be finite; 0 means it never expires"
    assert await record(ledger, Fact(FactKind.BLOCK, "\ud800", 1.0)) is None
    assert await record(ledger, BLOCK) is None


async def test_closed_is_said(make: Make) -> None:
    ledger = make()
    ledger.close()
    assert str(await record(ledger, BLOCK)) == "the ledger is closed"


def test_ids_are_digits_and_never_repeat_across_restarts(make: Make) -> None:
    seen: list[str] = []
    for _ in range(3):
        ledger = make()
        seen += [ledger.next_id() for _ in range(1000)]
        ledger.close()
    assert len(set(seen)) == 3000
    assert all(text[0] == "0" and text.isdigit() and len(text) <= 20 for text in seen)
    assert int(seen[2000]) - int(seen[1999]) > 1


def test_ids_outlast_a_block_without_waiting(make: Make) -> None:
    ledger = make()
    seen = set()
    for _ in range(10):
        seen.update(ledger.next_id() for _ in range(25_000))
        wait_until(lambda: not ledger._ids.wanted)
    assert len(seen) == 250_000
    assert all(text.isdigit() for text in seen)


def test_ids_without_a_disk_are_random_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics()
    monkeypatch.setattr(store_module, "BLOCK", 10)
    ledger = SqliteLedger(tmp_path, metrics)

    def fail(db: sqlite3.Connection, count: int) -> tuple[int, int]:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(store_module, "reserve_ids", fail)
    ids = [ledger.next_id() for _ in range(30)]
    ledger.close()
    assert len(set(ids)) == 30
    assert sum(text.startswith("0x") for text in ids) == metrics.caps.values[("ledger-ids",)] == 20


KILLED = """
import sys, time
from pathlib import Path
from edge.core.metrics import Metrics
from edge.ledger import SqliteLedger
ledger = SqliteLedger(Path(sys.argv[1]), Metrics())
for _ in range(120):
    print("\\n".join([ledger.next_id() for _ in range(1000)]), flush=True)
    time.sleep(0.001)
sys.stdin.read()
"""


def test_ids_never_repeat_across_kill_9(make: Make, tmp_path: Path) -> None:
    seen: list[str] = []
    for kill_after in (1000, 119_000):
        victim = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert victim.stdout is not None
        assert victim.stdin is not None
        with victim.stdin, victim.stdout:
            seen += [line.strip() for line, _ in zip(victim.stdout, range(kill_after), strict=False)]
            victim.kill()
            victim.wait()
    ledger = make()
    seen += [ledger.next_id() for _ in range(1000)]
    assert len(seen) == 121_000
    assert len(set(seen)) == 121_000


def test_one_process_per_directory(make: Make, tmp_path: Path) -> None:
    make()
    with pytest.raises(LedgerError, match="in use by another edge"):
        SqliteLedger(tmp_path, Metrics())


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()


def _newer(path: Path) -> None:
    SqliteLedger(path.parent, Metrics()).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 9")
    db.close()


def _damaged(path: Path) -> None:
    SqliteLedger(path.parent, Metrics()).close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x55" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda path: path.write_bytes(b"no database" * 1000), "is damaged: file is not a database. Restore a copy"),
        (_damaged, "is damaged: "),
        (_foreign, "is another program's database, not a ledger"),
        (_newer, "was written by a newer smsedge (schema 9; this one knows 2)"),
        (lambda path: path.mkdir(), "cannot be opened: "),
    ],
)
def test_a_database_that_cannot_be_used_is_a_clear_error(
    tmp_path: Path, spoil: Callable[[Path], None], text: str
) -> None:
    spoil(tmp_path / "ledger.sqlite3")
    with pytest.raises(LedgerError) as caught:
        SqliteLedger(tmp_path, Metrics())
    assert str(caught.value).startswith(f"{tmp_path / 'ledger.sqlite3'}: ")
    assert text in str(caught.value)


def test_a_locked_database_is_a_clear_error(tmp_path: Path) -> None:
    SqliteLedger(tmp_path, Metrics()).close()
    db = sqlite3.connect(tmp_path / "ledger.sqlite3", isolation_level=None)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(LedgerError, match="database is locked"):
            SqliteLedger(tmp_path, Metrics())
    finally:
        db.close()
    SqliteLedger(tmp_path, Metrics()).close()
