"""One connection to a relay. The only file that knows aiosmtplib.

aiosmtplib connects, greets, starts TLS and logs in. Messages are ours (`transaction`, `talk`): it waits for the reply
to each command, rewrites a message line by line, and does not tell whether the end of it went out, which is all the
difference between LATER and UNKNOWN.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import cast

import aiosmtplib

from edge.channels.mm4.smtp.seam import Result
from edge.channels.mm4.smtp.talk import Talk, take_over
from edge.channels.mm4.smtp.transaction import PROBE, Broken, Transaction, reset
from edge.core.conf import Listen, Mm4, Mm4Peer

__all__ = ["Broken", "Client", "Unreachable"]

_ERRORS = (aiosmtplib.SMTPException, OSError, TimeoutError, RuntimeError, ValueError)


class Unreachable(Exception):
    """No connection: the relay is down, does not greet, or not as the conf wants it. The text says why."""


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
        self._domain = conf.domain
        self._talk: Talk | None = None
        self._extensions: frozenset[str] = frozenset()

    @property
    def alive(self) -> bool:
        """Whether it looks connected."""
        return self._talk is not None and self._talk.alive

    async def open(self, deadline: float) -> None:
        """Connect, greet, start TLS, log in. Raises Unreachable."""
        loop = asyncio.get_running_loop()
        relay = self.relay
        smtp = aiosmtplib.SMTP(
            hostname=relay.host, port=relay.port, local_hostname=self._domain, start_tls=False, timeout=None
        )
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + self._connect)):
                await self._greet(smtp)
            if smtp.transport is None or smtp.transport.is_closing():
                raise ConnectionResetError("closed once it had greeted")
        except _ERRORS as error:
            _abort(smtp)
            raise Unreachable(str(error) or "timed out") from None
        except BaseException:
            _abort(smtp)
            raise
        self._extensions = frozenset(smtp.esmtp_extensions)
        self._talk = take_over(smtp.transport)

    async def _greet(self, smtp: aiosmtplib.SMTP) -> None:
        peer = self._peer
        await smtp.connect()
        await _hello(smtp)
        if self._context is not None:
            await self._secure(smtp, self._context)
        if peer.relay_username:
            await smtp.login(peer.relay_username, peer.relay_password)

    async def _secure(self, smtp: aiosmtplib.SMTP, context: ssl.SSLContext) -> None:
        """STARTTLS. Where it is optional, what cannot be encrypted goes in the clear (RFC 7435 3)."""
        optional = self._peer.relay_tls == "optional"
        if not smtp.supports_extension("starttls"):
            if optional:
                return
            raise Unreachable("the relay offers no STARTTLS")
        try:
            await smtp.starttls(tls_context=context)
        except _ERRORS:
            if not optional:
                raise
            _abort(smtp)
            await smtp.connect()
        else:
            self.tls = True
        await _hello(smtp)

    async def send(self, sender: str, recipients: Sequence[str], content: bytes, deadline: float) -> tuple[Result, ...]:
        """One transaction. `deadline` is of the loop's clock. Raises Broken where nothing was taken for sure.

        After anything but a clean end the connection is not `alive`.
        """
        assert self._talk is not None
        transaction = Transaction(self._talk, self._extensions, self._patience, deadline)
        try:
            return await transaction.run(sender, recipients, content)
        except BaseException:
            self.abort()
            raise

    async def reset(self, deadline: float) -> None:
        """See whether the relay is still there. A failure ends the connection."""
        assert self._talk is not None
        await reset(self._talk, self._patience, deadline)

    async def close(self) -> None:
        """Say goodbye and go."""
        talk = self._talk
        try:
            if talk is not None and talk.alive:
                talk.put(b"QUIT\r\n", 1)
                await talk.reply(asyncio.get_running_loop().time() + min(self._patience, PROBE))
        except (OSError, TimeoutError):
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once, with what is still to be written."""
        if self._talk is not None:
            self._talk.abort()


async def _hello(smtp: aiosmtplib.SMTP) -> None:
    try:
        await smtp.ehlo()
    except aiosmtplib.SMTPHeloError:
        await smtp.helo()


def _abort(smtp: aiosmtplib.SMTP) -> None:
    """Close at once, with what is still to be written."""
    transport = cast(asyncio.Transport | None, smtp.transport)
    if transport is not None:
        transport.abort()
    smtp.close()
