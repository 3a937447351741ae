"""One bind to a carrier: connects, binds, keeps it up, forwards requests and matches their answers.

A link of a "tx+rx" carrier is two of these, one for each direction.
"""

import asyncio
import random
import ssl
from time import monotonic
from typing import Protocol

from edge.channels.carriers.tls import client_context
from edge.channels.notices import Notices
from edge.channels.transit import Ending, Transit
from edge.core.carrier import Carrier
from edge.core.metrics import Metrics
from smpp.consts import HEADER, RESPONSE, CommandId, Status, status_name
from smpp.errors import AnswerAndContinue
from smpp.frame import Frame
from smpp.session import BOUND_STATE, Role, Session, State
from smpp.session import HEADER as HEAD
from smpp.timers import Limits
from smpp.transport import Line, Outbox
from smpp.window import Pending

NOTICES = Notices("smsedge.carrier")
THROTTLES = frozenset({Status.ESME_RTHROTTLED, Status.ESME_RMSGQFUL})
UNBIND_WAIT = 5.0  # seconds for the carrier to answer our unbind, and for its answers to come in after its own


class Exchange(Protocol):
    """What a link reports to: its carrier's pool."""

    def up(self, link: "Link") -> None:
        """The link is bound."""

    def down(self, link: "Link", now: float) -> None:
        """The link takes nothing more: it is lost (its pending requests have been ended), or the carrier unbinds."""

    def landed(self, transit: Transit, now: float) -> None:
        """One request of an account no longer waits on the carrier."""

    def room(self, now: float) -> None:
        """Answers came in: what is held may go out."""

    def inbound(self, link: "Link", frame: Frame, now: float) -> None:
        """The carrier asks something of us (deliver_sm, data_sm, alert_notification)."""


