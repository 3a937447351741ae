"""One connection to a relay. The only file that knows aiosmtplib.

aiosmtplib connects, greets, starts TLS, logs in and reads replies. DATA is ours: its own rewrites the message line by
line and does not tell whether the end of it went out, which is all the difference between LATER and UNKNOWN.
"""

import asyncio
import math
import re
import ssl
from collections.abc import Awaitable, Sequence
from typing import TypeVar, cast

import aiosmtplib

from edge.channels.mm4.smtp.replies import ADDRESS, NOT_ASCII, UNKNOWN, later, reply_of, result_of
from edge.channels.mm4.smtp.seam import Result, Sent
from edge.channels.mm4.smtp.transparency import stuff
from edge.core.conf import Listen, Mm4, Mm4Peer

_UNFIT = re.compile(r"[\x00-\x20\x7f<>\ufffd\ud800-\udfff]")
_GLANCE = 0.001  # seconds between two looks at what the transport still holds
AT_ONCE = 16 * 1024  # octets that an idle connection takes in one piece: its end may go in the same write
PATH_MAX = 512  # as the server takes
PROBE = 5.0  # seconds for a connection that stood idle to show that it lives

Answer = TypeVar("Answer")
_ERRORS = (aiosmtplib.SMTPException, OSError, TimeoutError, RuntimeError, ValueError)


class Unreachable(Exception):
    """No connection: the relay is down, does not greet, or not as the conf wants it. The text says why."""


