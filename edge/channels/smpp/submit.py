"""submit_sm and data_sm: read, judge, and forward or answer. The hot path: nothing here waits or logs."""

from typing import TYPE_CHECKING

from edge.channels.carriers.pool import Offer
from edge.channels.intake import outbound
from edge.channels.records import close_decision, open_decision
from edge.channels.smpp.bounce import bounce
from edge.channels.smpp.gathered import close_transit
from edge.channels.smpp.own import drop
from edge.channels.status import customer_status
from edge.channels.transit import Transit
from edge.core.decision import Decision
from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Verdict
from smpp.consts import Status
from smpp.fast import ShortMessage, decode_data, decode_sm, unambiguous
from smpp.frame import Frame

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer


def submit_sm(customer: "Customer", frame: Frame, now: float) -> None:
    """A customer submits a message (3.4 section 4.4). Raises AnswerAndContinue for what cannot be read."""
    _take(customer, frame, decode_sm(frame.raw), now)


def data_sm(customer: "Customer", frame: Frame, now: float) -> None:
    """The same, without a short_message (3.4 section 4.7). Raises AnswerAndContinue."""
    _take(customer, frame, decode_data(frame.raw), now)


def _take(customer: "Customer", frame: Frame, message: ShortMessage, now: float) -> None:
    service = customer.service
    desk = service.desk
    account = customer.account
    submission = outbound(desk, account, customer.bind.system_id, message)
    verdict = desk.judge(submission, now)
    decision = open_decision(desk, submission, verdict, account, customer.name, frame.sequence, now)
    if service.doubts.until and submission.body.parts == 1:
        key = (account.name, submission.source.text, submission.destination.text, submission.body.octets)
        decision.duplicate = service.doubts.has(key, now)
    if verdict is ALLOWED or verdict.action.passes:
        raw = frame.raw
        if message.tlvs_at != len(raw):  # what a carrier might read otherwise than we did does not go out
            raw = unambiguous(raw, message)
        forward(customer, frame, raw, submission, verdict, decision, now)
    else:
        refuse(customer, frame, submission, verdict, decision, now)


def forward(
    customer: "Customer",
    frame: Frame,
    raw: bytes,
    submission: Submission,
    verdict: Verdict,
    decision: Decision,
    now: float,
) -> None:
    """Send it to a carrier, or say why that cannot be now."""
    service = customer.service
    account = customer.account
    transit = Transit(
        raw,
        customer,
        decision,
        submission,
        account.name,
        frame.command_id,
        frame.sequence,
        customer.bind.window,
        now,
    )
    if verdict.action is Action.REROUTE and verdict.hit is not None:
        transit.pinned = verdict.hit.carrier
    if service.desk.conf.inventory.any_shared:
        service.shared.wrote(submission.source.key, submission.destination.key, account.name, now)
    dispatch(customer, transit, now)


def dispatch(customer: "Customer", transit: Transit, now: float) -> None:
    """Offer a request to its carriers; what no carrier takes is answered at once and temporarily."""
    customer.inflight += 1
    offer = customer.service.router.offer(transit.submission, transit, now)
    if offer is Offer.TAKEN:
        return
    customer.settle()
    status = Status.ESME_RMSGQFUL if offer is Offer.FULL else Status.ESME_RSYSERR
    transit.decision.detail = "the carrier's window is full" if offer is Offer.FULL else "no carrier is bound"
    customer.session.refuse(_frame_of(transit), status)
    close_transit(customer.service.desk, transit, status, now)


def _frame_of(transit: Transit) -> Frame:
    return Frame(transit.command_id, 0, transit.sequence, b"")


def refuse(
    customer: "Customer", frame: Frame, submission: Submission, verdict: Verdict, decision: Decision, now: float
) -> None:
    """Answer a message that goes no further."""
    account = customer.account
    if verdict.action is Action.DROP and account.drop:
        drop(customer, frame, submission, decision, now)
        return
    status = customer_status(verdict, account, customer.session.version)
    customer.session.refuse(frame, status)
    if verdict.action is Action.BOUNCE:
        bounce(customer.service, account, submission, verdict, now)
    close_decision(customer.service.desk, decision, status, now, now)
