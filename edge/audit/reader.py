"""Finds decisions again while the edge runs or after it has ended: another thread or process may use it.

Reads only: the lines of the blocks that may match, as octets; a line is decoded only if it holds what is looked
for. What the index does not cover yet is read too; without an index everything is.
"""

import contextlib
import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.audit.errors import AuditError
from edge.audit.layout import (
    INDEX_NAME,
    decode_line,
    is_notable,
    printable,
    segment_order,
    segments_in,
    spellings,
)
from edge.core.decision import Decision

Order = tuple[str, int]  # stamp and number of a segment
Place = tuple[Order, int]  # with the offset in it: of two records of one decision, the later place wins


# Octets read at once. Looking through them holds the interpreter lock for 0.1 ms, reading lets it go.
PIECE = 512 * 1024


class Extent(NamedTuple):
    """Some consecutive lines of a segment; the last may be unfinished."""

    order: Order
    path: Path
    offset: int
    length: int


class Query(NamedTuple):
    """What is looked for: a record must meet all that is given. `numbers` are the spellings of one number.

    `message_id` is our id, or what the sender's side calls the message (`Decision.reference`).
    """

    numbers: frozenset[str] = frozenset()
    message_id: str = ""
    account: str = ""
    since: float = 0.0
    until: float = math.inf
    id: str | None = None

    def needles(self) -> list[bytes]:
        """What a matching line holds in any case, the rarest first. All spellings of a number end alike."""
        found = []
        if self.id is not None:
            found.append(b'{"id":' + msgspec.json.encode(self.id))
        if self.message_id:
            found.append(b":" + msgspec.json.encode(self.message_id))
        if self.numbers:
            found.append(msgspec.json.encode(min(self.numbers, key=len))[1:])
        if self.account:
            found.append(b'"account":' + msgspec.json.encode(self.account))
        return found

    def matches(self, decision: Decision) -> bool:
        """Whether `decision` is what is looked for."""
        return (
            self.id in (None, decision.id)
            and (not self.numbers or decision.source in self.numbers or decision.destination in self.numbers)
            and self.message_id in ("", decision.message_id, decision.reference)
            and self.account in ("", decision.account)
            and self.since <= decision.at <= self.until
        )


