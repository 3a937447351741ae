"""CSV files of facts: read line by line, with what is wrong said by line. Knows nothing of what the columns mean."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class FileWrong(Exception):
    """The file cannot be imported at all; the text says why, with the file's name."""


class Row(NamedTuple):
    """A line's fields by column, or what is wrong with it ("" if nothing)."""

    line: int
    fields: dict[str, str]
    wrong: str = ""


def read_rows(path: Path, columns: Sequence[str], required: Sequence[str]) -> Iterator[Row]:
    """The rows of a file of `columns`, in this order or as its first line names them. `-` is the standard input.

    Empty lines and those that begin with # are left out. Raises FileWrong.
    """
    try:
        with (Path("/dev/stdin") if str(path) == "-" else path).open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(csv.reader(file, strict=True), path, columns, required)
    except OSError as error:
        raise FileWrong(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FileWrong(f"{path}: is not UTF-8 text ({error.reason} at octet {error.start})") from error


def _rows(reader: Any, path: Path, columns: Sequence[str], required: Sequence[str]) -> Iterator[Row]:
    names: Sequence[str] = ()
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num, {}, str(error))
            continue
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        if not names:
            names = _header(cells, f"{path}:{reader.line_num}", columns, required)
            if names:
                continue
            names = columns
        yield _row(reader.line_num, cells, names, required)


def _header(cells: list[str], where: str, columns: Sequence[str], required: Sequence[str]) -> list[str]:
    """The columns that a first line names; nothing where it is a row already. Raises FileWrong."""
    named = [cell.strip().lower() for cell in cells]
    if not set(named) & set(columns):
        return []
    unknown = [name for name in named if name not in columns]
    missing = [name for name in required if name not in named]
    if unknown or missing or len(set(named)) < len(named):
        what = (
            f"unknown column {unknown[0]!r}"
            if unknown
            else f"no column {missing[0]!r}"
            if missing
            else "twice the same"
        )
        raise FileWrong(f"{where}: {what}; the columns are {','.join(columns)}")
    return named


def _row(line: int, cells: list[str], names: Sequence[str], required: Sequence[str]) -> Row:
    if len(cells) > len(names):
        return Row(line, {}, f"{len(cells)} fields where there are {len(names)} columns")
    fields = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
    empty = [name for name in required if name not in fields]
    return Row(line, fields, f"no {empty[0]}" if empty else "")
