"""TCP connections with SMPP on them and no opinions, for tests that say every octet themselves.

`Wire` is one end of a connection, `Scripted` a carrier that answers as a test tells it. Both keep what they
read; neither retries, renumbers or repairs anything.
"""

import asyncio
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import cast

from smpp.codec import build, request
from smpp.consts import RESPONSE, CommandId, Status
from smpp.frame import BOUND_LIMIT, Frame, Framer
from smpp.layout import Value

PATIENCE = 10.0  # seconds for anything that has to happen
LAST = 0x7FFFFFFF
BINDS = {
    "tx": CommandId.BIND_TRANSMITTER,
    "rx": CommandId.BIND_RECEIVER,
    "trx": CommandId.BIND_TRANSCEIVER,
}
Handler = Callable[["Wire", Frame], None]


class Wire(asyncio.Protocol):
    """One connection. Answers to `ask` go to whoever asked; the rest to `handler`, or into `frames` without one.

    `octets` is all that came in, `gone` is set when the connection has ended. `reading` False: nothing more is read.
    """

    def __init__(self, handler: Handler | None = None, ended: Callable[["Wire"], None] | None = None) -> None:
        self.handler = handler
        self.frames: asyncio.Queue[Frame] = asyncio.Queue()
        self.octets = bytearray()
        self.gone = asyncio.Event()
        self.bound = False
        self._ended = ended
        self._framer = Framer(BOUND_LIMIT)
        self._asked: dict[int, asyncio.Future[Frame]] = {}
        self._sequence = 0
        self._transport: asyncio.Transport | None = None

    # -- asyncio.Protocol ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.octets += data
        for frame in self._framer.feed(data):
            future = self._asked.pop(frame.sequence, None) if frame.command_id & RESPONSE else None
            if future is not None and not future.done():
                future.set_result(frame)
            elif self.handler is not None:
                self.handler(self, frame)
            else:
                self.frames.put_nowait(frame)

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()
        self.bound = False
        for future in self._asked.values():
            if not future.done():
                future.set_exception(ConnectionError("the connection has ended"))
                future.exception()
        if self._ended is not None:
            self._ended(self)

    # -- for tests -----------------------------------------------------------------------------

    def send(self, raw: bytes) -> None:
        """These octets, as they are."""
        assert self._transport is not None
        self._transport.write(raw)

    def put(self, raw: bytes) -> "asyncio.Future[Frame]":
        """Send a request under a number of our own; the future gets its answer."""
        self._sequence += 1
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked[self._sequence] = future
        self.send(raw[:12] + self._sequence.to_bytes(4) + raw[16:])
        return future

    async def ask(self, raw: bytes, within: float = PATIENCE) -> Frame:
        """Send a request and wait for its answer. TimeoutError, ConnectionError."""
        return await asyncio.wait_for(self.put(raw), within)

    async def next(self, within: float = PATIENCE) -> Frame:
        """The next PDU that nobody asked for."""
        return await asyncio.wait_for(self.frames.get(), within)

    async def closed(self, within: float = PATIENCE) -> None:
        """Wait until the other side has closed."""
        await asyncio.wait_for(self.gone.wait(), within)

    async def bind(
        self, system_id: str, password: str = "secret", kind: str = "trx", version: int = 0x34, system_type: str = ""
    ) -> Frame:
        """Send a bind, return its answer."""
        answer = await self.ask(bind_pdu(system_id, password, kind, version, system_type))
        self.bound = answer.status == 0
        return answer

    def stop_reading(self) -> None:
        """Leave what the peer sends in the buffers of the system."""
        assert self._transport is not None
        self._transport.pause_reading()

    def peer_certificate(self) -> object:
        """The other side's certificate, None in the clear."""
        return self._transport.get_extra_info("peercert") if self._transport is not None else None

    async def close(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()
        await self.gone.wait()

    async def __aenter__(self) -> "Wire":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def dial(port: int, local: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Wire:
    """Connect from a loopback address. OSError, ssl.SSLError."""
    _, wire = await asyncio.get_running_loop().create_connection(
        Wire, "127.0.0.1", port, local_addr=(local, 0), ssl=tls, server_hostname="localhost" if tls else None
    )
    return wire


def bind_pdu(
    system_id: str, password: str = "secret", kind: str = "trx", version: int = 0x34, system_type: str = ""
) -> bytes:
    """A bind request with sequence number 0."""
    return request(
        BINDS[kind],
        0,
        system_id=system_id.encode(),
        password=password.encode(),
        system_type=system_type.encode(),
        interface_version=version,
    )


def submit_pdu(
    source: str, destination: str, text: bytes, tlvs: tuple[tuple[int, bytes], ...] = (), **fields: Value
) -> bytes:
    """A submit_sm between two international numbers (no plus), sequence number 0."""
    return request(CommandId.SUBMIT_SM, 0, tlvs=tlvs, **(_addresses(source, destination, text) | fields))


def deliver_pdu(
    source: str, destination: str, text: bytes, tlvs: tuple[tuple[int, bytes], ...] = (), **fields: Value
) -> bytes:
    """A deliver_sm between two international numbers (no plus), sequence number 0."""
    return request(CommandId.DELIVER_SM, 0, tlvs=tlvs, **(_addresses(source, destination, text) | fields))


def _addresses(source: str, destination: str, text: bytes) -> dict[str, Value]:
    return {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": source.encode(),
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": destination.encode(),
        "short_message": text,
    }


def answer_pdu(frame: Frame, message_id: str = "", status: int = 0) -> bytes:
    """The response to a request: a header alone with an error, else with a message_id where it takes one."""
    if status or frame.command_id in (CommandId.CANCEL_SM, CommandId.REPLACE_SM, CommandId.ENQUIRE_LINK):
        return build(frame.command_id | RESPONSE, status, frame.sequence)
    return build(frame.command_id | RESPONSE, 0, frame.sequence, {"message_id": message_id.encode()})


class Scripted:
    """A carrier on `port`. `requests` are those it read (but binds, enquire_link, unbind), oldest first.

    `answer` is called for each of them; by default it answers ROK with ids 1, 2, 3. `bind_status` is the answer to
    binds, None for none. `links` are the connections that stand, `attempts` counts all there were, `crowd` the most
    that were open and unbound at once.
    """

    def __init__(self, port: int, answer: Handler | None = None, bind_status: int | None = Status.ESME_ROK) -> None:
        self.port = port
        self.answer = answer or self.accept
        self.bind_status = bind_status
        self.requests: list[Frame] = []
        self.binds: list[Frame] = []
        self.links: list[Wire] = []
        self.attempts = 0
        self.crowd = 0
        self.unbound = 0
        self._ids = 0
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Scripted":
        self._server = await asyncio.get_running_loop().create_server(self._accept, "127.0.0.1", self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for wire in list(self.links):
            await wire.close()

    def _accept(self) -> Wire:
        wire = Wire(self._read, self.links_remove)
        self.links.append(wire)
        self.attempts += 1
        self.crowd = max(self.crowd, sum(not link.bound for link in self.links))
        return wire

    def links_remove(self, wire: Wire) -> None:
        """A connection has ended."""
        if wire in self.links:
            self.links.remove(wire)

    def _read(self, wire: Wire, frame: Frame) -> None:
        if frame.command_id in BINDS.values():
            self.binds.append(frame)
            if self.bind_status is not None:
                wire.bound = self.bind_status == 0
                wire.send(build(frame.command_id | RESPONSE, self.bind_status, frame.sequence))
        elif frame.command_id == CommandId.ENQUIRE_LINK:
            wire.send(answer_pdu(frame))
        elif frame.command_id == CommandId.UNBIND:
            self.unbound += 1
            wire.send(build(CommandId.UNBIND_RESP, 0, frame.sequence))
        elif frame.command_id & RESPONSE:
            wire.frames.put_nowait(frame)
        else:
            self.requests.append(frame)
            self.answer(wire, frame)

    def accept(self, wire: Wire, frame: Frame) -> None:
        """Answer ROK with the next id."""
        self._ids += 1
        wire.send(answer_pdu(frame, str(self._ids)))

    def ignore(self, wire: Wire, frame: Frame) -> None:
        """Answer nothing."""

    async def read(self, count: int, within: float = PATIENCE) -> list[Frame]:
        """The first `count` requests, once there are as many."""
        await until(f"{count} requests at the carrier", lambda: len(self.requests) >= count, within)
        return self.requests[:count]


async def until(what: str, test: Callable[[], object], within: float = PATIENCE) -> None:
    """Wait until `test()` is true; AssertionError if it does not become so."""
    deadline = asyncio.get_running_loop().time() + within
    while not test():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s")
        await asyncio.sleep(0.005)
