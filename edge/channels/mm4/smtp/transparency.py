"""Where a message ends in the stream after DATA, and the dots doubled on the way (RFC 5321 4.5.2). No I/O."""

from enum import Enum

from edge.channels.mm4.codec.newlines import bare

END = b"\r\n.\r\n"
_KEPT = len(END) - 1  # what may be the beginning of an end


class Memory:
    """Octets of messages that are in memory, over all connections. `cap` may change at any time."""

    __slots__ = ("cap", "held", "peak")

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.held = 0
        self.peak = 0

    def take(self, octets: int) -> bool:
        """Count `octets` more, if there is room for them."""
        held = self.held + octets
        if held > self.cap:
            return False
        self.held = held
        if held > self.peak:
            self.peak = held
        return True

    def give(self, octets: int) -> None:
        """So many are gone."""
        self.held -= octets


class Flaw(Enum):
    """Why a message is not taken as it came."""

    SIZE = "size"
    MEMORY = "memory"
    LINES = "lines"  # a bare CR or LF, or a NUL


class Transfer:
    """One message on its way in. `feed` it what arrives; only CR LF . CR LF ends it, however the reads fall.

    Beyond `limit` (octets without the dots that were doubled, as SIZE counts them: RFC 1870 5) or the common memory
    nothing is kept any more, but the end is still found, so that the reply goes where the peer expects it.
    """

    __slots__ = ("_buffer", "_counted", "_limit", "_memory", "flaw")

    def __init__(self, limit: int, memory: Memory) -> None:
        self._buffer = bytearray(b"\r\n")  # the line end of DATA itself: a dot may come first
        self._limit = limit
        self._memory = memory
        self._counted = 0
        self.flaw: Flaw | None = None

    def feed(self, octets: bytes) -> bytes | None:
        """None while the end has not come; then what came behind it."""
        buffer = self._buffer
        start = max(0, len(buffer) - _KEPT)
        buffer += octets
        at = buffer.find(END, start)
        rest = None
        if at >= 0:
            rest = bytes(buffer[at + len(END) :])
            del buffer[at + 2 :]
        if self.flaw is None:
            self._count(len(octets) - len(rest or b""))
        if self.flaw is not None:
            del buffer[:-_KEPT]
        return rest

    def _count(self, octets: int) -> None:
        if not self._memory.take(octets):
            self._spoil(Flaw.MEMORY)
            return
        self._counted += octets
        size = len(self._buffer) - 2
        # Dots are only counted of what is too large with them: at worst every third octet is one.
        if size > self._limit and size - self._buffer.count(b"\r\n.") > self._limit:
            self._spoil(Flaw.SIZE)

    def _spoil(self, flaw: Flaw) -> None:
        self.flaw = flaw
        self.drop()

    def drop(self) -> None:
        """The message is not needed any more: what it held is free."""
        self._memory.give(self._counted)
        self._counted = 0

    @property
    def crooked(self) -> bool:
        """Whether it has a bare CR or LF, or a NUL: what some take for an end of lines, and we for none."""
        # Its last octet may be the CR of a CR LF on its way.
        return b"\0" in self._buffer or bare(bytes(self._buffer[:-1])) >= 0

    def content(self) -> bytes:
        """The message, dots undoubled. Call it at the end, where there is no `flaw`; it may find one."""
        buffer = self._buffer
        if b"\0" in buffer or bare(bytes(buffer)) >= 0:
            self._spoil(Flaw.LINES)
            return b""
        return unstuff(bytes(buffer))[2:]


def unstuff(lines: bytes) -> bytes:
    """Without the first dot of each line that begins with one. `lines` begins with a CR LF."""
    return lines.replace(b"\r\n.", b"\r\n") if b"\r\n." in lines else lines


def stuff(content: bytes) -> bytes:
    """As it goes after DATA, without the last line's `.`: dots doubled, the last line ended."""
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        content = b"." + content
    return content if content.endswith(b"\r\n") or not content else content + b"\r\n"
