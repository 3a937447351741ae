"""query_sm, cancel_sm, replace_sm: back to the carrier that has the message, by the tag in its id.

Who may ask is told by the source number: it must be the account's own, and an empty one is refused.
A replace_sm carries a new text for a message that was let through, so it is judged again.
"""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.carriers.pool import Pool
from edge.channels.intake import RECEIPT_ASKED, body_of, check_sizes
from edge.channels.pledges import once_durable
from edge.channels.records import close_decision, fill_verdict, open_decision
from edge.channels.smpp.submit import dispatch
from edge.channels.status import MANAGEMENT, customer_status
from edge.channels.transit import Transit
from edge.core.decision import Decision
from edge.core.submission import Body, Channel, Direction, Operation, Party, Submission
from edge.core.verdict import ALLOWED, Action, Verdict
from smpp.codec import Pdu, build, parse
from smpp.consts import CommandId, Status, Tag
from smpp.errors import AnswerAndContinue
from smpp.fast import ShortMessage
from smpp.frame import Frame
from smpp.message_id import carrier_spelling
from smpp.tlv import find_all

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer


def query_sm(customer: "Customer", frame: Frame, now: float) -> None:
    """3.4 section 4.8. Raises AnswerAndContinue: 0x67 for a stranger's message, 0x0C for an id that is not ours."""
    _manage(customer, frame, parse(frame.raw), now)


def cancel_sm(customer: "Customer", frame: Frame, now: float) -> None:
    """3.4 section 4.9, by id only. Raises AnswerAndContinue: 0x11 or 0x0C."""
    _manage(customer, frame, parse(frame.raw), now)


def replace_sm(customer: "Customer", frame: Frame, now: float) -> None:
    """3.4 section 4.10, judged like a new message. Raises AnswerAndContinue: 0x13 or 0x0C."""
    pdu = parse(frame.raw)
    check_sizes(pdu.tlvs)
    source = _owned_source(customer, pdu)
    _pool(customer, pdu)
    submission = _submission(customer, pdu, source, Operation.REPLACE, _new_text(customer, pdu))
    desk = customer.service.desk
    verdict = desk.judge(submission, now)
    if not verdict.action.passes:
        decision = open_decision(desk, submission, verdict, customer.account, customer.name, frame.sequence, now)
        _refuse(customer, frame, verdict, decision, now)
        return
    decision = _decision(customer, submission, frame, now)
    if verdict is not ALLOWED:
        fill_verdict(desk, decision, verdict, customer.account.name)
    _send(customer, frame, pdu, submission, decision, now)


def _refuse(customer: "Customer", frame: Frame, verdict: Verdict, decision: Decision, now: float) -> None:
    """Say no once what the verdict lays down is on disk."""
    desk = customer.service.desk
    status = _refusal(customer, verdict)
    customer.inflight += 1

    def durable(error: BaseException | None) -> None:
        customer.settle()
        customer.session.refuse(frame, status)
        close_decision(desk, decision, status, now, monotonic() if verdict.facts else now)
        if customer.line is not None:
            customer.line.wake()

    once_durable(desk, verdict.facts, durable)


def _refusal(customer: "Customer", verdict: Verdict) -> int:
    """Refused is the operation's own code (policy.md decision 1); too soon is 0x58, as for any submission."""
    if verdict.action is Action.THROTTLE:
        return customer_status(verdict, customer.account, customer.session.version)
    return MANAGEMENT[CommandId.REPLACE_SM]


def _manage(customer: "Customer", frame: Frame, pdu: Pdu, now: float) -> None:
    source = _owned_source(customer, pdu)
    _pool(customer, pdu)
    submission = _submission(customer, pdu, source, Operation.SUBMIT, Body("", b""))
    _send(customer, frame, pdu, submission, _decision(customer, submission, frame, now), now)


def _text(pdu: Pdu, name: str) -> str:
    value = pdu.fields.get(name, b"")
    return value.decode("latin-1") if isinstance(value, bytes) else ""


def _number(pdu: Pdu, name: str) -> int:
    value = pdu.fields.get(name, 0)
    return value if isinstance(value, int) else 0


