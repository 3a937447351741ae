"""Facts that come in rows, from files and over HTTP: read, compared with what is known, and laid down in slices.

Every row has its own answer, so that one that is wrong keeps nothing else out; a row that is known already changes
nothing, so that the same file can come twice.
"""

import asyncio
import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import Enum

import msgspec

from edge.app.desk import Desk
from edge.app.operations.asking import Answer, Laid
from edge.console.control import CommandError
from edge.core.facts import Fact

SLICE = 50  # rows between two breaths of the loop: a millisecond or two
ROWS_MAX = 5000  # of one request
EARLIEST = 946_684_800.0  # 2000-01-01: before that, somebody's clock was wrong
AHEAD = 86400.0  # a clock that is a day fast is fast; more is a mistake
WORDS = 160


class Known(Enum):
    """What a row is, beside what the ledger has."""

    NEW = "new"
    KNOWN = "known"  # the same is there
    OLDER = "older"  # something later was said


class Tally(msgspec.Struct):
    """What became of rows. `errors` are (where, what is wrong)."""

    new: int = 0
    known: int = 0
    older: int = 0
    errors: list[tuple[int, str]] = []

    def answer(self) -> Answer:
        """As JSON."""
        errors = [{"row": row, "error": error} for row, error in self.errors]
        return {"new": self.new, "known": self.known, "older": self.older, "errors": errors}


async def enter(
    desk: Desk,
    rows: Iterable[tuple[int, Answer]],
    read: Callable[[Answer, float], Fact],
    known: Callable[[Fact], Known],
    now: float,
    only_check: bool,
) -> Tally:
    """Read each row (`read` raises CommandError for what is wrong), lay down what is new; returns once on disk."""
    tally = Tally(errors=[])
    laid = Laid(desk)
    for count, (where, row) in enumerate(rows):
        if count % SLICE == 0:
            await asyncio.sleep(0)
        try:
            fact = read(row, now)
        except CommandError as error:
            tally.errors.append((where, str(error)))
            continue
        kind = known(fact)
        setattr(tally, kind.value, getattr(tally, kind.value) + 1)
        if kind is Known.NEW and not only_check:
            laid.lay(fact)  # and holds, before the next row is compared
    await laid.on_disk()
    return tally


def rows_of(request: Answer) -> list[tuple[int, Answer]]:
    """The rows of a request: objects with a `row` that says where each stood. Raises CommandError."""
    rows = request.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CommandError("rows: expected a list of objects")
    if len(rows) > ROWS_MAX:
        raise CommandError(f"more than {ROWS_MAX} rows at once")
    return [(row["row"] if isinstance(row.get("row"), int) else at, row) for at, row in enumerate(rows, 1)]


def time_of(written: object, now: float) -> float:
    """A time as written: Unix seconds, or ISO 8601 (UTC where it names no zone); now where it is empty.

    Raises CommandError.
    """
    if written in (None, ""):
        return now
    at = _parsed(written)
    if not math.isfinite(at) or not at >= EARLIEST:
        raise CommandError(f"the time {str(written)[:40]!r} is none: expected 2026-11-25T18:30:00Z or Unix seconds")
    if at > now + AHEAD:
        raise CommandError(f"the time {str(written)[:40]!r} has not come yet")
    return min(at, now)


def _parsed(written: object) -> float:
    try:
        if isinstance(written, int | float) and not isinstance(written, bool):
            return float(written)
        text = str(written).strip()
        if text.replace(".", "", 1).isdecimal() and text.isascii():
            return float(text)
        said = datetime.fromisoformat(text)
        return (said if said.tzinfo is not None else said.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return -math.inf


def words_of(row: Answer, name: str) -> str:
    """A field of free text, bounded."""
    value = row.get(name)
    return str(value).strip()[:WORDS] if value not in (None, "") else ""
