"""One connection from a peer. The only file that knows aiosmtpd.

aiosmtpd brings the states of a session, STARTTLS, the mechanisms of AUTH and the syntax of MAIL and RCPT. Ours are the
command loop (its own takes a bare LF for the end of a line and has no limits that suit a kept connection), DATA (its
own goes line by line), the time limits and the replies.
"""

import asyncio
import contextlib
import logging
import re
from collections.abc import Sequence
from typing import Any, cast

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, LoginPassword, TLSSetupException

from edge.channels.mm4.smtp.house import LEAVING, House
from edge.channels.mm4.smtp.seam import Envelope, Reply, Session
from edge.channels.mm4.smtp.tls import names
from edge.channels.mm4.smtp.transparency import Flaw, Transfer
from edge.core.conf import Mm4Peer

LOG = logging.getLogger("smsedge.mm4")
# Its lines name senders and recipients, several for each message; what matters is counted here.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

LINE_MAX = 4096  # octets of a command; RFC 5321 4.5.3.1.4 asks for 512, extensions and AUTH for more
RECIPIENTS_MAX = 100  # RFC 5321 4.5.3.1.8 asks for that many
PATH_MAX = 512  # twice what RFC 5321 4.5.3.1.3 allows
COMMANDS_MAX = 1000  # between two messages
BOGUS_MAX = 10  # between two messages
LOGINS_MAX = 3
HANDSHAKE = 30.0  # seconds
LAST_WORDS = 5.0  # seconds for a peer to take our last reply

