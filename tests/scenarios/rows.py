"""The rows of a scenario file."""

import csv
from pathlib import Path

import msgspec

COLUMNS = ("id", "channel", "sender", "recipient", "direction", "context", "text", "clause", "expected", "why")
EXPECTED = ("allow", "flag", "throttle", "quarantine", "reject", "bounce")


class Unplayable(Exception):
    """A row that cannot be set up; the text says why."""


class Row(msgspec.Struct, frozen=True):
    """One case. `context` is its `key=value; key=value` column, read."""

    id: str
    channel: str
    sender: str
    recipient: str
    direction: str
    context: dict[str, str]
    text: str
    clause: str
    expected: str
    why: str

    @property
    def violation(self) -> bool:
        """V rows must be caught; all others are near-misses that must pass."""
        return self.id.startswith("V")

    def number(self, key: str, default: float = 0.0) -> float:
        """The value of `key` as a number. Raises Unplayable."""
        value = self.context.get(key)
        if value is None:
            return default
        try:
            return float(int(value, 0)) if value.lower().startswith("0x") else float(value)
        except ValueError:
            raise Unplayable(f"{key}={value} is no number") from None

    def count(self, key: str) -> int:
        """The value of `key` as a whole number, 0 where it is missing. Raises Unplayable."""
        return int(self.number(key))

    def says(self, key: str) -> bool:
        """Whether `key` is yes."""
        return self.context.get(key) == "yes"


def read(path: Path) -> list[Row]:
    """The rows of a file. Raises ValueError for what is no scenario file, with the line."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path}: no column {', '.join(missing)}")
        return [_row(path, reader.line_num, each) for each in reader]


def _row(path: Path, line: int, each: dict[str, str]) -> Row:
    context: dict[str, str] = {}
    for pair in each["context"].split(";"):
        key, _, value = pair.strip().partition("=")
        if key:
            context[key] = value.strip()
    if each["expected"] not in EXPECTED:
        raise ValueError(f"{path}:{line}: expected is one of {', '.join(EXPECTED)}")
    return Row(context=context, **{name: each[name] for name in COLUMNS if name != "context"})
