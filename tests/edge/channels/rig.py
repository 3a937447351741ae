"""A whole edge in one thread and in simulated time: customers on one side, carriers on the other, no sockets.

A test reads as a conversation (in the manner of mitmproxy's Playbook): an ESME sends, the carrier sees, the carrier
answers, the ESME sees. `sees` is exact: every PDU that the edge wrote since the last look, octet by octet (but for the
numbers that the edge gives to its own requests). A look that disappoints prints the conversation so far.
The policy is what the test says (`Desk.rule`); audit and ledger are lists. All else is the real thing.
"""

import asyncio
import ssl
from collections import deque
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from edge.channels.carriers.inbound import Inbound
from edge.channels.carriers.link import Link
from edge.channels.carriers.pool import Pool
from edge.channels.carriers.routing import Router
from edge.channels.deliveries import Deliveries
from edge.channels.smpp.customer import Customer
from edge.channels.smpp.server import Server
from edge.channels.smpp.service import Service
from edge.core.account import Account
from edge.core.carrier import Carrier, Route
from edge.core.conf import Smpp
from edge.core.decision import Decision
from smpp.codec import Pdu, build, parse
from smpp.consts import RESPONSE, CommandId
from smpp.frame import Framer
from smpp.layout import Value
from smpp.tlv import Tlv
from smpp.transport import Line, Outbox

from .books import RIVAL, SMPP, Desk, acme, carrier, conf_of
from .pdus import bind, resp, shown
from .simloop import Clock, SimLoop, simulated

TICK = 0.1  # as edge.app ticks
LATENCY = 0.001  # what an answer to enquire_link takes
ACCOUNTS = (acme(), RIVAL)
CARRIERS = (carrier(),)
ENQUIRE = int(CommandId.ENQUIRE_LINK)
ENQUIRED = ENQUIRE | RESPONSE


class Wire(asyncio.Transport):
    """A connection whose other end is a `Peer`."""

    def __init__(self, peer: "Peer", extra: dict[str, Any]) -> None:
        super().__init__(extra)
        self.peer = peer
        self.protocol: Any = None
        self.reading = True
        self.closed = False
        self._framer = Framer(140_000)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def write(self, data: Any) -> None:
        assert not self.closed, "written after close"
        for frame in self._framer.feed(bytes(data)):
            self.peer.written_to(frame.raw)
        assert self._framer.error is None
        assert not self._framer.pending, "the edge wrote part of a PDU"

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.drop(None)

    def abort(self) -> None:
        self.drop(None)

    def drop(self, error: Exception | None) -> None:
        """End the connection; the protocol hears of it in its turn, once."""
        if not self.closed:
            self.closed = True
            self.peer.world.say(f"{self.peer.name:12} ======== connection closed")
            self.peer.world.loop.call_soon(self.protocol.connection_lost, error)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is buffered."""

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class Peer:
    """The far end of a connection: an ESME, or a carrier on one link.

    Answers enquire_link by itself, unseen, unless `lively` is False. `took` are the requests it has seen and not
    answered.
    """

    def __init__(self, world: "World", name: str, extra: dict[str, Any]) -> None:
        self.world = world
        self.name = name
        self.wire = Wire(self, {"peername": ("127.0.0.1", 40000), "sockname": ("127.0.0.1", 2775)} | extra)
        self.lively = True
        self.took: deque[Pdu] = deque()
        self.when: list[float] = []
        self._unseen: deque[bytes] = deque()
        self._times: list[float] = []

    @property
    def closed(self) -> bool:
        """Whether the connection has ended."""
        return self.wire.closed

    def written_to(self, raw: bytes) -> None:
        """The edge wrote a PDU: it must be one, by the table."""
        pdu = parse(raw)
        self.world.say(f"{self.name:12} <-- edge  {shown(raw)}")
        if self.lively and pdu.command_id in (ENQUIRE, ENQUIRED):
            if pdu.command_id == ENQUIRE:
                self.world.loop.call_later(LATENCY, self._feed, build(ENQUIRED, 0, pdu.sequence))
            return
        self._unseen.append(raw)
        self._times.append(self.world.clock.now)
        if not pdu.command_id & RESPONSE:
            self.took.append(pdu)

    # -- what it says --------------------------------------------------------------------------

    def sends(self, *pdus: bytes) -> None:
        """Write to the edge, all in one read, and let happen what follows."""
        for raw in pdus:
            self.world.say(f"{self.name:12} --> edge  {shown(raw)}")
        self.world.loop.do(self._feed, b"".join(pdus))

    def _feed(self, octets: bytes) -> None:
        if not self.closed:
            self.wire.protocol.data_received(octets)

    def answers(self, status: int = 0, *, tlvs: tuple[Tlv, ...] = (), nth: int = 0, **fields: Value) -> None:
        """Answer a request it took: the oldest, or the `nth` oldest."""
        pdu = self.took[nth]
        del self.took[nth]
        self.sends(resp(pdu.command_id, pdu.sequence, status, tlvs=tlvs, **fields))

    def hangs_up(self, error: Exception | None = None) -> None:
        """The connection is gone."""
        self.world.loop.do(self.wire.drop, error)

    def stops_reading(self) -> None:
        """The edge's write buffer to it is full."""
        self.world.loop.do(self.wire.protocol.pause_writing)

    def reads_again(self) -> None:
        """The buffer is empty."""
        self.world.loop.do(self.wire.protocol.resume_writing)

    # -- what it sees --------------------------------------------------------------------------

    def looks(self) -> list[Pdu]:
        """Everything that the edge wrote since the last look; `when` has the times."""
        found = [parse(raw) for raw in self._unseen]
        self.when, self._times = self._times, []
        self._unseen.clear()
        return found

    def sees(self, *expected: bytes) -> None:
        """Exactly this was written since the last look. A request of the edge's may have any number."""
        found = [_without_number(raw) for raw in self._unseen]
        if found != [_without_number(raw) for raw in expected]:
            wanted = "\n".join(shown(raw) for raw in expected) or "nothing"
            got = "\n".join(shown(raw) for raw in self._unseen) or "nothing"
            said = "\n".join(self.world.said)
            raise AssertionError(f"{self.name} was to see\n{wanted}\nand saw\n{got}\n\nthe conversation:\n{said}")
        self.looks()

    def sees_the_end(self, *expected: bytes) -> None:
        """The same, and then the connection was closed."""
        self.sees(*expected)
        assert self.closed, "\n".join([f"{self.name} is still connected", *self.world.said])


