"""The quarantine's table: the few statements that write held messages, end them, purge them and read them back."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from edge.core.quarantine import Held, HeldState
from edge.ledger.database import Schema, storable
from edge.ledger.sealing import Seal, Unreadable

DATABASE_NAME = "quarantine.sqlite3"

_OPEN = "state IN ('held', 'releasing')"
_SCHEMA = f"""
CREATE TABLE held (
    id TEXT PRIMARY KEY, decision TEXT NOT NULL, at REAL NOT NULL, expires REAL NOT NULL, channel TEXT NOT NULL,
    direction TEXT NOT NULL, account TEXT NOT NULL, end_user TEXT NOT NULL, source TEXT NOT NULL,
    source_ton INTEGER NOT NULL, source_npi INTEGER NOT NULL, destination TEXT NOT NULL,
    destination_ton INTEGER NOT NULL, destination_npi INTEGER NOT NULL, rule TEXT NOT NULL, clause TEXT NOT NULL,
    detail TEXT NOT NULL, receipt INTEGER NOT NULL, traffic TEXT NOT NULL, group_id TEXT NOT NULL,
    part INTEGER NOT NULL, parts INTEGER NOT NULL, carrier TEXT NOT NULL, state TEXT NOT NULL,
    resolved_at REAL NOT NULL, resolved_by TEXT NOT NULL, note TEXT NOT NULL, alias TEXT NOT NULL,
    octets INTEGER NOT NULL, key TEXT NOT NULL, sealed BLOB NOT NULL);
CREATE INDEX held_at ON held (at);
CREATE INDEX held_account ON held (account, at);
CREATE INDEX held_open ON held (expires) WHERE {_OPEN};
CREATE INDEX held_ended ON held (resolved_at, octets) WHERE NOT {_OPEN};
CREATE INDEX held_alias ON held (resolved_at) WHERE alias <> '';
"""
SCHEMA = Schema("quarantine", 0x736D7371, 1, lambda: _SCHEMA)  # "smsq"

_SECRET = ("text", "payload", "sealed")
_PLAIN = tuple(field.name for field in msgspec.structs.fields(Held) if field.name not in _SECRET)
_COLUMNS = ", ".join("group_id" if name == "group" else name for name in _PLAIN)


class Ending(msgspec.Struct, frozen=True):
    """What became of messages, to be written down. `alias` "" leaves what is there."""

    ids: tuple[str, ...]
    state: HeldState
    by: str
    note: str
    at: float
    alias: str


class Deletion(msgspec.Struct, frozen=True):
    """A message that is to go without a trace: it went another way."""

    id: str


class Slot(msgspec.Struct):
    """What memory keeps of a message that is held or being released."""

    group: str
    expires: float
    octets: int
    state: HeldState


def octets_of(held: Held) -> int:
    """What a message counts for."""
    return len(held.payload) + len(held.text.encode("utf-8", "surrogatepass"))


def write(db: sqlite3.Connection, entries: Sequence[Held | Ending | Deletion], seal: Seal) -> None:
    """Write all, in order, in one transaction. Raises sqlite3.Error, then none is written."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        for entry in entries:
            if isinstance(entry, Held):
                _insert(db, entry, seal)
            elif isinstance(entry, Deletion):
                db.execute(f"DELETE FROM held WHERE id = ? AND {_OPEN}", (entry.id,))
            else:
                _update(db, entry)


def _insert(db: sqlite3.Connection, held: Held, seal: Seal) -> None:
    secret = msgspec.msgpack.encode((held.text.encode("utf-8", "surrogatepass"), held.payload))
    plain = [_storable(getattr(held, name)) for name in _PLAIN]
    values = [*plain, octets_of(held), seal.name, seal.close(secret, held.id.encode())]
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO held ({_COLUMNS}, octets, key, sealed) VALUES ({marks})", values)


def _storable(value: Any) -> Any:
    if isinstance(value, HeldState):
        return value.value
    return storable(value) if isinstance(value, str) else value


