"""A manager interface that does as a script says: what an Asterisk, a broken one or a hostile one would."""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable

Headers = list[tuple[str, str]]
Handler = Callable[["Call", Headers], Awaitable[None]]

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
CHALLENGE = "172688023"


def packet(*headers: tuple[str, str]) -> bytes:
    """Octets of a packet, written as Asterisk writes them."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "surrogateescape") + b"\r\n"


def submit(sid: str, record: str = "1|acme|MQ==||||", **more: str) -> bytes:
    """The event of a spooled message."""
    return packet(
        ("Event", "UserEvent"),
        ("Privilege", "user,all"),
        ("Channel", "Message/ast_msg_queue"),
        ("UserEvent", "SmsSubmit"),
        ("Sid", sid),
        ("Rec", record),
        *more.items(),
    )


def value(headers: Headers, name: str) -> str:
    return next((each for key, each in headers if key == name), "")


class Call:
    """One connection that was made to the fake. `actions` are those that came in, `octets` all that did."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.actions: list[Headers] = []
        self.octets = b""
        self.over = False

    def say(self, data: bytes) -> None:
        self.writer.write(data)

    async def say_in_octets(self, data: bytes) -> None:
        """Each octet a segment of its own, as far as the loop lets it be."""
        for at in range(len(data)):
            self.writer.write(data[at : at + 1])
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    def respond(self, headers: Headers, *more: tuple[str, str], response: str = "Success") -> None:
        self.say(packet(("Response", response), ("ActionID", value(headers, "ActionID")), *more))

    def list(self, headers: Headers, row: str, complete: str, rows: list[Headers], items: int | None = None) -> None:
        """A list under the action's id."""
        identity = ("ActionID", value(headers, "ActionID"))
        self.respond(headers, ("EventList", "start"), ("Message", "Result will follow"))
        self.say(b"".join(packet(("Event", row), *each, identity) for each in rows))
        count = len(rows) if items is None else items
        self.say(packet(("Event", complete), identity, ("EventList", "Complete"), ("ListItems", str(count))))

    def cut(self) -> None:
        self.writer.transport.abort()


class Fake:
    """Listens on a port of its own. `handlers` by the action's name take the place of what it would do by itself."""

    def __init__(self, secret: str = "edge-secret") -> None:
        self.secret = secret
        self.greeting = GREETING
        self.refuse = False
        self.deaf = False
        self.db: dict[str, str] = {}
        self.handlers: dict[str, Handler] = {}
        self.calls: list[Call] = []
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Fake":
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Die as kill -9 does: nothing is said to anyone."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for call in self.calls:
            call.cut()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    @property
    def call(self) -> Call:
        """The connection made last."""
        return self.calls[-1]

    def all(self, name: str) -> list[Headers]:
        """Every action of that name that came in, over all connections."""
        return [each for call in self.calls for each in call.actions if value(each, "Action") == name]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        call = Call(reader, writer)
        self.calls.append(call)
        try:
            call.say(self.greeting)
            while True:
                raw = await reader.readuntil(b"\r\n\r\n")
                call.octets += raw
                lines = raw.decode().split("\r\n")[:-2]
                headers = [(name, text) for name, _, text in (line.partition(": ") for line in lines)]
                call.actions.append(headers)
                await self._act(call, headers)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            call.over = True
            writer.transport.abort()
            self._tasks.discard(task)

    async def _act(self, call: Call, headers: Headers) -> None:
        name = value(headers, "Action")
        if self.deaf:
            return
        if name in self.handlers:
            await self.handlers[name](call, headers)
        elif name == "Challenge":
            call.respond(headers, ("Challenge", CHALLENGE))
        elif name == "Login":
            self._login(call, headers)
        elif name == "DBGetTree":
            family = f"/{value(headers, 'Family')}/"
            rows = [[("Key", key), ("Val", val)] for key, val in self.db.items() if key.startswith(family)]
            call.list(headers, "DBGetTreeResponse", "DBGetTreeComplete", rows)
        elif name == "Ping":
            call.respond(headers, ("Ping", "Pong"))
        elif name == "Originate":
            call.respond(headers, ("Message", "Originate successfully queued"))
        else:
            call.respond(headers, ("Message", f"Invalid/unknown command: {name}."), response="Error")

    def _login(self, call: Call, headers: Headers) -> None:
        proof = hashlib.md5((CHALLENGE + self.secret).encode()).hexdigest()
        if self.refuse or value(headers, "Key") != proof:
            call.respond(headers, ("Message", "Authentication failed"), response="Error")
            call.writer.close()
        else:
            call.respond(headers, ("Message", "Authentication accepted"))


async def until(true: Callable[[], object]) -> None:
    """Wait for it; 20 s is a failure."""
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.002)


def garbage(octets: int) -> bytes:
    return os.urandom(octets)