def _without_number(raw: bytes) -> bytes:
    return raw if raw[4] & 0x80 else raw[:12] + bytes(4) + raw[16:]


class World:
    """One edge. Its carriers answer and bind at once, unless `bound` is False; use it as a context manager."""

    def __init__(
        self,
        *,
        accounts: tuple[Account, ...] = ACCOUNTS,
        carriers: tuple[Carrier, ...] = CARRIERS,
        routes: tuple[Route, ...] | None = None,
        smpp: Smpp = SMPP,
        bound: bool = True,
        first_sequence: int = 1,
    ) -> None:
        self._stack = ExitStack()
        self.clock = Clock()
        self._stack.enter_context(simulated(self.clock))
        self.loop = SimLoop(self.clock)
        self.loop.dial = self._dial
        self.said: list[str] = []
        self.links: dict[str, Peer] = {}  # the carriers' ends, by link
        self.ends: list[Peer] = []  # and those of lost connections too
        self.dials: list[tuple[str, int, ssl.SSLContext | None]] = []
        self.unreachable: dict[str, Exception | None] = {}
        self.accepting = bound
        routes = (Route(tuple(one.name for one in carriers)),) if routes is None else routes
        self.desk = Desk(conf_of(accounts, carriers, routes, smpp), self.clock)
        self.bugs_expected = False
        self.metrics = self.desk.metrics
        self.pools: dict[str, Pool] = {}
        self.outbox = Outbox(self.loop)
        self.deliveries = Deliveries(self.metrics, smpp.response_timeout)
        self.router = Router(routes, self.pools, lambda submission: self.desk.traffic)
        self.service = Service(self.desk, self.router, self.pools, self.deliveries, self.outbox)
        self.inbound = Inbound(self.desk, self.deliveries, self.service.shared, self.service.custody)
        self.server = Server(self.service)
        for one in carriers:
            self.pools[one.name] = Pool(one, self.outbox, self.metrics, self.inbound, first_sequence)
        self.router.adopt(routes)
        self._turn = 0
        self.loop.call_later(TICK, self._tick)
        if bound:
            self.connect()

    def connect(self) -> None:
        """Let the carriers' links begin to live."""
        for pool in self.pools.values():
            self.loop.do(pool.start)

    def say(self, line: str) -> None:
        """Note a line of the conversation."""
        self.said.append(f"{self.clock.now - 1000.0:8.3f} {line}")

    # -- time ----------------------------------------------------------------------------------

    def passes(self, seconds: float) -> None:
        """Time passes; timers and ticks run as they fall due."""
        self.loop.advance(seconds)

    def _tick(self) -> None:
        self.loop.call_later(TICK, self._tick)
        now = self.clock.now
        self._turn += 1
        for pool in self.pools.values():
            pool.tick(now)
        if self._turn % 5 == 0:
            self.server.tick(now)
            self.router.tick(now)
            self.service.custody.tick(now)

    # -- customers -----------------------------------------------------------------------------

    def stranger(self, address: str = "127.0.0.1", tls: bool = False, certificate: Any = None) -> Peer:
        """Somebody connects."""
        peer = Peer(self, f"esme {len(self.service.connections) + 1}", {"peername": (address, 40000)})
        if certificate is not None:
            peer.wire._extra["peercert"] = certificate  # type: ignore[attr-defined]
        line = Line(Customer(self.service, self.clock.now, tls), self.outbox, throttle_reads=True)
        peer.wire.set_protocol(line)
        self.loop.do(line.connection_made, peer.wire)
        return peer

    def esme(self, system_id: str = "acme", command: int = CommandId.BIND_TRANSCEIVER, version: int = 0x34) -> Peer:
        """Somebody connects and binds."""
        peer = self.stranger()
        peer.sends(bind(0, command, system_id=system_id.encode(), version=version))
        answer = peer.looks()[0]
        assert (answer.command_id, answer.status) == (command | RESPONSE, 0)
        return peer

    # -- carriers ------------------------------------------------------------------------------

    async def _dial(self, host: str, port: int, context: ssl.SSLContext | None) -> Wire:
        self.dials.append((host, port, context))
        if host in self.unreachable:
            error = self.unreachable[host]
            if error is None:
                await asyncio.get_running_loop().create_future()  # no answer at all
            else:
                raise error
        peer = Peer(self, host, {"peername": (host, port)})
        self.loop.call_soon(self._name, peer)
        return peer.wire

    def _name(self, peer: Peer) -> None:
        """Find out which link dialled, and accept its bind where the test does not do so itself."""
        link = next(link for pool in self.pools.values() for link in pool.links if link.line is peer.wire.protocol)
        peer.name = link.name
        self.links[link.name] = peer
        self.ends.append(peer)
        if self.accepting:
            self.loop.call_soon(self._accept, peer)

    def _accept(self, peer: Peer) -> None:
        if not peer.took:  # the edge writes at the end of its turn
            self.loop.call_soon(self._accept, peer)
            return
        pdu = peer.took.popleft()
        peer.looks()
        peer._feed(resp(pdu.command_id, pdu.sequence, system_id=b"smsc"))

    def link(self, name: str) -> Link:
        """The edge's side of a link."""
        return next(link for pool in self.pools.values() for link in pool.links if link.name == name)

    # -- the books -----------------------------------------------------------------------------

    @property
    def record(self) -> Decision:
        """The latest record of the audit."""
        return self.desk.records[-1]

    def count(self, name: str, *labels: str) -> int:
        """A counter of `Metrics` by its attribute or family name."""
        family = getattr(self.metrics, name, None) or self.metrics.counters[name]
        values: dict[tuple[str, ...], int] = family.values
        return values.get(labels, 0)

    def in_flight(self) -> dict[str, int]:
        """Entries of every table that is empty when nothing is on its way and nobody is connected."""
        found = {f"{name}.{what}": count for name, pool in self.pools.items() for what, count in pool.sizes().items()}
        found |= {f"deliveries.{what}": count for what, count in self.deliveries.sizes().items()}
        found["connections"] = len(self.service.connections)
        found["unbound"] = self.service.unbound
        found["sessions"] = sum(len(sessions) for sessions in self.service.sessions.values())
        return {name: count for name, count in found.items() if count}

    # -- the end -------------------------------------------------------------------------------

    def __enter__(self) -> "World":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.service.gate.close()
        self.loop.finish()
        self._stack.close()
        if error is None and not self.bugs_expected:
            # In the field a fault of ours costs one PDU and is counted; here it fails the test.
            assert ("edge", "bug") not in self.metrics.protocol_errors.values