def _update(db: sqlite3.Connection, ending: Ending) -> None:
    for id in ending.ids:
        db.execute(
            "UPDATE held SET state = ?, resolved_by = ?, note = ?, resolved_at = ?,"
            f" alias = CASE WHEN ? = '' THEN alias ELSE ? END WHERE id = ? AND {_OPEN}",
            (
                ending.state.value,
                storable(ending.by),
                storable(ending.note),
                ending.at,
                ending.alias,
                ending.alias,
                id,
            ),
        )


def open_slots(db: sqlite3.Connection) -> Iterator[tuple[str, Slot]]:
    """(id, slot) of all that is held or being released, the first to expire first."""
    for id, group, expires, octets, state in db.execute(
        f"SELECT id, group_id, expires, octets, state FROM held WHERE {_OPEN} ORDER BY expires"
    ):
        yield id, Slot(group, expires, octets, HeldState(state))


def foreign(db: sqlite3.Connection, key: str) -> int:
    """How many of those were encrypted with another key."""
    return int(db.execute(f"SELECT count(*) FROM held WHERE {_OPEN} AND key <> ?", (key,)).fetchone()[0])


def purge(db: sqlite3.Connection, before: float, octets: int, most: int) -> int:
    """Delete at most `most` ended messages: those that ended before Unix time `before`, and the oldest of those that
    take more than `octets` together. Returns how many went. Raises sqlite3.Error.
    """
    kept = db.execute(f"SELECT coalesce(sum(octets), 0) FROM held WHERE NOT {_OPEN}").fetchone()[0]
    ids: list[str] = []
    for id, ended, size in db.execute(
        f"SELECT id, resolved_at, octets FROM held WHERE NOT {_OPEN} ORDER BY resolved_at LIMIT ?", (most,)
    ).fetchall():
        if ended >= before and kept <= octets:
            break
        ids.append(id)
        kept -= size
    if ids:
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("DELETE FROM held WHERE id = ?", [(id,) for id in ids])
        db.execute(f"PRAGMA incremental_vacuum({4 * most})").fetchall()
    return len(ids)


def read_one(db: sqlite3.Connection, id: str, seal: Seal) -> Held | None:
    """One message. Raises sqlite3.Error."""
    row = db.execute(f"SELECT {_COLUMNS}, key, sealed FROM held WHERE id = ?", (id,)).fetchone()
    return None if row is None else _held(row, seal)


def read_many(
    db: sqlite3.Connection, account: str, rule: str, state: HeldState | None, limit: int, seal: Seal
) -> list[Held]:
    """Messages by account, rule (with its sub-rules) and state, the latest first. Raises sqlite3.Error."""
    conditions, values = ["1"], list[object]()
    if account:
        conditions.append("account = ?")
        values.append(account)
    if rule:
        conditions.append("(rule = ? OR substr(rule, 1, ?) = ?)")
        values += [rule, len(rule) + 1, f"{rule}/"]
    if state is not None:
        conditions.append("state = ?")
        values.append(state.value)
    where = " AND ".join(conditions)
    rows = db.execute(
        f"SELECT {_COLUMNS}, key, sealed FROM held WHERE {where} ORDER BY at DESC, id DESC LIMIT ?", (*values, limit)
    )
    return [_held(row, seal) for row in rows]


def read_aliases(db: sqlite3.Connection, since: float) -> dict[str, str]:
    """alias -> id. Raises sqlite3.Error."""
    return dict(
        db.execute("SELECT alias, id FROM held WHERE alias <> '' AND resolved_at > ? ORDER BY resolved_at", (since,))
    )


def _held(row: tuple[Any, ...], seal: Seal) -> Held:
    fields = dict(zip(_PLAIN, row, strict=False))
    fields["receipt"] = bool(fields["receipt"])
    fields["state"] = HeldState(fields["state"])
    try:
        secret = seal.open(row[-1], fields["id"].encode(), row[-2])
        text, payload = msgspec.msgpack.decode(secret, type=tuple[bytes, bytes])
        return Held(text=text.decode("utf-8", "surrogatepass"), payload=payload, **fields)
    except Unreadable as error:
        return Held(text="", payload=b"", sealed=str(error), **fields)