class Link:
    """A link is an `smpp.transport.Handler`; `run` is its life, one connection after another."""

    def __init__(
        self,
        carrier: Carrier,
        name: str,
        command: CommandId,
        exchange: Exchange,
        outbox: Outbox,
        metrics: Metrics,
        gate: asyncio.Lock,
        first_sequence: int,
    ) -> None:
        self.carrier = carrier
        self.name = name
        self._window = carrier.window
        self.command = command
        self.generation = 0
        self.late = 0
        self.paused_until = 0.0
        self._first_sequence = first_sequence
        self.session = self._new_session(monotonic())
        self.line: Line | None = None
        self._exchange = exchange
        self._outbox = outbox
        self._metrics = metrics
        self._gate = gate
        self._unbind_sequence: int | None = None  # of the carrier's unbind, while answers are awaited
        self._settled = asyncio.Event()  # bound, refused or lost
        self._gone = asyncio.Event()
        self._retire = asyncio.Event()
        self._context: ssl.SSLContext | None = client_context(carrier)

    def _new_session(self, now: float) -> Session:
        limits = Limits(
            session_init=self.carrier.connect_timeout,
            enquire_link=self.carrier.enquire_link,
            response=self.carrier.response_timeout,
        )
        return Session(Role.ESME, now, limits, self.carrier.window, self._fault, self._first_sequence)

    def _fault(self, kind: str) -> None:
        self._metrics.protocol_errors.add(("carrier", kind))
        NOTICES.say(kind, self.name, f"protocol fault: {kind}")

    # -- life ----------------------------------------------------------------------------------

    @property
    def sends(self) -> bool:
        """Whether this bind carries submissions (all but the receiver of a pair)."""
        return self.command is not CommandId.BIND_RECEIVER

    @property
    def retiring(self) -> bool:
        """Whether the link is to end for good."""
        return self._retire.is_set()

    @property
    def bound(self) -> bool:
        """Whether requests may go out on it."""
        return self.session.state in BOUND_STATE.values() and not self.session.closing

    async def run(self) -> None:
        """Connect and bind, again and again with growing, jittered pauses, until `retire` is called."""
        failures = 0
        while True:
            # One attempt at a time over all links of a carrier: bind storms get clients banned.
            async with self._gate:
                bound = not self.retiring and await self._connect()
            if bound:
                failures = 0
                await self._gone.wait()
            else:
                failures += 1
            if self.retiring:
                return
            pause = min(self.carrier.reconnect_max, self.carrier.reconnect_min * 2 ** min(failures, 16))
            await self._pause(pause * random.uniform(0.5, 1.0))

    async def _pause(self, seconds: float) -> None:
        """Sleep, unless the link is to retire."""
        try:
            await asyncio.wait_for(self._retire.wait(), seconds)
        except TimeoutError:
            return

    async def _connect(self) -> bool:
        """One attempt: a connection and a bind. Returns whether it is bound."""
        loop = asyncio.get_running_loop()
        self.generation += 1
        self.late += self.session.window.late
        self.session = self._new_session(monotonic())
        self._unbind_sequence = None
        self._settled.clear()
        self._gone.clear()
        try:
            async with asyncio.timeout(self.carrier.connect_timeout):
                await loop.create_connection(
                    lambda: Line(self, self._outbox, throttle_reads=False),
                    self.carrier.host,
                    self.carrier.port,
                    ssl=self._context,
                )
        except (OSError, TimeoutError, ssl.SSLError) as error:
            NOTICES.say("connect", self.name, f"no connection to {self._address}: {str(error) or 'timed out'}")
            return False
        await self._settled.wait()
        return self.bound

    @property
    def _address(self) -> str:
        return f"{self.carrier.host}:{self.carrier.port}"

    def connected(self, line: Line) -> None:
        """Send the bind."""
        self.line = line
        self.session.request(bind_pdu(self.carrier, self.command), self.command, monotonic())

    def lost(self, pending: list[tuple[int, Pending]], now: float) -> None:
        """The connection is gone: whatever waited for an answer has an unknown outcome."""
        for _, (_, _, transit) in pending:
            self._unknown(transit, now)
        self.line = None
        if not self.retiring:
            NOTICES.say("lost", self.name, f"link lost: {self.session.closing}; {len(pending)} requests unanswered")
        self._settled.set()
        self._gone.set()
        self._exchange.down(self, now)

    def _unknown(self, transit: object, now: float) -> None:
        if isinstance(transit, Transit):
            self._exchange.landed(transit, now)
            try:
                transit.sender.unanswered(transit, Ending.UNKNOWN, now)
            except Exception as error:  # the others that wait are told all the same
                NOTICES.bug(self._metrics, self.name, error)

    # -- traffic -------------------------------------------------------------------------------

    def credit(self, now: float) -> bool:
        """Whether one more request may go out now."""
        session = self.session
        line = self.line
        return (
            len(session.window.pending) < self._window
            and now >= self.paused_until
            and line is not None
            and not line.blocked
            and not session.closing
        )

    def forward(self, transit: Transit, now: float) -> None:
        """Send a request; the caller has asked `credit`."""
        transit.sent = now
        session = self.session
        decision = transit.decision
        decision.link = self.name
        decision.upstream = session.request(transit.raw, transit, now)
        session.clock.active = now
        line = self.line
        if line is not None and not line.dirty:
            line.wake()

    def received(self, data: bytes, now: float) -> None:
        """Answers to what we sent, and requests of the carrier."""
        exchange = self._exchange
        answers = 0
        for frame, entry in self.session.receive(data, now):
            if entry is None:
                self._asked(frame, now)
                continue
            transit = entry[2]
            if isinstance(transit, Transit):
                answers += 1
                exchange.landed(transit, now)
                if frame.status and frame.status in THROTTLES:
                    # The carrier asks for less: later messages wait behind this pause, in their order.
                    self.paused_until = now + self.carrier.throttle_pause
                    self._metrics.caps.add(("carrier-throttle",))
                try:
                    transit.sender.answered(transit, frame, now)
                except Exception as error:
                    NOTICES.bug(self._metrics, self.name, error)
            elif isinstance(transit, CommandId):
                self._bind_answered(frame, now)
            else:
                self.session.close("unbound")
        if answers:
            if self._unbind_sequence is not None and not self.session.window.pending:
                self._finish_unbind(self.session, self._unbind_sequence)
            exchange.room(now)

    def _bind_answered(self, frame: Frame, now: float) -> None:
        # A generic_nack refuses whatever status it carries.
        if frame.status == Status.ESME_ROK and frame.command_id == self.command | RESPONSE:
            self.session.bound(self.command, self.carrier.version, now)
            NOTICES.info(self.name, f"bound to {self._address} as {self.command.name.lower()}")
            self._settled.set()
            self._exchange.up(self)
        else:
            NOTICES.say("bind", self.name, f"bind refused by {self._address}: {status_name(frame.status)}")
            self.session.close("bind refused")

    def _asked(self, frame: Frame, now: float) -> None:
        if frame.command_id == CommandId.UNBIND:
            self._carrier_unbinds(frame.sequence)
            return
        self.session.clock.active = now
        try:
            self._exchange.inbound(self, frame, now)
        except AnswerAndContinue as error:
            self._fault("bad-pdu")
            self.session.refuse(frame, error.status)
        except Exception as error:
            NOTICES.bug(self._metrics, self.name, error)
            self.session.refuse(frame, Status.ESME_RSYSERR)

    def _carrier_unbinds(self, sequence: int) -> None:
        """Take nothing new; give answers in flight a bounded time; then say goodbye."""
        self.session.unbinding()
        NOTICES.info(self.name, "the carrier unbinds")
        if not self.session.window.pending:
            self.session.accept_unbind(sequence)
            return
        self._unbind_sequence = sequence
        # What waits for this link goes another way, or is given back: it has not been sent.
        self._exchange.down(self, monotonic())
        asyncio.get_running_loop().call_later(UNBIND_WAIT, self._finish_unbind, self.session, sequence)

    def _finish_unbind(self, session: Session, sequence: int) -> None:
        if session is self.session and self.line is not None and session.state is State.UNBINDING:
            session.accept_unbind(sequence)
            self._unbind_sequence = None
            self.line.wake()

    def answer(self, generation: int, raw: bytes) -> None:
        """Answer a request of the carrier, if the connection that asked still stands."""
        if generation == self.generation and self.line is not None and self.session.state is not State.CLOSED:
            self.session.out.append(raw)
            self.line.wake()

    def tick(self, now: float) -> None:
        """Keep the link alive; end requests that were never answered."""
        line = self.line
        if line is None:
            return
        for _, (_, _, transit) in self.session.tick(now):
            NOTICES.say("silent", self.name, f"no answer in {self.carrier.response_timeout:g} s: outcome unknown")
            self._unknown(transit, now)
        if self.session.closing and not self.session.out:
            line.abort()  # a peer that timed out is not waited for
        else:
            line.wake()

    # -- the end -------------------------------------------------------------------------------

    async def retire(self, patience: float) -> None:
        """Take nothing more, wait up to `patience` seconds for answers, unbind, close."""
        self._retire.set()
        deadline = monotonic() + patience
        while self.session.window.pending and self.line is not None and monotonic() < deadline:
            await asyncio.sleep(0.02)
        line = self.line
        if line is None:
            return
        if self.bound:
            self.session.unbind(monotonic())
            line.wake()
            try:
                await asyncio.wait_for(self._gone.wait(), min(UNBIND_WAIT, max(0.2, patience)))
            except TimeoutError:
                NOTICES.info(self.name, "the carrier did not answer our unbind")
        if self.line is not None:
            line.abort()
            await self._gone.wait()


def bind_pdu(carrier: Carrier, command: CommandId) -> bytes:
    """The bind request (3.4 section 4.1). Not by the table: some carriers give out passwords longer than its 8
    characters, and take them; `smsedge check` remarks on it."""
    texts = (carrier.system_id, carrier.password, carrier.system_type)
    body = b"".join(text.encode("latin-1", "replace") + b"\0" for text in texts)
    body += bytes((carrier.version, 0, 0)) + carrier.address_range.encode("latin-1", "replace") + b"\0"
    return HEAD.pack(HEADER + len(body), command, 0, 0) + body
