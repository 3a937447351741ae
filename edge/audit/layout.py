"""The shape of the audit's files: names, lines, keys (docs/audit.md). Pure: touches no file but to list names."""

import re
import struct
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from edge.core.decision import Decision
from edge.core.verdict import Action

INDEX_NAME = "index.sqlite3"
LOCK_NAME = "audit.lock"

_NAME = re.compile(r"audit-([0-9]{8}-[0-9]{6})-([0-9]{1,9})\.jsonl")
_PASSES = frozenset(action.value for action in Action if action.passes)
_encoder = msgspec.json.Encoder()
_ID = b'{"id":'


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


def is_notable(decision: Decision) -> bool:
    """Refused, without a known outcome, or marked a duplicate: kept longest, and listed row by row."""
    return decision.verdict not in _PASSES or decision.outcome == "unknown" or decision.duplicate


class Lines(NamedTuple):
    """Decisions and how they stand in a segment: one line each, with its newline; the range of their ids."""

    decisions: list[Decision]
    data: bytes
    first_id: int
    last_id: int


def encode_lines(decisions: list[Decision]) -> Lines:
    """One line for each of `decisions` (one at least): the id as 16 hex digits, defaults left out.

    What JSON cannot carry in a text (lone surrogates) is replaced. Raises TypeError or OverflowError for a
    decision whose fields are not of their declared types.
    """
    try:
        tails = _encoder.encode_lines(decisions).split(_ID)  # quotes in texts are escaped: only ids match
    except UnicodeEncodeError:
        return encode_lines([_printable(decision) for decision in decisions])
    del tails[0]
    ids = [decision.id for decision in decisions]
    first, last = min(ids), max(ids)
    cut = len(str(first))
    if cut == len(str(last)):
        tails = [tail[cut:] for tail in tails]
    else:
        tails = [tail[tail.index(b",") :] for tail in tails]
    pieces = [b""] * (2 * len(ids))
    pieces[::2] = _heads(ids)
    pieces[1::2] = tails
    return Lines(decisions, b"".join(pieces), first, last)


def _heads(ids: list[int]) -> list[bytes]:
    """`{"id":"0123456789abcdef"` for every id, made in one go: formatting them singly takes twice as long."""
    try:
        digits = struct.pack(f">{len(ids)}Q", *ids).hex("|", 8).encode()
    except struct.error as error:
        raise OverflowError("a decision's id does not fit 64 bits") from error
    return (_ID + b'"' + digits.replace(b"|", b'"|' + _ID + b'"') + b'"').split(b"|")


def _printable(decision: Decision) -> Decision:
    changes: dict[str, Any] = {"would_have": tuple(_clean(text) for text in decision.would_have)}
    for name in decision.__struct_fields__:
        value = getattr(decision, name)
        if isinstance(value, str):
            changes[name] = _clean(value)
    return msgspec.structs.replace(decision, **changes)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def decode_line(line: bytes) -> Decision | None:
    """The decision on a line (without its newline); None for a torn or foreign one. Unknown keys are skipped."""
    try:
        record = msgspec.json.decode(line, type=dict[str, Any])
        record["id"] = int(record["id"], 16)
        return msgspec.convert(record, Decision)
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError):
        return None


def keys_of(decisions: list[Decision]) -> bytes:
    """All sources, destinations, message ids and accounts, each between newlines, in no order.

    As text and not as hashes: making hashes costs more than all the rest of the index.
    """
    texts = ["", *{decision.source for decision in decisions}, *{decision.account for decision in decisions}]
    texts += [decision.destination for decision in decisions]
    texts += [decision.message_id for decision in decisions if decision.message_id]
    texts.append("")
    return "\n".join(texts).encode("utf-8", "replace")


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
