"""A conf of the test's own, a carrier and a customer on real sockets, and an edge in this process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from edge.app.edge import Edge
from edge.config.loading import load
from smpp.codec import Pdu, build, parse, request
from smpp.consts import RESPONSE
from smpp.consts import CommandId as C
from smpp.frame import BOUND_LIMIT, Framer

PATIENCE = 10.0
BINDS = (C.BIND_TRANSCEIVER, C.BIND_TRANSMITTER, C.BIND_RECEIVER)

EDGE = """\
[node]
name = "edge-t"
state = "{state}"

[smpp]
listen = "127.0.0.1:{smpp}"
drain = "1s"

[[carrier]]
name = "north"
tag = "n"
host = "127.0.0.1"
port = {north}
system_id = "us"
password = "secret"
reconnect_min = "0.05s"
reconnect_max = "0.1s"

[[route]]
carriers = ["north"]
"""
ACME = """\
name = "acme"
country = "CA"
numbers = ["+14165550100..+14165550199"]
senders = ["ACME"]

[[bind]]
system_id = "acme"
password = "secret"
from = ["127.0.0.0/8"]
"""


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class Conf:
    """A conf directory that a test may change."""

    def __init__(self, directory: Path, north: int) -> None:
        self.directory = directory / "conf"
        self.state = directory / "state"
        self.port = free_port()
        (self.directory / "accounts.d").mkdir(parents=True)
        (self.directory / "local.d").mkdir()
        self.write("edge.conf", EDGE.format(state=self.state, smpp=self.port, north=north))
        self.write("policy.conf", "")
        self.write("accounts.d/acme.conf", ACME)

    def write(self, name: str, text: str) -> None:
        """Write one of its files."""
        (self.directory / name).write_text(text, encoding="utf-8")

    def edge(self, **environment: str) -> Edge:
        """An edge on it, not started."""
        return Edge(self.directory, environment, load(self.directory, environment))


class Carrier:
    """Accepts binds, answers what it gets with ids m1, m2 and so on, unless it is `silent`."""

    def __init__(self) -> None:
        self.got: list[Pdu] = []
        self.silent = False
        self.port = 0
        self.writers: set[asyncio.StreamWriter] = set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = Framer(BOUND_LIMIT)
        self.writers.add(writer)
        try:
            while data := await reader.read(65536):
                for frame in framer.feed(data):
                    self._answer(parse(frame.raw), writer)
        except ConnectionError:
            pass  # the edge was dropped: some tests mean it
        finally:
            self.writers.discard(writer)
            writer.close()

    def _answer(self, pdu: Pdu, writer: asyncio.StreamWriter) -> None:
        if pdu.command_id & RESPONSE:
            return
        fields: dict[str, bytes] = {}
        if pdu.command_id == C.SUBMIT_SM:
            self.got.append(pdu)
            if self.silent:
                return
            fields["message_id"] = b"m%d" % len(self.got)
        elif pdu.command_id in BINDS:
            fields["system_id"] = b"north"
        writer.write(build(pdu.command_id | RESPONSE, 0, pdu.sequence, fields))

    def sends(self, raw: bytes) -> None:
        """Write a request on every link."""
        for writer in self.writers:
            writer.write(raw)


@asynccontextmanager
async def carrier() -> AsyncIterator[Carrier]:
    """A carrier that listens on `port`."""
    one = Carrier()
    server = await asyncio.start_server(one._serve, "127.0.0.1", 0)
    one.port = server.sockets[0].getsockname()[1]
    try:
        yield one
    finally:
        server.close()
        for writer in list(one.writers):
            writer.close()


class Client:
    """A customer on a socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def asks(self, raw: bytes) -> Pdu:
        """Send a request; the next PDU that comes."""
        self.writer.write(raw)
        return await self.hears()

    async def hears(self) -> Pdu:
        """The next PDU that comes."""
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readexactly(4)
            return parse(head + await self._reader.readexactly(int.from_bytes(head, "big") - 4))

    async def ends(self) -> bool:
        """Whether the connection ends without another word."""
        async with asyncio.timeout(PATIENCE):
            return await self._reader.read() == b""


@asynccontextmanager
async def customer(port: int, command: int = C.BIND_TRANSCEIVER) -> AsyncIterator[Client]:
    """acme, bound."""
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    try:
        answer = await client.asks(request(command, 1, system_id=b"acme", password=b"secret", interface_version=0x34))
        assert (answer.command_id, answer.status) == (command | RESPONSE, 0)
        yield client
    finally:
        client.writer.close()


def message(
    sequence: int, text: bytes = b"See you at 2.", to: bytes = b"14165550301", source: bytes = b"14165550100"
) -> bytes:
    """A submit_sm of acme's."""
    return request(
        C.SUBMIT_SM,
        sequence,
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=source,
        dest_addr_ton=1,
        dest_addr_npi=1,
        destination_addr=to,
        short_message=text,
    )


async def until(what: str, test: object, patience: float = PATIENCE) -> None:
    """Wait until `test()` says something true."""
    assert callable(test)
    async with asyncio.timeout(patience):
        while not test():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(edge: Edge) -> AsyncIterator[Edge]:
    """Start it, wait for its carriers, stop it."""
    try:
        await edge.start()
        await until("bound", lambda: all(pool.bound for pool in edge.pools.values()))
        yield edge
    finally:
        await edge.stop()
