"""An ESME for tests and small tools: requests are awaited, deliveries come in a queue."""

import asyncio
import ssl
from time import monotonic
from types import TracebackType
from typing import Any, NamedTuple

from edge.simulate.addresses import shown
from edge.simulate.bodies import Part, body_text, part_of
from edge.simulate.esme.client import Binding, Client
from edge.simulate.esme.compose import Extras, submit_pdus
from smpp import receipt
from smpp.consts import CommandId, Status
from smpp.errors import AnswerAndContinue
from smpp.fast import ShortMessage, decode_data, decode_sm, read_message_id
from smpp.frame import Frame
from smpp.session import HEADER
from smpp.transport import Outbox

DELIVERIES = 10_000  # unread ones; beyond them the peer gets ESME_RMSGQFUL


class Answer(NamedTuple):
    """What a submission was answered with; `message_id` is "" with an error."""

    status: int
    message_id: str


class Received(NamedTuple):
    """A deliver_sm or data_sm that came. `receipt` is None for a message. Texts are without their header.

    `part` is (reference, total, this one) of a long message. `frame` holds the octets.
    """

    source: str
    destination: str
    text: str
    receipt: receipt.Receipt | None
    part: Part | None
    message: ShortMessage
    frame: Frame


class Esme(Client):
    """`esme = await Esme.connect(...)`. `deliveries` holds what came, oldest first.

    `answer_with` is the status every delivery is answered with, None for no answer at all. `alerts` counts
    alert_notification. The window is not enforced: who asks for more than the peer allows finds out.
    """

    def __init__(self, binding: Binding, outbox: Outbox | None = None) -> None:
        super().__init__(binding, outbox)
        self.deliveries: asyncio.Queue[Received] = asyncio.Queue(DELIVERIES)
        self.answer_with: int | None = Status.ESME_ROK
        self.alerts = 0
        self._reference = 0

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        system_id: str,
        password: str,
        kind: str = "trx",
        tls: ssl.SSLContext | None = None,
        version: int = 0x34,
        **options: Any,
    ) -> "Esme":
        """Connect and bind; `options` are further fields of `Binding`.

        OSError, TimeoutError, BindRefused (with the status), ConnectionError where the peer hangs up.
        """
        esme = cls(Binding(host, port, system_id, password, kind, tls, version, **options))
        await esme.open()
        return esme

    async def __aenter__(self) -> "Esme":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.unbind()

    # -- requests ------------------------------------------------------------------------------

    def send_raw(self, pdu: bytes) -> "asyncio.Future[Frame]":
        """Send a whole request PDU under a number of our own, without waiting; the future gets its answer.

        The future fails with ConnectionError (connection lost) or TimeoutError (response_timeout).
        ValueError for an enquire_link: its answer stays with the session, see `enquire`.
        """
        if int.from_bytes(pdu[4:8]) == CommandId.ENQUIRE_LINK:
            raise ValueError("use enquire() for an enquire_link")
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self.send(pdu, future, monotonic())
        return future

    async def request(self, pdu: bytes) -> Frame:
        """`send_raw`, and wait for the answer."""
        return await self.send_raw(pdu)

    async def enquire(self, within: float = 5.0) -> None:
        """Send an enquire_link and wait for a sign of life: its answer. TimeoutError, ConnectionError."""
        if self.line is None:
            raise ConnectionError(f"the connection is gone: {self.lost_by}")
        sequence = self.session.request(HEADER.pack(16, CommandId.ENQUIRE_LINK, 0, 0), None, monotonic())
        self.line.wake()
        async with asyncio.timeout(within):
            while sequence in self.session.window.pending:
                await asyncio.sleep(0.002)
        if self.line is None:
            raise ConnectionError(f"connection lost: {self.lost_by}")

    async def submit(self, source: str, destination: str, text: str, **extras: Any) -> Answer:
        """Submit a text; `extras` are fields of `compose.Extras`.

        A long one goes out in parts; the answer is then the first error, or that of the last part.
        """
        answers = await self.submit_all(source, destination, text, **extras)
        return next((answer for answer in answers if answer.status), answers[-1])

    async def submit_all(self, source: str, destination: str, text: str, **extras: Any) -> list[Answer]:
        """As `submit`, with the answer to each part."""
        if "reference" not in extras:
            self._reference = (self._reference + 1) & 0xFF
            extras["reference"] = self._reference
        futures = [self.send_raw(pdu) for pdu in submit_pdus(source, destination, text, Extras(**extras))]
        frames = await asyncio.gather(*futures)
        return [Answer(frame.status, answered_id(frame)) for frame in frames]

    async def next_delivery(self, within: float = 5.0) -> Received:
        """The next one in `deliveries`. TimeoutError if none comes."""
        return await asyncio.wait_for(self.deliveries.get(), within)

    # -- Client --------------------------------------------------------------------------------

    def answered(self, context: object, frame: Frame, now: float) -> None:
        """Hand the answer to whoever waits."""
        if isinstance(context, asyncio.Future) and not context.done():
            context.set_result(frame)

    def unanswered(self, context: object, now: float) -> None:
        """Tell whoever waits that no answer will come."""
        if isinstance(context, asyncio.Future) and not context.done():
            lost = self.line is None
            reason = f"connection lost: {self.lost_by}" if lost else "no answer in time"
            context.set_exception(ConnectionError(reason) if lost else TimeoutError(reason))
            context.exception()  # nobody may be waiting: that is no reason for a warning

    def delivered(self, frame: Frame, now: float) -> int | None:
        """Put it into the queue."""
        if frame.command_id == CommandId.ALERT_NOTIFICATION:
            self.alerts += 1
            return None
        try:
            received = read_delivery(frame)
        except AnswerAndContinue as error:
            self.fault("bad-pdu")
            return error.status
        if self.deliveries.full():
            return Status.ESME_RMSGQFUL
        self.deliveries.put_nowait(received)
        return self.answer_with


def answered_id(frame: Frame) -> str:
    """The message_id of an answer, "" with an error."""
    return "" if frame.status else read_message_id(frame.raw).decode("latin-1")


def read_delivery(frame: Frame) -> Received:
    """A deliver_sm or data_sm as people read it. AnswerAndContinue for a body that cannot be read."""
    message = decode_data(frame.raw) if frame.command_id == CommandId.DATA_SM else decode_sm(frame.raw)
    body = message.payload or message.short_message
    found = None
    tlv_id = message.receipted_id or None
    if receipt.is_receipt(message.esm_class, body, tlv_id):
        found = receipt.parse(body, message.esm_class, tlv_id, message.message_state)
    return Received(
        shown(message.source_ton, message.source),
        shown(message.dest_ton, message.dest),
        body_text(body, message.esm_class, message.data_coding),
        found,
        part_of(body, message.esm_class, message.sar),
        message,
        frame,
    )
