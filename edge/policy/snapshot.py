"""The windows of an hour and a day as octets, so that they survive a restart; and back.

Nothing here touches a disk or a clock. `written` works in small steps, between which the state goes on changing: each
entry is whole, and as young as its step. `read` believes nothing that does not check out.

Layout: MAGIC, then frames: name (1 octet of length, then UTF-8), length of the chunk (4 octets), the chunk. The first
frame is the header (JSON), the last one is called "" and holds the BLAKE2b of all octets before it.
"""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Any

import msgspec

from edge.policy.history.codecs import Codec, Shift
from edge.policy.history.tally import Account
from edge.policy.state import PolicyState
from edge.policy.table import Table

MAGIC = b"smsedge windows\n"
VERSION = 1
DIGEST = 32
HEADER = "header"
ACCOUNTS = "accounts"
CAMPAIGNS = "campaigns"
# Tables of the state itself (`Table`) go along if their entries matter for this long, and if they can be copied at
# once. Their values are times, or times with something beside: what somebody said, what used a permit up.
SPAN_MIN = 3600.0
COPY_MAX = 150_000
_TIMES, _NOTES = "times:", "notes:"
# Seconds. Nothing is kept for more than 30 days; a clock may be set back a little.
AGE_MAX = 31 * 86400.0
AGE_BACK = 86400.0


class Header(msgspec.Struct, frozen=True):
    """`unix` is when it was written, `offset` what turned the loop's time into Unix time, `accounts` their indexes."""

    version: int
    unix: float
    offset: float
    accounts: dict[str, int]


class Unusable(ValueError):
    """Not a snapshot of ours, damaged, or of a newer version: the sentence says which."""


class Outcome(msgspec.Struct, frozen=True):
    """What came back: `entries`, the `age` in seconds, and the names of what this version cannot read."""

    entries: int
    age: float
    unread: tuple[str, ...]


def written(state: PolicyState, now: float) -> Iterator[bytes]:
    """The snapshot in pieces, each the work of at most a millisecond or so."""
    digest = blake2b(digest_size=DIGEST)
    accounts = dict(state.accounts)
    header = Header(VERSION, state.unix(now), state.wall_offset, accounts)
    yield _counted(digest, MAGIC)
    yield _counted(digest, _frame(HEADER, msgspec.json.encode(header)))
    windows = state.windows
    for name, codec in windows.kept.items():
        for copy in windows.tables[name].copies():
            entries = iter(copy.items())
            while batch := list(islice(entries, codec.batch)):
                yield _counted(digest, _frame(name, codec.encode(batch)))
    for account, index in accounts.items():
        if (done := windows.bulk.accounts.get(index)) is not None:
            yield _counted(digest, _frame(ACCOUNTS, msgspec.msgpack.encode((account, *done.written()))))
    for page in windows.bulk.campaigns.pages():
        yield _counted(digest, _frame(CAMPAIGNS, page))
    for name, table in state.tables.items():
        if table.span >= SPAN_MIN:
            for prefix, chunk in _chunks(table):
                yield _counted(digest, _frame(prefix + name, chunk))
    yield _frame("", digest.digest())


def _counted(digest: Any, data: bytes) -> bytes:
    digest.update(data)
    return data


def _frame(name: str, chunk: bytes) -> bytes:
    label = name.encode()
    return bytes((len(label),)) + label + len(chunk).to_bytes(4, "little") + chunk


def _chunks(table: Table[Any]) -> Iterator[tuple[str, bytes]]:
    """The entries of a table, the older ones first, each chunk with what its values are."""
    for generation in (table.old, table.young):
        if len(generation) > COPY_MAX:
            continue
        entries = iter(generation.copy().items())
        while batch := list(islice(entries, 2000)):
            noted = [
                (key.to_bytes(16, "little"), *value)
                for key, value in batch
                if type(value) is tuple and len(value) == 2 and isinstance(key, int) and key >= 0
            ]
            if noted:
                yield _NOTES, msgspec.msgpack.encode(noted)
                continue
            timed = [(key, value) for key, value in batch if type(value) is float]
            # MessagePack has no integers of more than 64 bits.
            numbered = [
                (key.to_bytes(16, "little"), value) for key, value in timed if isinstance(key, int) and key >= 0
            ]
            named = [(key, value) for key, value in timed if isinstance(key, str)]
            yield _TIMES, msgspec.msgpack.encode((numbered, named))


