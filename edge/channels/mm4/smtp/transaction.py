"""One message to one relay: MAIL, RCPT, DATA, the message (RFC 5321 3.3), where it may in two writes (RFC 2920)."""

import asyncio
import math
import re
from collections.abc import Sequence

from edge.channels.mm4.smtp.replies import ADDRESS, NOT_ASCII, UNKNOWN, later, reply_of, result_of
from edge.channels.mm4.smtp.seam import Result, Sent
from edge.channels.mm4.smtp.talk import Said, Talk
from edge.channels.mm4.smtp.transparency import stuff

AT_ONCE = 16 * 1024  # octets that an idle connection takes in one piece: its end may go in the same write
PATH_MAX = 512  # as the server takes
PROBE = 5.0  # seconds for a connection that stood idle to show that it lives

_GLANCE = 0.001  # seconds between two looks at what the transport still holds
_UNFIT = re.compile(r"[\x00-\x20\x7f<>\ufffd\ud800-\udfff]")


class Broken(Exception):
    """The connection is of no use any more, and the relay has no message: the end of it was never sent."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.reply.text)
        self.result = result


class Transaction:
    """`run` it once. `results` are those of the recipients, None while open.

    `extensions` are what the relay offers (RFC 5321 4.1.1.1), in small letters; `patience` are the seconds it has for
    each reply, `deadline` is the end of them all, of the loop's clock.
    """

    def __init__(self, talk: Talk, extensions: frozenset[str], patience: float, deadline: float) -> None:
        self.results: list[Result | None] = []
        self._talk = talk
        self._extensions = extensions
        self._ahead = "pipelining" in extensions
        self._loop = asyncio.get_running_loop()
        self._patience = patience
        self._deadline = deadline

    async def run(self, sender: str, recipients: Sequence[str], content: bytes) -> tuple[Result, ...]:
        """Raises Broken where nothing was taken for sure; then, and where it is cancelled, abort the connection."""
        options = self._prepare(sender, recipients, content)
        if None in self.results:
            mail = b" ".join((b"MAIL FROM:<%s>" % sender.encode(), *options))
            await self._envelope(mail, recipients)
            if None in self.results:
                await self._data(content)
            else:
                await self._leave()
        return tuple(result or UNKNOWN for result in self.results)

    def _prepare(self, sender: str, recipients: Sequence[str], content: bytes) -> list[bytes]:
        """The parameters of MAIL (RFC 1870, 6152, 6531); those who cannot be sent to at all have their result."""
        extensions = self._extensions
        options = [b"SIZE=%d" % len(content)] if "size" in extensions else []
        if "8bitmime" in extensions and not content.isascii():
            options.append(b"BODY=8BITMIME")
        wide = not sender.isascii() or any(not address.isascii() for address in recipients)
        international = "smtputf8" in extensions
        if wide and international:
            options.append(b"SMTPUTF8")

        def fits(address: str) -> Result | None:
            if _UNFIT.search(address) or len(address) > PATH_MAX:
                return ADDRESS
            return None if address.isascii() or international else NOT_ASCII

        refused = fits(sender)
        self.results = [refused or fits(address) if address else ADDRESS for address in recipients]
        return options

    # -- the envelope ----------------------------------------------------------------------------

    async def _envelope(self, mail: bytes, recipients: Sequence[str]) -> None:
        """MAIL and RCPT; those that are not taken have their result then. DATA too is said, where it may be ahead."""
        results = self.results
        asked = [index for index, result in enumerate(results) if result is None]
        commands = [b"RCPT TO:<%s>\r\n" % recipients[index].encode() for index in asked]
        mail += b"\r\n"
        if self._ahead:
            self._put(b"".join((mail, *commands, b"DATA\r\n")), len(commands) + 2)
            mail, commands = b"", [b""] * len(commands)
        said = await self._ask(mail)
        if said.sent is not Sent.TAKEN:
            self._all(said)
            return
        for index, command in zip(asked, commands, strict=True):
            said = await self._ask(command)
            if said.sent is not Sent.TAKEN:
                results[index] = said

    def _all(self, result: Result) -> None:
        """Everybody who is still open."""
        self.results[:] = [each or result for each in self.results]

    async def _leave(self) -> None:
        """Nobody is left. What was said ahead has its replies; a message that is asked for all the same is none.

        RFC 2920 3.1: a lone dot ends it. Where the relay holds a recipient for taken it would be delivered: then the
        connection is cut instead.
        """
        talk = self._talk
        try:
            if self._ahead:
                taken = False
                while talk.due > 1:
                    taken = (await self._reply())[0] // 100 == 2 or taken
                code, _ = await self._reply()
                if code == 354 and not taken:
                    talk.put(b".\r\n", 1)
                    code, _ = await self._reply()
                if code // 100 not in (2, 4, 5) or code == 421:
                    talk.abort()
        except (OSError, TimeoutError):
            talk.abort()
        if talk.alive:
            await reset(talk, self._patience, self._deadline)

    # -- the message -----------------------------------------------------------------------------

    async def _data(self, content: bytes) -> None:
        """DATA and the message; everybody has a result then."""
        if not self._ahead:
            self._put(b"DATA\r\n", 1)
        code, text = await self._before_end()
        if code != 354:
            said = result_of(code, text)
            if said is None or said.sent is Sent.TAKEN or code == 421:
                raise Broken(_garbled(code, text))
            self._all(said)
            await reset(self._talk, self._patience, self._deadline)
            return
        rest = stuff(content)
        if len(rest) > AT_ONCE:
            await self._pour(rest)
            rest = b""
        self._put(rest + b".\r\n", 1)
        # From here on the relay may have it.
        self._all(await self._verdict())

    async def _pour(self, octets: bytes) -> None:
        """Hand the message to the transport and wait until it has gone: only then may its end follow."""
        talk = self._talk
        self._put(octets, 0)
        try:
            async with asyncio.timeout_at(self._deadline):
                while talk.unsent:
                    await asyncio.sleep(_GLANCE)
        except TimeoutError:
            raise Broken(later("4.4.2", "the next hop does not answer")) from None
        except OSError:
            raise Broken(later("4.4.2", "the next hop went away")) from None

    async def _verdict(self) -> Result:
        try:
            code, text = await self._reply()
        except (OSError, TimeoutError):
            code, text = 0, ""
        said = result_of(code, text)
        if said is None or code == 421:
            self._talk.abort()
        return said or UNKNOWN

    # -- commands and replies --------------------------------------------------------------------

    def _put(self, octets: bytes, replies: int) -> None:
        try:
            self._talk.put(octets, replies)
        except OSError:
            raise Broken(later("4.4.2", "the next hop went away")) from None

    async def _ask(self, command: bytes) -> Result:
        """What becomes of a command (empty: said already)."""
        if command:
            self._put(command, 1)
        code, text = await self._before_end()
        said = result_of(code, text)
        if said is None or code == 421:
            raise Broken(_garbled(code, text))
        return said

    async def _before_end(self) -> Said:
        try:
            return await self._reply()
        except TimeoutError:
            raise Broken(later("4.4.2", "the next hop does not answer")) from None
        except OSError:
            raise Broken(later("4.4.2", "the next hop went away")) from None

    async def _reply(self) -> Said:
        return await self._talk.reply(min(self._deadline, self._loop.time() + self._patience))


async def reset(talk: Talk, patience: float, deadline: float = math.inf) -> None:
    """RSET: leave no transaction behind, or see whether the relay is still there. A failure ends the connection."""
    try:
        talk.put(b"RSET\r\n", 1)
        now = asyncio.get_running_loop().time()
        code, _ = await talk.reply(min(deadline, now + min(patience, PROBE)))
    except (OSError, TimeoutError):
        code = 0
    if code // 100 != 2:
        talk.abort()


def _garbled(code: int, text: str) -> Result:
    if code == 421:
        return Result(Sent.LATER, reply_of(code, text))
    return later("4.5.0", "the next hop's reply makes no sense")
