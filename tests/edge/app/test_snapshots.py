"""The windows on disk: there after a restart, never half written, and a bad file is no reason not to start."""

import asyncio
import logging
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, time

import pytest

from edge.app import snapshots as module
from edge.app.edge import Edge
from edge.app.snapshots import NAME, Snapshots
from edge.core.facts import Facts
from edge.core.inventory import Inventory
from edge.core.metrics import Metrics
from edge.policy.engine import compile_ruleset
from edge.policy.history.senders import messages_of
from edge.policy.state import PolicyState

from .stage import customer, message, running, until

RULES = compile_ruleset({}, "v1", Inventory(()))


def fresh() -> PolicyState:
    return PolicyState(Facts(), time() - monotonic())


def filled(entries: int = 2000) -> PolicyState:
    state = fresh()
    table = state.windows.tables["number_first"]
    for key in range(entries):
        table.put(key, 300_000)
    return state


def opened(path: Path, state: PolicyState) -> tuple[Snapshots, Metrics]:
    metrics = Metrics()
    snapshots = Snapshots(path, state, metrics)
    snapshots.restore(RULES, monotonic())
    return snapshots, metrics


def results(metrics: Metrics) -> dict[str, int]:
    return {result: count for (result,), count in metrics.counters["smsedge_snapshots_total"].values.items()}


async def test_nobody_else_reads_it(tmp_path: Path) -> None:
    snapshots, _ = opened(tmp_path, filled(3))
    (tmp_path / NAME).with_suffix(".new").touch(mode=0o644)  # of a crash, and an older version
    await snapshots.save()
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    (tmp_path / NAME).unlink()
    snapshots.finish(monotonic())
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


async def test_written_and_restored(tmp_path: Path) -> None:
    snapshots, metrics = opened(tmp_path, filled())
    await snapshots.save()
    assert results(metrics) == {"written": 1}
    assert os.listdir(tmp_path) == [NAME]
    assert snapshots.octets == (tmp_path / NAME).stat().st_size > 2000
    state = fresh()
    _, metrics = opened(tmp_path, state)
    assert results(metrics) == {"restored": 1}
    assert len(state.windows.tables["number_first"]) == 2000


async def test_the_last_one_at_the_end(tmp_path: Path) -> None:
    state = filled()
    snapshots, metrics = opened(tmp_path, state)
    state.windows.tables["number_first"].put(999_999, 300_000)
    snapshots.finish(monotonic())
    assert results(metrics) == {"written": 1}
    after = fresh()
    opened(tmp_path, after)
    assert after.windows.tables["number_first"].get(999_999) is not None


async def test_one_that_is_late_does_not_replace_the_last(tmp_path: Path) -> None:
    state = filled()
    snapshots, _ = opened(tmp_path, state)
    snapshots.finish(monotonic())
    last = (tmp_path / NAME).read_bytes()
    await snapshots.save()
    assert (tmp_path / NAME).read_bytes() == last


def test_without_a_start_nothing_is_written(tmp_path: Path) -> None:
    """A port that is taken must not cost the counts of the day."""
    Snapshots(tmp_path, filled(), Metrics()).finish(monotonic())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"rubbish" * 100, b"smsedge windows\n" + bytes(500)])
def test_a_bad_file_is_put_aside(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / NAME).write_bytes(content)
    state = fresh()
    with caplog.at_level(logging.ERROR):
        _, metrics = opened(tmp_path, state)
    assert results(metrics) == {"ignored": 1}
    assert "is ignored, counting begins anew" in caplog.text
    assert (tmp_path / "windows.ignored").read_bytes() == content
    assert not (tmp_path / NAME).exists()
    assert len(state.windows.tables["number_first"]) == 0


def test_none_is_no_trouble(tmp_path: Path) -> None:
    _, metrics = opened(tmp_path, fresh())
    assert results(metrics) == {}


async def test_a_disk_that_fails_leaves_the_last_good_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    snapshots, metrics = opened(tmp_path, filled())
    await snapshots.save()
    good = (tmp_path / NAME).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    await snapshots.save()
    snapshots.finish(monotonic())
    assert results(metrics) == {"written": 1, "failed": 2}
    assert (tmp_path / NAME).read_bytes() == good
    assert "No space left on device" in caplog.text


async def test_a_fault_of_ours_does_not_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots, metrics = opened(tmp_path, filled())
    monkeypatch.setattr(snapshots, "_every", 0.01)

    def broken(state: PolicyState, now: float) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(module, "written", broken)
    task = asyncio.get_running_loop().create_task(snapshots.run())
    await until("tried twice", lambda: results(metrics).get("failed", 0) >= 2)
    monkeypatch.undo()
    task.cancel()


async def test_large_ones_let_the_loop_turn(tmp_path: Path) -> None:
    """In many slices: others run in between."""
    snapshots, _ = opened(tmp_path, filled(300_000))
    turns = 0
    saving = asyncio.get_running_loop().create_task(snapshots.save())
    while not saving.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 20
    state = fresh()
    opened(tmp_path, state)
    assert len(state.windows.tables["number_first"]) == 300_000


def sent_by(edge: Edge, number: int) -> int:
    """How many messages of a number are remembered."""
    return messages_of(edge.desk.state.windows.bulk.numbers.find(number))


async def test_an_edge_counts_on_after_a_restart(conf, north) -> None:
    async with running(conf.edge()) as edge, customer(conf.port) as client:
        for number in range(1, 6):
            await client.asks(message(number))
        assert sent_by(edge, 14165550100) == 5
    async with running(conf.edge()) as edge:
        assert sent_by(edge, 14165550100) == 5
        assert dict(edge.metrics.gauges["smsedge_snapshot"].read())[("octets",)] == 0
        await edge.snapshots.save()
        found = dict(edge.metrics.gauges["smsedge_snapshot"].read())
        assert found[("octets",)] > 0
        assert found[("age_seconds",)] >= 0.0


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.edge.app.test_snapshots import filled, opened
from edge.app import snapshots as module

async def main():
    snapshots, _ = opened(Path(sys.argv[1]), filled(50_000))
    await snapshots.save()
    print("written", flush=True)
    real = module.os.fsync
    module.os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
    await snapshots.save()

asyncio.run(main())
"""


def test_killed_while_writing(tmp_path: Path) -> None:
    """Before the new file is on disk, the old one stands."""
    root = Path(__file__).parents[3]
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (-9, b"written\n")
    assert (tmp_path / "windows.new").exists()
    state = fresh()
    _, metrics = opened(tmp_path, state)
    assert results(metrics) == {"restored": 1}
    assert len(state.windows.tables["number_first"]) == 50_000
