"""CSV files of facts: read line by line, with what is wrong said by line. Knows nothing of what the columns mean."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_NUMBER = re.compile(r"\d\d")


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
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(first, {}, _lost(first, reader.line_num, str(error)))
            continue
        if not any(cell.strip() for cell in cells) or cells[0].startswith("#"):
            continue
        if not names:
            names = _header(cells, f"{path}:{reader.line_num}", columns, required)
            if names:
                continue
            names = columns
        swallowed = _swallowed(cells, names, required)
        wrong = _lost(first, reader.line_num, "there is a row in one of their fields") if swallowed else ""
        yield Row(first, {}, wrong) if wrong else _row(reader.line_num, cells, names, required)


def _lost(first: int, last: int, why: str) -> str:
    """What is wrong with a row that goes on over lines, so that nobody takes those for imported.

    They are not read one by one: what a subscriber wrote may stand there, and must not become a row.
    """
    return why if last == first else f"{why}; lines {first} to {last} are not taken: is a quote not closed?"


def _swallowed(cells: list[str], names: Sequence[str], required: Sequence[str]) -> bool:
    """Whether a field goes on over lines, of which one looks like a row: as many fields as it needs, and a number."""
    return any(
        len(required) <= line.count(",") + 1 <= len(names) and _NUMBER.search(line)
        for cell in cells
        for line in cell.split("\n")[1:]
    )


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
