"""One connection from a peer, from its greeting to its end: which commands are taken, and what they do."""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any

from edge.channels.mm4.smtp.handing import FAULT, FLAWED, Handing
from edge.channels.mm4.smtp.house import CROWDED, LEAVING, NOTICES, House
from edge.channels.mm4.smtp.seam import Envelope, Reply, Session
from edge.channels.mm4.smtp.stream import MISSING, AuthResult, LoginPassword, Stream, TLSSetupException
from edge.channels.mm4.smtp.tls import names
from edge.channels.mm4.smtp.transparency import Flaw
from edge.core.conf import Mm4Peer

LOG = logging.getLogger("smsedge.mm4")

RECIPIENTS_MAX = 100  # RFC 5321 4.5.3.1.8 asks for that many
COMMANDS_MAX = 1000  # between two messages
BOGUS_MAX = 10  # between two messages
LOGINS_MAX = 3

_SIZE = re.compile(r"\d{1,20}", re.ASCII)  # RFC 1870 3
_BEFORE_TLS = frozenset(("EHLO", "HELO", "NOOP", "QUIT", "RSET", "STARTTLS"))  # RFC 3207 4
_MAIL = frozenset(("MAIL", "RCPT", "DATA", "VRFY"))
_KNOWN = _BEFORE_TLS | _MAIL | {"AUTH"}
# A browser or a script that was led here: its headers and body are no commands of anybody's.
_FORBIDDEN = frozenset(("GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "CONNECT", "PATCH", "TRACE"))


class Connection(Stream):
    """A peer's connection. `retire`, `renew` and `cut` are what the `House` asks of it."""

    def __init__(self, house: House, candidates: Sequence[Mm4Peer], host: str) -> None:
        super().__init__(house, candidates[0], host)
        self._id = house.next_id()
        self._login: LoginPassword | None = None
        self._busy = self._retiring = False
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
        self.tls_context = house.context
        self._timeout_duration = house.conf.idle

    def retire(self) -> None:
        """End: now where nothing is under way, else after the reply that is owed."""
        self._retiring = True
        if not self._busy and self._ended is None:
            self._part(LEAVING)

    def cut(self) -> None:
        """End at once."""
        self._part(LEAVING)
        self._abort()

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone."""
        if not self._lost:
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
                if not self._more():
                    await self._flush()
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
            NOTICES.say("certificate", peer.name, f"{self._host} shows no certificate of its")
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
        """RFC 5321 4.1.1.1, RFC 2920."""
        assert self.session is not None
        if not hostname:
            await self.push("501 5.5.4 Syntax: EHLO hostname")
            return
        self._reset()
        self.session.extended_smtp = True
        self.session.host_name = hostname[:255]
        lines = [self.hostname, f"SIZE {self._house.conf.max_size}", "PIPELINING", "8BITMIME", "SMTPUTF8"]
        if self._tls_protocol is None and self.tls_context is not None:
            lines.append("STARTTLS")
        if self._tls_protocol is not None and any(peer.username for peer in self._house.peers.of(self._host)):
            lines.append("AUTH PLAIN LOGIN")
        told = [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]
        await self.push("\r\n".join(told))

    async def smtp_VRFY(self, arg: str | None) -> None:
        """RFC 5321 7.3: nothing is told."""
        await self.push("252 2.5.2 send some mail and see")

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
        written = next((option[5:] for option in options if option.startswith("SIZE=")), "0")
        if not _SIZE.fullmatch(written):
            return Reply(501, "5.5.4", "SIZE is a number of octets")
        size = int(written)
        if size > self._house.conf.max_size:  # RFC 1870 6.1
            return self._wrong("size", FLAWED[Flaw.SIZE])
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

    async def smtp_AUTH(self, arg: str | None) -> None:
        """RFC 4954, over TLS only. aiosmtpd reads name and password; here they are compared."""
        await self._flush()
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
        await self._flush()
        self._busy = True
        self._hold_timer()
        try:
            good = await house.passwords.verify(found.password if found else "", login.password)
        finally:
            self._busy = False
        self._reset_timeout()
        name = found.name if found is not None else ""
        if good and found is not None:
            if found is not self.peer and house.of_peer.get(name, 0) >= house.conf.peer_connections:
                house.metrics.caps.add(("mm4-peer-connections",))
                self._part(CROWDED)
                return
            if house.peers.by_name.get(name) is not found:  # a reload came in between
                self._part(LEAVING)
                return
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
            NOTICES.say("login", self.peer.name, f"wrong login from {self._host}")
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
            await self.push(str(Handing(house, self.peer.name).flawed(Flaw.MEMORY)))
        else:
            reply = await self._take()
            self._commands = self._bogus = 0
            self._reset()
            self._reset_timeout()
            if reply.code == 421:
                self._part(reply)
            else:
                await self.push(str(reply))

    async def _take(self) -> Reply:
        """One message, from our 354 to what is to be said of it."""
        assert self.session is not None
        assert self.envelope is not None
        session, sender = self._session(), _bare(self.envelope.mail_from or "")
        envelope = Envelope(sender, tuple(self.envelope.rcpt_tos), b"", self.session.host_name or "")
        transfer, ended = self._begin()
        try:
            await ended
        except asyncio.CancelledError:
            transfer.drop()
            raise
        try:
            return await Handing(self._house, self.peer.name).hand_over(session, envelope, transfer)
        finally:
            self._ended = None


def _bare(address: str) -> str:
    """Without aiosmtpd's need for something that is not empty."""
    return "" if address == "<>" else address