def _owned_source(customer: "Customer", pdu: Pdu) -> Party:
    """The source, which must be a number of the account's own; else the operation's own refusal."""
    text = _text(pdu, "source_addr")
    refused = MANAGEMENT[pdu.command_id]
    if not text:
        raise AnswerAndContinue(refused, "an empty source says nothing about who owns the message")
    desk = customer.service.desk
    ton, npi = _number(pdu, "source_addr_ton"), _number(pdu, "source_addr_npi")
    party = desk.party(text, ton, npi, customer.account.home)
    if customer.account.name not in {owner.name for owner in desk.conf.inventory.owners(party.key)}:
        raise AnswerAndContinue(refused, "the source is not the account's own")
    return party


def _pool(customer: "Customer", pdu: Pdu) -> Pool:
    pool = customer.service.pool_of(_text(pdu, "message_id"))
    if pool is None:
        raise AnswerAndContinue(Status.ESME_RINVMSGID, "not an id that we gave out for a carrier's message")
    return pool


def _new_text(customer: "Customer", pdu: Pdu) -> Body:
    """The text a replace_sm brings; its coding is the first message's, which 3.4 does not repeat: read as 0."""
    payloads = find_all(pdu.tlvs, Tag.MESSAGE_PAYLOAD)
    short = pdu.fields.get("short_message", b"")
    message = ShortMessage(
        b"",
        0,
        0,
        b"",
        0,
        0,
        b"",
        0,
        0,
        0,
        b"",
        b"",
        _number(pdu, "registered_delivery"),
        0,
        0,
        0,
        short if isinstance(short, bytes) else b"",
        0,
        0,
        payloads[0] if payloads else b"",
        payloads,
    )
    return body_of(message, customer.account.alphabet)


def _submission(customer: "Customer", pdu: Pdu, source: Party, operation: Operation, body: Body) -> Submission:
    """What the rules judge, and what the record shows. query and cancel are not judged, replace has no destination."""
    desk = customer.service.desk
    text = _text(pdu, "destination_addr")
    destination = desk.party(text, _number(pdu, "dest_addr_ton"), _number(pdu, "dest_addr_npi"), customer.account.home)
    return Submission(
        Channel.SMPP,
        Direction.MT,
        operation,
        customer.account,
        customer.account.name,
        customer.bind.system_id,
        source,
        destination,
        body,
        receipt=bool(_number(pdu, "registered_delivery") & RECEIPT_ASKED),
    )


def _decision(customer: "Customer", submission: Submission, frame: Frame, now: float) -> Decision:
    """The record of an operation that passes; named after it, and not counted as a message."""
    desk = customer.service.desk
    names = {0x03: "query", 0x07: "replace", 0x08: "cancel"}
    return Decision(
        desk.next_decision(),
        desk.unix_time(now),
        operation=names.get(frame.command_id, "manage"),
        account=customer.account.name,
        end_user=customer.bind.system_id,
        session=customer.name,
        source=submission.source.text,
        destination=submission.destination.text,
        conf=desk.conf.version,
        sequence=frame.sequence,
    )


def _send(customer: "Customer", frame: Frame, pdu: Pdu, submission: Submission, decision: Decision, now: float) -> None:
    """Rebuild the PDU with the carrier's own spelling of the id; an id that cannot go back is refused."""
    pool = _pool(customer, pdu)
    ours = _text(pdu, "message_id")
    form = pool.carrier.message_id
    theirs = carrier_spelling(pool.carrier.tag, ours, form.response, form.width, form.case)
    if theirs is None:
        raise AnswerAndContinue(MANAGEMENT[pdu.command_id], "this id cannot be turned back into the carrier's")
    fields = {**pdu.fields, "message_id": theirs.encode("latin-1")}
    decision.message_id = ours
    transit = Transit(
        build(pdu.command_id, 0, pdu.sequence, fields, pdu.tlvs),
        customer,
        decision,
        submission,
        customer.account.name,
        frame.command_id,
        frame.sequence,
        customer.bind.window,
        now,
        pinned=pool.carrier.name,
        context=ours,
    )
    dispatch(customer, transit, now)
