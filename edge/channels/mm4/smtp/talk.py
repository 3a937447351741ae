"""Commands out and replies in, in their order, over a connection that stands: what a transaction is made of.

A reply that nobody asked for makes the connection useless: with commands sent ahead (RFC 2920) the replies after it
would be taken for those of other commands.
"""

import asyncio
import re
from collections import deque
from typing import cast

LINE_MAX = 8192  # octets of a line of a reply; RFC 5321 4.5.3.1.5 asks for 512
REPLY_MAX = 32_768  # octets of a reply, all its lines
GARBAGE = (0, "")  # what is no reply

_LINE = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL)

Said = tuple[int, str]


class Talk(asyncio.Protocol):
    """`put` commands, then await `reply` as often as replies are due. One task at a time."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._buffer = b""
        self._lines: list[str] = []
        self._size = 0
        self._replies: deque[Said] = deque()
        self._awaited = 0
        self._waiter: asyncio.Future[None] | None = None
        self._lost = False
        transport.set_protocol(self)

    @property
    def alive(self) -> bool:
        """Whether it looks connected, and every reply has its command."""
        return not self._lost and not self._transport.is_closing()

    @property
    def due(self) -> int:
        """Replies that were asked for and not read yet."""
        return self._awaited + len(self._replies)

    # -- out -------------------------------------------------------------------------------------

    def put(self, octets: bytes, replies: int) -> None:
        """Write what is answered by so many replies. Raises ConnectionResetError where the connection is gone."""
        if not self.alive:
            raise ConnectionResetError
        self._awaited += replies
        self._transport.write(octets)

    @property
    def unsent(self) -> int:
        """Octets that wait for the peer to read. Raises ConnectionResetError where the connection is gone."""
        if not self.alive:
            raise ConnectionResetError
        return self._transport.get_write_buffer_size()

    def abort(self) -> None:
        """Close at once, with what is still to be written."""
        self._end()
        self._transport.abort()

    # -- in --------------------------------------------------------------------------------------

    async def reply(self, until: float) -> Said:
        """The next reply: code and text, lines apart by LF; GARBAGE for what is none. `until` is of the loop's clock.

        Raises TimeoutError, or ConnectionResetError where none can come any more.
        """
        if not self._replies:
            if self._lost:
                raise ConnectionResetError
            waiter = self._waiter = self._loop.create_future()
            timer = self._loop.call_at(until, _late, waiter)
            try:
                await waiter
            finally:
                timer.cancel()
                self._waiter = None
        return self._replies.popleft()

    def data_received(self, data: bytes) -> None:
        """Lines of replies, cut anywhere."""
        if self._lost:
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            if not self._line(line):
                return
        if len(self._buffer) > LINE_MAX:
            self._say(GARBAGE)
        elif self._replies and self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _line(self, line: bytes) -> bool:
        """One line of a reply; False where nothing after it counts any more."""
        match = _LINE.fullmatch(line.rstrip())
        self._size += len(line)
        if match is None or len(line) > LINE_MAX or self._size > REPLY_MAX:
            return self._say(GARBAGE)
        self._lines.append((match[3] or b"").strip().decode("utf-8", "replace"))
        if match[2] == b"-":
            return True
        text = "\n".join(self._lines)
        self._lines.clear()
        self._size = 0
        return self._say((int(match[1]), text))

    def _say(self, said: Said) -> bool:
        """A reply has come. After one that is none, or that nobody asked for, the connection is of no use."""
        if self._awaited:
            self._awaited -= 1
            self._replies.append(said)
            if said is not GARBAGE:
                return True
        self.abort()
        return False

    def _end(self) -> None:
        """Nothing comes any more; what has come can still be read."""
        self._lost = True
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if self._replies:
            waiter.set_result(None)
        else:
            waiter.set_exception(ConnectionResetError())

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone."""
        self._end()


def _late(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


def take_over(transport: asyncio.BaseTransport) -> Talk:
    """Talk over a connection that others have opened."""
    return Talk(cast(asyncio.Transport, transport))  # uvloop's is not a subclass of it
