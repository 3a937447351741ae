"""One bind as an ESME, as an `smpp.transport.Handler`. What becomes of answers and deliveries is for subclasses.

Sends nothing on its own but the bind, keep-alives, answers and the unbind; never sends a request twice.
"""

import asyncio
import ssl
from dataclasses import dataclass
from time import monotonic

from smpp.codec import request
from smpp.consts import CommandId, Status, status_name
from smpp.fast import respond_sm
from smpp.frame import Frame
from smpp.session import BOUND_STATE, Role, Session
from smpp.timers import Limits
from smpp.transport import Line, Outbox
from smpp.window import Pending

TICK = 0.25  # seconds
KINDS = {
    "tx": CommandId.BIND_TRANSMITTER,
    "rx": CommandId.BIND_RECEIVER,
    "trx": CommandId.BIND_TRANSCEIVER,
}
UNBIND_WAIT = 2.0  # seconds for answers in flight once the peer unbinds
_NO_ANSWER = frozenset({CommandId.ALERT_NOTIFICATION})
_BIND = object()  # the context of the bind; unbind and enquire_link have None


class BindRefused(ConnectionError):
    """The bind was answered with an error: `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the bind was refused: {status_name(status)}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Binding:
    """Who binds, how, and to where. Times in seconds. `window` is only what `Client.has_room` goes by."""

    host: str
    port: int
    system_id: str
    password: str
    kind: str = "trx"
    tls: ssl.SSLContext | None = None
    version: int = 0x34
    system_type: str = ""
    address_range: str = ""
    window: int = 10
    connect_timeout: float = 5.0
    response_timeout: float = 60.0
    enquire_link: float = 30.0
    first_sequence: int = 1


def _bind(who: Binding) -> bytes:
    return request(
        KINDS[who.kind],
        0,
        system_id=who.system_id.encode("latin-1", "replace"),
        password=who.password.encode("latin-1", "replace"),
        system_type=who.system_type.encode("latin-1", "replace"),
        interface_version=who.version,
        address_range=who.address_range.encode("latin-1", "replace"),
    )


class Client:
    """One connection. `open` it once, `unbind` or `close` it; `lost_by` says why it ended.

    ValueError for a binding that cannot be written: a field that is too long, a kind there is not.
    """

    def __init__(self, binding: Binding, outbox: Outbox | None = None) -> None:
        if binding.kind not in KINDS:
            raise ValueError(f"a bind is one of {', '.join(KINDS)}, not {binding.kind!r}")
        self.binding = binding
        self.command = KINDS[binding.kind]
        limits = Limits(binding.connect_timeout, binding.enquire_link, binding.response_timeout)
        self.session = Session(
            Role.ESME, monotonic(), limits, binding.window, self.fault, first_sequence=binding.first_sequence
        )
        self.line: Line | None = None
        self.faults: dict[str, int] = {}
        self.lost_by = ""
        self._outbox = outbox
        self._bind = _bind(binding)
        self._settled = asyncio.Event()
        self._gone = asyncio.Event()
        self._bind_status: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unbind_sequence: int | None = None
        self._unbind_by = 0.0

    # -- for subclasses; called on the loop, must not wait, must not raise ------------------------

    def answered(self, context: object, frame: Frame, now: float) -> None:
        """The answer to one of our requests."""

    def unanswered(self, context: object, now: float) -> None:
        """No answer will come: time is up, or the connection is lost."""

    def delivered(self, frame: Frame, now: float) -> int | None:
        """A deliver_sm, data_sm or alert_notification came: the status to answer with, None for no answer."""
        return Status.ESME_ROK

    def batch_done(self, now: float) -> None:
        """All that came in one read was dealt with."""

    def ended(self, now: float) -> None:
        """The connection is gone; `lost_by` says why."""

    # -- life ----------------------------------------------------------------------------------

    @property
    def bound(self) -> bool:
        """Whether requests may be sent."""
        return self.session.state in BOUND_STATE.values() and not self.session.closing

    @property
    def has_room(self) -> bool:
        """Whether the window and the peer take one more request now."""
        line = self.line
        return self.bound and line is not None and not line.blocked and not self.session.window.full

    async def open(self) -> None:
        """Connect and bind. OSError, TimeoutError, BindRefused; ConnectionError where the peer hangs up."""
        loop = asyncio.get_running_loop()
        outbox = self._outbox or Outbox(loop)
        where = self.binding
        try:
            async with asyncio.timeout(where.connect_timeout):
                await loop.create_connection(
                    lambda: Line(self, outbox, throttle_reads=False),
                    where.host,
                    where.port,
                    ssl=where.tls,
                )
                await self._settled.wait()
        except TimeoutError:
            await self.close()
            raise TimeoutError(f"no bind within {where.connect_timeout:g} s") from None
        if self._bind_status:
            await self._gone.wait()
            raise BindRefused(self._bind_status)
        if self._bind_status is None:
            raise ConnectionError(f"the connection ended before the bind was answered: {self.lost_by}")
        self._timer = loop.call_later(TICK, self._tick, loop)

    def connected(self, line: Line) -> None:
        """Send the bind."""
        self.line = line
        self.session.request(self._bind, _BIND, monotonic())

    def lost(self, pending: list[tuple[int, Pending]], now: float) -> None:
        """The connection is gone."""
        self.line = None
        self.lost_by = self.session.closing
        if self._timer is not None:
            self._timer.cancel()
        for _, (_, _, context) in pending:
            if context is not None and context is not _BIND:
                self.unanswered(context, now)
        self._settled.set()
        self._gone.set()
        self.ended(now)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(TICK, self._tick, loop)
        now = monotonic()
        line = self.line
        if line is None:
            return
        for _, (_, _, context) in self.session.tick(now):
            if context is not None:
                self.unanswered(context, now)
            else:
                self.session.close("unbind was not answered")
        if self._unbind_sequence is not None and now >= self._unbind_by:
            self.session.accept_unbind(self._unbind_sequence)
        if self.session.closing and not self.session.out:
            line.abort()
        else:
            line.wake()

    # -- what comes in -------------------------------------------------------------------------

    def received(self, data: bytes, now: float) -> None:
        """Answers, and what the peer delivers."""
        for frame, entry in self.session.receive(data, now):
            if entry is None:
                self._asked(frame, now)
            elif entry[2] is _BIND:
                self._bind_answered(frame, now)
            elif entry[2] is None:
                self.session.close("unbound")
            else:
                self.answered(entry[2], frame, now)
        if self._unbind_sequence is not None and not self.session.window.pending:
            self.session.accept_unbind(self._unbind_sequence)
        self.batch_done(now)

    def _bind_answered(self, frame: Frame, now: float) -> None:
        self._bind_status = frame.status
        if frame.status:
            self.session.close("bind refused")
            return
        self.session.bound(self.command, self.binding.version, now)
        self._settled.set()

    def _asked(self, frame: Frame, now: float) -> None:
        if frame.command_id == CommandId.UNBIND:
            # Answers in flight are still taken, for a bounded time: a closed session would not read them.
            self.session.unbinding()
            self._unbind_sequence = frame.sequence
            self._unbind_by = now + UNBIND_WAIT
            return
        status = self.delivered(frame, now)
        if status is not None and frame.command_id not in _NO_ANSWER:
            self.session.out.append(respond_sm(frame.command_id, status, frame.sequence, b""))

    def fault(self, kind: str) -> None:
        """The session dealt with something wrong."""
        self.faults[kind] = self.faults.get(kind, 0) + 1

    # -- what goes out -------------------------------------------------------------------------

    def send(self, raw: bytes, context: object, now: float) -> int:
        """Send a whole request PDU under a sequence number of our own, which is returned. Does not ask the window.

        `context`, anything but None, comes back with the answer; answers to enquire_link stay with the session.
        ConnectionError where the connection is gone.
        """
        line = self.line
        if line is None or self.session.closing:
            raise ConnectionError(f"the connection is gone: {self.lost_by or self.session.closing or 'never opened'}")
        sequence = self.session.request(raw, context, now)
        self.session.clock.active = now
        line.wake()
        return sequence

    def write(self, octets: bytes) -> None:
        """Send octets as they are: nothing is renumbered, awaited or checked. ConnectionError as `send`."""
        line = self.line
        if line is None or self.session.closing:
            raise ConnectionError(f"the connection is gone: {self.lost_by or self.session.closing or 'never opened'}")
        self.session.out.append(octets)
        line.wake()

    async def unbind(self, patience: float = 2.0) -> None:
        """Unbind and wait until the connection is closed; drop it after `patience` seconds."""
        line = self.line
        if line is None:
            return
        if self.bound:
            self.session.unbind(monotonic())
        else:
            self.session.close("closed")
        line.wake()
        try:
            await asyncio.wait_for(self._gone.wait(), patience)
        except TimeoutError:
            await self.close()

    async def close(self) -> None:
        """Drop the connection without a word."""
        self.abort()
        if self.line is not None:
            await self._gone.wait()

    def abort(self) -> None:
        """As `close`, without waiting until it is gone."""
        if self.line is not None:
            self.session.close("closed")
            self.line.abort()

    async def wait_gone(self) -> None:
        """Wait until the connection has ended."""
        await self._gone.wait()
