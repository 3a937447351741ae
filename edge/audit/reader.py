"""Finds decisions again while the edge runs or after it has ended: another thread or process may use it.

Reads only. What the index does not cover yet is read from the files; without an index all of it is.
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
    segment_order,
    segments_in,
    spellings,
)
from edge.core.decision import Decision

Order = tuple[str, int]  # stamp and number of a segment
Place = tuple[Order, int]  # with the offset in it: of two records of one decision, the later place wins


class Extent(NamedTuple):
    """Some consecutive lines of a segment; `torn` if the last may be unfinished (it is still being written)."""

    order: Order
    path: Path
    offset: int
    length: int
    torn: bool


class Query(NamedTuple):
    """What is looked for: a record must meet all that is given. `numbers` are the spellings of one number."""

    numbers: frozenset[str] = frozenset()
    message_id: str = ""
    account: str = ""
    since: float = 0.0
    until: float = math.inf
    id: int | None = None

    def keys(self) -> list[bytes]:
        """What the keys of a block with a matching record all hold. All spellings of a number end alike."""
        ending = f"{min(self.numbers, key=len)}\n" if self.numbers else ""
        texts = [ending, *(f"\n{text}\n" for text in (self.message_id, self.account) if text)]
        return [text.encode("utf-8", "replace") for text in texts]

    def needles(self) -> list[bytes]:
        """What a matching line holds in any case."""
        endings = [msgspec.json.encode(min(self.numbers, key=len))[1:]] if self.numbers else []
        texts = [msgspec.json.encode(text) for text in (self.message_id, self.account) if text]
        return [*endings, *texts, *([] if self.id is None else [b'{"id":"%016x"' % self.id])]

    def matches(self, decision: Decision) -> bool:
        """Whether `decision` is what is looked for."""
        return (
            (self.id is None or decision.id == self.id)
            and (not self.numbers or decision.source in self.numbers or decision.destination in self.numbers)
            and self.message_id in ("", decision.message_id)
            and self.account in ("", decision.account)
            and self.since <= decision.at <= self.until
        )


class Reader:
    """Look-ups in the audit of `directory`. Blocking: not for the loop's thread.

    A decision recorded twice (first pending, then answered) comes back once, as last recorded.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def by_id(self, decision: int) -> Decision | None:
        """The decision of that id, None if there is no record of it."""
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
        query = Query(spellings(number) if number else frozenset(), message_id, account, since, until)
        found: dict[Place, Decision] = {}
        seen: set[int] = set()
        for place, decision in self._scan(query, notable):
            if decision.id not in seen:
                seen.add(decision.id)
                if not notable or is_notable(decision):
                    found[place] = decision
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
            last = decision if decision.outcome == "answered" else self.by_id(decision.id)
            if last is not None and is_notable(last):
                found[place] = last
        return found

    def _scan(self, query: Query, unlisted: bool) -> Iterator[tuple[Place, Decision]]:
        """All matching records, the latest first; with `unlisted` only from lines that may have no row."""
        needles = query.needles()
        with self._index() as index:
            for extent in _extents(self._directory, index, query, unlisted):
                for offset, line in _lines_backwards(extent):
                    if all(needle in line for needle in needles):
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
                decision = decode_line(_read(self._directory / name, offset, length).rstrip(b"\n"))
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
    first_id: int | None
    last_id: int | None


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
                yield Extent(order, path, cover.indexed, size - cover.indexed, True)
        if index is not None and cover.indexed and _may_hold(cover, query):
            for offset, length in _blocks(index, cover.number, query, unlisted):
                yield Extent(order, path, offset, length, False)


def _may_hold(cover: _Cover, query: Query) -> bool:
    if cover.first is None or cover.last is None or cover.first_id is None or cover.last_id is None:
        return False
    in_time = cover.last >= query.since and cover.first <= query.until
    return in_time and (query.id is None or cover.first_id <= query.id <= cover.last_id)


def _blocks(index: sqlite3.Connection, segment: int, query: Query, unlisted: bool) -> Iterator[tuple[int, int]]:
    """Offset and length of the blocks that may hold a record of `query`, the latest first."""
    sql = "SELECT offset, length, keys FROM blocks WHERE segment = ? AND last >= ? AND first <= ?"
    values: list[float] = [segment, query.since, query.until]
    if unlisted:
        sql += " AND unlisted > 0"
    if query.id is not None:
        sql += " AND first_id <= ? AND last_id >= ?"
        values += [query.id, query.id]
    wanted = query.keys()
    for offset, length, keys in index.execute(sql + " ORDER BY offset DESC", values):
        if all(key in keys for key in wanted):
            yield offset, length


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


def _lines_backwards(extent: Extent) -> Iterator[tuple[int, bytes]]:
    """Offset and content of each whole line, the last first."""
    data = _read(extent.path, extent.offset, extent.length)
    end = data.rfind(b"\n") + 1 if extent.torn else len(data)
    while end > 0:
        start = data.rfind(b"\n", 0, end - 1) + 1
        yield extent.offset + start, data[start : end - 1]
        end = start


def _read(path: Path, offset: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(length)
    except FileNotFoundError:  # deleted as too old since the index was asked
        return b""
