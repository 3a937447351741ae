"""What `smsedge check` says of the workers."""

import sys
from pathlib import Path

import pytest

from edge.core.examination import Examination, Model
from edge.media import process
from edge.media.probe import probe, sentences
from edge.media.wire import Capabilities


def test_what_is_there_and_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    found = probe(Examination(ocr=False, video=False, models=(Model("bad", str(tmp_path / "bad.onnx"), ("nsfw",)),)))
    assert "image/jpeg" in found.formats
    assert (found.ocr, found.video, found.models) == ("", "", ())
    assert any(problem.startswith("model bad: ") or "onnxruntime" in problem for problem in found.problems)


def test_as_sentences() -> None:
    found = Capabilities(("image/jpeg", "image/png"), ("open (nsfw)",), "tesseract", "", "ffmpeg", ("no this",))
    assert sentences(found) == [
        "decodes jpeg, png",
        "reads with tesseract, ffmpeg",
        "scores with open (nsfw)",
        "no this",
    ]
    assert sentences(Capabilities()) == []


def test_a_worker_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", "print('no')"))
    assert sentences(probe(Examination())) == ["a worker does not start: Dead"]
