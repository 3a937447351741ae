"""The one file of this package with sockets: carries a `Session` over asyncio.

Writes are gathered: whatever all sessions of a loop put into `out` while one batch of reads is handled
goes out in one write per peer, by one `call_soon`. `pause_reading` is used only against a peer that does
not read what we write.
"""

import asyncio
from time import monotonic
from typing import Protocol, cast

from smpp.session import Session
from smpp.tap import Tap
from smpp.window import Pending

HIGH_WATER = 256 * 1024  # octets of unread answers after which we stop reading from that peer
GONE = "connection lost"


class Handler(Protocol):
    """What an application does with a connection. Called on the loop; must not wait, must not raise."""

    session: Session

    def connected(self, line: "Line") -> None:
        """The connection stands."""

    def received(self, data: bytes, now: float) -> None:
        """Bytes came in: run them through `session.receive`. What is in `session.out` after is written."""

    def lost(self, pending: list[tuple[int, Pending]], now: float) -> None:
        """The connection is gone; `pending` are the requests that nobody will answer."""


class Outbox:
    """The lines of one loop that have something to write; flushed once per loop iteration."""

    __slots__ = ("_lines", "_loop", "tap")

    def __init__(self, loop: asyncio.AbstractEventLoop, tap: Tap | None = None) -> None:
        self._loop = loop
        self._lines: list[Line] = []
        self.tap = tap

    def add(self, line: "Line") -> None:
        """`line` has something to write."""
        if not self._lines:
            self._loop.call_soon(self._flush)
        self._lines.append(line)

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        for line in lines:
            line.flush()


class Line(asyncio.Protocol):
    """A connection: an asyncio protocol that feeds a handler and writes its session's `out`.

    `peer` is the remote address, `blocked` whether the peer has stopped reading, `dirty` whether a flush is due.
    With `throttle_reads` (customers) a blocked peer is not read either; towards carriers reading goes on, their
    answers matter.
    """

    __slots__ = (
        "_closed",
        "_handler",
        "_outbox",
        "_throttle_reads",
        "_transport",
        "blocked",
        "dirty",
        "local",
        "peer",
        "session",
    )

    def __init__(self, handler: Handler, outbox: Outbox, throttle_reads: bool) -> None:
        self._handler = handler
        self._outbox = outbox
        self._throttle_reads = throttle_reads
        self._transport: asyncio.Transport | None = None
        self.dirty = False
        self._closed = False
        self.session = handler.session
        self.blocked = False
        self.peer: tuple[str, int] = ("", 0)
        self.local: tuple[str, int] = ("", 0)

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have asyncio's methods without being of its classes.
        self._transport = transport = cast(asyncio.Transport, transport)
        transport.set_write_buffer_limits(high=HIGH_WATER)
        self.peer = (transport.get_extra_info("peername") or ("", 0))[:2]
        self.local = (transport.get_extra_info("sockname") or ("", 0))[:2]
        self._handler.connected(self)
        self.wake()

    def data_received(self, data: bytes) -> None:
        self._handler.received(data, monotonic())
        session = self.session
        if (session.out or session.closing) and not self.dirty:
            self.dirty = True
            self._outbox.add(self)

    def eof_received(self) -> bool:
        return False  # half-open SMPP makes no sense: close

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed:
            self._closed = True
            self._handler.lost(self.session.ended(), monotonic())

    def pause_writing(self) -> None:
        self.blocked = True
        if self._throttle_reads and self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        self.blocked = False
        if self._throttle_reads and self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    # -- for the handler -----------------------------------------------------------------------

    def extra(self, name: str) -> object:
        """asyncio's `get_extra_info` of the connection, None before it stands."""
        return self._transport.get_extra_info(name) if self._transport is not None else None

    def wake(self) -> None:
        """Something was put into `session.out`, or `closing` was set, outside of `received`."""
        if not self.dirty and (self.session.out or self.session.closing):
            self.dirty = True
            self._outbox.add(self)

    def flush(self) -> None:
        """Write what is in `out`; close if the session says so. Only the outbox calls this."""
        self.dirty = False
        session = self.session
        transport = self._transport
        # uvloop raises on a write after close where asyncio is silent (uvloop issues 506, 685).
        if transport is None or transport.is_closing():
            session.out.clear()
            return
        if session.out:
            data = session.out[0] if len(session.out) == 1 else b"".join(session.out)
            session.out.clear()
            if self._outbox.tap is not None:
                self._outbox.tap.write(self.local, self.peer, data)
            transport.write(data)
        if session.closing:
            transport.close()  # writes what is buffered first

    def abort(self) -> None:
        """Drop the connection at once: the peer does not read, or must not be waited for."""
        if self._transport is not None:
            self._transport.abort()