class Reader:
    """Look-ups in the audit of `directory`. Blocking: not for the loop's thread.

    A decision recorded twice (first pending, then answered) comes back once, as last recorded.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def by_id(self, decision: str) -> Decision | None:
        """The decision of that id (16 lowercase hexadecimal digits), None if there is no record of it."""
        return next((found for _, found in self._scan(Query(id=decision), False)), None)

    def search(
        self,
        *,
        number: str = "",
        message_id: str = "",
        account: str = "",
        since: float = 0.0,
        until: float = math.inf,
        limit: int = 100,
        notable: bool = False,
    ) -> list[Decision]:
        """Decisions that meet all criteria given, the latest recorded first, at most `limit`.

        `number` matches source or destination in any of the usual spellings (+1..., 1..., ten digits);
        `since` and `until` are Unix times. `notable`: only refusals, unknown outcomes and duplicates.
        """
        number, message_id, account = printable(number), printable(message_id), printable(account)
        query = Query(spellings(number) if number else frozenset(), message_id, account, since, until)
        found: dict[Place, Decision] = {}
        seen: set[str] = set()
        for place, decision in self._scan(query, notable):
            if decision.id not in seen:
                seen.add(decision.id)
                last = self._notable(decision) if notable else decision
                if last is not None:
                    found[place] = last
            if len(found) >= limit:
                break
        if notable:
            found = self._with_listed(found, query, limit)
        return [found[place] for place in sorted(found, reverse=True)][:limit]

    def _with_listed(self, found: dict[Place, Decision], query: Query, limit: int) -> dict[Place, Decision]:
        """`found` and the notable records that have a row in the index, each as it stands last."""
        ids = {decision.id for decision in found.values()}
        for place, decision in self._listed(query, limit + len(ids)):
            if decision.id in ids:
                continue
            ids.add(decision.id)
            last = self._notable(decision)
            if last is not None:
                found[place] = last
        return found

    def _notable(self, decision: Decision) -> Decision | None:
        """`decision` as last recorded, if it is notable still: what had no outcome may have one by now."""
        last = decision if decision.outcome == "answered" else self.by_id(decision.id)
        return last if last is not None and is_notable(last) else None

    def _scan(self, query: Query, unlisted: bool) -> Iterator[tuple[Place, Decision]]:
        """All matching records, the latest first; with `unlisted` only from lines that may have no row."""
        rarest, *others = query.needles() or [b""]
        with self._index() as index:
            for extent in _extents(self._directory, index, query, unlisted):
                for offset, line in _lines_with(rarest, extent):
                    if all(needle in line for needle in others):
                        decision = decode_line(line)
                        if decision is not None and query.matches(decision):
                            yield (extent.order, offset), decision

    def _listed(self, query: Query, limit: int) -> list[tuple[Place, Decision]]:
        found = []
        with self._index() as index:
            if index is None:
                return []
            for name, offset, length in index.execute(*_listing_query(query, limit)):
                order = segment_order(name)
                decision = decode_line(_read(self._directory / name, offset, length))
                if order and decision is not None and query.matches(decision):
                    found.append(((order, offset), decision))
        return found

    @contextlib.contextmanager
    def _index(self) -> Iterator[sqlite3.Connection | None]:
        """A consistent view of the index for the length of a query; None where there is none to be used."""
        index = _open_index(self._directory / INDEX_NAME)
        try:
            yield index
        except (sqlite3.Error, OSError) as error:
            raise AuditError(f"cannot read the audit in {self._directory}: {error}") from error
        finally:
            if index is not None:
                index.close()


def _open_index(path: Path) -> sqlite3.Connection | None:
    index = None
    try:
        index = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0, isolation_level=None)
        index.execute("BEGIN")
        index.execute("SELECT indexed FROM segments LIMIT 1").fetchall()
        return index
    except sqlite3.Error:  # missing, damaged or being made: the segments hold everything
        if index is not None:
            index.close()
        return None


class _Cover(NamedTuple):
    """What the index knows of a segment."""

    number: int
    indexed: int
    first: float | None
    last: float | None
    first_id: str | None
    last_id: str | None


_UNKNOWN = _Cover(0, 0, None, None, None, None)


def _extents(directory: Path, index: sqlite3.Connection | None, query: Query, unlisted: bool) -> Iterator[Extent]:
    """Where records of `query` may stand, the latest first."""
    covers: dict[str, _Cover] = {}
    if index is not None:
        rows = index.execute("SELECT name, id, indexed, first, last, first_id, last_id FROM segments")
        covers = {name: _Cover(*rest) for name, *rest in rows}
    for path in reversed(segments_in(directory)):
        order = segment_order(path.name)
        cover = covers.get(path.name, _UNKNOWN)
        if order is None:
            continue
        with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
            size = path.stat().st_size
            if size > cover.indexed:
                yield Extent(order, path, cover.indexed, size - cover.indexed)
        if index is not None and cover.indexed and _may_hold(cover, query):
            for offset, length in _blocks(index, cover.number, query, unlisted):
                yield Extent(order, path, offset, length)


def _may_hold(cover: _Cover, query: Query) -> bool:
    if cover.first is None or cover.last is None or cover.first_id is None or cover.last_id is None:
        return False
    in_time = cover.last >= query.since and cover.first <= query.until
    return in_time and (query.id is None or cover.first_id <= query.id <= cover.last_id)


def _blocks(index: sqlite3.Connection, segment: int, query: Query, unlisted: bool) -> Iterator[tuple[int, int]]:
    """Offset and length of the blocks that may hold a record of `query`, the latest first."""
    sql = "SELECT offset, length FROM blocks WHERE segment = ? AND last >= ? AND first <= ?"
    values: list[float | str] = [segment, query.since, query.until]
    if unlisted:
        sql += " AND unlisted > 0"
    if query.id is not None:
        sql += " AND first_id <= ? AND last_id >= ?"
        values += [query.id, query.id]
    yield from index.execute(sql + " ORDER BY offset DESC", values)


def _listing_query(query: Query, limit: int) -> tuple[str, list[float | str]]:
    sql = "SELECT name, offset, length FROM listing JOIN segments ON segments.id = segment WHERE at >= ? AND at <= ?"
    parameters: list[float | str] = [query.since, query.until]
    if query.numbers:
        marks = ", ".join("?" * len(query.numbers))
        sql += f" AND (source IN ({marks}) OR destination IN ({marks}))"
        parameters += [*sorted(query.numbers), *sorted(query.numbers)]
    for column, value in (("message_id", query.message_id), ("account", query.account)):
        if value:
            sql += f" AND {column} = ?"
            parameters.append(value)
    return f"{sql} ORDER BY segment DESC, offset DESC LIMIT ?", [*parameters, limit]


def _lines_with(needle: bytes, extent: Extent) -> Iterator[tuple[int, bytes]]:
    """Offset and content of each whole line that holds `needle` (b"": of every line), the last first."""
    for offset, data in _pieces_backwards(extent):
        end = len(data)
        while end > 0:
            hit = data.rfind(needle, 0, end) if needle else end - 1
            if hit < 0:
                break
            start = data.rfind(b"\n", 0, hit) + 1
            yield offset + start, data[start : data.index(b"\n", hit)]
            end = start


def _pieces_backwards(extent: Extent) -> Iterator[tuple[int, bytes]]:
    """Offset and content of pieces of `extent`, whole lines each, the last first.

    What is left out is torn (no newline at the end), or too long to be a line of ours.
    """
    end = extent.offset + extent.length
    while end > extent.offset:
        start = max(extent.offset, end - PIECE)
        data = _read(extent.path, start, end - start)
        cut = data.find(b"\n") + 1 if start > extent.offset else 0  # a line that began before this piece
        last = data.rfind(b"\n") + 1
        if cut < last:
            yield start + cut, data[cut:last]
        end = start + cut if cut < len(data) else start


def _read(path: Path, offset: int, length: int) -> bytes:
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(offset)
            return file.read(length) or b""
    except FileNotFoundError:  # deleted as too old since the index was asked
        return b""
