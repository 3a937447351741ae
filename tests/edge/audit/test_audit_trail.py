"""The audit end to end: what is recorded is found, whatever the disk and the process go through."""

import asyncio
import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.audit import Audit, AuditError, Reader
from edge.audit import segment as segment_module
from edge.audit.layout import segments_in
from edge.core.conf import Audit as Limits
from edge.core.decision import Decision
from edge.core.metrics import Metrics

Make = Callable[..., Audit]


def hex16(number: int) -> str:
    return f"{number:016x}"


def decision(number: int, **fields: object) -> Decision:
    known = {"source": f"1416555{number:04d}", "destination": f"1604555{number:04d}", "message_id": f"b{number:x}"}
    return Decision(hex16(number), 1000.0 + number, account="acme", **{**known, **fields})  # type: ignore[arg-type]


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            pytest.fail("did not happen within 20 s")
        time.sleep(0.01)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def make(tmp_path: Path, metrics: Metrics) -> Iterator[Make]:
    """Audits in the test's directory, closed at its end."""
    made: list[Audit] = []

    def build(limits: Limits | None = None, *, start: bool = True, **more: object) -> Audit:
        audit = Audit(tmp_path, limits or Limits(), metrics, "test", **more)  # type: ignore[arg-type]
        made.append(audit)
        if start:
            audit.start()
        return audit

    yield build
    for audit in made:
        audit.close()


def errors(metrics: Metrics, kind: str) -> int:
    return metrics.counters["smsedge_audit_errors_total"].values[(kind,)]


def test_recorded_is_found_while_running_and_after(make: Make, tmp_path: Path) -> None:
    audit, reader = make(), Reader(tmp_path)
    for number in range(1, 2501):  # two blocks in the index and a tail
        audit.record(decision(number))
    audit.flush()
    wait_until(lambda: reader.by_id(hex16(2500)) is not None)
    assert reader.by_id(hex16(1)) == decision(1)
    assert audit.close() == 0
    assert reader.search(number="+14165550007") == [decision(7)]
    assert reader.search(number="6045552400") == [decision(2400)]
    assert reader.search(message_id="b7d0") == [decision(2000)]
    assert reader.search(account="acme", limit=3) == [decision(2500), decision(2499), decision(2498)]
    assert reader.search(since=1010, until=1011) == [decision(11), decision(10)]
    assert reader.search(account="acme", number="14165550007", message_id="b8") == []
    assert reader.by_id(hex16(2501)) is None


def test_the_index_is_used_and_agrees_with_the_files(make: Make, tmp_path: Path) -> None:
    audit = make()
    for number in range(1, 3001):
        audit.record(decision(number, verdict="reject" if number % 100 == 0 else "allow"))
    audit.close()
    reader = Reader(tmp_path)
    questions: list[dict[str, object]] = [
        {"number": "14165552999"},
        {"account": "acme", "notable": True, "limit": 5},
        {"notable": True, "since": 2000, "until": 2400},
        {"number": "16045550300", "notable": True},
        {"number": "16045550301", "notable": True},
    ]
    indexed = [reader.search(**question) for question in questions]  # type: ignore[arg-type]
    assert [[int(d.id, 16) for d in found] for found in indexed] == [
        [2999], [3000, 2900, 2800, 2700, 2600], [1400, 1300, 1200, 1100, 1000], [300], []
    ]  # fmt: skip
    (tmp_path / "index.sqlite3").unlink()
    assert [reader.search(**question) for question in questions] == indexed  # type: ignore[arg-type]


def test_the_later_record_of_a_decision_wins(make: Make, tmp_path: Path) -> None:
    audit, reader = make(), Reader(tmp_path)
    audit.record(decision(1, outcome="pending", message_id=""))
    audit.record(decision(2, outcome="unknown", message_id=""))
    audit.flush()
    wait_until(lambda: reader.by_id(hex16(2)) is not None)
    for number in range(10, 1200):
        audit.record(decision(number))
    audit.record(decision(1))
    audit.record(decision(2))
    audit.close()
    assert reader.by_id(hex16(1)) == decision(1)
    assert reader.search(number="14165550001") == [decision(1)]
    assert reader.search(number="14165550002", notable=True) == []


def test_one_process_per_directory(make: Make, tmp_path: Path) -> None:
    make()
    with pytest.raises(AuditError, match="in use by another edge"):
        Audit(tmp_path, Limits(), Metrics(), "other")


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditError, match="cannot write the audit in"):
        Audit(tmp_path / "file" / "audit", Limits(), Metrics(), "x")


