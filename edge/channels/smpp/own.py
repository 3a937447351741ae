"""Messages that we answer in a carrier's place: those we hold, and those we silently drop.

ROK is ours only once the message (or, dropped, its audit record) is on disk (design.md, promise 1). A drop is off
unless an account's conf says `drop = true`; nothing here ever fakes a DELIVRD.
"""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.records import close_decision
from edge.channels.smpp.compose import ERRORS, rejected_receipt
from edge.core.decision import Decision
from edge.core.submission import Submission
from edge.core.verdict import Verdict
from smpp.consts import HEADER, RESPONSE, Status
from smpp.frame import Frame
from smpp.session import HEADER as HEAD

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer


def hold(
    customer: "Customer",
    frame: Frame,
    raw: bytes,
    submission: Submission,
    verdict: Verdict,
    decision: Decision,
    now: float,
) -> None:
    """Quarantine: ROK with an id of our own once the message is on disk; 0x08 where it cannot be held."""
    service = customer.service
    customer.inflight += 1

    def taken(message_id: str, error: BaseException | None) -> None:
        customer.settle()
        status = Status.ESME_ROK if error is None else Status.ESME_RSYSERR
        if error is None:
            decision.message_id = message_id
            body = message_id.encode("latin-1") + b"\0"
        else:
            decision.detail = f"could not be held: {decision.detail}"
            body = b""
        customer.reply(HEAD.pack(HEADER + len(body), frame.command_id | RESPONSE, status, frame.sequence) + body)
        close_decision(service.desk, decision, status, now, monotonic())

    service.custody.take(submission, verdict, decision, raw, "", now, taken)


def drop(customer: "Customer", frame: Frame, submission: Submission, decision: Decision, now: float) -> None:
    """Answer ROK with an id of our own once the record is on disk; a receipt asked for says REJECTD."""
    service = customer.service
    message_id = service.desk.ledger.next_id()
    decision.message_id = message_id
    customer.inflight += 1

    def on_disk(error: BaseException | None) -> None:
        customer.settle()
        if error is not None:  # not recorded, so not acknowledged: the customer tries again
            customer.reply(HEAD.pack(HEADER, frame.command_id | RESPONSE, Status.ESME_RSYSERR, frame.sequence))
            return
        body = message_id.encode("latin-1") + b"\0"
        customer.reply(HEAD.pack(HEADER + len(body), frame.command_id | RESPONSE, 0, frame.sequence) + body)
        if submission.receipt:
            _receipt(customer, submission, decision)

    close_decision(service.desk, decision, 0, now, now, on_disk)


def _receipt(customer: "Customer", submission: Submission, decision: Decision) -> None:
    raw = rejected_receipt(
        submission.source, submission.destination, decision.message_id, ERRORS.get(decision.clause, "0A2"), decision.at
    )
    customer.service.owed.send(customer.account, raw)
