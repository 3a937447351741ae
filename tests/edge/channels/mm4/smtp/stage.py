"""A server or relays of ours in a test, takers that do as told, peers that speak octets, relays that misbehave."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from aiosmtpd.controller import Controller

from edge.channels.mm4.smtp.outward import Relays
from edge.channels.mm4.smtp.seam import Envelope, Reply, Session
from edge.channels.mm4.smtp.server import Server
from edge.core.conf import Listen, Mm4, Mm4Peer
from edge.core.metrics import Metrics

TAKEN = Reply(250, "2.0.0", "taken")
PEER = Mm4Peer("north", ("127.0.0.0/8", "::1/128"), Listen("127.0.0.1", 1))
CONF = Mm4(Listen("127.0.0.1", 0), "edge.example", peers=(PEER,))


class Taken:
    """A taker that keeps what it is given. `work`, when set, answers instead."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.sessions: list[Session] = []
        self.sizes: list[int] = []
        self.refusal: Reply | None = None
        self.work: Callable[[Envelope], Awaitable[Reply]] | None = None

    def sender(self, session: Session, address: str, size: int) -> Reply | None:
        self.sizes.append(size)
        return Reply(550, "5.7.1", "not you") if address.startswith("bad") else None

    def recipient(self, session: Session, sender: str, recipients: Sequence[str], address: str) -> Reply | None:
        return Reply(550, "5.1.1", "nobody") if address.startswith("nobody") else None

    async def message(self, session: Session, envelope: Envelope) -> Reply:
        self.sessions.append(session)
        if self.work is not None:
            return await self.work(envelope)
        self.envelopes.append(envelope)
        return TAKEN


