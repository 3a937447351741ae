"""Keeps the index in step with the segments: block by block as they are written, afterwards where it fell behind.

Runs in the writer's thread. Never raises: an index that fails is closed, tried again later, and caught up.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from pathlib import Path

from edge.audit.index import Block, Index, remove_index
from edge.audit.layout import INDEX_NAME, Notable, decode_line, is_notable, segments_in

BLOCK_RECORDS = 1000
ROWS_PER_SECOND = 2000  # a row costs some 10 us; a flood of refusals beyond this is found by its blocks
RETRY_AFTER = 30.0
STEP = 1024 * 1024  # octets of an uncovered segment read at a time

Trouble = Callable[[str, Exception | str], None]


class Indexer:
    """`begin`, `add`... `end` for the segment being written; `catch_up` for all others.

    `behind` says that the segment being written is not being indexed: start a new one, this one is caught up.
    """

    def __init__(self, directory: Path, trouble: Trouble) -> None:
        self.behind = False
        self._directory = directory
        self._trouble = trouble
        self._index: Index | None = None
        self._retry_at = 0.0
        self._live: Path | None = None
        self._number = 0
        self._block = Block(0)
        self._backlog: deque[Path] = deque()
        self._second = 0.0
        self._rows = 0

    def open(self, now: float) -> None:
        """Open the index if it is not, and list what it does not cover. `now` is monotonic."""
        if self._index is not None or now < self._retry_at:
            return
        try:
            self._index = Index(self._directory)
            self._compare(self._index)
        except (sqlite3.Error, OSError) as error:
            self._fail(error, now)

    def _compare(self, index: Index) -> None:
        covered = index.coverage()
        paths = segments_in(self._directory)
        for name in covered.keys() - {path.name for path in paths}:
            index.forget(name)
        for path in paths:
            index.segment(path.name)
        older = (path for path in paths if path != self._live)
        self._backlog = deque(path for path in older if path.stat().st_size > covered.get(path.name, 0))
        self.behind = self._live is not None  # lines of it went by while there was no index

    def begin(self, path: Path, now: float) -> None:
        """A new segment, empty yet, is being written."""
        self._live, self._block, self.behind = path, Block(0), False
        if self._index is None:
            return
        if not (self._directory / INDEX_NAME).exists():  # deleted under our hands: readers would never see our entries
            self._fail(FileNotFoundError("the index was deleted while it was written"), now)
            return
        try:
            self._number = self._index.segment(path.name)
        except sqlite3.Error as error:
            self._fail(error, now)

    def add(self, lines: list[bytes], size: int, now: float) -> None:
        """The next lines of the segment being written, `size` octets in all."""
        if self._index is None or self.behind:
            return
        if now - self._second >= 1.0:
            self._second, self._rows = now, ROWS_PER_SECOND
        block = self._block
        before = len(block.rows)
        block.add(lines, size, self._rows)
        self._rows -= len(block.rows) - before
        if block.count >= BLOCK_RECORDS:
            self._flush(now)

    def _flush(self, now: float) -> None:
        block, index = self._block, self._index
        if index is None or self.behind or not block.count:
            return
        try:
            index.add(self._number, block)
            self._block = Block(block.offset + block.length)
        except sqlite3.Error as error:
            self._fail(error, now)

    def end(self, now: float) -> None:
        """The segment being written is complete."""
        self._flush(now)
        if self._live is not None and (self.behind or self._index is None):
            self._backlog.append(self._live)
        self._live, self.behind = None, False

    def catch_up(self, now: float) -> bool:
        """Index one more block of an older segment; whether there is more to do."""
        self.open(now)
        if self._index is None or not self._backlog:
            return False
        try:
            more = _index_step(self._index, self._backlog[0])
        except FileNotFoundError:
            more = False
        except OSError as error:
            self._trouble("index", error)
            more = False
        except sqlite3.Error as error:
            self._fail(error, now)
            return False
        if not more:
            self._backlog.popleft()
        return bool(self._backlog)

    def forget(self, name: str, now: float) -> None:
        """A segment has been deleted."""
        if self._index is None:
            return
        try:
            self._index.forget(name)
        except sqlite3.Error as error:
            self._fail(error, now)

    def close(self, now: float) -> None:
        """Enter what is gathered and close the index."""
        self.end(now)
        if self._index is not None:
            try:
                self._index.close()
            except sqlite3.Error as error:
                self._trouble("index", error)
            self._index = None

    def _fail(self, error: Exception, now: float) -> None:
        self._trouble("index", error)
        if self._index is not None:
            try:
                self._index.close()
            except sqlite3.Error as worse:
                self._trouble("index", worse)
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if damaged:
            try:
                remove_index(self._directory)
            except OSError as worse:
                self._trouble("index", worse)
        self._index = None
        self._retry_at = now + RETRY_AFTER


def _index_step(index: Index, path: Path) -> bool:
    """Index the next lines of `path`, one block at most; whether there were any."""
    number = index.segment(path.name)
    offset = index.covered(number)
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read(STEP)
    if not data:
        return False
    whole = data[: data.rfind(b"\n") + 1]
    if not whole:  # torn at the end, or no line of ours at all
        index.cover(number, offset + len(data))
        return True
    block = _block_of(whole.splitlines(keepends=True)[:BLOCK_RECORDS], offset)
    if block.count:
        index.add(number, block)
    else:
        index.cover(number, offset + block.length)
    return True


def _block_of(lines: list[bytes], offset: int) -> Block:
    """The block of `lines` that start at `offset`; those that are no records only take room."""
    block = Block(offset)
    for line in lines:
        decision = decode_line(line)
        if decision is None:
            block.length += len(line)
        else:
            block.add([Notable(line) if is_notable(decision) else line], len(line), BLOCK_RECORDS)
    return block
