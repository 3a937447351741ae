"""One connection to Asterisk: octets to packets, answers to whoever waits, events onward. Ends once.

Which answer belongs to which action is decided here and not by panoramisk: by ActionIDs that nobody can guess, and
an event resolves nothing but the list that asked for events of its name.
"""

import asyncio
import secrets
from collections.abc import Callable
from time import monotonic
from typing import cast

from ami.action import Action
from ami.counters import Counters, Notices
from ami.errors import Busy, Malformed, NotAmi, NotConnected, Unanswered
from ami.frame import Framer
from ami.listing import Listing
from ami.packet import Packet, Parser, write

HIGH_WATER = 64 * 1024
"""Octets that Asterisk has not read, beyond which nothing more is written."""


class Waiting:
    """A written action. `answer` becomes the final packet, or None when the connection ends before it.

    `then` is called with the packet at once, before anything behind it in the same read is looked at.
    """

    __slots__ = ("action", "answer", "identity", "listing", "then")

    def __init__(
        self,
        action: Action,
        identity: str,
        answer: "asyncio.Future[Packet | None]",
        listing: Listing | None,
        then: Callable[[Packet], None] | None,
    ) -> None:
        self.action = action
        self.identity = identity
        self.answer = answer
        self.listing = listing
        self.then = then

    def settle(self, packet: Packet | None) -> None:
        """The end of waiting. Whoever waited may have gone."""
        if not self.answer.done():
            self.answer.set_result(packet)
        if packet is not None and self.then is not None:
            self.then(packet)


