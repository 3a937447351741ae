"""SMTP as a client, by the standard library's smtplib in threads: a few kept connections."""

import asyncio
import contextlib
import queue
import smtplib
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from edge.simulate.mmsc.options import Options

NOTHING = 0  # the code of what got no reply


class Sent(NamedTuple):
    """What a transaction was answered.

    `code` is that of MAIL where that was refused, else the first of RCPT where all were, else of the end of the
    message; 0 without any. `recipients` are the codes of RCPT. `unknown`: DATA was begun and no reply came.
    """

    code: int
    text: str
    recipients: tuple[int, ...] = ()
    unknown: bool = False

    @property
    def good(self) -> bool:
        """Whether the relay has it."""
        return self.code == 250


class Line:
    """A connection that is made when it is needed, and made anew when it is gone."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._smtp: smtplib.SMTP | None = None

    def _open(self) -> smtplib.SMTP:
        options = self._options
        if options.relay is None:
            raise OSError("no relay to send to")
        smtp = smtplib.SMTP(
            *options.relay,
            local_hostname=options.domain,
            timeout=options.timeout,
            source_address=(options.source, 0) if options.source else None,
        )
        smtp.ehlo()
        if options.relay_tls is not None:
            smtp.starttls(context=options.relay_tls)
            smtp.ehlo()
        if options.user:
            smtp.login(options.user, options.password)
        return smtp

    def send(self, sender: str, recipients: tuple[str, ...], octets: bytes) -> Sent:
        """One transaction. Never raises: what went wrong is in what it returns."""
        kept = self._smtp is not None
        sent = self._try(sender, recipients, octets)
        # The peer may have closed a connection while nobody looked: then nothing of the message went out, and the
        # 421 that it said as it went stands where the reply to MAIL is looked for.
        gone = not sent.unknown and not sent.recipients and sent.code in (NOTHING, 421)
        return self._try(sender, recipients, octets) if kept and gone else sent

    def _try(self, sender: str, recipients: tuple[str, ...], octets: bytes) -> Sent:
        begun = False
        try:
            if self._smtp is None:
                self._smtp = self._open()
            smtp = self._smtp
            code, text = smtp.docmd(f"MAIL FROM:<{sender}> SIZE={len(octets)}")
            if code != 250:
                return self._over(code, text)
            answers = [smtp.docmd(f"RCPT TO:<{recipient}>") for recipient in recipients]
            codes = tuple(code for code, _ in answers)
            if 250 not in codes:
                return self._over(*answers[0], codes)
            begun = True
            code, text = smtp.data(octets)
            return Sent(code, _shown(text), codes)
        except smtplib.SMTPDataError as error:  # DATA itself was refused
            return self._over(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            code = getattr(error, "smtp_code", NOTHING)
            said = _shown(getattr(error, "smtp_error", str(error)))
            return Sent(code if code > 0 else NOTHING, said, unknown=begun)

    def _over(self, code: int, text: bytes | str, codes: tuple[int, ...] = ()) -> Sent:
        """A transaction that was refused on the way."""
        if code == 421:
            self.close()
        elif self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.rset()
        return Sent(code, _shown(text), codes)

    def close(self) -> None:
        """Without a farewell: the peer must stand it."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _shown(text: bytes | str) -> str:
    return text.decode("ascii", "replace") if isinstance(text, bytes) else text


class Outgoing:
    """So many lines, each used by one thread at a time."""

    def __init__(self, options: Options) -> None:
        self._threads = ThreadPoolExecutor(options.connections, "mmsc")
        self._lines: queue.SimpleQueue[Line] = queue.SimpleQueue()
        for _ in range(options.connections):
            self._lines.put(Line(options))

    async def send(self, sender: str, recipients: tuple[str, ...], octets: bytes) -> Sent:
        """One transaction, when a line is free."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._send, sender, recipients, octets)

    def _send(self, sender: str, recipients: tuple[str, ...], octets: bytes) -> Sent:
        line = self._lines.get()
        try:
            return line.send(sender, recipients, octets)
        finally:
            self._lines.put(line)

    async def close(self) -> None:
        """Wait for what is under way, then close the lines."""
        await asyncio.to_thread(self._threads.shutdown)
        while not self._lines.empty():
            self._lines.get().close()
