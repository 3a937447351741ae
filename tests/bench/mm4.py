"""How many MM4 messages a second go in by the SMTP server and out by the kept connections, one process, one loop.

    python -m tests.bench.mm4 [seconds]

The edge's side runs in this process: `Server`, `Relays` and between them whatever `chain` builds (here: nothing but
handing on). A second process plays the peers: it pours messages in over kept connections and sinks what comes out, so
that the first one's time on the processor is the edge's alone.
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
    """A relay that takes everything, at the least cost."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not a subclass of it
        self._buffer = b""
        self._data = False
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            if self._data:
                at = self._buffer.find(b"\r\n.\r\n")
                if at < 0:
                    return
                self._buffer = self._buffer[at + 5 :]
                self._data = False
                self._transport.write(b"250 2.0.0 taken\r\n")
            line, found, rest = self._buffer.partition(b"\r\n")
            if not found:
                return
            self._buffer = rest
            self._data = line == b"DATA"
            self._transport.write(b"354 go on\r\n" if self._data else b"250 ok\r\n")


async def pour(port: int, message: bytes, until: float) -> int:
    """Send `message` again and again over one connection; how often it was taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    await reader.readline()

    async def ask(octets: bytes) -> bytes:
        writer.write(octets)
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
        return line

    await ask(b"EHLO bench.example\r\n")
    taken = 0
    while monotonic() < until:
        await ask(b"MAIL FROM:<system@north.example>\r\n")
        await ask(b"RCPT TO:<+14165550100/TYPE=PLMN@edge.example>\r\n")
        await ask(b"DATA\r\n")
        taken += (await ask(message)).startswith(b"250")
    writer.close()
    return taken


def play(sink: socket.socket, orders: "multiprocessing.connection.Connection") -> None:
    """The second process: sink and sources."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_server(Sink, sock=sink)
        while order := await asyncio.to_thread(orders.recv):
            port, size, seconds = order
            message = b"Subject: x\r\n\r\n" + (b"A" * 76 + b"\r\n") * (size // 78) + b".\r\n"
            until = monotonic() + seconds
            counts = await asyncio.gather(*(pour(port, message, until) for _ in range(CONNECTIONS)))
            orders.send(sum(counts))

    uvloop.run(main())


async def measure(chain: type[Chain], seconds: float) -> list[tuple[str, float, float]]:
    """For each size: messages a second, and milliseconds on the processor for one."""
    sink = socket.create_server(("127.0.0.1", 0), backlog=64)
    peer = Mm4Peer("north", ("127.0.0.0/8",), Listen(*sink.getsockname()))
    conf = Mm4(Listen("127.0.0.1", 0), "edge.example", peers=(peer,))
    metrics = Metrics()
    relays = Relays(conf, metrics)
    taker: Taker = chain(relays, peer)
    server = Server(conf, taker, metrics)
    await server.start()
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=play, args=(sink, theirs), daemon=True)
    process.start()
    rows = []
    for name, size in SIZES.items():
        busy = process_time()
        ours.send((server.ports[0], size, seconds))
        taken = await asyncio.to_thread(ours.recv)
        busy = process_time() - busy
        rows.append((name, taken / seconds, 1000 * busy / max(1, taken)))
    ours.send(None)
    await server.stop(1.0)
    await relays.stop(1.0)
    process.join(5)
    return rows


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    print(f"process {os.getpid()}, {CONNECTIONS} connections in, {seconds:g} s each")
    for name, rate, cost in uvloop.run(measure(Chain, seconds)):
        print(f"{name:>8}: {rate:8.0f}/s  {cost:6.3f} ms of one core each -> at most {1000 / cost:.0f}/s")


if __name__ == "__main__":
    main()
