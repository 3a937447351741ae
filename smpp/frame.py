"""A byte stream cut into PDUs. Looks at the 16 octets of the header (3.4 section 3.2) and at nothing behind them.

Framing faults end the stream: what was whole before one is still returned, then `error` says what to do.
"""

from struct import Struct

import msgspec

from smpp.consts import HEADER, Status
from smpp.errors import AnswerAndClose, CloseQuietly, ProtocolError

UNBOUND_LIMIT = 1024
"""Largest command_length before a bind: a bind has at most 106 octets, strangers get no more memory than this."""

BOUND_LIMIT = 70_000
"""Largest command_length after it: a message_payload may have 65,535 octets (3.4 section 5.3.2.32)."""

_HEADER = Struct(">IIII").unpack_from
_LENGTH = 4

_STRANGERS = {
    b"GET ": "http",
    b"POST": "http",
    b"HEAD": "http",
    b"HTTP": "http",
    b"PUT ": "http",
    b"OPTI": "http",
    b"CONN": "http",
}
_TLS_HANDSHAKE = b"\x16\x03"


class Frame(msgspec.Struct, gc=False):
    """One PDU: its header as unsigned integers, and all its octets, header included."""

    command_id: int
    status: int
    sequence: int
    raw: bytes

    def __repr__(self) -> str:
        """Without the body."""
        return f"Frame({self.command_id:#010x}, {self.status:#x}, #{self.sequence}, {len(self.raw)} octets)"


class Framer:
    """Cuts what a peer sends. `limit` is the largest command_length taken, to be raised at the bind.

    `error` is None, or after a fault AnswerAndClose (0x02) or CloseQuietly; from then on `feed` returns nothing.
    Keeps at most `limit` octets of an unfinished PDU.
    """

    __slots__ = ("_pending", "_started", "_wanted", "error", "limit")

    def __init__(self, limit: int = UNBOUND_LIMIT) -> None:
        self.limit = limit
        self.error: ProtocolError | None = None
        self._pending = bytearray()
        self._wanted = 0  # octets that must be there before looking again is worth it
        self._started = False

    @property
    def pending(self) -> int:
        """Octets held of an unfinished PDU."""
        return len(self._pending)

    def feed(self, data: bytes) -> list[Frame]:
        """The PDUs that `data` completes, in order. Check `error` after acting on them."""
        if self._wanted:
            self._pending += data
            if len(self._pending) < self._wanted:
                return []
            data = bytes(self._pending)
            self._pending.clear()
            self._wanted = 0
        frames: list[Frame] = []
        if self.error is not None:
            return frames
        at = 0
        size = len(data)
        limit = self.limit
        while size - at >= HEADER:
            length, command_id, status, sequence = _HEADER(data, at)
            if not HEADER <= length <= limit:
                break
            end = at + length
            if end > size:
                break
            frames.append(Frame(command_id, status, sequence, data[at:end]))
            at = end
        if frames:
            self._started = True
        if at < size:
            self._keep(data, at)
        return frames

    def _keep(self, data: bytes, at: int) -> None:
        """Hold the unfinished rest, or find that it cannot become a PDU."""
        rest = len(data) - at
        wanted = _LENGTH
        if rest >= _LENGTH:
            wanted = int.from_bytes(data[at : at + _LENGTH], "big")
            if not HEADER <= wanted <= self.limit:
                self.error = self._fault(data[at : at + _LENGTH], wanted)
                return
        self._pending += data[at:] if at else data
        self._wanted = wanted

    def _fault(self, first: bytes, length: int) -> ProtocolError:
        if not self._started:
            if first.startswith(_TLS_HANDSHAKE):
                return CloseQuietly("tls")
            if first in _STRANGERS:
                return CloseQuietly(_STRANGERS[first])
        return AnswerAndClose(
            Status.ESME_RINVCMDLEN, f"command_length {length} is outside of {HEADER}-{self.limit} octets"
        )
