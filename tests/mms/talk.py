"""A bare SMTP client for what no library lets one send."""

import asyncio
import contextlib
from types import TracebackType

PATIENCE = 30.0


class Talk:
    """A connection from an address. Every read has a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def dial(cls, port: int, source: str, greeted: bool = True) -> "Talk":
        """Connect, and (`greeted`) say EHLO."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0), limit=1 << 20)
        talk = cls(reader, writer)
        if greeted:
            assert (await talk.reply())[:3] == "220"
            assert (await talk.ask("EHLO mms.acme.example"))[:3] == "250"
        return talk

    async def reply(self, within: float = PATIENCE) -> str:
        """One reply, its last line. "" at the end of the connection."""
        async with asyncio.timeout(within):
            while True:
                try:
                    line = await self.reader.readline()
                except ConnectionError:
                    return ""
                if len(line) < 4 or line[3:4] != b"-":
                    return line.decode("ascii", "replace").strip()

    async def ask(self, line: str, within: float = PATIENCE) -> str:
        """A command and its reply."""
        self.send(line.encode("utf-8") + b"\r\n")
        return await self.reply(within)

    def send(self, octets: bytes) -> None:
        """Octets as they are."""
        self.writer.write(octets)

    async def begin(self, sender: str, *recipients: str) -> None:
        """MAIL, RCPT and DATA, all taken."""
        for line, code in (
            (f"MAIL FROM:<{sender}>", "250"),
            *((f"RCPT TO:<{recipient}>", "250") for recipient in recipients),
            ("DATA", "354"),
        ):
            said = await self.ask(line)
            assert said.startswith(code), f"{line}: {said}"

    async def closed(self, within: float = PATIENCE) -> bool:
        """Whether the other side ends the connection in time; what it still says is dropped."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(within):
                while await self.reader.read(4096):
                    pass
            return True
        return self.writer.is_closing() or self.reader.at_eof() or self.reader.exception() is not None

    async def close(self) -> None:
        """Without a farewell."""
        self.writer.close()
        with contextlib.suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(self.writer.wait_closed(), 5.0)

    async def __aenter__(self) -> "Talk":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
