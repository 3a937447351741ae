"""Sends a workload over some binds at a rate, and tallies the answers. Nothing is ever sent twice."""

import asyncio
from collections.abc import Callable
from time import monotonic, time
from typing import NamedTuple

from edge.simulate.esme.client import Binding, Client
from edge.simulate.esme.esme import answered_id, read_delivery
from edge.simulate.journal import Journal
from edge.simulate.traffic.kinds import Outgoing, workload
from edge.simulate.traffic.options import Options
from edge.simulate.traffic.tally import Tally
from smpp.consts import CommandId, Status
from smpp.errors import AnswerAndContinue
from smpp.frame import Frame
from smpp.transport import Outbox

STEP = 0.005  # seconds between two looks at the clock
BURST = 0.05  # seconds of the rate that may be caught up at once
REBIND = 0.5  # seconds between two attempts with `reconnect`
AT_ONCE = 200  # messages sent before anybody else on the loop gets a turn

_DELIVERY_REPORT = 1  # registered_delivery, lowest bit


class Sent(NamedTuple):
    """What waits for its answer."""

    outgoing: Outgoing
    asked: bool
    at: float


class Sender(Client):
    """One bind of the engine."""

    def __init__(self, binding: Binding, engine: "Engine", outbox: Outbox) -> None:
        super().__init__(binding, outbox)
        self._engine = engine

    def answered(self, context: object, frame: Frame, now: float) -> None:
        """Tally it."""
        assert isinstance(context, Sent)
        self._engine.answered(context, frame, now)

    def unanswered(self, context: object, now: float) -> None:
        """Tally it."""
        assert isinstance(context, Sent)
        self._engine.unanswered(context, now)

    def delivered(self, frame: Frame, now: float) -> int | None:
        """A receipt, a bounce-back or a subscriber's message."""
        return self._engine.delivered(frame)

    def batch_done(self, now: float) -> None:
        """There is room again."""
        self._engine.put_down()
        self._engine.pump(now)

    def ended(self, now: float) -> None:
        """The connection is gone."""
        self._engine.lost(self)


