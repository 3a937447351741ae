"""A message that goes on: the octets that came, but for the few that a relay must change.

Changed are the digits of X-Mms-Forward-Counter (a missing one is added as the last field), a Received line before all
(RFC 5321 4.4) and, only where the answer must come back to us, the value of X-Mms-Originator-System. Everything else,
body, order, spelling, folding, blanks, is octet for octet what came.
"""

from edge.channels.mm4.codec.errors import Looping
from edge.channels.mm4.codec.fields import counter
from edge.channels.mm4.codec.header import Head

FORWARD_LIMIT = 10
"""Forwardings after which a message is taken for looping (policy.md B.4)."""

PASSAGES_LIMIT = 3
"""Received lines of our own host after which it is too."""

_COUNTER = b"x-mms-forward-counter"
_SYSTEM = b"x-mms-originator-system"

Edit = tuple[int, int, bytes]
"""(from, to, what stands there instead)."""


def relayed(head: Head, *, count: bool = True, received: bytes = b"", originator_system: bytes = b"") -> bytes:
    """The octets to hand on, of the message that `head` was read from.

    `count` is for MM4_forward.REQ only. `received` is a whole field with its CRLF, or empty; `originator_system` a new
    value of that field, empty to leave it. Raises ValueError for a value that breaks its line.
    """
    if b"\r" in originator_system or b"\n" in originator_system:
        raise ValueError("a value that breaks its line")
    edits: list[Edit] = [(0, 0, received)] if received else []
    added = b""
    if count:
        edits += _counted(head)
        if _COUNTER not in head.first:
            added += b"X-Mms-Forward-Counter: 1\r\n"
    if originator_system:
        edits += [_value(head, start, end, originator_system) for name, _, start, end in head.fields if name == _SYSTEM]
        if _SYSTEM not in head.first:
            added += b"X-Mms-Originator-System: " + originator_system + b"\r\n"
    if added:
        edits.append(_appended(head, added))
    return _edited(head.octets, edits)


def _counted(head: Head) -> list[Edit]:
    """The counter one higher. One that nobody can read stays: Received lines still tell a loop."""
    edits = []
    for name, _, start, end in head.fields:
        if name == _COUNTER:
            try:
                value = counter(head.octets[start:end].replace(b"\r\n", b"").strip(b" \t"))
            except ValueError:
                continue
            edits.append(_value(head, start, end, b"%d" % (value + 1)))
    return edits


def _value(head: Head, start: int, end: int, value: bytes) -> Edit:
    """Another value between `start` and `end`; blanks and folds around it stay."""
    old = head.octets[start:end]
    before = len(old) - len(old.lstrip(b" \t\r\n"))
    if before == len(old):  # nothing but blanks
        return start, start, b" " + value
    return start + before, start + len(old.rstrip(b" \t\r\n")), value


def _appended(head: Head, added: bytes) -> Edit:
    end = head.fields[-1][3] if head.fields else 0
    if end and head.octets[end - 2 : end] != b"\r\n":  # a message that ends within its headers
        added = b"\r\n" + added
    return end, end, added


def _edited(octets: bytes, edits: list[Edit]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += (octets[at:start], new)
        at = end
    pieces.append(octets[at:])
    return b"".join(pieces)


def passages(head: Head, host: bytes) -> int:
    """How many Received lines say that `host` took the message (RFC 5321 4.4: `by host`)."""
    own = host.lower()
    taken = 0
    for value in head.all(b"received"):
        words = value.lower().split()
        taken += any(word == b"by" and words[at + 1].strip(b";,()") == own for at, word in enumerate(words[:-1]))
    return taken


def guard(head: Head, host: bytes, limit: int = FORWARD_LIMIT, passages_limit: int = PASSAGES_LIMIT) -> None:
    """Raises Looping for a message forwarded more than `limit` times, or that `host` has had `passages_limit` times."""
    try:
        forwarded = counter(head.one(_COUNTER) or b"0")
    except ValueError:
        forwarded = 0
    if forwarded > limit:
        raise Looping(f"forwarded more than {limit} times")
    if passages(head, host) >= passages_limit:
        raise Looping("routing loop detected")