_PATH = re.compile(r"<([^<>\x00-\x20\x7f]*)>(?:\s+(.*))?|([^<>\x00-\x20\x7f]+)(?:\s+(.*))?")
_BEFORE_TLS = frozenset(("EHLO", "HELO", "NOOP", "QUIT", "RSET", "STARTTLS"))  # RFC 3207 4
_MAIL = frozenset(("MAIL", "RCPT", "DATA", "VRFY"))
_KNOWN = _BEFORE_TLS | _MAIL | {"AUTH"}
# A browser or a script that was led here: its headers and body are no commands of anybody's.
_FORBIDDEN = frozenset(("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "CONNECT", "PATCH", "TRACE"))

_FLAWS = {
    Flaw.SIZE: Reply(552, "5.3.4", "the message is larger than we take"),
    Flaw.MEMORY: Reply(452, "4.3.1", "too many messages at once, try again later"),
    Flaw.LINES: Reply(554, "5.6.0", "lines end with CR LF; a bare CR or LF, or a NUL, is not taken"),
}
SLOW = Reply(421, "4.4.2", "too slow")
LATE = Reply(451, "4.4.7", "not done in time, try again later")
FAULT = Reply(451, "4.3.0", "a fault here, try again later")


class Connection(SMTP):
    """A peer's connection, from its greeting to its end. `peer` is who it is: by address, or by its login."""

    line_length_limit = LINE_MAX  # of the stream: DATA does not go through it

    def __init__(self, house: House, candidates: Sequence[Mm4Peer], host: str) -> None:
        super().__init__(
            None,
            data_size_limit=None,  # EHLO and MAIL say it here, with the status of RFC 3463
            enable_SMTPUTF8=True,
            hostname=house.conf.domain,
            tls_context=house.context,
            timeout=house.conf.idle,
            loop=asyncio.get_running_loop(),
        )
        self._house = house
        self._host = host
        self._id = house.next_id()
        self.peer = candidates[0]
        self._transfer: Transfer | None = None
        self._ended: asyncio.Future[None] | None = None
        self._login: LoginPassword | None = None
        self._busy = self._securing = self._retiring = self._lost = False
        self._commands = self._bogus = self._logins = 0
        house.enter(self, self.peer.name)

    # -- what the house asks ---------------------------------------------------------------------

    def renew(self) -> None:
        """Another conf holds: go on with what it says of this peer, or end where it is another or none."""
        old, house = self.peer, self._house
        candidates = house.peers.of(self._host)
        new = next((peer for peer in candidates if peer.name == old.name), None)
        same_login = new is not None and (new.username, new.password) == (old.username, old.password)
        if new is None or not (same_login if self._authenticated else candidates[0] is new):
            self.retire()
            return
        self.peer = new
        self._timeout_duration = house.conf.idle

    def retire(self) -> None:
        """End: now where nothing is under way, else after the reply that is owed."""
        self._retiring = True
        if not self._busy and self._transfer is None:
            self._part(LEAVING)

    def cut(self) -> None:
        """End at once."""
        self._part(LEAVING)
        self._abort()

    # -- time ------------------------------------------------------------------------------------

    def _timeout_cb(self) -> None:
        house = self._house
        if self._securing:
            house.fault("tls-timeout")
            self._abort()
        elif self._transfer is not None:
            crooked = self._transfer.crooked
            house.fault("data-lines" if crooked else "data-slow")
            house.received.add((self.peer.name, Flaw.LINES.value if crooked else "slow"))
            self._part(_FLAWS[Flaw.LINES] if crooked else SLOW)
        else:
            house.fault("idle")
            self._part(SLOW)

    def _part(self, reply: Reply) -> None:
        """Say a last word and close, whether the peer takes it or not."""
        if self._lost or self.transport is None or self.transport.is_closing():
            return
        if not self._securing:
            self._writer.write(f"{reply}\r\n".encode())
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
        if self._timeout_handle is not None:
            self._timeout_handle.cancel()

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
        self._house.leave(self, self.peer.name)

    # -- commands --------------------------------------------------------------------------------

    async def _handle_client(self) -> None:
        try:
            await self.push(f"220 {self.hostname} ESMTP")
            while self.transport is not None and not self.transport.is_closing():
                if self._retiring:
                    self._part(LEAVING)
                    return
                self._reset_timeout()
                await self._command(await self._reader.readuntil(b"\n"))
        except asyncio.LimitOverrunError:
            self._house.fault("line-length")
            self._part(Reply(500, "5.5.2", "the line is too long"))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except TLSSetupException as error:
            self._house.fault("tls")
            self._abort()
            self.connection_lost(error)
        finally:
            if self.transport is not None:
                self.transport.close()

    async def _command(self, line: bytes) -> None:
        word, _, argument = line[:-2].decode("utf-8", "replace").partition(" ")
        word = word.upper()
        refusal = self._refusal(word, line)
        if refusal is not None:
            if refusal.code == 421:
                self._part(refusal)
            else:
                await self.push(str(refusal))
            return
        try:
            await self._smtp_methods[word](argument.strip() or None)
        except (ConnectionError, TLSSetupException, asyncio.IncompleteReadError):
            raise
        except Exception:
            # The rules that a line and a message keep to are checked; what is left is a fault of ours.
            LOG.exception("fault at %s from %s", word, self.peer.name)
            self._house.fault("fault")
            self._reset()
            await self.push(str(FAULT))

    def _refusal(self, word: str, line: bytes) -> Reply | None:
        """Why a command is not even looked at. 421 also ends the connection."""
        self._commands += 1
        peer = self.peer
        if self._commands > COMMANDS_MAX:
            return self._wrong("commands", Reply(421, "4.7.0", "too many commands"))
        if word in _FORBIDDEN:
            return self._wrong("forbidden", Reply(421, "4.7.0", "this is a mail server"))
        if not line.endswith(b"\r\n") or b"\r" in line[:-2] or b"\0" in line:
            return self._bogus_command("command-lines", "lines end with CR LF")
        if word not in _KNOWN:
            return self._bogus_command("command", "command not recognized")
        if "\ufffd" in line.decode("utf-8", "replace"):
            return self._bogus_command("command", "not UTF-8")
        if peer.tls != "optional" and self._tls_protocol is None and word not in _BEFORE_TLS:
            return Reply(530, "5.7.0", "must issue a STARTTLS command first")
        if word not in _MAIL:
            return None
        if peer.tls == "certificate" and not names(self._peer_certificate) & set(peer.certificates):
            return self._wrong("certificate", Reply(554, "5.7.1", "needs a certificate of yours"))
        if peer.username and not self._authenticated:
            return Reply(530, "5.7.0", "authentication required")
        return None

    def _wrong(self, kind: str, reply: Reply) -> Reply:
        self._house.fault(kind)
        return reply

    def _bogus_command(self, kind: str, text: str) -> Reply:
        self._bogus += 1
        if self._bogus > BOGUS_MAX:
            return self._wrong("bogus", Reply(421, "4.7.0", "too many errors"))
        return self._wrong(kind, Reply(500, "5.5.2", text))

    async def smtp_EHLO(self, hostname: str | None) -> None:
        """RFC 5321 4.1.1.1. PIPELINING is not offered, though what comes pipelined is understood."""
        assert self.session is not None
        if not hostname:
            await self.push("501 5.5.4 Syntax: EHLO hostname")
            return
        self._reset()
        self.session.extended_smtp = True
        self.session.host_name = hostname[:255]
        lines = [self.hostname, f"SIZE {self._house.conf.max_size}", "8BITMIME", "SMTPUTF8"]
        if self._tls_protocol is None and self.tls_context is not None:
            lines.append("STARTTLS")
        if self._tls_protocol is not None and any(peer.username for peer in self._house.peers.of(self._host)):
            lines.append("AUTH PLAIN LOGIN")
        told = [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]
        await self.push("\r\n".join(told))

    async def smtp_VRFY(self, arg: str | None) -> None:
        """RFC 5321 7.3: nothing is told."""
        await self.push("252 2.5.2 send some mail and see")

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

    async def _call_handler_hook(self, command: str, *args: Any) -> Any:
        """What aiosmtpd asks after it has read MAIL and RCPT: a refusal, or that it is taken."""
        if command == "MAIL":
            reply = self._sender(*args)
        elif command == "RCPT":
            reply = self._recipient(args[0])
        else:
            return MISSING
        return MISSING if reply is None else str(reply)

    def _sender(self, address: str, options: Sequence[str]) -> Reply | None:
        size = next((int(option[5:]) for option in options if option.startswith("SIZE=")), 0)
        if size > self._house.conf.max_size:  # RFC 1870 6.1
            return self._wrong("size", _FLAWS[Flaw.SIZE])
        return self._house.taker.sender(self._session(), _bare(address), size)

    def _recipient(self, address: str) -> Reply | None:
        assert self.envelope is not None
        if address == "<>":
            return Reply(501, "5.1.3", "a recipient needs an address")
        if len(self.envelope.rcpt_tos) >= RECIPIENTS_MAX:
            self._house.metrics.caps.add(("mm4-recipients",))
            return Reply(452, "4.5.3", "too many recipients")
        return self._house.taker.recipient(
            self._session(), _bare(self.envelope.mail_from or ""), self.envelope.rcpt_tos, address
        )

    def _session(self) -> Session:
        return Session(self._id, self.peer, self._host, self._tls_protocol is not None)

    # -- TLS and AUTH ----------------------------------------------------------------------------

    @property
    def _peer_certificate(self) -> dict[str, Any] | None:
        found = self.session.ssl.get("peercert") if self.session is not None and self.session.ssl else None
        return found if isinstance(found, dict) else None

    @property
    def _authenticated(self) -> bool:
        return self.session is not None and bool(self.session.authenticated)

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

    async def smtp_AUTH(self, arg: str | None) -> None:
        """RFC 4954, over TLS only. aiosmtpd reads name and password; here they are compared."""
        mechanism, _, rest = (arg or "").partition(" ")
        try:
            await super().smtp_AUTH(f"{mechanism.upper()} {rest}".strip())
        except ValueError:
            self._house.fault("line-length")
            await self.push("500 5.5.2 the line is too long")
        login = self._given()
        if login is not None:
            await self._settle(login)

    def _given(self) -> LoginPassword | None:
        """What the peer logged in with, once."""
        login, self._login = self._login, None
        return login

    def _authenticate(self, mechanism: str, auth_data: LoginPassword) -> AuthResult:
        self._login = auth_data
        return AuthResult(success=False, handled=True)

    async def _settle(self, login: LoginPassword) -> None:
        assert self.session is not None
        house = self._house
        users = {peer.username.encode(): peer for peer in house.peers.of(self._host) if peer.username}
        found = users.get(login.login)
        self._busy = True
        self._hold_timer()
        good = await house.passwords.verify(found.password if found else "", login.password)
        self._busy = False
        name = found.name if found is not None else ""
        if good and found is not None:
            house.leave(self, self.peer.name)
            self.peer = found
            house.enter(self, found.name)
            self.session.authenticated = True
            house.logins.add((name, "ok"))
            await self.push("235 2.7.0 Authentication successful")
        elif good is None:
            house.logins.add((name, "busy"))
            await self.push("454 4.7.0 try again later")
        else:
            house.logins.add((name, "wrong"))
            self._logins += 1
            await self.push("535 5.7.8 Authentication credentials invalid")
            if self._logins >= LOGINS_MAX:
                self._part(Reply(421, "4.7.0", "too many wrong logins"))

    # -- DATA ------------------------------------------------------------------------------------

    async def smtp_DATA(self, arg: str | None) -> None:
        """Read a message in large pieces, hand it over, give the taker's reply."""
        assert self.session is not None
        assert self.envelope is not None
        house = self._house
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
        elif not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 need RCPT first")
        elif house.memory.held >= house.memory.cap:
            self._reset()
            await self.push(str(self._flawed(Flaw.MEMORY)))
        else:
            transfer = self._begin()
            await self._ended  # type: ignore[misc]
            self._busy = True
            self._hold_timer()
            reply = await self._hand_over(transfer)
            self._busy = False
            self._commands = self._bogus = 0
            self._reset()
            if reply.code == 421:
                self._part(reply)
            else:
                await self.push(str(reply))

    def _begin(self) -> Transfer:
        """Ask for the message; what is there of it already (a peer that pipelines) comes first."""
        house = self._house
        self._ended = self.loop.create_future()
        self._reset_timeout(house.conf.data_timeout)
        self._writer.write(b"354 End data with <CR><LF>.<CR><LF>\r\n")
        buffer = self._reader._buffer  # type: ignore[attr-defined]
        early = bytes(buffer)
        buffer.clear()
        self._reader._maybe_resume_transport()  # type: ignore[attr-defined]
        transfer = self._transfer = Transfer(house.conf.max_size, house.memory)
        if early:
            self.data_received(early)
        return transfer

    async def _hand_over(self, transfer: Transfer) -> Reply:
        assert self.session is not None
        assert self.envelope is not None
        content = transfer.content() if transfer.flaw is None else b""
        if transfer.flaw is not None:
            return self._flawed(transfer.flaw)
        house, name = self._house, self.peer.name
        house.octets.add((name, "in"), len(content))
        envelope = Envelope(
            _bare(self.envelope.mail_from or ""),
            tuple(self.envelope.rcpt_tos),
            content,
            self.session.host_name or "",
        )
        task = house.spawn(house.taker.message(self._session(), envelope))
        task.add_done_callback(lambda _: transfer.drop())
        try:
            # It goes on without us where the peer leaves: what it has begun to hand on cannot be called back.
            await asyncio.wait((task,), timeout=house.conf.deadline)
        except asyncio.CancelledError:
            house.received.add((name, "unheard"))
            raise
        if not task.done():
            task.cancel()
            house.received.add((name, "late"))
            return LATE
        return self._outcome(task)

    def _outcome(self, task: "asyncio.Task[Reply]") -> Reply:
        name = self.peer.name
        if task.cancelled() or task.exception() is not None:
            LOG.error(
                "fault in taking a message from %s", name, exc_info=None if task.cancelled() else task.exception()
            )
            self._house.fault("fault")
            self._house.received.add((name, "fault"))
            return FAULT
        reply = task.result()
        outcomes = {2: "taken", 4: "later", 5: "refused"}
        self._house.received.add((name, outcomes.get(reply.code // 100, "fault")))
        return reply

    def _flawed(self, flaw: Flaw) -> Reply:
        self._house.received.add((self.peer.name, flaw.value))
        if flaw is Flaw.MEMORY:
            self._house.metrics.caps.add(("mm4-memory",))
        else:
            self._house.fault(f"data-{flaw.value}")
        return _FLAWS[flaw]


def _bare(address: str) -> str:
    """Without aiosmtpd's need for something that is not empty."""
    return "" if address == "<>" else address
