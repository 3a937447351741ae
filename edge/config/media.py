"""The table [media] and its models, built and checked."""

from importlib.util import find_spec
from pathlib import Path

import msgspec

from edge.config.carriers import existing_file
from edge.config.schema_media import MEDIA, MEDIA_MODEL
from edge.config.section import Report, build, child, children, names
from edge.config.tree import Table
from edge.core.examination import Examination, Model

CHANNELS = 3


def read_media(root: Table, has_mm4: bool, directory: Path, report: Report) -> Examination:
    """How media are examined; the default where nothing is said."""
    table = child(root, "media", report)
    tables = children(table, "model", report) if table else []
    names(tables, "name", "media.model", report)
    models = [_read_model(each, directory, report) for each in tables]
    built = tuple(model for model in models if model)
    examination = (build(table, MEDIA, Examination, report, models=built) if table else None) or Examination()
    mm4 = root.table("mm4")
    if has_mm4 and mm4 is not None and not tables:
        report.note(mm4.here, "media: no model scores pictures; image-content says `unscored` of them")
    if built and find_spec("onnxruntime") is None:
        report.note(tables[0].here, "media.model: onnxruntime is not installed (smsedge[images]); nothing is scored")
    return examination


def _read_model(table: Table, directory: Path, report: Report) -> Model | None:
    before = len(report.problems)
    model = build(table, MEDIA_MODEL, Model, report)
    if model is None:
        return None
    for key in ("mean", "std"):
        if len(getattr(model, key)) != CHANNELS:
            report.wrong(table.place(key), f"{key}: needs {CHANNELS} numbers, one for each channel")
    if not any(model.labels):
        report.wrong(table.place("labels"), "labels: none of the scores means anything")
    file = existing_file(table, "file", model.file, directory, report)
    if len(report.problems) > before:
        return None
    found = Path(file).stat()
    return msgspec.structs.replace(model, file=file, stamp=f"{found.st_mtime_ns}:{found.st_size}")
