"""What carriers hand us: receipts and MO, passed to the account that owns the number they are for.

The carrier's answer waits for the customer's: what nobody took is kept by the carrier.
"""

from collections.abc import Callable
from functools import partial
from time import monotonic

from edge.channels.carriers.link import Link
from edge.channels.custody import Custody
from edge.channels.deliveries import Deliveries
from edge.channels.intake import CARRIER_HOME, inbound
from edge.channels.notices import Notices
from edge.channels.outside import Outside
from edge.channels.pledges import once_durable
from edge.channels.records import fill_verdict
from edge.channels.shared import SharedSenders, lender
from edge.channels.status import carrier_status
from edge.core.account import Account
from edge.core.decision import Decision
from edge.core.desk import Desk
from edge.core.submission import Party
from edge.core.verdict import ALLOWED, Action
from smpp.codec import parse
from smpp.consts import CommandId, Status
from smpp.errors import AnswerAndContinue
from smpp.fast import ShortMessage, decode_data, decode_sm, respond_sm, rewrite_deliver
from smpp.frame import Frame
from smpp.message_id import public_id
from smpp.receipt import is_receipt, replace_id
from smpp.receipt import parse as parse_receipt

NOTICES = Notices("smsedge.inbound")
TEXT_LIMIT = 254  # octets of short_message (3.4 section 5.2.22)


class Inbound:
    """Reads what a carrier asks, finds the owner, hands it over. One for all carriers."""

    def __init__(self, desk: Desk, deliveries: Deliveries, shared: SharedSenders, custody: Custody) -> None:
        self._desk = desk
        self._custody = custody
        self._deliveries = deliveries
        self._shared = shared
        self.outside: Outside | None = None

    def __call__(self, link: Link, frame: Frame, now: float) -> None:
        """One request of a carrier. Raises AnswerAndContinue for what cannot be read."""
        if frame.command_id == CommandId.ALERT_NOTIFICATION:
            self._alert(link, frame, now)
            return
        data = frame.command_id == CommandId.DATA_SM
        message = decode_data(frame.raw) if data else decode_sm(frame.raw)
        tlv_id = message.receipted_id or None
        # A subscriber can write what looks like a receipt, and receipts are not judged: where the carrier marks
        # its own, the looks of a text do not count.
        looks = (message.short_message or message.payload) if link.carrier.text_receipts else b""
        if is_receipt(message.esm_class, looks, tlv_id):
            self._receipt(link, frame, message, now)
        else:
            self._mo(link, frame, message, now)

    # -- receipts ------------------------------------------------------------------------------

    def _receipt(self, link: Link, frame: Frame, message: ShortMessage, now: float) -> None:
        """A receipt: its ids become ours, by computation alone; every other octet passes as it came."""
        desk = self._desk
        carrier = link.carrier
        number = self._party(message.dest, message.dest_ton, message.dest_npi)
        peer = self._party(message.source, message.source_ton, message.source_npi)
        text = message.short_message or message.payload
        receipt = parse_receipt(text, message.esm_class, message.receipted_id or None, message.message_state)
        ours = public_id(carrier.tag, receipt.id, carrier.message_id.receipt) if receipt.id else ""
        ours = self._custody.known_as(ours)
        desk.note_receipt(number.key, receipt.stat, receipt.err, now)
        owner = self._owner(number, peer, now)
        if owner is None:
            # Whose it is cannot be told, now or later: keeping it at the carrier would not help.
            desk.metrics.receipts.add(("", carrier.name, "unowned"))
            NOTICES.say("unowned-receipt", carrier.name, "receipts for numbers that no account owns are dropped")
            self._answer(link, link.generation, frame, Status.ESME_ROK)
            return
        decision = self._decision("dlr", owner, peer, number, carrier.name, link.name, now)
        decision.message_id = ours
        decision.detail = receipt.stat
        raw = _with_id(frame.raw, message, ours) if ours else frame.raw
        done = partial(self._receipt_done, link, link.generation, frame, decision, now)
        self._deliveries.offer(owner, raw, done, now)

    def _receipt_done(
        self, link: Link, generation: int, frame: Frame, decision: Decision, arrived: float, status: int, now: float
    ) -> None:
        self._desk.metrics.receipts.add((decision.account, decision.carrier, "delivered" if not status else "kept"))
        self._finish(link, generation, frame, decision, arrived, status, now)

    def _finish(
        self, link: Link, generation: int, frame: Frame, decision: Decision, arrived: float, status: int, now: float
    ) -> None:
        self._answer(link, generation, frame, status)
        decision.status = status
        decision.latency = now - arrived
        self._desk.record(decision)

    # -- MO ------------------------------------------------------------------------------------

    def _mo(self, link: Link, frame: Frame, message: ShortMessage, now: float) -> None:
        """A subscriber's message: judged, then handed to the owner of the number it is for."""
        desk = self._desk
        carrier = link.carrier
        number = self._party(message.dest, message.dest_ton, message.dest_npi)
        peer = self._party(message.source, message.source_ton, message.source_npi)
        owner = self._owner(number, peer, now)
        if owner is None:
            desk.metrics.inbound.add(("", carrier.name, "unowned"))
            self._answer(link, link.generation, frame, Status.ESME_RX_P_APPN)
            return
        submission = inbound(desk, owner, carrier.name, carrier.alphabet, message)
        verdict = desk.judge(submission, now)
        decision = self._decision("mo", owner, peer, number, carrier.name, link.name, now)
        decision.length = len(submission.body.text)
        decision.part, decision.parts = submission.body.part, submission.body.parts
        if verdict is not ALLOWED:
            fill_verdict(desk, decision, verdict, owner.name)
        if desk.recording:
            decision.features = desk.features(submission, now)
        desk.metrics.messages.add((owner.name, "mo", decision.verdict, decision.rule))
        # What it says (STOP, a complaint) is on disk before the carrier hears that we have it, whoever else is told.
        answer = Both(partial(self._finish, link, link.generation, frame, decision, now))
        once_durable(desk, verdict.facts, answer.durable)
        if verdict.action is Action.QUARANTINE:
            held = partial(self._mo_held, decision, answer)
            self._custody.take(submission, verdict, decision, frame.raw, carrier.name, now, held)
        elif not verdict.action.passes:
            desk.metrics.inbound.add((owner.name, carrier.name, "refused"))
            answer.ended(carrier_status(verdict), now)
        else:
            done = partial(self._mo_done, decision, answer)
            if self.outside is None or not self.outside.take(owner, submission, done, now):
                self._deliveries.offer(owner, frame.raw, done, now)

    def _mo_held(self, decision: Decision, answer: "Both", message_id: str, error: BaseException | None) -> None:
        """In quarantine: the carrier is done with it once it is on disk."""
        decision.message_id = message_id if error is None else ""
        self._desk.metrics.inbound.add((decision.account, decision.carrier, "held" if error is None else "kept"))
        answer.ended(Status.ESME_ROK if error is None else Status.ESME_RX_T_APPN, monotonic())

    def _mo_done(self, decision: Decision, answer: "Both", status: int, now: float) -> None:
        self._desk.metrics.inbound.add((decision.account, decision.carrier, "delivered" if not status else "kept"))
        answer.ended(status, now)

    # -- shared --------------------------------------------------------------------------------

    def _party(self, address: bytes, ton: int, npi: int) -> Party:
        return self._desk.party(address.decode("latin-1"), ton, npi, CARRIER_HOME)

    def _owner(self, number: Party, peer: Party, now: float) -> Account | None:
        """The account a number belongs to; of a shared one, the account that wrote to this peer last."""
        owners = self._desk.conf.inventory.owners(number.key)
        if len(owners) < 2:
            return owners[0] if owners else None
        return self._shared.addressee(owners, number, peer, now) or lender(owners, number)

    def _decision(
        self, direction: str, owner: Account, source: Party, destination: Party, carrier: str, link: str, now: float
    ) -> Decision:
        desk = self._desk
        return Decision(
            desk.next_decision(),
            desk.unix_time(now),
            direction=direction,
            account=owner.name,
            source=source.text,
            destination=destination.text,
            conf=desk.conf.version,
            carrier=carrier,
            link=link,
        )

    def _answer(self, link: Link, generation: int, frame: Frame, status: int) -> None:
        link.answer(generation, respond_sm(frame.command_id, status, frame.sequence, b""))

    def _alert(self, link: Link, frame: Frame, now: float) -> None:
        """alert_notification (3.4 section 4.12): a subscriber can be reached again. It has no answer."""
        fields = parse(frame.raw).fields
        esme = fields["esme_addr"]
        ton, npi = fields["esme_addr_ton"], fields["esme_addr_npi"]
        if not (isinstance(esme, bytes) and isinstance(ton, int) and isinstance(npi, int)):
            raise AnswerAndContinue(Status.ESME_RINVDSTADR, "no esme_addr")
        owners = self._desk.conf.inventory.owners(self._party(esme, ton, npi).key)
        told = self._deliveries.notify(owners[0].name, frame.raw) if owners else False
        outcome = "delivered" if told else "unowned"
        self._desk.metrics.counter(
            "smsedge_alerts_total", "alert_notification PDUs from carriers", ("carrier", "outcome")
        ).add((link.carrier.name, outcome))