class Wire:
    """A peer by hand: octets out, lines in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, octets: bytes) -> None:
        self.writer.write(octets)

    async def reply(self) -> str:
        """The next reply, whole; "" where there is none any more."""
        text = ""
        while True:
            try:
                line = (await asyncio.wait_for(self.reader.readline(), 10)).decode()
            except ConnectionError:
                return text
            text += line
            if line[3:4] != "-":
                return text.rstrip()

    async def ask(self, *lines: str) -> str:
        """Send lines one after the other; the reply to the last."""
        last = ""
        for line in lines:
            self.send(line.encode() + b"\r\n")
            last = await self.reply()
        return last

    async def ready(self, recipients: int = 1) -> None:
        """As far as the 354."""
        to = [f"RCPT TO:<+1416555{n:04}/TYPE=PLMN@edge.example>" for n in range(recipients)]
        assert (await self.ask("EHLO north.example", "MAIL FROM:<a@north.example>", *to, "DATA"))[:3] == "354"

    async def ended(self) -> bool:
        """Whether the other side has closed, whatever it still said."""
        try:
            while await asyncio.wait_for(self.reader.read(65536), 10):
                pass
        except ConnectionError:
            pass
        return True

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        """Leave with a RST: a FIN only says that nothing more will be sent."""
        found = self.writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def secure(self, context: ssl.SSLContext) -> None:
        """STARTTLS, and EHLO once more."""
        assert (await self.ask("STARTTLS"))[:3] == "220"
        await self.writer.start_tls(context, server_hostname="localhost")
        assert "STARTTLS" not in await self.ask("EHLO n.example")


class Stage:
    """Opens what a test needs, and closes it."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.taken = Taken()
        self._closers: list[Callable[[], Awaitable[Any]]] = []

    async def server(self, peers: Sequence[Mm4Peer] = (PEER,), **changes: Any) -> Server:
        """A server that listens on a port of its own."""
        conf = msgspec.structs.replace(CONF, peers=tuple(peers), **changes)
        server = Server(conf, self.taken, self.metrics)
        await server.start()
        self._closers.append(lambda: server.stop(0.2))
        return server

    async def wire(self, server: Server, greeted: bool = True) -> Wire:
        """A peer that has connected, and read the greeting."""
        wire = Wire(*await asyncio.open_connection("127.0.0.1", server.ports[0]))
        self._closers.append(self._closing(wire))
        if greeted:
            assert (await wire.reply())[:3] == "220"
        return wire

    def _closing(self, wire: Wire) -> Callable[[], Awaitable[Any]]:
        async def close() -> None:
            wire.close()

        return close

    async def relay(self, *scripts: Callable[["Talk"], Awaitable[None]], port: int = 0) -> int:
        """A relay of which the n-th connection is served by the n-th script (the last one serves the rest)."""
        served = 0
        serving: set[asyncio.Task[Any]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal served
            script = scripts[min(served, len(scripts) - 1)]
            served += 1
            task = asyncio.current_task()
            assert task is not None
            serving.add(task)
            task.add_done_callback(serving.discard)
            try:
                await script(Talk(reader, writer))
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                writer.transport.resume_reading()
                writer.close()

        listener = await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 24)
        self._closers.append(self._stopping(listener, serving))
        return int(listener.sockets[0].getsockname()[1])

    def _stopping(self, listener: asyncio.Server, serving: set[asyncio.Task[Any]]) -> Callable[[], Awaitable[Any]]:
        async def stop() -> None:
            listener.close()
            for task in list(serving):
                task.cancel()
            await asyncio.sleep(0.01)

        return stop

    def controller(self, port: int, **options: Any) -> "Keeper":
        """A real server (aiosmtpd's own, in a thread)."""
        keeper = Keeper()
        controller = Controller(keeper, hostname="127.0.0.1", port=port, **options)
        controller.start()

        async def stop() -> None:
            await asyncio.to_thread(controller.stop)

        self._closers.append(stop)
        return keeper

    def relays(self, *peers: Mm4Peer, **changes: Any) -> Relays:
        """Relays for these peers."""
        conf = msgspec.structs.replace(CONF, peers=peers, **changes)
        relays = Relays(conf, self.metrics)
        self._closers.append(lambda: relays.stop(0.5))
        return relays

    def count(self, name: str, *labels: str) -> int:
        """A counter's value."""
        return self.metrics.counters[name].values.get(labels, 0)

    async def close(self) -> None:
        for close in reversed(self._closers):
            await close()
        await asyncio.sleep(0.01)


def to(port: int, **changes: Any) -> Mm4Peer:
    """A peer whose relay listens there."""
    return msgspec.structs.replace(PEER, relay=Listen("127.0.0.1", port), **changes)


class Talk:
    """A relay's side of one connection. `messages` are the contents it took, as they came over the wire."""

    messages: list[bytes]

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")
        await self.writer.drain()

    async def hear(self) -> str:
        line = await self.reader.readuntil(b"\r\n")
        return line[:-2].decode()

    async def until(self, word: str, *replies: str) -> str:
        """Greet if need be and answer with 250 (or the next of `replies`) until a command begins with `word`."""
        waiting = list(replies)
        while True:
            line = await self.hear()
            if line.upper().startswith(word):
                return line
            await self.say(waiting.pop(0) if waiting else "250 ok")

    async def message(self) -> bytes:
        """354, and all up to the end."""
        await self.say("354 go on")
        return (await self.reader.readuntil(b"\r\n.\r\n"))[:-3]


async def good(talk: Talk) -> None:
    """A relay as it should be, for as many messages as come."""
    await talk.say("220 relay")
    while True:
        await talk.until("DATA")
        await talk.message()
        await talk.say("250 2.0.0 taken by me")


class Keeper:
    """aiosmtpd's handler: keeps what came, as (sender, recipients, content, whether it came by TLS)."""

    def __init__(self) -> None:
        self.came: list[tuple[str, list[str], bytes, bool]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 nobody here"
        if address.startswith("later"):
            return "451 4.2.1 not now"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.came.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None))
        return "250 2.6.0 kept"
