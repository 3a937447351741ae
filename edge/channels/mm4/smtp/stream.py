"""The stream of a connection from a peer: lines, messages, TLS, time limits. The only file that knows aiosmtpd.

aiosmtpd brings the states of a session, STARTTLS, the mechanisms of AUTH and the syntax of MAIL and RCPT. Ours are the
command loop (`connection`: its own takes a bare LF for the end of a line and has no limits that suit a kept
connection), DATA (its own goes line by line), the time limits and the replies.
"""

import asyncio
import contextlib
import logging
import math
import re
from typing import Any, cast

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, LoginPassword, TLSSetupException

from edge.channels.mm4.smtp.handing import FLAWED
from edge.channels.mm4.smtp.house import House
from edge.channels.mm4.smtp.seam import Reply
from edge.channels.mm4.smtp.transparency import Flaw, Transfer
from edge.core.conf import Mm4Peer

__all__ = ["MISSING", "AuthResult", "LoginPassword", "Stream", "TLSSetupException"]

# Its lines name senders and recipients, several for each message; what matters is counted here.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

LINE_MAX = 4096  # octets of a command; RFC 5321 4.5.3.1.4 asks for 512, extensions and AUTH for more
PATH_MAX = 512  # twice what RFC 5321 4.5.3.1.3 allows
HANDSHAKE = 30.0  # seconds
LAST_WORDS = 5.0  # seconds for a peer to take our last reply

_PATH = re.compile(r"<([^<>\x00-\x20\x7f]*)>(?:\s+(.*))?|([^<>\x00-\x20\x7f]+)(?:\s+(.*))?")

SLOW = Reply(421, "4.4.2", "too slow")


