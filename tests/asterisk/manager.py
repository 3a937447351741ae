"""A raw manager (AMI) client for tests of the dialplan: what came, line by line, with nothing made of it."""

import asyncio
import base64
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.asterisk.shipped import ASTERISK_HOST, SECRET

PATIENCE = 20.0  # seconds
PIECE = 900  # base64 octets in one variable; a manager line holds 1,024


@dataclass(frozen=True)
class Record:
    """A message in the spool: `1|endpoint|dialled|From|Call-ID|Content-Length|body`; what a sender wrote is base64."""

    endpoint: str
    dialled: bytes
    sender: bytes
    call_id: bytes
    length: int
    body: bytes


def record(text: str) -> Record:
    """A record as it stands in the spool or in an event."""
    version, endpoint, dialled, sender, call_id, length, body = text.split("|")
    assert version == "1"
    decode = base64.b64decode
    return Record(endpoint, decode(dialled), decode(sender), decode(call_id), int(length or 0), decode(body))


class Manager:
    """A logged-in manager session. Events are kept in their order, each a list of (name, value)."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._count = 0
        self._arrived = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.blocks: list[dict[str, str]] = []
        """Everything that came, in its order; a header that came twice is joined by a line end."""

    async def login(self, username: str = "smsedge", secret: str = SECRET) -> str:
        """Connect and log in; the response."""
        reader, self._writer = await asyncio.open_connection(ASTERISK_HOST, self._port, limit=1 << 20)
        await reader.readline()
        self._task = asyncio.get_running_loop().create_task(self._read(reader))
        return (await self.action("Login", Username=username, Secret=secret, Events="on"))["Response"]

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def stop_reading(self) -> None:
        """Stand there as a stopped edge does."""
        assert self._task is not None
        self._task.cancel()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                octets = await reader.readuntil(b"\r\n\r\n")
                block: dict[str, str] = {}
                for line in octets.decode("latin-1").rstrip("\r\n").split("\r\n"):
                    name, _, value = line.partition(":")
                    block[name] = f"{block[name]}\r\n{value[1:]}" if name in block else value[1:]
                async with self._arrived:
                    self.blocks.append(block)
                    self._arrived.notify_all()

    async def wait(self, test: Callable[[dict[str, str]], bool], since: int = 0) -> dict[str, str]:
        """The first block from the `since`-th on that passes; TimeoutError."""
        found: list[dict[str, str]] = []

        def look() -> bool:
            found[:] = [block for block in self.blocks[since:] if test(block)][:1]
            return bool(found)

        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(look)
        return found[0]

    async def action(self, action: str, variables: dict[str, str] | None = None, /, **headers: str) -> dict[str, str]:
        """Send an action; its response."""
        self._count += 1
        number = f"lab-{self._count}"
        lines = [f"Action: {action}", f"ActionID: {number}", *(f"{name}: {value}" for name, value in headers.items())]
        lines += [f"Variable: {name}={value}" for name, value in (variables or {}).items()]
        assert self._writer is not None
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        return await self.wait(lambda block: "Response" in block and block.get("ActionID") == number)

    async def tree(self, family: str) -> dict[str, str]:
        """A family of the AstDB: value by key, the key without the family."""
        since = len(self.blocks)
        answer = await self.action("DBGetTree", Family=family)
        assert answer["Response"] == "Success", answer
        number = answer["ActionID"]
        await self.wait(lambda b: b.get("Event") == "DBGetTreeComplete" and b.get("ActionID") == number, since)
        return {
            block["Key"].removeprefix(f"/{family}/"): block["Val"]
            for block in self.blocks[since:]
            if block.get("Event") == "DBGetTreeResponse" and block.get("ActionID") == number
        }

    def events(self, name: str) -> list[dict[str, str]]:
        """The user events called `name`, so far."""
        return [block for block in self.blocks if block.get("UserEvent") == name]

    async def event(self, name: str, since: int = 0, **fields: str) -> dict[str, str]:
        """The first user event `name` with these fields; TimeoutError."""
        return await self.wait(
            lambda b: b.get("UserEvent") == name and all(b.get(key) == value for key, value in fields.items()), since
        )

    async def originate(self, channel: str, variables: dict[str, str] | None = None) -> dict[str, str]:
        """Run a context of the shipped dialplan, as the edge does; the response."""
        return await self.action(
            "Originate", variables, Channel=f"Local/{channel}/n", Application="NoOp", Async="true", Timeout="5000"
        )

    async def release(self, sid: str, route: str = "carrier-north", to: str = "") -> str:
        """Release a message; the status."""
        since = len(self.blocks)
        more = {"__TO": to} if to else {}
        await self.originate(f"{sid}@sms-release", {"__ROUTE": route, **more})
        return (await self.event("SmsReleased", since, Sid=sid))["Status"]

    async def discard(self, sid: str) -> str:
        """Take a message out of the spool; the status."""
        since = len(self.blocks)
        await self.originate(f"{sid}@sms-discard")
        return (await self.event("SmsDiscarded", since, Sid=sid))["Status"]

    async def deliver(
        self, identifier: str, body: bytes, context: str = "sms-mo", octets: str = "", **fields: str
    ) -> dict[str, str]:
        """Send a text to an endpoint; the event SmsDelivered."""
        text = base64.b64encode(body).decode()
        variables = {
            "__ENDPOINT": fields.get("endpoint", "acme-desk"),
            "__FROM": fields.get("sender", "+14165550301"),
            "__TO": fields.get("to", "+14165550110"),
            "__OCTETS": octets or str(len(body)),
        }
        for number, start in enumerate(range(0, len(text), PIECE), 1):
            variables[f"__B{number}"] = text[start : start + PIECE]
        since = len(self.blocks)
        await self.originate(f"{identifier}@{context}", variables)
        return await self.event("SmsDelivered", since, Id=identifier)
