"""A header block: where each field stands in the octets, and what is in it. The body is not looked at.

Where RFC 5322 leaves readers a choice, ours is: a line that is neither a field nor a continuation, a bare CR or LF, and
a NUL make the block malformed (others end the headers there, or see one line more: a smuggler's tools). Blanks before
the colon and continuations of blanks alone are the obsolete syntax of 4.5, and read as that section says.
"""

import re
from collections.abc import Iterable

from edge.channels.mm4.codec.errors import Malformed

HEADERS_CAP = 65_536
"""Octets of a header block; Postfix refuses at 102,400 (header_size_limit), and an MMSC writes 1,500."""

FIELDS_CAP = 500
"""Fields of a block. Each relay adds one Received, and 100 hops are a loop (RFC 5321 6.3)."""

# Possessive throughout: a block that does not fit is found out in one pass, never by going back.
_FIELD = re.compile(rb"([!-9;-~]++)[ \t]*+:([^\r\n\0]*+(?:\r\n[ \t][^\r\n\0]*+)*+)(?:\r\n|\Z)")

Field = tuple[bytes, int, int, int]
"""(name in lower case, where the field begins, where its value begins, where it ends after the CRLF)."""


class Head:
    """The fields of a block in their order, and `body`: where the body begins in the octets it was read from.

    `first` has the value of the first field of each name, unfolded and without outer blanks; `again` the values of
    all later ones, in order.
    """

    __slots__ = ("again", "body", "fields", "first", "octets")

    def __init__(self, octets: bytes, body: int) -> None:
        self.octets = octets
        self.body = body
        self.fields: list[Field] = []
        self.first: dict[bytes, bytes] = {}
        self.again: dict[bytes, list[bytes]] = {}

    def all(self, name: bytes) -> list[bytes]:
        """Every value of a name (in lower case), in order."""
        value = self.first.get(name)
        return [] if value is None else [value, *self.again.get(name, ())]

    def one(self, name: bytes) -> bytes:
        """The value of a field that may stand once; b"" where it is missing or empty."""
        return self.first.get(name, b"")

    def single(self, names: Iterable[bytes]) -> None:
        """Raises Malformed where a field that may stand once stands twice with different values (RFC 5322 3.6).

        The same twice does no harm, and gateways that copy headers do it.
        """
        if self.again:
            for name in names:
                value = self.first.get(name)
                if any(other != value for other in self.again.get(name, ())):
                    raise Malformed(f"two different {name.decode('ascii')} fields")


def block(octets: bytes, start: int = 0, end: int | None = None, cap: int = HEADERS_CAP) -> tuple[int, int] | None:
    """(end of the header block, begin of the body) of a message or part; None for a block longer than `cap`.

    A message may end with its headers (RFC 5322 3.5: the body is optional).
    """
    stop = len(octets) if end is None else end
    if octets.startswith(b"\r\n", start, stop):
        return start, start + 2
    at = octets.find(b"\r\n\r\n", start, min(stop, start + cap))
    if at >= 0:
        return at + 2, at + 4
    return (stop, stop) if stop - start <= cap else None


def scan(octets: bytes, start: int, end: int, body: int) -> tuple[Head, int]:
    """The fields of octets[start:end] up to the first line that is none: (fields, where reading stopped)."""
    head = Head(octets, body)
    fields, first = head.fields, head.first
    match, keep = _FIELD.match, head.fields.append
    at = start
    while at < end and len(fields) < FIELDS_CAP:
        found = match(octets, at, end)
        if found is None:
            break
        name, value = found.groups()
        name = name.lower()
        if b"\r" in value:
            value = value.replace(b"\r\n", b"")
        value = value.strip(b" \t")
        after = found.end()
        keep((name, at, found.start(2), after))
        at = after
        if name in first:
            head.again.setdefault(name, []).append(value)
        else:
            first[name] = value
    return head, at


_SHORT = 65_536  # octets; what is longer is not held on to for the sake of ten microseconds
_last: Head | None = None


def read_head(octets: bytes) -> Head:
    """The header block of a message. Raises Malformed. Nobody changes what is in it.

    Whoever relays a message and whoever examines it read the same one, one after the other: it is read once.
    """
    global _last
    last = _last
    if last is not None and last.octets is octets:
        return last
    head = _read_head(octets)
    _last = head if len(octets) <= _SHORT else None
    return head


def _read_head(octets: bytes) -> Head:
    found = block(octets)
    if found is None:
        raise Malformed(f"no end of the headers within {HEADERS_CAP} octets")
    head, stop = scan(octets, 0, *found)
    if stop != found[0]:
        if len(head.fields) >= FIELDS_CAP:
            raise Malformed(f"more than {FIELDS_CAP} header fields")
        line = octets.count(b"\n", 0, stop) + 1
        raise Malformed(f"line {line} of the headers is no header field")
    return head
