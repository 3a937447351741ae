"""The folder of evidence: on disk before it is said to be, bounded, and never in the way of the next one."""

import errno
import os
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.core.evidence import Exhibit, Kept, public_key
from edge.core.metrics import Metrics
from edge.ledger.evidence import locker as module
from edge.ledger.evidence.box import opened
from edge.ledger.evidence.halves import joined, make
from edge.ledger.evidence.locker import AGAIN, WAITING_MOST, Locker

MADE = make()
CONTENT = b"Subject: \xff\r\n\r\npicture\r\n"


def exhibit(id: int = 1, content: bytes = CONTENT) -> Exhibit:
    return Exhibit(
        f"{id:016x}", 1_700_000_000.0, "n1", "abc", "mm4", "mt", "acme", "+14165550101", "acme-mmsc", "192.0.2.9", "h",
        "a@b", ("c@d",), (f"{id:016x}",), "image-hash/child-safety", "a match", (),
        sha256(content).hexdigest(), content,
    )  # fmt: skip


def locker(tmp_path: Path, key: str = MADE.public, most: int = 10, octets: int = 1 << 20) -> Locker:
    one = Locker(tmp_path, Metrics())
    one.adopt(key, most, octets)
    one.open()
    return one


def outcomes(one: Locker) -> dict[str, int]:
    return {name: count for (name,), count in one._outcomes.values.items()}


class Disk:
    """A disk that fails when it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fails = False
        really = os.fsync

        def fsync(handle: int) -> None:
            if self.fails:
                raise OSError(errno.ENOSPC, "No space left on device")
            really(handle)

        monkeypatch.setattr(module.os, "fsync", fsync)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


async def test_what_is_kept_can_be_opened_elsewhere(tmp_path: Path) -> None:
    one = locker(tmp_path)
    assert await one.keep(exhibit()) is Kept.KEPT
    [path] = one.folder.iterdir()
    assert path.name == "0000000000000001.sealed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(one.folder.stat().st_mode) == 0o700
    plain = opened(joined(MADE.halves), path.read_bytes())
    assert msgspec.msgpack.decode(plain, type=Exhibit) == exhibit()
    assert CONTENT not in path.read_bytes()
    assert one.state() == {"files": 1, "octets": path.stat().st_size, "waiting": 0}


async def test_it_is_on_disk_before_it_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The octets are on disk before they have their name, the name before the answer."""
    steps: list[str] = []
    really, replace = os.fsync, os.replace

    def fsync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        really(handle)

    def rename(old: Any, new: Any) -> None:
        steps.append("name")
        replace(old, new)

    monkeypatch.setattr(module.os, "fsync", fsync)
    monkeypatch.setattr(module.os, "replace", rename)
    assert await locker(tmp_path).keep(exhibit()) is Kept.KEPT
    assert steps == ["file", "name", "folder"]


async def test_the_same_again_is_there_already(tmp_path: Path) -> None:
    one = locker(tmp_path)
    await one.keep(exhibit())
    before = next(one.folder.iterdir()).read_bytes()
    assert await one.keep(exhibit()) is Kept.KEPT
    assert [path.read_bytes() for path in one.folder.iterdir()] == [before]


async def test_without_a_key_nothing_is_written(tmp_path: Path) -> None:
    one = locker(tmp_path, key="")
    assert await one.keep(exhibit()) is Kept.NO_KEY
    assert list(one.folder.iterdir()) == []
    assert not one.ready()


@pytest.mark.parametrize(("most", "octets"), [(2, 1 << 20), (10, 1100)])
async def test_it_is_bounded_and_has_room_again(tmp_path: Path, most: int, octets: int) -> None:
    one = locker(tmp_path, most=most, octets=octets)
    for id in (1, 2):
        assert await one.keep(exhibit(id)) is Kept.KEPT
    assert await one.keep(exhibit(3)) is Kept.FULL
    assert await one.keep(exhibit(2)) is Kept.KEPT  # is there
    assert one._metrics.caps.values == {("evidence",): 1}
    (one.folder / f"{1:016x}.sealed").unlink()  # somebody took it away
    assert await one.keep(exhibit(4)) is Kept.KEPT
    assert outcomes(one) == {"kept": 4, "full": 1}


async def test_what_the_disk_does_not_take_is_tried_again(tmp_path: Path, disk: Disk) -> None:
    one = locker(tmp_path)
    disk.fails = True
    assert await one.keep(exhibit()) is Kept.FAILED
    assert list(one.folder.iterdir()) == []
    assert one.state()["waiting"] == 1
    one.tick(1.0)
    assert one._trying is not None
    await one._trying
    assert one.state()["waiting"] == 1
    disk.fails = False
    one.tick(1.0 + AGAIN)
    await one._trying
    assert one.state()["waiting"] == 0
    [path] = one.folder.iterdir()
    assert msgspec.msgpack.decode(opened(joined(MADE.halves), path.read_bytes()), type=Exhibit) == exhibit()
    assert outcomes(one) == {"failed": 1, "kept": 1}


async def test_what_waits_is_bounded_and_written_at_the_end(tmp_path: Path, disk: Disk) -> None:
    one = locker(tmp_path, most=100)
    disk.fails = True
    for id in range(WAITING_MOST + 2):
        assert await one.keep(exhibit(id)) is Kept.FAILED
    assert await one.keep(exhibit(0)) is Kept.FAILED  # waits already
    assert one.state()["waiting"] == WAITING_MOST
    assert one._metrics.caps.values == {("evidence-waiting",): 2}
    disk.fails = False
    await one.close()
    assert len(list(one.folder.iterdir())) == WAITING_MOST


async def test_a_crash_leaves_a_draft_that_the_next_start_takes_away(tmp_path: Path) -> None:
    one = locker(tmp_path)
    await one.keep(exhibit())
    (one.folder / "0000000000000002.0a0a0a0a.new").write_bytes(b"half of it")
    again = locker(tmp_path)
    assert [path.name for path in again.folder.iterdir()] == ["0000000000000001.sealed"]
    assert again.state()["files"] == 1


async def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_bytes(b"in the way")
    with pytest.raises(module.LedgerError, match="cannot be used for evidence"):
        locker(tmp_path)


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="x25519"):
        public_key(MADE.public[:-5])