class Stream(SMTP):
    """What a `Connection` stands on. `peer` is who it is: by address, or by its login."""

    line_length_limit = LINE_MAX  # of the commands: DATA does not go through aiosmtpd's reader

    def __init__(self, house: House, peer: Mm4Peer, host: str) -> None:
        self._due = self._rings = math.inf  # when time is up, and when the timer looks whether it is
        super().__init__(
            None,
            data_size_limit=None,  # EHLO and MAIL say it here, with the status of RFC 3463
            enable_SMTPUTF8=True,
            hostname=house.conf.domain,
            tls_context=house.context,
            timeout=house.conf.idle,
            loop=asyncio.get_running_loop(),
        )
        self.peer = peer
        self._house = house
        self._host = host
        self._transfer: Transfer | None = None
        self._ended: asyncio.Future[None] | None = None
        self._securing = self._lost = False
        self._replies: list[bytes] = []

    # -- replies ---------------------------------------------------------------------------------

    async def push(self, status: str | bytes) -> None:
        """Reply; with the replies to what the peer has sent already, in one write (RFC 2920 3.2)."""
        self._replies.append((status.encode() if isinstance(status, str) else status) + b"\r\n")
        if self._securing or not self._more():
            await self._flush()

    def _more(self) -> bool:
        """Whether another command is here already."""
        return b"\n" in self._reader._buffer  # type: ignore[attr-defined]

    async def _flush(self) -> None:
        """Write the replies that are owed, before anything that takes its time."""
        if self._replies:
            self._write_out()
            await self._writer.drain()

    def _write_out(self, last: bytes = b"") -> None:
        self._writer.write(b"".join((*self._replies, last)))
        self._replies.clear()

    # -- time ------------------------------------------------------------------------------------

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Time begins again. The timer stays: most of what it is set for comes long before it rings."""
        self._due = self.loop.time() + (duration or self._timeout_duration)
        if self._due < self._rings:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()
        self._rings = self._due
        self._timeout_handle = self.loop.call_at(self._due, self._timeout_cb)

    def _timeout_cb(self) -> None:
        self._rings = math.inf
        if self._due > self.loop.time():
            if self._due < math.inf:
                self._set_timer()
            return
        house = self._house
        if self._securing:
            house.fault("tls-timeout")
            self._abort()
        elif self._transfer is not None:
            crooked = self._transfer.crooked
            house.fault("data-lines" if crooked else "data-slow")
            house.received.add((self.peer.name, Flaw.LINES.value if crooked else "slow"))
            self._part(FLAWED[Flaw.LINES] if crooked else SLOW)
        else:
            house.fault("idle")
            self._part(SLOW)

    def _part(self, reply: Reply) -> None:
        """Say a last word and close, whether the peer takes it or not."""
        if self._lost or self.transport is None or self.transport.is_closing():
            return
        if not self._securing:
            self._write_out(f"{reply}\r\n".encode())
        self.transport.close()
        self.loop.call_later(LAST_WORDS, self._abort)

    def _abort(self) -> None:
        for transport in (self.transport, self._original_transport):
            if transport is not None:
                with contextlib.suppress(AttributeError, RuntimeError):  # TLS that has lost its transport
                    cast(asyncio.Transport, transport).abort()

    def _reset(self) -> None:
        """No sender, no recipients, no message."""
        self.envelope = self._create_envelope()

    def _hold_timer(self) -> None:
        """What takes time now is our own work: it has its own limits."""
        self._due = math.inf

    # -- the stream ------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Commands go to the stream, a message to its `Transfer`."""
        transfer = self._transfer
        if transfer is None:
            super().data_received(data)
            return
        rest = transfer.feed(data)
        if rest is None:
            return
        self._transfer = None
        self._hold_timer()
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)
        if rest:
            super().data_received(rest)

    def eof_received(self) -> bool:
        """A peer that only closes its sending side still gets the reply that is owed."""
        asyncio.StreamReaderProtocol.eof_received(self)
        if self._transfer is not None and self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
        return self.session is not None and self.session.ssl is None

    def connection_lost(self, error: Exception | None) -> None:
        """Also called for a handshake that failed, and then only once."""
        if self._lost:
            return
        self._lost = True
        if self._transfer is not None:
            self._transfer.drop()
            self._transfer = None
            self._house.received.add((self.peer.name, "cut"))
        super().connection_lost(error)

    def _begin(self) -> tuple[Transfer, asyncio.Future[None]]:
        """Ask for the message; what is there of it already (a peer that pipelines) comes first."""
        house = self._house
        ended = self._ended = self.loop.create_future()
        self._reset_timeout(house.conf.data_timeout)
        self._write_out(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        buffer = self._reader._buffer  # type: ignore[attr-defined]
        early = bytes(buffer)
        buffer.clear()
        self._reader._maybe_resume_transport()  # type: ignore[attr-defined]
        transfer = self._transfer = Transfer(house.conf.max_size, house.memory)
        if early:
            self.data_received(early)
        return transfer, ended

    @property
    def _peer_certificate(self) -> dict[str, Any] | None:
        found = self.session.ssl.get("peercert") if self.session is not None and self.session.ssl else None
        return found if isinstance(found, dict) else None

    @property
    def _authenticated(self) -> bool:
        return self.session is not None and bool(self.session.authenticated)

    # -- TLS and addresses ---------------------------------------------------------------------

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        """RFC 3207. What came in the clear behind it is dropped: aiosmtpd empties the stream after the handshake."""
        assert self.session is not None
        if self._tls_protocol is not None:
            await self.push("503 5.5.1 TLS is on already")
            return
        if self._reader._buffer:  # type: ignore[attr-defined]
            self._house.fault("starttls-injection")
        started = not arg and self.tls_context is not None
        self._securing = started
        if started:
            self._reset_timeout(HANDSHAKE)
        await super().smtp_STARTTLS(arg)
        self._securing = False
        if started and not self._secured():
            raise TLSSetupException

    def _secured(self) -> bool:
        """Whether the handshake has come to its end: aiosmtpd has a new session then."""
        return self.session is not None and self.session.ssl is not None

    async def smtp_QUIT(self, arg: str | None) -> None:
        """RFC 5321 4.1.1.10. Nothing behind it is looked at."""
        if not arg:
            self._reader._buffer.clear()  # type: ignore[attr-defined]
        await super().smtp_QUIT(arg)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address as written and what follows it. "<>" for none; without a route (RFC 5321 C)."""
        match = _PATH.fullmatch(arg.strip()) if arg else None
        if match is None:
            return None, None
        address, rest = (match[1], match[2]) if match[1] is not None else (match[3], match[4])
        if len(address) > PATH_MAX:
            return None, None
        if address.startswith("@") and ":" in address:
            address = address.partition(":")[2]
        return address or "<>", rest or ""
