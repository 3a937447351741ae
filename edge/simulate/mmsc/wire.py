"""SMTP as a server (RFC 5321), written for this simulator alone: it takes what is sent octet for octet.

Stays within the protocol, and leaves it where the options say so. One message is in memory for each connection.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

LINE = 4096  # octets of a command
CHUNK = 1 << 18
COMMANDS = 10_000  # of one connection
IDLE = 300.0  # seconds (RFC 5321 4.5.3.2)
_PATH = re.compile(r"(?:FROM|TO):\s*<([^>]*)>(.*)", re.IGNORECASE)


class Received(NamedTuple):
    """A message whose end was read. `octets` unstuffed."""

    host: str
    helo: str
    sender: str
    recipients: tuple[str, ...]
    octets: bytes


@dataclass(slots=True)
class Behaviour:
    """What the MMSC decides. Codes of replies; `end` None for no reply and a cut. `cut` at DATA: cut within it."""

    recipient: Callable[[str], int]
    cut: Callable[[], bool]
    end: Callable[[Received], Awaitable[int | None]]


class Input:
    """What a connection sends, cut where the protocol cuts it."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._octets = bytearray()

    async def until(self, end: bytes, cap: int) -> bytes:
        """Everything up to `end`, with it. Raises EOFError, TimeoutError, and ValueError beyond `cap` octets."""
        seen = 0
        while (found := self._octets.find(end, seen)) < 0:
            if len(self._octets) > cap:
                raise ValueError(f"more than {cap} octets")
            seen = max(0, len(self._octets) - len(end) + 1)
            async with asyncio.timeout(IDLE):  # wait_for of 3.11 may lose a cancellation
                more = await self._reader.read(CHUNK)
            if not more:
                raise EOFError
            self._octets += more
        found += len(end)
        data = bytes(memoryview(self._octets)[:found])
        del self._octets[:found]
        return data

    async def message(self, cap: int) -> bytes | None:
        """Everything up to the lone dot, dots unstuffed (RFC 5321 4.5.2); None for too much."""
        self._octets[:0] = b"\r\n"
        try:
            data = await self.until(b"\r\n.\r\n", cap)
        except ValueError:
            return None
        return data[:-3].replace(b"\r\n.", b"\r\n")[2:]

    def forget(self) -> None:
        """What was sent before TLS began does not count (CVE-2021-38371 and its kin)."""
        self._octets.clear()


class Dialogue:
    """One connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        behaviour: Behaviour,
        name: str,
        max_size: int,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._input, self._writer = Input(reader), writer
        self._behaviour, self._name, self._max_size, self._tls = behaviour, name, max_size, tls
        self._helo = ""
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._verbs = {
            "EHLO": self._hello, "HELO": self._hello, "MAIL": self._mail, "RCPT": self._rcpt, "DATA": self._data,
            "RSET": self._reset, "NOOP": self._noop, "STARTTLS": self._starttls,
        }  # fmt: skip

    async def run(self) -> None:
        """Until QUIT, the end of the connection, or a cut. Raises OSError, EOFError, TimeoutError, ValueError."""
        self._say(f"220 {self._name} ESMTP simulator")
        for _ in range(COMMANDS):
            await self._writer.drain()
            line = await self._input.until(b"\r\n", LINE)
            verb, _, rest = line.decode("utf-8", "surrogateescape").strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 2.0.0 bye")
                return
            await self._verbs.get(verb.upper(), self._unknown)(rest)
            if self._writer.is_closing():
                return

    def _say(self, text: str) -> None:
        self._writer.write(text.encode("ascii") + b"\r\n")

    async def _unknown(self, rest: str) -> None:
        self._say("500 5.5.1 no such command")

    async def _noop(self, rest: str) -> None:
        self._say("250 2.0.0 ok")

    async def _hello(self, rest: str) -> None:
        self._helo = rest
        self._clear()
        offers = [self._name, f"SIZE {self._max_size}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "PIPELINING"]
        if self._tls is not None and self._writer.get_extra_info("ssl_object") is None:
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            self._say("250-" + offer)
        self._say("250 " + offers[-1])

    async def _starttls(self, rest: str) -> None:
        if self._tls is None:
            self._say("502 5.5.1 no TLS here")
            return
        self._say("220 2.0.0 go ahead")
        await self._writer.drain()
        self._input.forget()
        await self._writer.start_tls(self._tls)
        self._helo = ""
        self._clear()

    def _clear(self) -> None:
        self._sender, self._recipients = None, []

    async def _reset(self, rest: str) -> None:
        self._clear()
        self._say("250 2.0.0 ok")

    async def _mail(self, rest: str) -> None:
        path = _PATH.match(rest)
        if path is None or self._sender is not None:
            self._say("503 5.5.1 not now" if path else "501 5.1.7 no path")
            return
        self._sender = path[1]
        self._say("250 2.1.0 ok")

    async def _rcpt(self, rest: str) -> None:
        path = _PATH.match(rest)
        if path is None or self._sender is None:
            self._say("503 5.5.1 not now" if path else "501 5.1.3 no path")
            return
        code = self._behaviour.recipient(path[1])
        if code == 250:
            self._recipients.append(path[1])
        self._say(f"{code} {code // 100}.1.1 as the simulator was told")

    async def _data(self, rest: str) -> None:
        if not self._recipients or self._sender is None:
            self._say("503 5.5.1 nobody to give it to")
            return
        self._say("354 go ahead")
        await self._writer.drain()
        if self._behaviour.cut():
            await self._input.until(b"\r\n", LINE)
            self._writer.transport.abort()
            return
        octets = await self._input.message(self._max_size)
        if octets is None:
            self._say("552 5.3.4 too big")
            self._writer.close()
            return
        host = self._writer.get_extra_info("peername")[0]
        code = await self._behaviour.end(Received(host, self._helo, self._sender, tuple(self._recipients), octets))
        self._clear()
        if code is None:
            self._writer.transport.abort()
        else:
            self._say(f"{code} {code // 100}.0.0 as the simulator was told")
