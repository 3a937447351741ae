"""The audit's index: a SQLite database beside the segments, built from them and never more than a short cut.

Used by the writer's thread only (readers open their own connection). Losing it loses nothing: it is made again.
"""

import sqlite3
from pathlib import Path

from edge.audit.layout import INDEX_NAME, Notable, Span, decode_line, span_of

VERSION = 2

# first/last: bounds of the Unix times of decisions; indexed: octets covered by blocks, from the start.
# Every record is in a block; notable ones have a row of their own too, but for `unlisted` of them.
# `listing` has no rowid so that its three indexes yield (segment, offset) order without a sort.
SCHEMA = """
CREATE TABLE segments (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, indexed INTEGER NOT NULL DEFAULT 0,
    first REAL, last REAL, first_id TEXT, last_id TEXT);
CREATE TABLE blocks (
    segment INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, unlisted INTEGER NOT NULL,
    first REAL NOT NULL, last REAL NOT NULL, first_id TEXT NOT NULL, last_id TEXT NOT NULL);
CREATE UNIQUE INDEX block_place ON blocks (segment, offset);
CREATE TABLE listing (
    segment INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    at REAL NOT NULL, account TEXT NOT NULL, source TEXT NOT NULL, destination TEXT NOT NULL,
    message_id TEXT NOT NULL, PRIMARY KEY (segment, offset)) WITHOUT ROWID;
CREATE INDEX listing_account ON listing (account);
CREATE INDEX listing_source ON listing (source);
CREATE INDEX listing_destination ON listing (destination);
"""

# offset, length, at, account, source, destination, message_id
Row = tuple[int, int, float, str, str, str, str]


class Block:
    """The entry of some consecutive lines of one segment, being gathered."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.length = 0
        self.count = 0
        self.span = Span(0.0, 0.0, "", "")
        self.unlisted = 0
        self.rows: list[Row] = []

    def add(self, lines: list[bytes], size: int, rows: int) -> None:
        """Take in the next lines, `size` octets in all; at most `rows` notable ones get a row."""
        new, old = span_of(lines), self.span
        if self.count:
            new = Span(
                min(new.first, old.first),
                max(new.last, old.last),
                min(new.first_id, old.first_id),
                max(new.last_id, old.last_id),
            )
        self.span = new
        if Notable in set(map(type, lines)):
            self._list(lines, rows)
        self.count += len(lines)
        self.length += size

    def _list(self, lines: list[bytes], rows: int) -> None:
        start = self.offset + self.length
        for line in lines:
            length = len(line)
            if type(line) is Notable:
                d = decode_line(line) if rows > 0 else None
                if d is None:
                    self.unlisted += 1
                else:
                    self.rows.append((start, length, d.at, d.account, d.source, d.destination, d.message_id))
                    rows -= 1
            start += length


class Index:
    """The open database. Every method may raise sqlite3.Error; then the caller closes it and opens it again."""

    def __init__(self, directory: Path) -> None:
        """Open the index in `directory`; one that is damaged or of another version is replaced by an empty one."""
        path = directory / INDEX_NAME
        try:
            self._db = _connect(path)
        except sqlite3.OperationalError:
            raise  # locked, or no room: try again later
        except sqlite3.DatabaseError:
            remove_index(directory)
            self._db = _connect(path)

    def segment(self, name: str) -> int:
        """The number of the segment `name`, registered at first use. Register in name order."""
        self._db.execute("INSERT OR IGNORE INTO segments (name) VALUES (?)", (name,))
        row = self._db.execute("SELECT id FROM segments WHERE name = ?", (name,)).fetchone()
        return int(row[0])

    def coverage(self) -> dict[str, int]:
        """How many octets of each segment are in blocks, by its name."""
        return dict(self._db.execute("SELECT name, indexed FROM segments ORDER BY id"))

    def covered(self, segment: int) -> int:
        """How many octets of one segment are in blocks."""
        row = self._db.execute("SELECT indexed FROM segments WHERE id = ?", (segment,)).fetchone()
        return int(row[0])

    def add(self, segment: int, block: Block) -> None:
        """Enter a block and its rows, all or nothing."""
        with self._db:
            self._db.execute("BEGIN")
            self._db.execute(
                "INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (segment, block.offset, block.length, block.unlisted, *block.span),
            )
            if block.rows:
                self._db.executemany(
                    "INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [(segment, *row) for row in block.rows]
                )
            self._db.execute(
                "UPDATE segments SET indexed = :end, first = min(coalesce(first, :first), :first),"
                " last = max(coalesce(last, :last), :last), first_id = min(coalesce(first_id, :low), :low),"
                " last_id = max(coalesce(last_id, :high), :high) WHERE id = :segment",
                {"end": block.offset + block.length, "segment": segment}
                | dict(zip(("first", "last", "low", "high"), block.span, strict=True)),
            )

    def cover(self, segment: int, size: int) -> None:
        """Note that nothing more is to be had from the first `size` octets (a torn line at the end)."""
        self._db.execute("UPDATE segments SET indexed = ? WHERE id = ?", (size, segment))

    def forget(self, name: str) -> None:
        """Drop all entries of a segment that is gone."""
        with self._db:
            self._db.execute("BEGIN")
            number = self.segment(name)
            for table in ("blocks", "listing"):
                self._db.execute(f"DELETE FROM {table} WHERE segment = ?", (number,))
            self._db.execute("DELETE FROM segments WHERE id = ?", (number,))

    def close(self) -> None:
        """Close the database."""
        self._db.close()


def remove_index(directory: Path) -> None:
    """Delete the index, whatever state it is in."""
    for suffix in ("", "-wal", "-shm"):
        (directory / (INDEX_NAME + suffix)).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)  # numbers and accounts are nobody else's business; SQLite's side files follow suit
    db = sqlite3.connect(path, timeout=2.0, isolation_level=None)
    try:
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError(f"index of version {version}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # derived data: what a power cut takes is indexed again
        if version == 0:
            db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        return db
    except BaseException:
        db.close()
        raise