class Both:
    """The answer to an MO: given once its customer has ended it and what it lays down is on disk."""

    __slots__ = ("_answer", "_durable", "_ended", "_failed")

    def __init__(self, answer: Callable[[int, float], None]) -> None:
        self._answer = answer
        self._durable = self._failed = False
        self._ended: tuple[int, float] | None = None

    def durable(self, error: BaseException | None) -> None:
        """The facts are on disk, or not."""
        self._durable, self._failed = True, error is not None
        if self._ended is not None:
            self._give(self._ended[0], monotonic())

    def ended(self, status: int, now: float) -> None:
        """The customer (or the quarantine) has it, or not."""
        self._ended = status, now
        if self._durable:
            self._give(status, now)

    def _give(self, status: int, now: float) -> None:
        # What could not be written is not acknowledged: the carrier keeps the message and brings it again.
        self._answer(Status.ESME_RX_T_APPN if self._failed and not status else status, now)


def _with_id(raw: bytes, message: ShortMessage, ours: str) -> bytes:
    """The PDU with our id in its text and in its TLV. A text that grows too long loses its end: it is an excerpt."""
    new = ours.encode("latin-1", "replace")
    text = replace_id(message.short_message, new)[:TEXT_LIMIT] if message.short_message else b""
    payload = replace_id(message.payload, new) if message.payload else None
    return rewrite_deliver(raw, message, text, new if message.receipted_id else None, payload)
