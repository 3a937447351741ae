"""Reads one table of the conf by its `Section`: every wrong value, unknown key and missing key is reported."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from edge.config.problem import Problem, Wrong, did_you_mean, kind_of, spelled
from edge.config.schema import ON, Field, Section
from edge.config.tree import Place, Table

Built = TypeVar("Built", bound=msgspec.Struct)


class Report:
    """Everything found on the way: problems, which keep the conf out, and notes, which do not.

    `complete` is false when a file could not be read: what it may have held is then not missed.
    """

    def __init__(self, complete: bool = True) -> None:
        self.complete = complete
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self._often: dict[str, tuple[Place, int]] = {}

    def wrong(self, place: Place, message: str) -> None:
        """Something must be mended at `place`."""
        self.problems.append(place.problem(message))

    def missing(self, place: Place, message: str) -> None:
        """What `place` refers to is not there."""
        if self.complete:
            self.wrong(place, message)

    def note(self, place: Place, message: str) -> None:
        """Something at `place` is worth knowing."""
        self.notes.append(place.problem(message))

    def note_often(self, place: Place, message: str) -> None:
        """The same may hold of thousands of accounts: said once, with the first place and the number of others."""
        first, count = self._often.get(message, (place, 0))
        self._often[message] = (first, count + 1)

    def all_notes(self) -> list[Problem]:
        """Every note, by file and line."""
        often = [
            first.problem(message if count == 1 else f"{message} (and in {count - 1} more places)")
            for message, (first, count) in self._often.items()
        ]
        return sorted({*self.notes, *often})


def read(table: Table, section: Section, report: Report) -> dict[str, Any]:
    """The attributes that `table` sets, without those that are wrong (said in `report`)."""
    by_key = {field.key: field for field in section.fields}
    values: dict[str, Any] = {}
    for key, value in table.values.items():
        if key in by_key:
            read_key(values, by_key[key], value, table.place(key), report)
        elif key not in section.tables:
            report.wrong(table.place(key), unknown_key(key, section.header, [*by_key, *section.tables]))
    for field in section.fields:
        if field.required and field.key not in table.values:
            report.wrong(table.here, f"{section.header} needs the key {field.key}")
    values.pop(ON, None)
    return values


def read_key(values: dict[str, Any], field: Field, value: Any, place: Place, report: Report) -> None:
    """Convert one value into `values`, or report what is wrong with it."""
    try:
        if isinstance(value, Table) or _is_tables(value):
            raise Wrong(f"expected {field.kind.what}, got {_kind_of(value)}")
        values[field.attribute] = field.kind.read(value)
    except Wrong as wrong:
        for path, message in wrong.faults:
            report.wrong(place.below(*path), f"{spelled(field.key)}: {message}")


def build(table: Table, section: Section, struct: type[Built], report: Report, **more: Any) -> Built | None:
    """The struct of a section out of `table`; None where something is wrong with it."""
    before = len(report.problems)
    values = read(table, section, report)
    return None if len(report.problems) > before else struct(**(values | more))


def unknown_key(key: str, header: str, known: Iterable[str]) -> str:
    """The sentence for a key that nobody reads."""
    return f"unknown key {spelled(key)} in {header}{did_you_mean(key, list(known))}"


def child(table: Table, key: str, report: Report) -> Table | None:
    """The table at `key`, if there is one; anything else there is reported."""
    if key not in table.values:
        return None
    found = table.table(key)
    if found is None:
        report.wrong(table.place(key), f"{spelled(key)}: expected a table, got {_kind_of(table.values[key])}")
    return found


def children(table: Table, key: str, report: Report) -> list[Table]:
    """The tables of the list at `key`, without those that are switched off; anything else there is reported."""
    if key not in table.values:
        return []
    value = table.values[key]
    if not _is_tables(value) and value != []:
        what = f"tables, each begun by [[{key}]]"
        report.wrong(table.place(key), f"{spelled(key)}: expected {what}, got {_kind_of(value)}")
    return [each for each in table.tables(key) if is_on(each)]


def is_on(table: Table) -> bool:
    """Whether the table counts: not where it says `enabled = false`."""
    return table.values.get(ON) is not False


def names(tables: Iterable[Table], key: str, header: str, report: Report) -> Mapping[str, Table]:
    """The tables by their name; a name given twice is reported where it stands the second time."""
    found: dict[str, Table] = {}
    for table in tables:
        name = table.text(key)
        if not name:
            continue  # missing or no text: reported by `read`
        if name in found:
            first = found[name].place(key)
            report.wrong(table.place(key), f"{key}: {header} {spelled(name)} stands at {first} already")
        else:
            found[name] = table
    return found


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Table) for item in value)


def _kind_of(value: Any) -> str:
    return "a table" if isinstance(value, Table) else kind_of(value)
