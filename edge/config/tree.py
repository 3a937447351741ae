"""Conf files as trees that remember where every value stands, and the laying of one over another.

Knows TOML and the layering rules of `local.d`; knows nothing of what the keys mean.
"""

import re
import tomllib
from typing import Any, TypeGuard

from edge.config.lines import Path, index_lines
from edge.config.problem import Problem

# How lists of tables are laid over each other: by the key that names an element, whole, or one after the other.
NAMED = {
    "carrier": "name",
    "asterisk": "name",
    "mm4.peer": "name",
    "media.model": "name",
    "bind": "system_id",
    "endpoint": "name",
}
APPENDED = frozenset({"expect"})

_DEEPEST = 16
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Document:
    """One file that was read: `name` relative to the conf directory, `text`; lines are looked up when asked for."""

    __slots__ = ("_lines", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._lines: dict[Path, int] | None = None

    def line(self, path: Path) -> int:
        """Where `path` stands, or the nearest parent of it; 1 for the file as a whole."""
        if self._lines is None:
            self._lines = index_lines(self.text)
        for length in range(len(path), 0, -1):
            found = self._lines.get(path[:length])
            if found is not None:
                return found
        return 1


class Place:
    """Where a value stands."""

    __slots__ = ("document", "path")

    def __init__(self, document: Document, path: Path) -> None:
        self.document = document
        self.path = path

    def below(self, *path: str | int) -> "Place":
        """Where a part of the value stands."""
        return Place(self.document, self.path + path) if path else self

    @property
    def line(self) -> int:
        """The line of the file, from 1."""
        return self.document.line(self.path)

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"

    def problem(self, message: str) -> Problem:
        """A problem with the value."""
        return Problem(self.document.name, self.line, message)


class Table:
    """A TOML table. `values` holds scalars and lists as tomllib gives them, tables as `Table` (in lists too).

    After layering, values may come from several files: `place` knows which.
    """

    __slots__ = ("_moved", "here", "values")

    def __init__(self, here: Place, values: dict[str, Any]) -> None:
        self.here = here
        self.values = values
        self._moved: dict[str, Place] = {}

    def place(self, key: str) -> Place:
        """Where the winning value of `key` stands; the table itself for a key that is not there."""
        value = self.values.get(key)
        if isinstance(value, Table):
            return value.here
        if key in self._moved:
            return self._moved[key]
        return self.here.below(key) if key in self.values else self.here

    def put(self, key: str, value: Any, place: Place) -> None:
        """Let `value`, which stands at `place`, be what `key` says."""
        self.values[key] = value
        self._moved[key] = place

    def tables(self, key: str) -> list["Table"]:
        """The list of tables at `key`; [] where there is none or it is something else."""
        value = self.values.get(key)
        return value if isinstance(value, list) and _all_tables(value) else []

    def table(self, key: str) -> "Table | None":
        """The table at `key`; None where there is none or it is something else."""
        value = self.values.get(key)
        return value if isinstance(value, Table) else None

    def text(self, key: str) -> str:
        """The text at `key`; "" where there is none or it is something else."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def plain(self) -> dict[str, Any]:
        """The table as tomllib would have given it."""
        return {key: plain(value) for key, value in self.values.items()}


def parse(document: Document) -> Table | Problem:
    """The tree of a file, or what is wrong with its syntax (the first thing: tomllib stops there)."""
    try:
        data = tomllib.loads(document.text)
    except tomllib.TOMLDecodeError as error:
        return _syntax_problem(document, str(error))
    except ValueError:  # an integer of thousands of digits (the interpreter's own limit)
        return Problem(document.name, 1, "a number in this file is too long to read")
    except RecursionError:
        return Problem(document.name, 1, "tables or lists are nested too deeply")
    try:
        return _table(Place(document, ()), data)
    except RecursionError:
        return Problem(document.name, 1, "tables or lists are nested too deeply")


def overlay(base: Table, over: Table, where: str = "") -> None:
    """Lay `over` over `base`, key by key: tables merge, named lists merge by name, anything else is replaced."""
    for key, value in over.values.items():
        name = where + key
        mine = base.values.get(key)
        if isinstance(value, Table) and isinstance(mine, Table):
            overlay(mine, value, name + ".")
        elif name in NAMED and _all_tables(value) and _all_tables(mine):
            _overlay_named(mine, value, NAMED[name])
        elif name in APPENDED and _all_tables(value) and _all_tables(mine):
            mine.extend(value)
        else:
            base.put(key, value, over.place(key))


def _overlay_named(base: list[Table], over: list[Table], key: str) -> None:
    """Merge elements of the same name. A name given twice in one file stays twice, for the cross-check to find."""
    unmet = {table.text(key): table for table in reversed(base) if table.text(key)}
    for table in over:
        mine = unmet.pop(table.text(key), None)
        if mine is None:
            base.append(table)
        else:
            overlay(mine, table)


def _table(here: Place, data: dict[str, Any]) -> Table:
    if len(here.path) > _DEEPEST:
        raise RecursionError
    return Table(here, {key: _value(here, key, value) for key, value in data.items()})


def _value(here: Place, key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _table(here.below(key), value)
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return [_table(here.below(key, index), item) for index, item in enumerate(value)]
    return value


def _all_tables(value: Any) -> TypeGuard[list[Table]]:
    return isinstance(value, list) and all(isinstance(item, Table) for item in value)


def plain(value: Any) -> Any:
    """A value of a `Table` as tomllib would have given it."""
    if isinstance(value, Table):
        return value.plain()
    return [plain(item) for item in value] if _all_tables(value) else value


def _syntax_problem(document: Document, message: str) -> Problem:
    """tomllib's sentence, its position taken out of it."""
    match = _AT.search(message)
    if not match:
        return Problem(document.name, 1, message)
    if match.group(1) is None:
        return Problem(document.name, document.text.count("\n") + 1, f"{message[: match.start()]} (the file ends here)")
    return Problem(document.name, int(match.group(1)), f"{message[: match.start()]} (column {match.group(2)})")
