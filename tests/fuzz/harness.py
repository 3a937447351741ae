"""The edge's two sides in one process, without sockets, for fuzzing: real sessions, real policy, real pools.

Everything the edge writes is cut and parsed again by the table: an answer that is no PDU fails the run.
"""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from edge.app.desk import Desk
from edge.channels.carriers.inbound import Inbound
from edge.channels.carriers.link import Link
from edge.channels.carriers.pool import Pool
from edge.channels.carriers.routing import Router
from edge.channels.deliveries import Deliveries
from edge.channels.smpp.customer import Customer
from edge.channels.smpp.service import Service
from edge.config.loading import Loaded
from edge.core.decision import Decision
from edge.core.facts import Fact, Facts
from edge.core.metrics import Metrics
from edge.core.quarantine import Done, Held
from smpp.codec import build, parse, request
from smpp.consts import RESPONSE, CommandId
from smpp.frame import Framer
from smpp.transport import Line, Outbox

BINDS = (CommandId.BIND_TRANSMITTER, CommandId.BIND_RECEIVER, CommandId.BIND_TRANSCEIVER)


class Wire(asyncio.Transport):
    """A transport that goes nowhere; what is written must be PDUs that our own table can read."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 40000), "sockname": ("127.0.0.1", 2775)})
        self.framer = Framer(140_000)
        self.written = 0
        self.closed = False

    def write(self, data: Any) -> None:
        for frame in self.framer.feed(bytes(data)):
            parse(frame.raw)
            self.written += 1
        assert self.framer.error is None
        assert not self.framer.pending, "the edge wrote part of a PDU"

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is buffered."""

    def pause_reading(self) -> None:
        """Nothing is read."""

    def resume_reading(self) -> None:
        """Nothing is read."""


class Shelf:
    """A quarantine that takes everything and forgets it."""

    def __init__(self, books: "Books") -> None:
        self._books = books
        self.held = 0

    def hold(self, held: Held, done: Done) -> None:
        self.held += 1
        self._books.waiting.append(done)

    def due(self, now: float) -> list[tuple[str, str]]:
        return []

    def size(self) -> int:
        return self.held


class Books:
    """An audit and a ledger that keep counts only. What waits for the disk waits until `settle`."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.quarantine = Shelf(self)
        self.records = 0
        self.ids = 0
        self.waiting: list[Callable[[BaseException | None], None]] = []

    def record(self, decision: Decision | Fact, done: Any = None) -> None:
        self.records += 1
        if isinstance(decision, Fact):
            self.facts.apply(decision)
        if done is not None:
            self.waiting.append(done)

    def record_durably(self, decision: Decision, done: Callable[[BaseException | None], None]) -> None:
        self.waiting.append(done)

    def settle(self) -> None:
        waiting, self.waiting = self.waiting, []
        for done in waiting:
            done(None)

    def next_id(self) -> str:
        self.ids += 1
        return f"0{self.ids}"

    def close(self) -> None:
        """Nothing to close."""


class Harness:
    """One edge without sockets. `now` is simulated time."""

    def __init__(self, loaded: Loaded, loop: asyncio.AbstractEventLoop) -> None:
        self.books = Books()
        self.metrics = Metrics()
        self.desk = Desk(loaded, self.metrics, self.books, self.books)  # type: ignore[arg-type]
        self.pools: dict[str, Pool] = {}
        self.outbox = Outbox(loop)
        self.deliveries = Deliveries(self.metrics)
        self.router = Router(loaded.conf.routes, self.pools)
        self.service = Service(self.desk, self.router, self.pools, self.deliveries, self.outbox)
        self.inbound = Inbound(self.desk, self.deliveries, self.service.shared, self.service.custody)
        for carrier in loaded.conf.carriers.values():
            self.pools[carrier.name] = Pool(carrier, self.outbox, self.metrics, self.inbound)
        self.router.adopt(loaded.conf.routes)
        self.now = monotonic()

    def customer(self, bind: CommandId | None) -> Line:
        """A connection of a customer, bound as `bind`, or not at all."""
        customer = Customer(self.service, self.now, tls=False)
        line = Line(customer, self.outbox, throttle_reads=True)
        line.connection_made(Wire())
        if bind is not None:
            line.data_received(request(bind, 1, system_id=b"acme", password=b"secret", interface_version=0x34))
            assert customer.session.clock.bound
        return line

    def carrier(self, bound: bool) -> Line:
        """A connection to a carrier, its bind answered or not."""
        pool = self.pools["north"]
        link = pool.links[0]
        link.session = link._new_session(self.now)
        line = Line(link, self.outbox, throttle_reads=False)
        line.connection_made(Wire())
        if bound:
            fields = {"system_id": b"north"}
            line.data_received(build(CommandId.BIND_TRANSCEIVER | RESPONSE, 0, 1, fields))
            assert link.bound
        return line

    def carrier_answers(self, random: Random) -> bytes:
        """Answers to some of what waits at the carrier, most of them right."""
        link: Link = self.pools["north"].links[0]
        answers = []
        for sequence, (response, _, _) in list(link.session.window.pending.items()):
            chance = random.random()
            if chance < 0.6:
                fields = {"message_id": b"%x" % random.getrandbits(32)} if response & 0xFF in (4, 3, 0x21) else {}
                answers.append(build(response, 0, sequence, fields))
            elif chance < 0.8:
                answers.append(build(response, random.choice((0x58, 0x14, 0x08, 0x45, 0x401)), sequence))
            elif chance < 0.9:
                answers.append(build(CommandId.GENERIC_NACK, 3, sequence))
        return b"".join(answers)

    def tick(self) -> None:
        """Time passes everywhere."""
        self.desk.tick(self.now)
        for pool in self.pools.values():
            pool.tick(self.now)
        for customer in list(self.service.connections):
            customer.tick(self.now)
        self.deliveries.tick(self.now)
        self.router.tick(self.now)
        self.service.gate.sweep(self.now)
        self.service.doubts.sweep(self.now)
        self.books.settle()

    def in_flight(self) -> dict[str, int]:
        """What must be empty when every connection is gone."""
        found = {f"{name}.{what}": count for name, pool in self.pools.items() for what, count in pool.sizes().items()}
        found |= {f"deliveries.{what}": count for what, count in self.deliveries.sizes().items()}
        found["connections"] = len(self.service.connections)
        found["unbound"] = self.service.unbound
        found["sessions"] = sum(len(sessions) for sessions in self.service.sessions.values())
        return found


def segments(random: Random, data: bytes) -> Iterator[bytes]:
    """The data in one piece, in a few, or an octet at a time."""
    how = random.random()
    if how < 0.7 or len(data) > 4000:
        yield data
    elif how < 0.95:
        cut = random.randrange(len(data))
        yield data[:cut]
        yield data[cut:]
    else:
        for octet in data:
            yield bytes((octet,))


def conf_directory() -> Path:
    """The shipped conf."""
    return Path(__file__).resolve().parents[2] / "tests/edge/config/contract"
