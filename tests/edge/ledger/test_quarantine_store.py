"""The quarantine in SQLite: what no store can promise without knowing its disk. Encryption, caps, purge, failures."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.metrics import Metrics
from edge.core.quarantine import HeldState
from edge.ledger import LedgerError, shelf
from edge.ledger import quarantine as store_module
from edge.ledger.quarantine import SqliteQuarantine

from .contract import NOW, held, told

Make = Callable[..., SqliteQuarantine]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[SqliteQuarantine] = []

    def build(metrics: Metrics | None = None, **caps: int) -> SqliteQuarantine:
        while made:
            made.pop().close()
        failures.clear()
        made.append(
            SqliteQuarantine(
                tmp_path, tmp_path / "quarantine.key", metrics or Metrics(), lambda *said: failures.append(said), **caps
            )
        )
        return made[-1]

    yield build
    while made:
        made.pop().close()


failures: list[tuple[Path, Exception]] = []


def on_disk(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.glob("quarantine.sqlite3*"))


async def test_neither_text_nor_payload_is_on_the_disk(make: Make, tmp_path: Path) -> None:
    quarantine = make()
    await told(quarantine.hold, held(text="my secret is hunter2hunter2", payload=b"PDUPDUPDU" * 9))
    await told(quarantine.resolve, ["0100"], HeldState.REFUSED, "ann", "spam", NOW)
    octets = on_disk(tmp_path)
    assert b"0100" in octets
    assert b"hunter2" not in octets
    assert b"PDUPDUPDU" not in octets
    quarantine.close()
    assert b"hunter2" not in on_disk(tmp_path)


def test_the_key_is_made_once_and_is_the_users_own(make: Make, tmp_path: Path) -> None:
    make()
    key = (tmp_path / "quarantine.key").read_bytes()
    assert os.stat(tmp_path / "quarantine.key").st_mode & 0o777 == 0o600
    assert len(key) == 32
    make()
    assert (tmp_path / "quarantine.key").read_bytes() == key
    assert [path.name for path in tmp_path.glob("*.new")] == []


async def test_without_its_key_a_message_cannot_be_read_but_be_ended(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    quarantine = make()
    message = held()
    await told(quarantine.hold, message)
    quarantine.close()
    (tmp_path / "quarantine.key").unlink()
    again = make()
    assert "1 held messages cannot be read: the key is not the one they were encrypted with" in caplog.text
    for one in (again.get("0100"), *again.find("acme", "", None, 9)):
        assert one is not None
        assert one.sealed.startswith("it was encrypted with another key (")
        assert replace(one, sealed="") == replace(message, text="", payload=b"")
    await told(again.hold, held("0101"))
    assert again.get("0101") == held("0101")
    assert again.due(NOW + 1e6) == [("0100", ""), ("0101", "")]
    assert await told(again.resolve, ["0100"], HeldState.EXPIRED, "edge", "", NOW) is None


@pytest.mark.parametrize("change", ["flip", "swap"])
async def test_what_was_changed_on_the_disk_is_not_shown(make: Make, tmp_path: Path, change: str) -> None:
    quarantine = make()
    for id in ("0100", "0101"):
        await told(quarantine.hold, held(id))
    quarantine.close()
    db = sqlite3.connect(tmp_path / "quarantine.sqlite3")
    with db:
        sealed = dict(db.execute("SELECT id, sealed FROM held"))
        new = sealed["0101"] if change == "swap" else sealed["0100"][:-1] + bytes([sealed["0100"][-1] ^ 1])
        db.execute("UPDATE held SET sealed = ? WHERE id = '0100'", (new,))
    db.close()
    one = make().get("0100")
    assert one is not None
    assert (one.sealed, one.text, one.payload) == ("its encrypted text was changed on the disk", "", b"")


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 33])
def test_a_key_that_is_none_is_a_clear_error(make: Make, tmp_path: Path, key: bytes) -> None:
    (tmp_path / "quarantine.key").write_bytes(key)
    with pytest.raises(LedgerError, match=r"is no key .* Restore it, or move it away"):
        make()


def test_a_key_that_cannot_be_read_is_a_clear_error(make: Make, tmp_path: Path) -> None:
    (tmp_path / "quarantine.key").mkdir()
    with pytest.raises(LedgerError, match=r"quarantine.key: the key cannot be read or made: Is a directory"):
        make()


@pytest.mark.parametrize(
    ("caps", "cap", "says"),
    [
        ({"cap": 2}, "quarantine-messages", "the quarantine is full: 2 messages"),
        ({"cap_octets": 200}, "quarantine-octets", "the quarantine is full: 200 octets"),
    ],
)
async def test_a_full_quarantine_says_so(make: Make, caps: dict[str, int], cap: str, says: str) -> None:
    metrics = Metrics()
    quarantine = make(metrics, **caps)
    for number in range(2):
        assert await told(quarantine.hold, held(f"010{number}")) is None
    assert str(await told(quarantine.hold, held("0109"))) == says
    assert metrics.caps.values == {(cap,): 1}
    assert (quarantine.size(), quarantine.get("0109")) == (2, None)
    await told(quarantine.resolve, ["0100"], HeldState.REFUSED, "ann", "", NOW)
    assert await told(quarantine.hold, held("0109")) is None
    samples = dict(metrics.gauges["smsedge_quarantine"].read())
    assert samples == {("held",): 2, ("releasing",): 0, ("octets",): 2 * shelf.octets_of(held())}


async def test_an_id_is_held_once(make: Make) -> None:
    quarantine = make()
    assert await told(quarantine.hold, held()) is None
    assert str(await told(quarantine.hold, held())) == "0100 is held already"
    assert quarantine.size() == 1


async def test_what_could_not_be_written_is_not_held(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    quarantine = make()
    await told(quarantine.hold, held())
    write = shelf.write

    def fail(*args: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(shelf, "write", fail)
    error = await told(quarantine.hold, held("0101"))
    assert str(error) == "the quarantine cannot be written: database or disk is full"
    error = await told(quarantine.resolve, ["0100"], HeldState.RELEASING, "ann", "", NOW)
    assert isinstance(error, LedgerError)
    assert len(failures) == 2
    monkeypatch.setattr(shelf, "write", write)
    assert (quarantine.size(), quarantine.get("0101")) == (1, None)
    assert await told(quarantine.resolve, ["0100"], HeldState.RELEASING, "ann", "", NOW) is None
    assert await told(quarantine.hold, held("0101")) is None


async def test_after_close_nothing_is_taken(make: Make) -> None:
    quarantine = make()
    await told(quarantine.hold, held())
    quarantine.close()
    assert str(await told(quarantine.hold, held("0101"))) == "the quarantine is closed"
    error = await told(quarantine.resolve, ["0100"], HeldState.REFUSED, "ann", "", NOW)
    assert str(error) == "the quarantine is closed"


async def _ended(make: Make, ages: list[float]) -> SqliteQuarantine:
    quarantine = make()
    for number, age in enumerate(ages):
        await told(quarantine.hold, held(f"01{number:02}"))
        await told(quarantine.resolve, [f"01{number:02}"], HeldState.REFUSED, "ann", "", time.time() - age)
    await told(quarantine.hold, held("0200", NOW - 90 * 86400, expires=NOW))
    quarantine.close()
    return make()


async def _left(quarantine: SqliteQuarantine, count: int) -> list[str]:
    async with asyncio.timeout(20):
        while True:
            found = await asyncio.to_thread(quarantine.find, "", "", None, 100)
            if len(found) <= count:
                return sorted(one.id for one in found)
            await asyncio.sleep(0.01)


async def test_what_has_ended_is_purged_after_thirty_days(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "PURGE_SLICE", 2)
    monkeypatch.setattr(store_module, "PURGE_AGAIN", 0.01)
    day = 86400.0
    quarantine = await _ended(make, [31 * day, 29 * day, 40 * day, 100 * day, 31 * day, 0.0])
    assert await _left(quarantine, 3) == ["0101", "0105", "0200"]


async def test_of_what_has_ended_only_so_much_is_kept(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "KEEP_OCTETS", 2 * shelf.octets_of(held()))
    quarantine = await _ended(make, [10.0, 30.0, 20.0, 40.0])
    assert await _left(quarantine, 3) == ["0100", "0102", "0200"]