class Engine:
    """One run."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.tally = Tally(frozenset(options.emergency))
        self.seconds = 0.0
        self._messages = workload(options)
        self._outbox = Outbox(asyncio.get_running_loop())
        self._senders: list[Sender] = []
        self._receivers: list[Sender] = []
        self._journal = Journal(options.log) if options.log is not None else None
        self._sending = False
        self._leaving = False
        self._patient = True
        self._problem: OSError | None = None
        self._sent = 0
        self._credit = 0.0
        self._counted = 0.0
        self._turn = 0
        self._rebinding: set[asyncio.Task[None]] = set()

    # -- the run -------------------------------------------------------------------------------

    async def run(self, watch: Callable[["Engine", float, float], None] = lambda engine, now, done: None) -> None:
        """Bind, send, wait for what is owed, unbind. `watch` is told every few milliseconds how far it is.

        OSError, TimeoutError, BindRefused where the binds cannot be had; OSError where the log cannot be written.
        """
        try:
            await self._bind()
            started = monotonic()
            await self._send(started, watch)
            await self._answers(watch)
            self.seconds = monotonic() - started
            await self._extras(watch)
            if self._problem is not None:
                raise self._problem
        finally:
            self._leaving = True
            for task in self._rebinding:
                task.cancel()
            await asyncio.gather(*(client.unbind() for client in self._clients))
            self.tally.settle()
            if self._journal is not None:
                self._journal.close()

    @property
    def _clients(self) -> list[Sender]:
        return self._senders + self._receivers

    @property
    def flying(self) -> int:
        """Messages that wait for their answers."""
        return self._sent - self.tally.answered - self.tally.unanswered

    def stop(self) -> None:
        """Send nothing more; told so again, wait for nothing more."""
        self._patient = self._sending
        self._sending = False

    async def _bind(self) -> None:
        kinds = self.options.bind.split("+")
        for _ in range(self.options.binds):
            for kind in kinds:
                await self._open(kind)

    async def _open(self, kind: str) -> None:
        options = self.options
        client = Sender(
            Binding(
                options.host,
                options.port,
                options.system_id,
                options.password,
                kind,
                options.tls,
                options.version,
                options.system_type,
                window=options.window,
                response_timeout=options.timeout,
            ),
            self,
            self._outbox,
        )
        await client.open()
        (self._receivers if kind == "rx" else self._senders).append(client)

    async def _send(self, started: float, watch: Callable[["Engine", float, float], None]) -> None:
        options = self.options
        self._sending = True
        self._credit, self._counted = 1.0, started
        while self._sending:
            now = monotonic()
            if options.duration and now - started >= options.duration:
                break
            if not self._clients and not self._rebinding:
                break
            self.pump(now)
            watch(self, now, self._done(now - started))
            await asyncio.sleep(STEP)
        self._sending = False

    def _done(self, elapsed: float) -> float:
        """The share that is done, -1 for a run without an end."""
        options = self.options
        shares = []
        if options.count:
            shares.append(self._sent / options.count)
        if options.duration:
            shares.append(elapsed / options.duration)
        return max(shares, default=-1.0)

    async def _answers(self, watch: Callable[["Engine", float, float], None]) -> None:
        """Wait for the answers; those that take longer than `timeout` are given up by their bind."""
        while self.flying and self._patient:
            watch(self, monotonic(), 1.0)
            await asyncio.sleep(STEP)

    async def _extras(self, watch: Callable[["Engine", float, float], None]) -> None:
        """Wait for receipts and bounce-backs, for `wait` seconds at most."""
        deadline = monotonic() + self.options.wait
        while self._patient and self._owed() and self._clients and monotonic() < deadline:
            watch(self, monotonic(), 1.0)
            await asyncio.sleep(STEP)

    def _owed(self) -> bool:
        """Whether receipts or bounce-backs are to come."""
        emergency = self.tally.kinds.get("emergency")
        bounces = emergency is not None and emergency.bounces < emergency.statuses[Status.ESME_RINVDSTADR]
        return self.options.bind != "tx" and (bounces or bool(self.tally.receipts_due))

    # -- what goes out -------------------------------------------------------------------------

    def pump(self, now: float) -> None:
        """Send what the rate and the windows allow now."""
        if not self._sending or not self._senders:
            return
        allowed = self._allowed(now)
        while allowed > 0:
            sender = self._next_sender()
            if sender is None:
                return
            self._send_one(sender, now)
            allowed -= 1
        if self.options.count and self._sent >= self.options.count:
            self._sending = False

    def _allowed(self, now: float) -> int:
        options = self.options
        left = options.count - self._sent if options.count else AT_ONCE
        if not options.rate:
            return min(left, AT_ONCE)
        self._credit = min(self._credit + (now - self._counted) * options.rate, max(1.0, options.rate * BURST))
        self._counted = now
        return min(left, int(self._credit))

    def _next_sender(self) -> Sender | None:
        """The next bind in turn that has room."""
        count = len(self._senders)
        for step in range(count):
            sender = self._senders[(self._turn + step) % count]
            if sender.has_room:
                self._turn = (self._turn + step + 1) % count
                return sender
        return None

    def _send_one(self, sender: Sender, now: float) -> None:
        outgoing = next(self._messages)
        asked = bool(_registered(outgoing.raw) & _DELIVERY_REPORT)
        kind = self.tally.kind(outgoing.kind)
        kind.sent += 1
        kind.receipts_asked += asked
        self._sent += 1
        self._credit -= 1.0
        sender.send(outgoing.raw, Sent(outgoing, asked, now), now)

    # -- what comes in -------------------------------------------------------------------------

    def answered(self, sent: Sent, frame: Frame, now: float) -> None:
        """An answer to one of the messages."""
        message_id = answered_id(frame)
        self.tally.answer(sent.outgoing.kind, frame.status, message_id, sent.asked, now - sent.at)
        self._note(sent, frame.status, message_id)

    def unanswered(self, sent: Sent, now: float) -> None:
        """No answer will come: what became of the message is unknown."""
        self.tally.kind(sent.outgoing.kind).unanswered += 1
        self._note(sent, None, "")
        self.put_down()

    def delivered(self, frame: Frame) -> int | None:
        """What the peer delivered; returns the answer."""
        if frame.command_id == CommandId.ALERT_NOTIFICATION:
            return None
        try:
            received = read_delivery(frame)
        except AnswerAndContinue as error:
            return error.status
        if received.receipt is not None:
            self.tally.receipt(received.receipt.id, received.receipt.stat)
        else:
            self.tally.originated(received.source, received.part is None or received.part[2] == 1)
        return Status.ESME_ROK

    def _note(self, sent: Sent, status: int | None, message_id: str) -> None:
        if self._journal is None:
            return
        outgoing = sent.outgoing
        self._journal.add(
            {
                "time": round(time(), 6),
                "kind": outgoing.kind,
                "status": status,
                "message_id": message_id,
                "source": outgoing.source,
                "destination": outgoing.destination,
                "text": outgoing.text,
                "part": outgoing.part,
                "parts": outgoing.parts,
            }
        )

    def put_down(self) -> None:
        """Hand the log's lines to the kernel; a log that cannot be written ends the run."""
        if self._journal is None:
            return
        try:
            self._journal.flush()
        except OSError as error:
            self._problem = error
            self._sending = False
            self._patient = False

    # -- losses --------------------------------------------------------------------------------

    def lost(self, client: Sender) -> None:
        """A bind ended; with `reconnect` another takes its place."""
        for clients in (self._senders, self._receivers):
            if client in clients:
                clients.remove(client)
                break
        else:
            return
        if self._leaving:
            return
        self.tally.losses[client.lost_by] += 1
        if self.options.reconnect:
            task = asyncio.get_running_loop().create_task(self._rebind(client.binding.kind))
            self._rebinding.add(task)
            task.add_done_callback(self._rebinding.discard)

    async def _rebind(self, kind: str) -> None:
        while not self._leaving:
            await asyncio.sleep(REBIND)
            try:
                await self._open(kind)
            except (OSError, TimeoutError):
                continue
            return


def _registered(raw: bytes) -> int:
    """registered_delivery of a submit_sm of ours, whose schedule and validity are empty."""
    at = raw.index(0, 16) + 3
    at = raw.index(0, at) + 3
    at = raw.index(0, at) + 4
    return raw[at + 2]
