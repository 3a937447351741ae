"""Messages of MM4 in quarantine: taken in before the 250, handed on when a person releases them, or reported on."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

from edge.channels.custody import CustodyError
from edge.channels.mm4.answering import report
from edge.channels.mm4.codec.address import key as address_key
from edge.channels.mm4.codec.address import read as read_address
from edge.channels.mm4.codec.answers import answered_at
from edge.channels.mm4.codec.errors import Mm4Error
from edge.channels.mm4.codec.fields import MMStatus, bare_id
from edge.channels.mm4.codec.pdu import Forward, parse
from edge.channels.mm4.codec.transactions import transaction
from edge.channels.mm4.evidence import seal_held
from edge.channels.mm4.intake import home_of, source_of
from edge.channels.mm4.item import Item
from edge.channels.mm4.lines import RELEASED
from edge.channels.mm4.onward import carry
from edge.channels.mm4.outgoing import outgoing
from edge.channels.mm4.parties import OUTSIDE_HOME, party_of
from edge.channels.mm4.service import on_disk
from edge.channels.mm4.smtp.seam import Sent
from edge.channels.outside import Done, Outcome
from edge.channels.records import close_decision, fill_verdict
from edge.channels.releases import decision_of
from edge.core.account import Account
from edge.core.decision import Decision
from edge.core.evidence import Kept, is_evidence
from edge.core.facts import subject_of
from edge.core.media import Busy
from edge.core.mms import Parcel, Passed, What
from edge.core.quarantine import Held, HeldState
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.core.verdict import Verdict
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.mm4.handling import Transaction
    from edge.channels.mm4.service import Service

DOWN = int(Status.ESME_RSYSERR)


async def hold(service: "Service", work: "Transaction", item: Item) -> bool:
    """Into quarantine: whether it is on disk."""
    assert item.submission is not None
    assert item.verdict is not None
    assert item.decision is not None
    parcel = Parcel(
        item.decision.id,
        What.MESSAGE,
        tuple(peer.name for peer in item.hops),
        work.envelope.sender,
        (item.to,),
        outgoing(service, work),
        service.unix(),
        0.0,
        work.session.peer.name,
    )
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def taken(row: str, error: BaseException | None) -> None:
        if not told.done():
            told.set_result(row if error is None else "")

    service.custody.take(
        item.submission,
        item.verdict,
        item.decision,
        msgspec.msgpack.encode(parcel),
        work.session.peer.name,
        item.arrived,
        taken,
    )
    item.row = await told
    if item.row:
        item.decision.reference, item.decision.message_id = item.decision.message_id, item.row
    return bool(item.row)


async def unhold(service: "Service", work: "Transaction") -> None:
    """The message is not taken after all: the peer brings it again, so no copy may stay."""
    for item in work.items:
        if item.row:
            await service.custody.forget(item.row)
            item.row = ""


class Releases:
    """An `outside.Outside`: what becomes of held messages of MM4."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def take(self, owner: Account, submission: Submission, done: Done, now: float) -> bool:
        """Texts of other channels are not delivered by MM4."""
        return False

    async def read(self, held: Held, account: Account) -> Submission:
        """A held message again, and what the examiner sees in it now. Raises CustodyError."""
        parcel, forward = _parcel_of(held)
        desk = self._service.desk
        try:
            media = await self._service.examiner.examine(parcel.content)
        except Busy as busy:
            raise CustodyError("too many messages wait to be looked at: try again") from busy
        outbound = held.direction == Direction.MT.value
        home = home_of(account) if outbound else OUTSIDE_HOME
        return Submission(
            Channel.MM4,
            Direction.MT if outbound else Direction.MO,
            Operation.SUBMIT,
            account,
            account.name if outbound else parcel.origin,
            held.end_user,
            party_of(desk, source_of(forward, parcel.sender), home),
            party_of(desk, read_address(parcel.recipients[0]), home),
            Body(held.text, parcel.content),
            media=media,
        )

    async def barred(self, held: Held, submission: Submission, verdict: Verdict) -> bool:
        """What is on a child-safety list by now is sealed, with all that follows, and taken out of quarantine."""
        if not is_evidence(verdict):
            return False
        service, now = self._service, monotonic()
        desk = service.desk
        parcel, _ = _parcel_of(held)
        decision = decision_of(desk, held, "nobody", now)
        fill_verdict(desk, decision, verdict, held.account)
        kept = await seal_held(service, held, parcel, submission, decision, verdict)
        facts = desk.judge(submission, now).facts  # the suspension
        if facts:
            await on_disk(lambda done: desk.lay_down(facts, done))
        close_decision(desk, decision, int(Status.ESME_RINVDSTADR), now, monotonic())
        if kept is not Kept.KEPT:
            return False
        await service.custody.forget(held.id)
        self.refused(held, HeldState.REFUSED)
        return True

    def send(self, held: Held, submission: Submission, decision: Decision, now: float) -> "asyncio.Future[Outcome]":
        """Hand it on. The future always ends."""
        told: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            outcome = Outcome(DOWN, known=False, words="the edge stopped")
            try:
                outcome = await self._send(held, submission, decision, now)
            finally:
                if not told.done():
                    told.set_result(outcome)

        if not self._service.spawn(work()):
            told.set_result(Outcome(DOWN, words="too many are on their way"))
        return told

    async def _send(self, held: Held, submission: Submission, decision: Decision, now: float) -> Outcome:
        service = self._service
        parcel, forward = _parcel_of(held)
        hops = tuple(service.peers.by_name[name] for name in parcel.hops if name in service.peers.by_name)
        if hops:  # before it goes: its response may be here before its 250 is
            service.passages.moved(_passed(service, parcel, forward, submission, decision, hops[0].name))
        ended = await carry(service.outward, hops, parcel.sender, parcel.recipients, parcel.content, service.patience)
        one = ended[parcel.recipients[0]]
        outcome = _OUTCOMES[one.sent]
        decision.carrier, decision.reference = one.hop, bare_id(forward.message_id)
        if one.sent is Sent.TAKEN and one.hop != hops[0].name:
            service.passages.moved(_passed(service, parcel, forward, submission, decision, one.hop))
        if one.sent is not Sent.TAKEN:
            outcome = outcome._replace(words=f"{one.hop or 'no next hop'}: {one.reply}")
            decision.detail = outcome.words[:300]
            decision.outcome = "answered" if outcome.known else "unknown"
        close_decision(service.desk, decision, outcome.status, now, asyncio.get_running_loop().time())
        return outcome

    def refused(self, held: Held, state: HeldState) -> None:
        """A person or time ended it: its sender hears of it where it asked for a delivery report (policy.md 0.2)."""
        service = self._service
        try:
            parcel, forward = _parcel_of(held)
        except CustodyError:
            return
        peer = service.peers.by_name.get(parcel.origin)
        if peer is None or not forward.delivery_report:
            return
        status = MMStatus.EXPIRED if state is HeldState.EXPIRED else MMStatus.REJECTED
        recipient = read_address(parcel.recipients[0])

        async def tell() -> None:
            await report(service, peer, forward, recipient, parcel.sender, status)

        service.spawn(tell())


