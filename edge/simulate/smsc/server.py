"""The SMSC as a whole: its listener, its tick, and what tests and the command do with it."""

import asyncio
import time
from collections.abc import Callable
from time import monotonic
from types import TracebackType

from edge.simulate.smsc.centre import Centre
from edge.simulate.smsc.counts import Counts
from edge.simulate.smsc.deliveries import Delivery
from edge.simulate.smsc.memory import Message
from edge.simulate.smsc.options import Options
from edge.simulate.smsc.peer import Peer
from edge.simulate.smsc.receipts import originate
from smpp.tap import Tap
from smpp.transport import Line, Outbox

TICK = 0.25  # seconds between two looks at timers
BACKLOG = 512
PATIENCE = 1.0  # seconds for peers to answer our unbind

__all__ = ["Message", "Options", "Smsc"]


class Smsc:
    """`async with Smsc(options) as smsc:` listens on `smsc.port`. Options may be changed while it runs.

    `tap` captures what is sent. Raises ValueError for options that cannot be meant, OSError where the address or
    the log cannot be had.
    """

    def __init__(self, options: Options | None = None, tap: Tap | None = None) -> None:
        self.options = options if options is not None else Options()
        self.options.check()
        self.peers: set[Peer] = set()
        self._tap = tap
        self._centre: Centre | None = None
        self._server: asyncio.Server | None = None
        self._tick: asyncio.TimerHandle | None = None
        self._reference = 0
        self._next_cut = 0.0

    # -- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        centre = Centre(self.options, loop)
        outbox = Outbox(loop, self._tap)
        options = self.options

        def accept() -> Line:
            return Line(Peer(centre, self.peers, monotonic()), outbox, throttle_reads=True)

        try:
            self._server = await loop.create_server(
                accept, options.host, options.port, ssl=options.tls, backlog=BACKLOG, reuse_address=True
            )
        except BaseException:
            if centre.journal is not None:
                centre.journal.close()
            raise
        self._centre = centre
        self._next_cut = monotonic() + options.disconnect_seconds
        self._tick = loop.call_later(TICK, self._on_tick, loop)

    async def stop(self, patience: float = PATIENCE) -> None:
        """Accept nobody, unbind everybody, close; whoever does not answer in time is dropped."""
        if self._server is None or self._centre is None:
            return
        self._server.close()
        self._server = None
        for peer in list(self.peers):
            peer.send_off(monotonic())
        await self._empty(patience)
        for peer in list(self.peers):
            if peer.line is not None:
                peer.line.abort()
        await self._empty(PATIENCE)
        if self._tick is not None:
            self._tick.cancel()
        self._centre.agenda.clear()
        if self._centre.journal is not None:
            self._centre.journal.close()
            self._centre.journal = None

    async def _empty(self, patience: float) -> None:
        deadline = monotonic() + patience
        while self.peers and monotonic() < deadline:
            await asyncio.sleep(0.005)

    async def __aenter__(self) -> "Smsc":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _on_tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tick = loop.call_later(TICK, self._on_tick, loop)
        now = monotonic()
        every = self.options.disconnect_seconds
        if every and now >= self._next_cut:
            self._next_cut = now + every
            for peer in [peer for peer in self.peers if peer.bound]:
                peer.cut(now)
        for peer in list(self.peers):
            peer.tick(now)

    # -- what it knows -------------------------------------------------------------------------

    @property
    def centre(self) -> Centre:
        """What all binds share. RuntimeError before `start`."""
        if self._centre is None:
            raise RuntimeError("the SMSC was not started")
        return self._centre

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise RuntimeError("the SMSC does not listen")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def messages(self) -> list[Message]:
        """The messages taken, oldest first, the newest `remember` of them."""
        return list(self.centre.memory)

    @property
    def counts(self) -> Counts:
        """What happened since the start."""
        return self.centre.counts

    @property
    def failed(self) -> str:
        """Why it cannot go on, empty while it can."""
        return self._centre.failed if self._centre is not None else ""

    @property
    def bound(self) -> list[str]:
        """The system_ids that are bound, one for each bind."""
        return sorted(peer.system_id for peer in self.peers if peer.bound)

    @property
    def waiting(self) -> int:
        """deliver_sm not answered yet."""
        return self.centre.deliveries.waiting + sum(len(peer.session.window) for peer in self.peers)

    # -- what it can be told -------------------------------------------------------------------

    def offer_mo(
        self,
        source: str,
        destination: str,
        text: str,
        system_id: str | None = None,
        ended: Callable[[int | None], None] | None = None,
        retry: bool = True,
    ) -> int:
        """Have a subscriber's message delivered; returns its parts, 0 where nobody is bound to receive.

        `system_id` None: to those bound, in turn. A named one may bind later. `ended` is called for each part.
        ValueError: an address or a text too long.
        """
        to = system_id if system_id is not None else self.centre.deliveries.anyone()
        self._reference = (self._reference + 1) & 0xFF
        parts = originate(source, destination, text, self._reference)
        if to is None:
            return 0
        for raw in parts:
            self.counts.originated += 1
            self.centre.deliveries.offer(to, Delivery(raw, retry, ended=ended), monotonic())
        return len(parts)

    async def inject_mo(
        self, source: str, destination: str, text: str, system_id: str | None = None, retry: bool = False
    ) -> list[int | None]:
        """Deliver a subscriber's message; returns what the peer answered to each part, None for no answer.

        Without `retry` the first answer counts. ConnectionError where nobody is bound to receive.
        """
        answers: list[int | None] = []
        done = asyncio.Event()
        expected = self.offer_mo(source, destination, text, system_id, _collect(answers, done), retry)
        if not expected:
            raise ConnectionError("nobody is bound to receive")
        while len(answers) < expected:
            done.clear()
            await done.wait()
        return answers

    def disconnect_all(self, politely: bool = False) -> int:
        """Cut every connection as it is, or unbind every bind; returns how many."""
        peers = list(self.peers)
        for peer in peers:
            if politely:
                peer.send_off(monotonic())
            elif peer.line is not None:
                peer.line.abort()
        return len(peers)

    async def wait_for(self, condition: Callable[["Smsc"], bool], within: float = 5.0) -> None:
        """Wait until `condition(smsc)` holds. TimeoutError, with what it counted, if it does not."""
        deadline = time.monotonic() + within
        while not condition(self):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not so within {within:g} s; the SMSC counted:\n{self.counts.summary()}")
            await asyncio.sleep(0.005)


def _collect(answers: list[int | None], done: asyncio.Event) -> Callable[[int | None], None]:
    def ended(status: int | None) -> None:
        answers.append(status)
        done.set()

    return ended
