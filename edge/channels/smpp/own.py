"""Messages that we answer in a carrier's place: a silent drop, and the receipt that tells the truth about it.

ROK is ours only once the audit record is on disk (design.md, promise 1). Off unless an account's conf says
`drop = true`; nothing here ever fakes a DELIVRD.
"""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.records import close_decision
from edge.channels.smpp.compose import rejected_receipt
from edge.core.clause import Clause
from edge.core.decision import Decision
from edge.core.submission import Submission
from smpp.consts import HEADER, RESPONSE, Status
from smpp.frame import Frame
from smpp.session import HEADER as HEAD

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer

# `err:` of a receipt for something we refused after accepting it (policy.md B.1).
ERRORS: dict[str, str] = {
    Clause.UNSOLICITED.value: "0A1",
    Clause.BULK.value: "0A2",
    Clause.HARASSMENT.value: "0A3",
    Clause.EMERGENCY.value: "0A4",
    Clause.FRAUD.value: "0A5",
    Clause.IDENTITY.value: "0A6",
    Clause.IMAGES.value: "0A7",
}


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
    caps = customer.service.desk.metrics.caps

    def ended(status: int, now: float) -> None:
        if status:  # ours, so no carrier keeps it: all that is left is to say so
            caps.add(("own-receipt-lost",))

    customer.service.deliveries.offer(customer.account, raw, ended, monotonic())
