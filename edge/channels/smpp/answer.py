"""What a customer is told once a carrier has answered, or will never answer."""

from typing import TYPE_CHECKING

from edge.channels.carriers.pool import Offer
from edge.channels.records import close_decision
from edge.channels.smpp.gathered import Multi, answer_multi, close_transit
from edge.channels.transit import Ending, Transit
from smpp.codec import build, parse
from smpp.consts import HEADER, RESPONSE, CommandId, Status, Tag
from smpp.errors import AnswerAndContinue
from smpp.fast import read_message_id
from smpp.frame import Frame
from smpp.session import HEADER as HEAD
from smpp.tlv import encode, iterate

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer

_CONGESTION = int(Tag.CONGESTION_STATE)
_NO_ID = frozenset({CommandId.CANCEL_SM, CommandId.REPLACE_SM})


def answered(customer: "Customer", transit: Transit, frame: Frame, now: float) -> None:
    """Pass a carrier's answer on, under the customer's own sequence number and with an id of ours."""
    customer.settle()
    if isinstance(transit.context, Multi):
        answer_multi(customer, transit, frame, now)
        return
    decision = transit.decision
    response = transit.command_id | RESPONSE
    status = frame.status
    if status or frame.command_id != response:
        status = status or Status.ESME_RSYSERR
        raw = HEAD.pack(HEADER, response, status, transit.sequence)
    else:
        try:
            body = _body(customer, transit, frame)
        except AnswerAndContinue:
            # Only a query's: what acknowledges a message is never refused for how it is written.
            customer.service.desk.metrics.protocol_errors.add(("carrier", "bad-pdu"))
            status, body = int(Status.ESME_RQUERYFAIL), b""
        raw = HEAD.pack(HEADER + len(body), response, status, transit.sequence) + body
    if not customer.reply(raw):
        decision.detail = decision.detail or "the customer was gone before the answer"
    close_decision(customer.service.desk, decision, status, transit.arrived, now)


def _body(customer: "Customer", transit: Transit, frame: Frame) -> bytes:
    """The body of a positive answer: our id in place of the carrier's, everything behind it as it came.

    Raises AnswerAndContinue for the answer to a query that cannot be read.
    """
    if transit.command_id in _NO_ID:
        return b""  # they have none (3.4 sections 4.9.2, 4.10.2): what a carrier puts there is noise
    raw = frame.raw
    if transit.command_id == CommandId.QUERY_SM:
        return _state(customer, transit, raw)
    theirs = read_message_id(raw)
    given = transit.context
    ours = given if isinstance(given, str) else customer.our_id(transit, theirs)
    transit.decision.message_id = ours
    behind = raw[HEADER + len(theirs) + 1 :]
    if not behind:
        return ours.encode("latin-1", "replace") + b"\0"
    return ours.encode("latin-1", "replace") + b"\0" + _optional(customer, behind)


def _state(customer: "Customer", transit: Transit, raw: bytes) -> bytes:
    """The body of a query_sm_resp under our id. Raises AnswerAndContinue where it does not say what was asked."""
    pdu = parse(raw)
    if not pdu.fields:
        raise AnswerAndContinue(Status.ESME_RQUERYFAIL, "an answer to query_sm without a body")
    ours = str(transit.context)
    transit.decision.message_id = ours
    fields = {**pdu.fields, "message_id": ours.encode("latin-1", "replace")}
    tlvs = pdu.tlvs if customer.session.version >= 0x50 else ()
    return build(CommandId.QUERY_SM_RESP, 0, 0, fields, tlvs)[HEADER:]


def _optional(customer: "Customer", behind: bytes) -> bytes:
    """Whole TLVs of an answer, verbatim; congestion_state only to 5.0 binds: it crashes some 3.4 peers."""
    version = customer.session.version
    if version < 0x34:
        return b""
    return b"".join(
        encode(tag, value) for tag, value in iterate(behind, 0, len(behind)) if tag != _CONGESTION or version >= 0x50
    )


def unanswered(customer: "Customer", transit: Transit, ending: Ending, now: float) -> None:
    """No answer will come: try another carrier if the message never left us, else say what is known."""
    service = customer.service
    if ending is Ending.UNSENT and not service.draining:
        offer = service.router.offer(transit.submission, transit, now)
        if offer is Offer.TAKEN:
            return
        ending = Ending.CONGESTED if offer is Offer.FULL else ending
    customer.settle()
    decision = transit.decision
    status: int = Status.ESME_RMSGQFUL if ending is Ending.CONGESTED else Status.ESME_RSYSERR
    if ending is Ending.UNKNOWN:
        status = transit.via.unknown_outcome_status if transit.via is not None else status
        decision.outcome = "unknown"
        body = transit.submission.body
        context = transit.context
        for one in context.decisions if isinstance(context, Multi) else (decision,):
            service.doubts.add((one.account, one.source, one.destination, body.octets), now)
    else:
        decision.carrier = ""
        decision.detail = decision.detail or "not sent: " + ending.value
    customer.reply(HEAD.pack(HEADER, transit.command_id | RESPONSE, status, transit.sequence))
    close_transit(service.desk, transit, status, now)
