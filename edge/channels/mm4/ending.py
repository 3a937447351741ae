"""How a message ends here: every recipient settled or left to the peer, its record closed, one reply for all."""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.mm4.answering import report
from edge.channels.mm4.codec.address import key as address_key
from edge.channels.mm4.codec.fields import MMStatus, bare_id
from edge.channels.mm4.item import Fate, Item
from edge.channels.mm4.lines import reply_of
from edge.channels.mm4.service import pending
from edge.channels.mm4.smtp.seam import Reply
from edge.channels.records import close_decision
from edge.channels.status import customer_status
from edge.core.account import Account
from edge.core.facts import subject_of
from edge.core.mms import Passed
from edge.core.submission import Direction
from edge.core.verdict import Action
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.mm4.handling import Transaction
    from edge.channels.mm4.service import Service

SMPP_34 = 0x34  # refusals are recorded with the code that a 3.4 bind would get
_NOBODY = Account("")


async def conclude(service: "Service", work: "Transaction") -> Reply:
    """Settle every recipient; the one reply. What is told 4yz is the peer's still, and comes again."""
    reply = reply_of(_line(work))
    if reply.code == 250:
        await _tell_silent(service, work)
        id = next((item.decision.id for item in work.items if item.decision is not None), "again")
        reply = Reply(250, "2.0.0", f"ok {id}")
    for item in work.items:
        close(service, work, item)
    return reply


def _line(work: "Transaction") -> str:
    """4yz if anybody's turn is still to come; else 250 if anybody has it or is told otherwise; else the first refusal.

    UNKNOWN goes before LATER: the peer is told the more doubtful of the two.
    """
    lines = [*(item.reply for item in work.items), *work.repeated]
    for fate in (Fate.UNKNOWN, Fate.LATER):
        for item in work.items:
            if item.fate is fate:
                return item.reply
    return next((line for line in lines if line[:1] == "2"), lines[0] if lines else "250 2.0.0")


async def _tell_silent(service: "Service", work: "Transaction") -> None:
    """Recipients that do not get it, of a message without response: a delivery report, where one was asked for."""
    if work.ack or not work.forward.delivery_report:
        return
    for item in work.items:
        if item.fate in (Fate.REFUSED, Fate.UNDELIVERABLE):
            peer = work.session.peer
            await report(service, peer, work.forward, item.address, work.envelope.sender, MMStatus.REJECTED)


def close(service: "Service", work: "Transaction", item: Item) -> None:
    """The record, the counters, and what its repetition hears."""
    if item.closed:
        return
    item.closed = True
    peer, decision, now = work.session.peer.name, item.decision, monotonic()
    service.messages.add((peer, item.fate.value))
    if item.reply[:1] in ("2", "5"):
        _note(service, work, item, now)
    if decision is None:
        return
    if item.fate is Fate.SPOOLED:
        service.desk.record(pending(decision))
    elif item.fate is not Fate.DROPPED:  # whose record is on disk already
        close_decision(service.desk, decision, _status(item), item.arrived, now)


def _status(item: Item) -> int:
    """As an SMPP customer would be told."""
    if item.fate is Fate.REFUSED and item.verdict is not None and not item.verdict.action.passes:
        return customer_status(item.verdict, item.account or _NOBODY, SMPP_34)
    if item.fate is Fate.REFUSED or item.fate is Fate.UNDELIVERABLE:
        return int(Status.ESME_RINVDSTADR)
    if item.fate is Fate.THROTTLED:
        throttled = item.verdict is not None and item.verdict.action is Action.THROTTLE
        return int(Status.ESME_RTHROTTLED if throttled else Status.ESME_RSYSERR)
    return 0 if item.fate.taken else int(Status.ESME_RSYSERR)


def _hop(item: Item) -> str:
    """Who has it, or is to have it: reports on it come from there."""
    if item.fate is Fate.SPOOLED:
        return item.hops[0].name
    return item.hop if item.fate is Fate.RELAYED else ""


def _note(service: "Service", work: "Transaction", item: Item, now: float) -> None:
    forward, submission, decision = work.forward, item.submission, item.decision
    passed = Passed(
        item.key,
        service.desk.unix_time(now),
        item.reply[:200],
        bare_id(forward.transaction_id),
        bare_id(forward.message_id),
        address_key(item.address),
        work.session.peer.name,
        _hop(item),
        decision.id if decision is not None else "",
        item.account.name if item.account is not None else "",
        subject_of(submission.source.key) if submission is not None else "",
        work.answer,
        item.direction is Direction.MT,
    )
    service.passages.note(passed, now)