def read(data: bytes, state: PolicyState, now: float) -> Outcome:
    """Put what a snapshot holds into a fresh `state`. Raises Unusable, and then has changed nothing."""
    header, frames = _checked(data)
    age = state.unix(now) - header.unix
    if not -AGE_BACK < age < AGE_MAX:
        when = "older than anything that it could hold" if age > 0 else "from the future: is the clock right?"
        raise Unusable(when)
    shift = Shift(header.offset - state.wall_offset)
    for name, index in header.accounts.items():
        state.accounts.setdefault(name, index)
    entries = 0
    unread: dict[str, None] = {}
    for name, chunk in frames:
        put = _putter(name, state)
        try:
            if put is None:
                unread[name] = None
            else:
                entries += put(chunk, shift)
        except Exception:  # of a build that wrote this table another way: the others are good
            unread[name] = None
    return Outcome(entries, age, tuple(unread))


def _checked(data: bytes) -> tuple[Header, list[tuple[str, memoryview]]]:
    """The header and the frames after it, if all is as it was written."""
    if not data.startswith(MAGIC):
        raise Unusable("not a snapshot of the windows")
    end = len(data) - DIGEST
    if end < len(MAGIC) or blake2b(memoryview(data)[: end - 5], digest_size=DIGEST).digest() != data[end:]:
        raise Unusable("damaged or cut off")
    frames = list(_frames(memoryview(data), len(MAGIC), end - 5))
    try:
        if frames[0][0] != HEADER:
            raise Unusable("it has no header")
        version = msgspec.json.decode(frames[0][1], type=dict[str, Any])["version"]
        if version != VERSION:
            raise Unusable(f"written by another version of this software (format {version}, this is {VERSION})")
        return msgspec.json.decode(frames[0][1], type=Header), frames[1:]
    except (IndexError, KeyError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Unusable("its header cannot be read") from error


def _frames(data: memoryview, at: int, end: int) -> Iterator[tuple[str, memoryview]]:
    while at < end:
        label = at + 1 + data[at]
        start = label + 4
        size = int.from_bytes(data[label:start], "little")
        if start + size > end:
            raise Unusable("its frames do not add up")
        yield bytes(data[at + 1 : label]).decode("utf-8", "replace"), data[start : start + size]
        at = start + size


Put = Callable[[memoryview, Shift], int]


def _putter(name: str, state: PolicyState) -> Put | None:
    """What takes the chunks of a name, None for a name of another version."""
    windows = state.windows
    if name in windows.kept:
        codec: Codec = windows.kept[name]
        table = windows.tables[name]

        def put(chunk: memoryview, shift: Shift) -> int:
            count = 0
            for key, value in codec.decode(bytes(chunk), shift):
                table.put(key, value)
                count += 1
            return count

        return put
    if name == ACCOUNTS:
        return lambda chunk, shift: _put_account(chunk, shift, state)
    if name == CAMPAIGNS:
        return lambda chunk, shift: windows.bulk.campaigns.load(bytes(chunk))
    if name.startswith(_TIMES) and name.removeprefix(_TIMES) in state.tables:
        times = state.tables[name.removeprefix(_TIMES)]
        return lambda chunk, shift: _put_times(chunk, shift, times)
    if name.startswith(_NOTES) and name.removeprefix(_NOTES) in state.tables:
        notes = state.tables[name.removeprefix(_NOTES)]
        return lambda chunk, shift: _put_notes(chunk, shift, notes)
    return None


def _put_account(chunk: memoryview, shift: Shift, state: PolicyState) -> int:
    name, *rest = msgspec.msgpack.decode(chunk)
    state.windows.bulk.accounts[state.account_index(name)] = Account.read(rest, shift.minutes)
    return 1


def _put_times(chunk: memoryview, shift: Shift, table: Table[float]) -> int:
    numbered, named = msgspec.msgpack.decode(chunk, type=tuple[list[tuple[bytes, float]], list[tuple[str, float]]])
    for packed, value in numbered:
        table.put(int.from_bytes(packed, "little"), _shifted(value, shift))
    for name, value in named:
        table.put(name, _shifted(value, shift))
    return len(numbered) + len(named)


def _put_notes(chunk: memoryview, shift: Shift, table: Table[tuple[float, int | str]]) -> int:
    entries = msgspec.msgpack.decode(chunk, type=list[tuple[bytes, float, int | str]])
    for packed, value, note in entries:
        table.put(int.from_bytes(packed, "little"), (_shifted(value, shift), note))
    return len(entries)


def _shifted(value: float, shift: Shift) -> float:
    """On this process's clock; no time at all stays none."""
    return value + shift.seconds if value else 0.0