_OUTCOMES = {
    Sent.TAKEN: Outcome(0),
    Sent.REFUSED: Outcome(int(Status.ESME_RINVDSTADR)),
    Sent.LATER: Outcome(DOWN),
    Sent.UNKNOWN: Outcome(DOWN, known=False),
}


def _parcel_of(held: Held) -> tuple[Parcel, Forward]:
    try:
        parcel = msgspec.msgpack.decode(held.payload, type=Parcel)
        forward = parse(parcel.content)
    except (msgspec.DecodeError, msgspec.ValidationError, Mm4Error) as error:
        raise CustodyError("its message cannot be read") from error
    if not isinstance(forward, Forward) or not parcel.recipients:
        raise CustodyError("its message cannot be read")
    return parcel, forward


def _passed(
    service: "Service", parcel: Parcel, forward: Forward, submission: Submission, decision: Decision, hop: str
) -> Passed:
    recipient = read_address(parcel.recipients[0])
    answer = answered_at(forward)
    return Passed(
        transaction(parcel.origin, forward, recipient),
        service.unix(),
        RELEASED,
        bare_id(forward.transaction_id),
        bare_id(forward.message_id),
        address_key(recipient),
        parcel.origin,
        hop,
        decision.id,
        decision.account,
        subject_of(submission.source.key),
        answer.text if answer is not None else "",
        submission.direction is Direction.MT,
    )