def test_when_full_allowed_go_first(make: Make, metrics: Metrics) -> None:
    audit = make(Limits(queue=8), start=False)
    for number in range(10):
        audit.record(decision(number))
    assert audit.sizes() == {"queue": 6, "queue_limit": 8, "waiting": 0, "dropped": 4}
    for number in range(10, 13):
        audit.record(decision(number, verdict="reject"))
    assert metrics.caps.values[("audit-queue",)] == 4
    assert metrics.caps.values[("audit-refusals",)] == 1
    audit.start()
    wait_until(lambda: audit.sizes()["queue"] == 0)


def test_full_disk_is_counted_kept_and_retried(
    make: Make, metrics: Metrics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = threading.Event()
    full.set()
    write = os.write

    def half_then_full(descriptor: int, data: bytes) -> int:
        if not full.is_set():
            return write(descriptor, data)
        if len(data) > 40:
            return write(descriptor, data[:40])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(segment_module.os, "write", half_then_full)
    audit = make(Limits(queue=40))
    for number in range(1, 31):
        audit.record(decision(number))
    for number in range(31, 41):
        audit.record(decision(number, verdict="reject"))
    audit.flush()
    wait_until(lambda: errors(metrics, "write") > 0 and metrics.caps.values[("audit-shed",)] > 0)
    assert [path.stat().st_size for path in segments_in(tmp_path)] == [0]
    full.clear()
    audit.record(decision(99))
    wait_until(lambda: audit.sizes()["queue"] == 0)
    audit.close()
    found = [int(d.id, 16) for d in Reader(tmp_path).search()]
    assert found == [99, *range(40, 30, -1)]
    assert metrics.caps.values[("audit-shed",)] == 30


async def test_durable_is_told_once_on_disk(make: Make, tmp_path: Path) -> None:
    audit = make()
    told: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
    audit.record_durably(decision(5, verdict="drop"), told.set_result)
    assert await told is None
    assert Reader(tmp_path).by_id(hex16(5)) == decision(5, verdict="drop")
    odd: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
    audit.record_durably(decision(6, sequence=object()), odd.set_result)
    assert str(await odd) == "the record cannot be written"


async def test_durable_is_told_of_failure(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(segment_module.os, "fdatasync", fail)
        audit = make()
        told: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
        audit.record_durably(decision(5), told.set_result)
        error = await told
    assert isinstance(error, AuditError)
    assert "Input/output error" in str(error)
    audit.close()
    again: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
    audit.record_durably(decision(6), again.set_result)
    assert str(await again) == "the audit is closed"
    audit.record(decision(7))
    assert audit.sizes() == {"queue": 0, "queue_limit": 0, "waiting": 0, "dropped": 1}


def test_segments_rotate_and_old_ones_go(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.audit.writer.CHUNK", 1000)
    audit = make(Limits(segment=2000, keep=3600.0), start=False)
    for number in range(1, 3001):
        audit.record(decision(number))
    audit.start()
    audit.close()
    before = segments_in(tmp_path)
    assert len(before) == 3  # chunks of 1,000 lines, each over 2,000 octets
    os.utime(before[0], (0, 0))
    again = make(Limits(keep=3600.0))
    wait_until(lambda: segments_in(tmp_path) == before[1:])
    again.close()
    reader = Reader(tmp_path)
    assert reader.by_id(hex16(1)) is None
    assert reader.by_id(hex16(3000)) == decision(3000)


def test_a_clock_that_goes_back_keeps_the_order(make: Make, tmp_path: Path) -> None:
    for unix in (2000.0, 1000.0):
        audit = make(unix_time=lambda unix=unix: unix)
        audit.record(decision(1, carrier=str(unix)))
        audit.close()
    assert [path.name for path in segments_in(tmp_path)] == [
        "audit-19700101-003320-1.jsonl", "audit-19700101-003320-2.jsonl"
    ]  # fmt: skip
    found = Reader(tmp_path).by_id(hex16(1))
    assert found is not None
    assert found.carrier == "1000.0"


def test_a_segment_deleted_underneath_is_noticed(make: Make, metrics: Metrics, tmp_path: Path) -> None:
    audit, reader = make(), Reader(tmp_path)
    audit.record(decision(1))
    audit.flush()
    wait_until(lambda: reader.by_id(hex16(1)) is not None)
    segments_in(tmp_path)[0].unlink()
    (tmp_path / "index.sqlite3").unlink()
    audit.record(decision(2))
    wait_until(lambda: errors(metrics, "write") == 1)
    audit.record(decision(3))
    wait_until(lambda: reader.by_id(hex16(3)) is not None)
    assert errors(metrics, "index") == 1


def test_a_damaged_index_is_made_again(make: Make, metrics: Metrics, tmp_path: Path) -> None:
    audit = make()
    for number in range(1, 1501):
        audit.record(decision(number, verdict="reject" if number == 700 else "allow"))
    audit.close()
    (tmp_path / "index.sqlite3").write_bytes(b"no database at all" * 100)
    assert Reader(tmp_path).by_id(hex16(3)) == decision(3)
    again = make()
    again.record(decision(2000))
    wait_until(lambda: _covered(tmp_path) >= segments_in(tmp_path)[0].stat().st_size)
    again.close()
    reader = Reader(tmp_path)
    assert [int(d.id, 16) for d in reader.search(notable=True)] == [700]
    assert reader.search(number="14165552000") == [decision(2000)]


def _covered(directory: Path) -> int:
    try:
        db = sqlite3.connect(directory / "index.sqlite3")
        try:
            return sum(row[0] for row in db.execute("SELECT indexed FROM segments"))
        finally:
            db.close()
    except sqlite3.Error:
        return 0


def test_a_record_that_cannot_be_written_does_not_hold_up_others(make: Make, metrics: Metrics, tmp_path: Path) -> None:
    audit = make(start=False)
    audit.record(decision(1, source=object()))
    audit.record(decision(2))
    audit.record(decision(3, verdict="reject", sequence=object()))
    audit.record(decision(4, source="\ud800"))
    audit.record(decision(5, verdict="reject", source="\ud800"))
    assert audit.sizes()["queue"] == 3
    audit.start()
    audit.close()
    kept = [decision(5, verdict="reject", source="?"), decision(4, source="?"), decision(2)]
    assert Reader(tmp_path).search() == kept
    assert Reader(tmp_path).search(number="?", notable=True) == kept[:1]
    assert errors(metrics, "record") == 2


def test_a_decision_is_kept_as_it_was_when_it_was_recorded(make: Make, tmp_path: Path) -> None:
    audit, changed = make(start=False), decision(1, outcome="pending")
    audit.record(changed)
    changed.outcome, changed.verdict = "answered", "reject"
    audit.start()
    audit.close()
    assert Reader(tmp_path).by_id(hex16(1)) == decision(1, outcome="pending")


def test_a_flood_of_refusals_stays_findable(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.audit.indexing.ROWS_PER_SECOND", 10)
    audit = make(start=False)
    for number in range(1, 2001):
        audit.record(decision(number, verdict="reject"))
    audit.start()
    audit.close()
    found = Reader(tmp_path).search(notable=True, limit=3000)
    assert [int(d.id, 16) for d in found] == list(range(2000, 0, -1))


KILLED = """
import sys, time
from pathlib import Path
from edge.audit import Audit
from edge.core.conf import Audit as Limits
from edge.core.decision import Decision
from edge.core.metrics import Metrics
audit = Audit(Path(sys.argv[1]), Limits(), Metrics(), "victim")
audit.start()
number = 0
while True:
    for _ in range(300):
        number += 1
        verdict = "reject" if number % 50 == 0 else "allow"
        audit.record(Decision(f"{number:016x}", 1000.0 + number, source=f"1416555{number:04d}", verdict=verdict))
    audit.flush()
    time.sleep(0.02)
    print(number, flush=True)
"""


def test_after_kill_9_with_a_torn_line(make: Make, tmp_path: Path) -> None:
    victim = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None
    with victim.stdout:
        for line in victim.stdout:
            if int(line) >= 3000:
                break
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    (path,) = segments_in(tmp_path)
    data = path.read_bytes()
    written = data.count(b"\n")
    assert written > 0
    path.write_bytes(data[: data.rfind(b"\n") + 1] + b'{"id":"00000000')
    reader = Reader(tmp_path)
    assert [int(d.id, 16) for d in reader.search(limit=10**6)] == list(range(written, 0, -1))
    audit = make()
    audit.record(decision(written + 1))
    wait_until(lambda: _covered(tmp_path) >= path.stat().st_size)
    audit.close()
    assert [int(d.id, 16) for d in reader.search(limit=10**6)] == list(range(written + 1, 0, -1))
    refused = [int(d.id, 16) for d in reader.search(notable=True, limit=10**6)]
    assert refused == [number for number in range(written, 0, -1) if number % 50 == 0]