class Broken(Exception):
    """The connection is of no use any more, and the relay has no message: the end of it was never sent."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.reply.text)
        self.result = result


class Client:
    """`open` it once, `send` as often as it stays `alive`, then `close` or `abort`. One task at a time."""

    def __init__(self, conf: Mm4, peer: Mm4Peer, relay: Listen, context: ssl.SSLContext | None) -> None:
        self.relay = relay
        self.kept = False
        self.idle_since = 0.0
        self.tls = False
        self._peer = peer
        self._context = context
        self._patience = conf.response_timeout
        self._connect = conf.connect_timeout
        self._smtp = aiosmtplib.SMTP(
            hostname=relay.host, port=relay.port, local_hostname=conf.domain, start_tls=False, timeout=None
        )

    @property
    def alive(self) -> bool:
        """Whether it looks connected."""
        return self._smtp.is_connected

    async def open(self, deadline: float) -> None:
        """Connect, greet, start TLS, log in. Raises Unreachable."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + self._connect)):
                await self._greet()
        except _ERRORS as error:
            self.abort()
            raise Unreachable(str(error) or "timed out") from None
        except BaseException:
            self.abort()
            raise

    async def _greet(self) -> None:
        smtp, peer = self._smtp, self._peer
        await smtp.connect()
        await self._hello()
        if self._context is not None:
            await self._secure(self._context)
        if peer.relay_username:
            await smtp.login(peer.relay_username, peer.relay_password)

    async def _secure(self, context: ssl.SSLContext) -> None:
        """STARTTLS. Where it is optional, what cannot be encrypted goes in the clear (RFC 7435 3)."""
        optional = self._peer.relay_tls == "optional"
        if not self._smtp.supports_extension("starttls"):
            if optional:
                return
            raise Unreachable("the relay offers no STARTTLS")
        try:
            await self._smtp.starttls(tls_context=context)
        except _ERRORS:
            if not optional:
                raise
            self.abort()
            await self._smtp.connect()
        else:
            self.tls = True
        await self._hello()

    async def _hello(self) -> None:
        try:
            await self._smtp.ehlo()
        except aiosmtplib.SMTPHeloError:
            await self._smtp.helo()

    # -- a message -------------------------------------------------------------------------------

    async def send(self, sender: str, recipients: Sequence[str], content: bytes, deadline: float) -> tuple[Result, ...]:
        """One transaction. `deadline` is of the loop's clock. Raises Broken where nothing was taken for sure.

        After anything but a clean end the connection is not `alive`.
        """
        options, results = self._prepare(sender, recipients, content)
        if all(result is not None for result in results):
            return tuple(result for result in results if result is not None)
        try:
            await self._envelope(sender, recipients, options, results, deadline)
            if None in results:
                await self._data(content, results, deadline)
            elif self.alive:
                await self.reset(deadline)
        except BaseException:
            self.abort()
            raise
        return tuple(result or UNKNOWN for result in results)

    def _prepare(
        self, sender: str, recipients: Sequence[str], content: bytes
    ) -> tuple[list[bytes], list[Result | None]]:
        """The parameters of MAIL (RFC 1870, 6152, 6531), and who cannot be sent to at all."""
        supports = self._smtp.supports_extension
        options = [b"SIZE=%d" % len(content)] if supports("size") else []
        if supports("8bitmime") and not content.isascii():
            options.append(b"BODY=8BITMIME")
        wide = [address for address in (sender, *recipients) if not address.isascii()]
        international = supports("smtputf8")
        if wide and international:
            options.append(b"SMTPUTF8")

        def fits(address: str) -> Result | None:
            if _UNFIT.search(address) or len(address) > PATH_MAX:
                return ADDRESS
            return None if address.isascii() or international else NOT_ASCII

        refused = fits(sender)
        return options, [refused or fits(address) if address else ADDRESS for address in recipients]

    async def _envelope(
        self,
        sender: str,
        recipients: Sequence[str],
        options: Sequence[bytes],
        results: list[Result | None],
        deadline: float,
    ) -> None:
        """MAIL and RCPT; fills in `results` for those that are not taken."""
        said = await self._ask(deadline, b"MAIL", b"FROM:<%s>" % sender.encode(), *options)
        if said.sent is not Sent.TAKEN:
            results[:] = [result or said for result in results]
            return
        for index, address in enumerate(recipients):
            if results[index] is None:
                said = await self._ask(deadline, b"RCPT", b"TO:<%s>" % address.encode())
                if said.sent is not Sent.TAKEN:
                    results[index] = said

    async def _data(self, content: bytes, results: list[Result | None], deadline: float) -> None:
        """DATA and the message; fills in what became of those that are still open."""
        protocol = self._smtp.protocol
        code, text = await self._before_end(deadline, self._smtp.execute_command(b"DATA"))
        if code != 354:
            said = result_of(code, text)
            if said is None or said.sent is Sent.TAKEN or code == 421 or protocol is None:
                raise Broken(_garbled(code, text))
            results[:] = [result or said for result in results]
            await self.reset(deadline)
            return
        assert protocol is not None
        rest = stuff(content)
        if len(rest) > AT_ONCE:
            await self._before_end(deadline, self._pour(rest), math.inf)
            rest = b""
        try:
            protocol.write(rest + b".\r\n")
        except _ERRORS:
            raise Broken(later("4.4.2", "the next hop went away")) from None
        # From here on the relay may have it.
        said = await self._verdict(deadline)
        results[:] = [result or said for result in results]

    async def _pour(self, octets: bytes) -> None:
        """Hand the message to the transport and wait until it has gone: only then may its end follow."""
        protocol = self._smtp.protocol
        if protocol is None:
            raise ConnectionResetError
        protocol.write(octets)
        transport = cast(asyncio.WriteTransport | None, protocol.transport)
        while transport is not None and transport.get_write_buffer_size():
            if transport.is_closing():
                raise ConnectionResetError
            await asyncio.sleep(_GLANCE)

    async def _verdict(self, deadline: float) -> Result:
        protocol = self._smtp.protocol
        try:
            if protocol is None:
                return UNKNOWN
            code, text = await self._within(deadline, protocol.read_response())
        except _ERRORS:
            self.abort()
            return UNKNOWN
        said = result_of(code, text)
        if said is None or code == 421:
            self.abort()
        return said or UNKNOWN

    async def reset(self, deadline: float) -> None:
        """RSET: leave no transaction behind, or see whether the relay is still there. A failure ends it."""
        loop = asyncio.get_running_loop()
        try:
            code, _ = await self._within(
                min(deadline, loop.time() + PROBE), self._smtp.execute_command(b"RSET", timeout=None)
            )
        except _ERRORS:
            code = 0
        if code // 100 != 2:
            self.abort()

    async def _ask(self, deadline: float, *words: bytes) -> Result:
        code, text = await self._before_end(deadline, self._smtp.execute_command(*words, timeout=None))
        said = result_of(code, text)
        if said is None or code == 421:
            raise Broken(_garbled(code, text))
        return said

    async def _before_end(self, deadline: float, work: Awaitable[Answer], patience: float = 0.0) -> Answer:
        try:
            return await self._within(deadline, work, patience)
        except TimeoutError:
            raise Broken(later("4.4.2", "the next hop does not answer")) from None
        except aiosmtplib.SMTPResponseException:
            raise Broken(_garbled(0, "")) from None
        except _ERRORS:
            raise Broken(later("4.4.2", "the next hop went away")) from None

    async def _within(self, deadline: float, work: Awaitable[Answer], patience: float = 0.0) -> Answer:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout_at(min(deadline, loop.time() + (patience or self._patience))):
            return await work

    # -- the end ---------------------------------------------------------------------------------

    async def close(self) -> None:
        """Say goodbye and go."""
        loop = asyncio.get_running_loop()
        try:
            await self._within(loop.time() + PROBE, self._smtp.execute_command(b"QUIT", timeout=None))
        except _ERRORS:
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once, with what is still to be written."""
        transport = cast(asyncio.WriteTransport | None, self._smtp.transport)
        if transport is not None:
            transport.abort()
        self._smtp.close()


def _garbled(code: int, text: str) -> Result:
    if code == 421:
        return Result(Sent.LATER, reply_of(code, text))
    return later("4.5.0", "the next hop's reply makes no sense")
