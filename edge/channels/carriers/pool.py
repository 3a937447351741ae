"""One carrier: its links, its pace, and who waits for its window.

Nothing is buffered beyond what a customer's own window allows, and what is held here has not been
acknowledged to anybody. Accounts that wait are served in turn, one message each.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from enum import Enum
from time import monotonic

from edge.channels.carriers.link import Link
from edge.channels.transit import Ending, Transit
from edge.core.carrier import Carrier
from edge.core.metrics import Metrics
from smpp.consts import CommandId
from smpp.frame import Frame
from smpp.message_id import publisher
from smpp.transport import Outbox

PACE_SLACK = 0.05  # seconds a late timer may catch up: pacing stays true over any tenth of a second
Inbound = Callable[[Link, Frame, float], None]


class Offer(Enum):
    """What became of a message that was offered to a carrier."""

    TAKEN = "taken"  # forwarded, or held for its turn
    FULL = "full"  # as many of this account's messages wait as may
    DOWN = "down"  # no link is bound


class Pool:
    """A carrier's links and its queue. All calls are on the loop."""

    def __init__(
        self,
        carrier: Carrier,
        outbox: Outbox,
        metrics: Metrics,
        inbound: Inbound,
        first_sequence: int = 1,
    ) -> None:
        self.carrier = carrier
        self.held_count = 0
        self.draining = False
        self._metrics = metrics
        self._inbound = inbound
        self._held: dict[str, deque[Transit]] = {}
        self._order: deque[str] = deque()
        self._inflight: dict[str, int] = {}
        self._turn = 0
        self._pace_at = 0.0
        self._publish = publisher(carrier.tag, carrier.message_id.response)
        self._interval = 1.0 / carrier.rate if carrier.rate else 0.0
        self._timer: asyncio.TimerHandle | None = None
        gate = asyncio.Lock()
        self.links = [
            Link(carrier, name, command, self, outbox, metrics, gate, first_sequence)
            for name, command in _slots(carrier)
        ]
        self._senders: list[Link] = []
        self._tasks: list[asyncio.Task[None]] = []

    # -- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to connect."""
        self._tasks = [asyncio.get_running_loop().create_task(link.run()) for link in self.links]

    async def stop(self, patience: float) -> None:
        """Take nothing more; give what is on its way `patience` seconds; unbind; close."""
        self.draining = True
        deadline = monotonic() + patience
        while self.held_count and self.bound and monotonic() < deadline:
            await asyncio.sleep(0.02)
        self._fail_held(monotonic())
        await asyncio.gather(*(link.retire(max(0.0, deadline - monotonic())) for link in self.links))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self.links:
            if link.line is not None:
                link.line.abort()
        if self._timer is not None:
            self._timer.cancel()

    @property
    def bound(self) -> bool:
        """Whether any link can carry submissions."""
        return bool(self._senders)

    @property
    def inflight(self) -> int:
        """Requests that wait for this carrier's answer."""
        return sum(len(link.session.window.pending) for link in self.links)

    # -- the path ------------------------------------------------------------------------------

    def offer(self, transit: Transit, now: float) -> Offer:
        """Forward a request now, or hold it for its turn, or say why not."""
        if not self.held_count and not self.draining:
            link = self._ready(transit, now)
            if link is not None:
                self._forward(link, transit, now)
                return Offer.TAKEN
        if not self._senders or self.draining:
            return Offer.DOWN
        queue = self._held.get(transit.account)
        if queue is None:
            queue = self._held[transit.account] = deque()
            self._order.append(transit.account)
        elif len(queue) >= transit.hold_limit:
            self._metrics.caps.add(("hold",))
            return Offer.FULL
        queue.append(transit)
        self.held_count += 1
        self.room(now)
        return Offer.TAKEN

    def _forward(self, link: Link, transit: Transit, now: float) -> None:
        account = transit.account
        self._inflight[account] = self._inflight.get(account, 0) + 1
        transit.via = self.carrier
        transit.publish = self._publish
        transit.decision.carrier = self.carrier.name
        if self._interval:
            self._pace_at = max(self._pace_at, now - PACE_SLACK) + self._interval
        link.forward(transit, now)

    def _ready(self, transit: Transit, now: float) -> Link | None:
        """A link that may take this request now: pace, the account's share, credit, in turn."""
        if self._interval and now < self._pace_at:
            return None
        senders = self._senders
        count = len(senders)
        if len(self._inflight) > 1 and self._inflight.get(transit.account, 0) >= self._share(count):
            return None
        if transit.stuck_to >= 0 and count:  # a later part goes the way of the first
            link = self.links[transit.stuck_to % len(self.links)]
            if link not in senders:
                link = senders[transit.stuck_to % count]
            return link if link.credit(now) else None
        if count == 1:
            return senders[0] if senders[0].credit(now) else None
        for _ in range(count):
            self._turn = turn = (self._turn + 1) % count
            if senders[turn].credit(now):
                return senders[turn]
        return None

    def _share(self, links: int) -> int:
        """How much of the window one account may use while another sends too."""
        return max(1, int(self.carrier.share * self.carrier.window * links))

    def link_index(self, name: str) -> int:
        """The slot of the link called `name`, for parts that must follow it; -1 if there is none."""
        for index, link in enumerate(self.links):
            if link.name == name:
                return index
        return -1

    def stick(self, transit: Transit) -> int:
        """The slot that the parts behind this one must follow: its link's; while it waits, one is settled now."""
        if not transit.decision.link and self._senders:
            self._turn = turn = (self._turn + 1) % len(self._senders)
            transit.stuck_to = self.links.index(self._senders[turn])
            return transit.stuck_to
        return self.link_index(transit.decision.link)

    # -- Exchange: what links report -----------------------------------------------------------

    def landed(self, transit: Transit, now: float) -> None:
        """One of an account's requests no longer waits on us."""
        left = self._inflight.get(transit.account, 1) - 1
        if left > 0:
            self._inflight[transit.account] = left
        else:
            self._inflight.pop(transit.account, None)
        if transit.sent:
            self._metrics.carrier_latency.observe(now - transit.sent)

    def room(self, now: float) -> None:
        """Let out what is held, accounts in turn, as far as windows and pace allow."""
        stuck = 0
        order = self._order
        while order and stuck < len(order) and self._credit(now):
            account = order[0]
            queue = self._held[account]
            link = self._ready(queue[0], now)
            order.rotate(-1)
            if link is None:
                stuck += 1
                continue
            stuck = 0
            self.held_count -= 1
            self._forward(link, queue.popleft(), now)
            if not queue:
                del self._held[account]
                order.pop()  # the turn has just been passed on, so it is the last
        if self.held_count and self._timer is None:
            self._arm(now)

    def _credit(self, now: float) -> bool:
        """Whether any link could take anything at all."""
        if self._interval and now < self._pace_at:
            return False
        return any(link.credit(now) for link in self._senders)

    def _arm(self, now: float) -> None:
        """Look again when the pace or a pause allows more; answers wake us by themselves."""
        at = [self._pace_at] if self._interval and self._pace_at > now else []
        at += [link.paused_until for link in self._senders if link.paused_until > now]
        if at:
            self._timer = asyncio.get_running_loop().call_later(max(0.001, min(at) - now), self._timed)

    def _timed(self) -> None:
        self._timer = None
        self.room(monotonic())

    def up(self, link: Link) -> None:
        """A link is bound."""
        if link.sends and link not in self._senders:
            self._senders.append(link)
        self.room(monotonic())

    def down(self, link: Link, now: float) -> None:
        """A link is lost. What is held has not been sent: with no link left it is given back."""
        if link in self._senders:
            self._senders.remove(link)
        if not self._senders:
            self._fail_held(now)

    def _fail_held(self, now: float) -> None:
        held, self._held = self._held, {}
        self._order.clear()
        self.held_count = 0
        for queue in held.values():
            for transit in queue:
                transit.sender.unanswered(transit, Ending.UNSENT, now)

    def inbound(self, link: Link, frame: Frame, now: float) -> None:
        """The carrier asks something of us."""
        self._inbound(link, frame, now)

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Keep links alive, end what is too old."""
        for link in self.links:
            link.tick(now)
        for queue in list(self._held.values()):
            while queue and now - queue[0].arrived > self.carrier.response_timeout:
                self.held_count -= 1
                transit = queue.popleft()
                transit.sender.unanswered(transit, Ending.CONGESTED, now)
        for account in [account for account, queue in self._held.items() if not queue]:
            del self._held[account]
            self._order.remove(account)
        self.room(now)

    def waiting(self, now: float, age: float) -> list[Transit]:
        """Requests that have waited `age` seconds or longer for this carrier, sent or held."""
        sent = [
            transit
            for link in self.links
            for _, (_, _, transit) in link.session.window.older(now, age)
            if isinstance(transit, Transit)
        ]
        held = [transit for queue in self._held.values() for transit in queue if now - transit.arrived >= age]
        return sent + held

    def sizes(self) -> dict[str, int]:
        """Entries per table, for metrics and the soak: all 0 when nothing is on its way."""
        return {"pending": self.inflight, "held": self.held_count, "accounts": len(self._inflight)}


def _slots(carrier: Carrier) -> list[tuple[str, CommandId]]:
    """The binds a carrier wants: names and commands."""
    if carrier.mode == "trx":
        return [(f"{carrier.name}/{n}", CommandId.BIND_TRANSCEIVER) for n in range(1, carrier.links + 1)]
    pairs = [(f"{carrier.name}/{n}", n) for n in range(1, carrier.links + 1)]
    return [(f"{name}t", CommandId.BIND_TRANSMITTER) for name, _ in pairs] + [
        (f"{name}r", CommandId.BIND_RECEIVER) for name, _ in pairs
    ]
