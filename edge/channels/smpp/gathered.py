"""The answer to a submit_multi: the carrier's list of failures and ours, as one."""

from typing import TYPE_CHECKING, NamedTuple

from edge.channels.records import close_decision
from edge.channels.transit import Transit
from edge.core.decision import Decision
from edge.core.desk import Desk
from smpp.codec import build, parse
from smpp.consts import HEADER, RESPONSE, CommandId, Status
from smpp.errors import AnswerAndContinue
from smpp.fast import read_message_id
from smpp.frame import Frame
from smpp.layout import Unsuccessful
from smpp.session import HEADER as HEAD

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer

_RESPONSE = CommandId.SUBMIT_MULTI | RESPONSE


class Multi(NamedTuple):
    """What of a submit_multi was refused here, and the records of the destinations that went on."""

    refused: tuple[Unsuccessful, ...]
    decisions: tuple[Decision, ...]


def answer_multi(customer: "Customer", transit: Transit, frame: Frame, now: float) -> None:
    """Pass the carrier's answer on with our refusals in its list (3.4 section 4.5.2)."""
    failed: dict[bytes, int] = {}
    multi = transit.context
    assert isinstance(multi, Multi)
    status = frame.status
    if status or frame.command_id != _RESPONSE:
        status = status or Status.ESME_RSYSERR
        raw = HEAD.pack(HEADER, _RESPONSE, status, transit.sequence)
    else:
        raw, failed = _merge(customer, transit, frame, multi)
    if not customer.reply(raw):
        transit.decision.detail = transit.decision.detail or "the customer was gone before the answer"
    close_transit(customer.service.desk, transit, status, now, failed)


def _merge(customer: "Customer", transit: Transit, frame: Frame, multi: Multi) -> tuple[bytes, dict[bytes, int]]:
    """The whole PDU, and the statuses of the destinations that the carrier did not take, by address."""
    theirs: object = ()
    try:
        theirs = parse(frame.raw).fields.get("unsuccess_sme", ())
    except AnswerAndContinue:
        # It said ROK, so it holds the message under its id: a list that is missing or cannot be read changes nothing.
        customer.service.desk.metrics.protocol_errors.add(("carrier", "bad-pdu"))
    failed = [one for one in theirs if isinstance(one, Unsuccessful)] if isinstance(theirs, tuple) else []
    ours = customer.our_id(transit, read_message_id(frame.raw))
    transit.decision.message_id = ours
    listed = (*failed, *multi.refused)[:255]
    raw = build(
        _RESPONSE,
        0,
        transit.sequence,
        {"message_id": ours.encode("latin-1", "replace"), "unsuccess_sme": listed},
    )
    return raw, {one.address: one.status for one in failed}


def close_transit(
    desk: Desk, transit: Transit, status: int, now: float, failed: dict[bytes, int] | None = None
) -> None:
    """Close the records of a request: of a submit_multi one for every destination that went on."""
    first = transit.decision
    multi = transit.context
    if not isinstance(multi, Multi):
        close_decision(desk, first, status, transit.arrived, now)
        return
    for decision in multi.decisions:
        own = (failed or {}).get(decision.destination.encode("latin-1", "replace"), status)
        if decision is not first:
            for name in ("carrier", "link", "upstream", "outcome", "message_id", "detail"):
                setattr(decision, name, getattr(first, name))
        close_decision(desk, decision, own, transit.arrived, now)
