"""submit_multi: every destination is judged by itself; those that may pass go out together, to one carrier.

One id stands for all of them, so none can be held by itself: what would be quarantined is refused.
"""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.intake import MESSAGE_TYPE, RECEIPT_ASKED, body_of, check_sizes
from edge.channels.pledges import once_durable
from edge.channels.records import close_decision, open_decision
from edge.channels.smpp.bounce import bounce
from edge.channels.smpp.gathered import Multi
from edge.channels.smpp.submit import dispatch
from edge.channels.status import customer_status
from edge.channels.transit import Transit
from edge.core.decision import Decision
from edge.core.facts import Fact
from edge.core.submission import Channel, Direction, Operation, Submission
from edge.core.verdict import Action, Verdict
from smpp.codec import Pdu, build, parse
from smpp.consts import Status, Tag
from smpp.errors import AnswerAndContinue
from smpp.fast import ShortMessage
from smpp.frame import Frame
from smpp.layout import Address, Unsuccessful
from smpp.text import message_class
from smpp.tlv import find_all, find_unsigned

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer


def submit_multi(customer: "Customer", frame: Frame, now: float) -> None:
    """3.4 section 4.5. Raises AnswerAndContinue for what cannot be read or judged.

    A distribution list lives at the carrier, so nobody here can judge who is on it: refused (0x34).
    """
    pdu = parse(frame.raw)
    check_sizes(pdu.tlvs)
    fields = pdu.fields
    wanted = fields["destinations"]
    assert isinstance(wanted, tuple)
    addresses = [one for one in wanted if isinstance(one, Address)]
    if len(addresses) != len(wanted):
        raise AnswerAndContinue(Status.ESME_RINVDLNAME, "distribution lists are not accepted")
    passed: list[Address] = []
    refused: list[Unsuccessful] = []
    decisions: list[Decision] = []
    facts: list[Fact] = []
    pinned = ""
    last: Submission | None = None
    service = customer.service
    shared = service.desk.conf.inventory.any_shared
    for address, submission in zip(addresses, _submissions(customer, pdu, addresses), strict=True):
        verdict = service.desk.judge(submission, now)
        decision = _recorded(customer, frame, submission, verdict, now)
        facts += verdict.facts
        if verdict.action.passes:
            passed.append(address)
            decisions.append(decision)
            last = submission
            if shared:
                service.shared.wrote(submission.source.key, submission.destination.key, customer.account.name, now)
            if verdict.action is Action.REROUTE and verdict.hit is not None:
                pinned = verdict.hit.carrier
            continue
        status = customer_status(verdict, customer.account, customer.session.version)
        refused.append(Unsuccessful(address.ton, address.npi, address.address, status))
        if verdict.action is Action.BOUNCE:
            bounce(service, customer.account, submission, verdict, now)
        close_decision(service.desk, decision, status, now, now)
    if not facts:
        _conclude(customer, frame, pdu, passed, Multi(tuple(refused), tuple(decisions)), last, pinned, now)
        return
    customer.inflight += 1

    def durable(error: BaseException | None) -> None:
        customer.settle()
        if error is not None:  # what it lays down is not written, so it is not acknowledged
            customer.session.refuse(frame, Status.ESME_RSYSERR)
            for decision in decisions:
                close_decision(service.desk, decision, Status.ESME_RSYSERR, now, monotonic())
        else:
            multi = Multi(tuple(refused), tuple(decisions))
            _conclude(customer, frame, pdu, passed, multi, last, pinned, monotonic())
        if customer.line is not None:
            customer.line.wake()

    once_durable(service.desk, facts, durable)


def _conclude(
    customer: "Customer",
    frame: Frame,
    pdu: Pdu,
    passed: list[Address],
    multi: Multi,
    last: Submission | None,
    pinned: str,
    now: float,
) -> None:
    """Every destination is judged: send on what is left, or say no."""
    if last is None:
        customer.session.refuse(frame, multi.refused[0].status)
    else:
        _send(customer, frame, pdu, passed, multi, last, pinned, now)


