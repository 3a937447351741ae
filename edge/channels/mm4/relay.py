"""The relay behind the SMTP side, a `seam.Taker`: what peers hand us is read here and given to whoever decides."""

from collections.abc import Sequence
from time import monotonic

from edge.channels.mm4.codec.errors import Mm4Error
from edge.channels.mm4.codec.header import read_head
from edge.channels.mm4.codec.pdu import Forward, of_head
from edge.channels.mm4.envelope import check_recipient, check_sender
from edge.channels.mm4.handling import forward_message
from edge.channels.mm4.lines import LOCAL, STOPPING, TOO_BIG, reply_of
from edge.channels.mm4.reports import pass_report
from edge.channels.mm4.service import Service
from edge.channels.mm4.smtp.seam import Envelope, Reply, Session
from edge.channels.notices import Notices

NOTICES = Notices("smsedge.mm4")


class Relay:
    """One for all peers."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def sender(self, session: Session, address: str, size: int) -> Reply | None:
        """MAIL FROM."""
        try:
            return check_sender(self._service, session, address, size)
        except Exception as error:
            return self._fault(session, error)

    def recipient(self, session: Session, sender: str, recipients: Sequence[str], address: str) -> Reply | None:
        """RCPT TO."""
        try:
            return check_recipient(self._service, session, sender, address)
        except Exception as error:
            return self._fault(session, error)

    async def message(self, session: Session, envelope: Envelope) -> Reply:
        """The end of DATA. Never raises."""
        service = self._service
        if service.stopping:
            return STOPPING
        if len(envelope.content) > service.mm4.max_size:
            return TOO_BIG
        arrived = monotonic()
        service.busy += 1
        try:
            reply = await self._message(session, envelope)
        except Mm4Error as error:  # too broken, too strange, or going round: nothing of it went on
            service.messages.add((session.peer.name, type(error).__name__.lower()))
            NOTICES.say("refused", session.peer.name, f"a message that is no MM4: {error}")
            reply = reply_of(error.reply)
        except Exception as error:
            reply = self._fault(session, error)
        finally:
            service.busy -= 1
        service.seconds.observe(monotonic() - arrived)
        return reply

    async def _message(self, session: Session, envelope: Envelope) -> Reply:
        head = read_head(envelope.content)
        pdu = of_head(head)
        if isinstance(pdu, Forward):
            return await forward_message(self._service, session, envelope, head, pdu)
        return await pass_report(self._service, session, envelope, head, pdu)

    def _fault(self, session: Session, error: Exception) -> Reply:
        NOTICES.bug(self._service.metrics, session.peer.name, error)
        return LOCAL