class Link(asyncio.Protocol):
    """`heard`: when anything last came in (monotonic seconds). `greeted`, `ended`: futures; `ended` says why."""

    def __init__(self, told: Callable[[Packet], None], counters: Counters, notices: Notices) -> None:
        loop = asyncio.get_running_loop()
        self.heard = monotonic()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[str] = loop.create_future()
        self._loop = loop
        self._told = told
        self._counters = counters
        self._notices = notices
        self._transport: asyncio.Transport | None = None
        self._framer = Framer()
        self._parser = Parser()
        self._blocked = False
        self._waiting: dict[str, Waiting] = {}
        self._prefix = secrets.token_hex(8)
        self._number = 0

    @property
    def version(self) -> str:
        """AMI's version as greeted, "" before."""
        return self._framer.version

    @property
    def outstanding(self) -> int:
        """Actions that wait for an answer."""
        return len(self._waiting)

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have asyncio's methods without being of its classes.
        self._transport = transport = cast(asyncio.Transport, transport)
        transport.set_write_buffer_limits(high=HIGH_WATER)

    def data_received(self, data: bytes) -> None:
        if self.ended.done():
            return
        self.heard = monotonic()
        try:
            packets = self._packets(data)
        except NotAmi as error:
            self._counters.malformed += 1
            self.end(str(error))
            return
        except Exception as error:
            # What was in this read is gone: only a new login, after which the spool is read, makes up for it.
            self._counters.bugs += 1
            self._notices.fault("bug", error)
            self.end("a fault in reading")
            return
        for packet in packets:
            if self.ended.done():
                return
            self._take(packet)

    def eof_received(self) -> bool:
        return False  # nobody to answer to: close

    def connection_lost(self, exc: Exception | None) -> None:
        self.end(f"connection lost: {type(exc).__name__}" if exc is not None else "Asterisk closed the connection")

    def pause_writing(self) -> None:
        self._blocked = True

    def resume_writing(self) -> None:
        self._blocked = False

    # -- what comes in -------------------------------------------------------------------------

    def _packets(self, data: bytes) -> list[Packet]:
        whole = self._framer.feed(data)
        if self._framer.version and not self.greeted.done():
            self.greeted.set_result(None)
        if not whole:
            return []
        before = self._parser.unreadable
        packets = self._parser.feed(whole)
        self._counters.malformed += self._parser.unreadable - before
        return packets

    def _take(self, packet: Packet) -> None:
        """One packet, whatever it is: it never costs those behind it."""
        try:
            if packet.get("Event"):
                self._event(packet)
            else:
                self._response(packet)
        except Malformed:
            self._counters.malformed += 1
        except Exception as error:
            self._counters.bugs += 1
            self._notices.fault("bug", error)

    def _response(self, packet: Packet) -> None:
        waiting = self._waiting.get(packet.get("ActionID"))
        if waiting is None:
            self._counters.late += 1
        elif waiting.listing is None or not waiting.listing.begins(packet):
            waiting.settle(packet)

    def _event(self, packet: Packet) -> None:
        waiting = self._waiting.get(packet.get("ActionID"))
        if waiting is None or waiting.listing is None or not waiting.listing.owns(packet):
            self._told(packet)
        elif waiting.listing.take(packet):
            waiting.settle(packet)

    # -- what goes out -------------------------------------------------------------------------

    def send(
        self, action: Action, listing: Listing | None = None, then: Callable[[Packet], None] | None = None
    ) -> Waiting:
        """Write an action now. Raises NotConnected or Busy, and then nothing was written.

        The caller calls `forget` when it no longer waits.
        """
        transport = self._transport
        # uvloop raises on a write after close where asyncio is silent (uvloop issues 506, 685).
        if transport is None or self.ended.done() or transport.is_closing():
            raise NotConnected("the connection has ended")
        if self._blocked:
            raise Busy("Asterisk does not read what is written to it")
        self._number += 1
        identity = f"{self._prefix}-{self._number}"
        octets = write(action, identity)
        waiting = Waiting(action, identity, self._loop.create_future(), listing, then)
        self._waiting[identity] = waiting
        self._counters.actions += 1
        transport.write(octets)
        return waiting

    def forget(self, waiting: Waiting) -> None:
        """Nobody waits for it any more: an answer that comes yet is counted as late."""
        self._waiting.pop(waiting.identity, None)

    async def ask(
        self,
        action: Action,
        wait: float,
        listing: Listing | None = None,
        then: Callable[[Packet], None] | None = None,
    ) -> Packet:
        """Write an action and wait up to `wait` seconds for its answer, or for the end of its list.

        Raises NotConnected, Busy (nothing written) or Unanswered.
        """
        waiting = self.send(action, listing, then)
        try:
            # Not wait_for: before 3.12 it swallows a cancellation that comes with the answer (CPython issue 86296).
            async with asyncio.timeout(wait):
                packet = await waiting.answer
        except TimeoutError as error:
            self._counters.unanswered += 1
            raise Unanswered(f"{action.name}: no answer in {wait:g} s") from error
        finally:
            self.forget(waiting)
        self._count(packet)
        if packet is None:
            raise Unanswered(f"{action.name}: {self.ended.result()}")
        return packet

    def _count(self, packet: Packet | None) -> None:
        if packet is None:
            self._counters.unanswered += 1
        else:
            self._counters.answered += 1

    async def alive(self, silence: float, limit: float) -> bool:
        """Whether Asterisk answers a Ping. Nothing at all from it for `silence` seconds means no, and so does no answer
        for `limit` while it says other things, or that it has not read for `silence`. The cap of actions does not
        count here.
        """
        try:
            waiting = self.send(Action("Ping"))
        except NotConnected:
            return False
        except Busy:
            await asyncio.wait({self.ended}, timeout=silence)
            return not self._blocked
        begun = monotonic()
        try:
            while not waiting.answer.done():
                left = min(max(begun, self.heard) + silence, begun + limit) - monotonic()
                if left <= 0:
                    # If it was this process that stood still, the answer is there and has not been read.
                    await asyncio.wait({waiting.answer}, timeout=min(0.25, silence))
                    fresh = monotonic() - self.heard < silence and monotonic() - begun < limit
                    if not waiting.answer.done() and not fresh:
                        self._counters.unanswered += 1
                        return False
                    continue
                await asyncio.wait({waiting.answer}, timeout=left)
            packet = waiting.answer.result()
            self._count(packet)
            return packet is not None
        finally:
            self.forget(waiting)

    def end(self, reason: str) -> None:
        """Cut the connection; whoever waits is told. The first reason stands."""
        if self.ended.done():
            return
        self.ended.set_result(reason)
        if not self.greeted.done():
            self.greeted.set_result(None)
        if self._transport is not None:
            self._transport.abort()
        waiting, self._waiting = self._waiting, {}
        for each in waiting.values():
            each.settle(None)