def _recorded(customer: "Customer", frame: Frame, submission: Submission, verdict: Verdict, now: float) -> Decision:
    """The record of one destination, marked where it is the retry of a message with an unknown outcome."""
    service = customer.service
    decision = open_decision(service.desk, submission, verdict, customer.account, customer.name, frame.sequence, now)
    if service.doubts.until and submission.body.parts == 1:
        key = (decision.account, decision.source, decision.destination, submission.body.octets)
        decision.duplicate = service.doubts.has(key, now)
    return decision


def _submissions(customer: "Customer", pdu: Pdu, addresses: list[Address]) -> list[Submission]:
    """One submission for each destination; the text is read once."""
    fields = pdu.fields
    message = _message(pdu)
    if message.esm_class & MESSAGE_TYPE:
        raise AnswerAndContinue(Status.ESME_RINVESMCLASS, "esm_class says that this is a receipt or an acknowledgement")
    account = customer.account
    party = customer.service.desk.party
    source = party(message.source.decode("latin-1"), message.source_ton, message.source_npi, account.home)
    body = body_of(message, account.alphabet)
    return [
        Submission(
            Channel.SMPP,
            Direction.MT,
            Operation.SUBMIT,
            account,
            account.name,
            customer.bind.system_id,
            source,
            party(one.address.decode("latin-1"), one.ton, one.npi, account.home),
            body,
            len(addresses),
            message.protocol_id,
            message_class(message.data_coding),
            bool(int(fields["registered_delivery"]) & RECEIPT_ASKED),  # type: ignore[arg-type]
        )
        for one in addresses
    ]


def _message(pdu: Pdu) -> ShortMessage:
    """The parts of a submit_multi that a submit_sm has too."""
    numbers = {name: value for name, value in pdu.fields.items() if isinstance(value, int)}
    texts = {name: value for name, value in pdu.fields.items() if isinstance(value, bytes)}
    payloads = find_all(pdu.tlvs, Tag.MESSAGE_PAYLOAD)
    sar = tuple(
        find_unsigned(pdu.tlvs, tag, size)
        for tag, size in ((Tag.SAR_MSG_REF_NUM, 2), (Tag.SAR_TOTAL_SEGMENTS, 1), (Tag.SAR_SEGMENT_SEQNUM, 1))
    )
    reference, total, part = sar
    whole = (reference, total, part) if reference is not None and total is not None and part is not None else None
    return ShortMessage(
        texts["service_type"],
        numbers["source_addr_ton"],
        numbers["source_addr_npi"],
        texts["source_addr"],
        0,
        0,
        b"",
        numbers["esm_class"],
        numbers["protocol_id"],
        numbers["priority_flag"],
        texts["schedule_delivery_time"],
        texts["validity_period"],
        numbers["registered_delivery"],
        numbers["replace_if_present_flag"],
        numbers["data_coding"],
        numbers["sm_default_msg_id"],
        texts["short_message"],
        0,
        0,
        payloads[0] if payloads else b"",
        payloads,
        whole,
    )


def _send(
    customer: "Customer",
    frame: Frame,
    pdu: Pdu,
    passed: list[Address],
    multi: Multi,
    submission: Submission,
    pinned: str,
    now: float,
) -> None:
    """Forward what is left of it, whole to one carrier."""
    # Built anew: what was not understood of it (octets behind the last TLV) does not go out.
    raw = build(pdu.command_id, 0, pdu.sequence, {**pdu.fields, "destinations": tuple(passed)}, pdu.tlvs)
    transit = Transit(
        raw,
        customer,
        multi.decisions[0],
        submission,
        customer.account.name,
        frame.command_id,
        frame.sequence,
        customer.bind.window,
        now,
        pinned=pinned,
        context=multi,
    )
    dispatch(customer, transit, now)
