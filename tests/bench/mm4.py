"""How many MM4 messages a second go in by the SMTP server and out by the kept connections, one process, one loop.

    python -m tests.bench.mm4 [seconds]

The edge's side runs in this process: `Server`, `Relays` and between them whatever `chain` builds (here: nothing but
handing on). A second process plays the peers: it pours messages in over kept connections and sinks what comes out, so
that the first one's time on the processor is the edge's alone. Commands go ahead of their replies (RFC 2920) both ways,
as with Postfix, and then, for comparison, one by one.
"""

import asyncio
import multiprocessing
import os
import socket
import sys
from collections.abc import Sequence
from time import monotonic, process_time
from typing import cast

import uvloop

from edge.channels.mm4.smtp.outward import Relays
from edge.channels.mm4.smtp.seam import Envelope, Outward, Reply, Sent, Session, Taker
from edge.channels.mm4.smtp.server import Server
from edge.core.conf import Listen, Mm4, Mm4Peer
from edge.core.metrics import Metrics

SIZES = {"1.5 KB": 1_500, "80 KB": 80_000}
CONNECTIONS = 8


class Chain:
    """The shortest relay: every message goes on as it came."""

    def __init__(self, outward: Outward, peer: Mm4Peer) -> None:
        self._outward = outward
        self._peer = peer

    def sender(self, session: Session, address: str, size: int) -> Reply | None:
        """Everybody."""
        return None

    def recipient(self, session: Session, sender: str, recipients: Sequence[str], address: str) -> Reply | None:
        """To everybody."""
        return None

    async def message(self, session: Session, envelope: Envelope) -> Reply:
        """On to the sink."""
        results = await self._outward.send(self._peer, envelope.sender, envelope.recipients, envelope.content)
        return Reply(250, "2.0.0", "ok") if all(each.sent is Sent.TAKEN for each in results) else results[0].reply


class Sink(asyncio.Protocol):
    """A relay that takes everything, at the least cost. `offers`: commands may be sent ahead."""

    def __init__(self, offers: bool = True) -> None:
        self._hello = b"250-sink\r\n250 PIPELINING\r\n" if offers else b"250 sink\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not a subclass of it
        self._buffer = b""
        self._data = False
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        replies = b""
        while True:
            if self._data:
                at = self._buffer.find(b"\r\n.\r\n")
                if at < 0:
                    break
                self._buffer = self._buffer[at + 5 :]
                self._data = False
                replies += b"250 2.0.0 taken\r\n"
            line, found, rest = self._buffer.partition(b"\r\n")
            if not found:
                break
            self._buffer = rest
            self._data = line == b"DATA"
            replies += b"354 go on\r\n" if self._data else self._hello if line[:4] == b"EHLO" else b"250 ok\r\n"
        if replies:
            self._transport.write(replies)


class Source:
    """A peer that sends: MAIL, RCPT and DATA in one write where that is offered and `ahead`, else one by one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._ahead = False

    async def hear(self) -> bytes:
        """A reply."""
        text = line = await self._reader.readline()
        while line[3:4] == b"-":
            line = await self._reader.readline()
            text += line
        return text

    async def ask(self, octets: bytes) -> bytes:
        """A command, and its reply."""
        self.writer.write(octets)
        return await self.hear()

    async def greet(self, ahead: bool) -> None:
        """As far as EHLO."""
        await self.hear()
        self._ahead = b"PIPELINING" in await self.ask(b"EHLO bench.example\r\n") and ahead

    async def send(self, envelope: bytes, message: bytes) -> bool:
        """One message: whether it was taken. `envelope` are lines, `message` has its lone dot."""
        commands = [*envelope.splitlines(keepends=True), b"DATA\r\n"]
        if self._ahead:
            self.writer.write(b"".join(commands))
            replies = [await self.hear() for _ in commands]
        else:
            replies = [await self.ask(command) for command in commands]
        if replies[-1].startswith(b"354") and (await self.ask(message)).startswith(b"250"):
            return True
        await self.ask(b"RSET\r\n")
        return False


ENVELOPE = b"MAIL FROM:<system@north.example>\r\nRCPT TO:<+14165550100/TYPE=PLMN@edge.example>\r\n"


async def pour(port: int, ahead: bool, message: bytes, until: float) -> int:
    """Send `message` again and again over one connection; how often it was taken."""
    source = Source(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))
    await source.greet(ahead)
    taken = 0
    while monotonic() < until:
        taken += await source.send(ENVELOPE, message)
    source.writer.close()
    return taken


def play(sink: socket.socket, slow: socket.socket, orders: "multiprocessing.connection.Connection") -> None:
    """The second process: sinks and sources."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_server(Sink, sock=sink)
        await loop.create_server(lambda: Sink(False), sock=slow)
        while order := await asyncio.to_thread(orders.recv):
            port, ahead, size, seconds = order
            message = b"Subject: x\r\n\r\n" + (b"A" * 76 + b"\r\n") * (size // 78) + b".\r\n"
            until = monotonic() + seconds
            counts = await asyncio.gather(*(pour(port, ahead, message, until) for _ in range(CONNECTIONS)))
            orders.send(sum(counts))

    uvloop.run(main())


async def measure(chain: type[Chain], seconds: float) -> list[tuple[str, float, float]]:
    """For each size: messages a second, and milliseconds on the processor for one. Ahead first, then one by one."""
    sinks = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(2)]
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=play, args=(*sinks, theirs), daemon=True)
    process.start()
    rows = []
    for sink, ahead in zip(sinks, (True, False), strict=True):
        peer = Mm4Peer("north", ("127.0.0.0/8",), Listen(*sink.getsockname()))
        conf = Mm4(Listen("127.0.0.1", 0), "edge.example", peers=(peer,))
        metrics = Metrics()
        relays = Relays(conf, metrics)
        taker: Taker = chain(relays, peer)
        server = Server(conf, taker, metrics)
        await server.start()
        for name, size in SIZES.items():
            busy = process_time()
            ours.send((server.ports[0], ahead, size, seconds))
            taken = await asyncio.to_thread(ours.recv)
            busy = process_time() - busy
            rows.append((name if ahead else f"{name}, one by one", taken / seconds, 1000 * busy / max(1, taken)))
        await server.stop(1.0)
        await relays.stop(1.0)
    ours.send(None)
    process.join(5)
    return rows


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    print(f"process {os.getpid()}, {CONNECTIONS} connections in, {seconds:g} s each")
    for name, rate, cost in uvloop.run(measure(Chain, seconds)):
        print(f"{name:>20}: {rate:8.0f}/s  {cost:6.3f} ms of one core each -> at most {1000 / cost:.0f}/s")


if __name__ == "__main__":
    main()
