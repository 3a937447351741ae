"""The shape of the audit's files: names, lines, what lines span (docs/audit.md). Touches no file but to list names."""

import re
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from edge.core.decision import Decision
from edge.core.verdict import Action

INDEX_NAME = "index.sqlite3"
LOCK_NAME = "audit.lock"

_NAME = re.compile(r"audit-([0-9]{8}-[0-9]{6})-([0-9]{1,9})\.jsonl")
_PASSES = frozenset(action.value for action in Action if action.passes)
_decoder = msgspec.json.Decoder(Decision)

# Every line begins `{"id":"0123456789abcdef","at":1795500000.25`: the id has no default and a fixed width.
_ID = slice(7, 23)
_TIME = itemgetter(slice(30, 42))
_SECONDS = re.compile(rb"[0-9]+")


def segment_name(stamp: str, number: int) -> str:
    """`audit-20261124-063000-1.jsonl` for the stamp (UTC, YYYYMMDD-HHMMSS) and number of a segment."""
    return f"audit-{stamp}-{number}.jsonl"


def segment_order(name: str) -> tuple[str, int] | None:
    """(stamp, number) of a segment's file name, by which segments sort; None for any other file."""
    match = _NAME.fullmatch(name)
    return (match[1], int(match[2])) if match else None


def segments_in(directory: Path) -> list[Path]:
    """The segments in `directory`, oldest first. Empty where the directory is not there."""
    try:
        found = [(order, path) for path in directory.iterdir() if (order := segment_order(path.name))]
    except FileNotFoundError:
        return []
    return [path for _, path in sorted(found)]


class Notable(bytes):
    """The line (with its newline) of a notable decision. The type is the mark: nobody has to look at the text."""

    __slots__ = ()


def is_notable(decision: Decision) -> bool:
    """Refused, without a known outcome, or marked a duplicate: kept longest, and listed row by row."""
    return decision.verdict not in _PASSES or decision.outcome == "unknown" or decision.duplicate


# One decision as a line, without its newline; defaults are left out. Raises UnicodeEncodeError for a text that JSON
# cannot carry, other errors for fields that are not of their declared types.
encode_line: Callable[[Decision], bytes] = msgspec.json.Encoder().encode


def encode_with_care(decision: Decision) -> bytes:
    """The same, with lone surrogates replaced."""
    try:
        return encode_line(decision)
    except UnicodeEncodeError:
        return encode_line(_cleaned(decision))


def _cleaned(decision: Decision) -> Decision:
    changes: dict[str, Any] = {"would_have": tuple(printable(text) for text in decision.would_have)}
    for name in decision.__struct_fields__:
        value = getattr(decision, name)
        if isinstance(value, str):
            changes[name] = printable(value)
    return msgspec.structs.replace(decision, **changes)


def printable(text: str) -> str:
    """`text` as it can stand in a record: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()


def decode_line(line: bytes) -> Decision | None:
    """The decision on a line (its newline may be there); None for a torn or foreign one. Unknown keys are skipped."""
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError):
        return None


class Span(NamedTuple):
    """Bounds of what some lines hold: no `at` is outside [first, last], no id outside [first_id, last_id]."""

    first: float
    last: float
    first_id: str
    last_id: str


def span_of(lines: list[bytes]) -> Span:
    """The span of some lines of ours (one at least), in whatever order they stand.

    Ids are exact: lines sort by them. Times (of 1970 to 5138) are bounded by whole seconds, read from the few
    different beginnings. No work per line but what C does: the path waits for the interpreter.
    """
    seconds = [int(match[0]) for time in set(map(_TIME, lines)) if (match := _SECONDS.match(time))] or [0]
    first_id, last_id = (line[_ID].decode("latin-1") for line in (min(lines), max(lines)))
    return Span(min(seconds) - 1.0, max(seconds) + 1.0, first_id, last_id)


def spellings(number: str) -> frozenset[str]:
    """The ways an address may stand in a record, for a search: `+14165550100`, `4165550100`, `011...`."""
    digits = number.removeprefix("+")
    if not digits.isdecimal():
        return frozenset({number})
    if len(digits) == 10:
        digits = "1" + digits
    found = {number, digits, "+" + digits, "00" + digits, "011" + digits}
    if len(digits) == 11 and digits[0] == "1":
        found.add(digits[1:])
    return frozenset(found)
