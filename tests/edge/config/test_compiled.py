"""Compiled patterns on disk: read if they are there, written if they were not."""

from pathlib import Path

import msgspec
import pytest

from edge.config import compiled
from edge.config.compiled import NAME, keep, recall


@pytest.fixture
def adopted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, bytes]]:
    taken: list[dict[str, bytes]] = []
    monkeypatch.setattr(compiled, "adopt", taken.append)
    return taken


def test_kept_once_and_recalled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, adopted: list[dict[str, bytes]]
) -> None:
    made = {"key": b"image"}
    monkeypatch.setattr(compiled, "images", lambda: made)
    monkeypatch.setattr(compiled, "prepare", lambda: True)
    keep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    recall(tmp_path)
    assert adopted == [made]
    made["other"] = b""
    monkeypatch.setattr(compiled, "prepare", lambda: False)
    keep(tmp_path)
    recall(tmp_path)
    assert adopted[1] == {"key": b"image"}


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", msgspec.msgpack.encode([1, 2]), msgspec.msgpack.encode({"a": 1})]
)
def test_a_file_that_is_none_is_passed_over(tmp_path: Path, adopted: list[dict[str, bytes]], content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    recall(tmp_path)
    assert adopted == []


def test_a_file_that_is_far_too_large_is_not_read(
    tmp_path: Path, adopted: list[dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "SIZE_MAX", 3)
    (tmp_path / NAME).write_bytes(msgspec.msgpack.encode({"a": b"bcd"}))
    recall(tmp_path)
    assert adopted == []


def test_a_directory_that_is_not_there_or_not_ours_is_no_error(tmp_path: Path, adopted: list[dict[str, bytes]]) -> None:
    recall(tmp_path / "missing")
    recall(tmp_path / NAME / "deeper")
    assert adopted == []


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "images", dict)
    monkeypatch.setattr(compiled, "prepare", lambda: True)
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "in the way").touch()
    keep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    keep(tmp_path / "missing")
