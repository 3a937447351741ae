"""submit_sm and data_sm: read, judge, and forward or answer. The hot path: nothing here waits or logs."""

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.channels.carriers.pool import Offer
from edge.channels.intake import outbound
from edge.channels.pledges import once_durable
from edge.channels.records import close_decision, open_decision
from edge.channels.smpp.assembly import Piece
from edge.channels.smpp.bounce import bounce
from edge.channels.smpp.gathered import close_transit
from edge.channels.smpp.own import drop, hold
from edge.channels.status import customer_status
from edge.channels.transit import Transit
from edge.core.decision import Decision
from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Verdict
from smpp.consts import HEADER, RESPONSE, Status
from smpp.fast import ShortMessage, decode_data, decode_sm, unambiguous
from smpp.frame import Frame
from smpp.session import HEADER as HEAD

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer


Read = tuple[ShortMessage, Submission]


def read_ahead(customer: "Customer", frames: Sequence[Frame], now: float) -> list[Read | None]:
    """What submit_sm that came in one read say, and their texts read, one stage after the other for all of them.

    Each stage finds its code and tables in the processor's caches then. Nothing is decided. None for a frame beyond
    the window, and for one that cannot be read: it is looked at in its turn, and refused.
    """
    free = customer.bind.window - customer.inflight
    found: list[Read | None] = [_read(customer, frame) if turn < free else None for turn, frame in enumerate(frames)]
    customer.service.desk.read_ahead([read[1] for read in found if read is not None], now)
    return found


def _read(customer: "Customer", frame: Frame) -> Read | None:
    try:
        message = decode_sm(frame.raw)
        return message, _submission(customer, message)
    except Exception:  # in its turn it raises again, and is counted and answered
        return None


def _submission(customer: "Customer", message: ShortMessage) -> Submission:
    return outbound(customer.service.desk, customer.account, customer.bind.system_id, message)


def submit_sm(customer: "Customer", frame: Frame, now: float) -> None:
    """A customer submits a message (3.4 section 4.4). Raises AnswerAndContinue for what cannot be read."""
    message = decode_sm(frame.raw)
    take(customer, frame, message, _submission(customer, message), now)


def data_sm(customer: "Customer", frame: Frame, now: float) -> None:
    """The same, without a short_message (3.4 section 4.7). Raises AnswerAndContinue."""
    message = decode_data(frame.raw)
    take(customer, frame, message, _submission(customer, message), now)


def take(customer: "Customer", frame: Frame, message: ShortMessage, submission: Submission, now: float) -> None:
    """A submission that was read: judge it and act on it, unless it waits for its other parts."""
    account = customer.account
    if submission.body.parts > 1 and account.hold and submission.body.parts <= customer.bind.window:
        customer.inflight += 1
        pieces, whole = customer.service.assembly.add(Piece(customer, frame, message, submission), now)
        judge_pieces(pieces, whole, now)
        return
    _act(customer, frame, message, submission, customer.service.desk.judge(submission, now), now)


def judge_pieces(pieces: Sequence[Piece], whole: bool, now: float) -> None:
    """Parts that were gathered: a whole message shares one verdict, the last that is no pass; others have each its own.

    A customer that is gone was never answered, so its part goes nowhere.
    """
    verdicts = [piece.customer.service.desk.judge(piece.submission, now) for piece in pieces]
    if whole:
        stands = next((verdict for verdict in reversed(verdicts) if not verdict.action.passes), None)
        if stands is not None:
            bare = replace(stands, facts=()) if stands.facts else stands
            verdicts = [bare if not verdict.facts else verdict for verdict in verdicts]
    for piece, verdict in zip(pieces, verdicts, strict=True):
        piece.customer.settle()
        if piece.customer.line is not None:
            _act(piece.customer, piece.frame, piece.message, piece.submission, verdict, now)
            piece.customer.line.wake()


def _act(
    customer: "Customer",
    frame: Frame,
    message: ShortMessage,
    submission: Submission,
    verdict: Verdict,
    now: float,
) -> None:
    """Do what the verdict says."""
    service = customer.service
    account = customer.account
    decision = open_decision(service.desk, submission, verdict, account, customer.name, frame.sequence, now)
    if service.doubts.until and submission.body.parts == 1:
        key = (account.name, submission.source.text, submission.destination.text, submission.body.octets)
        decision.duplicate = service.doubts.has(key, now)
    passes = verdict is ALLOWED or verdict.action.passes
    if not passes and verdict.action is not Action.QUARANTINE and not verdict.facts:
        refuse(customer, frame, submission, verdict, decision, now)
        return
    raw = frame.raw
    if message.tlvs_at != len(raw):  # what a carrier might read otherwise than we did does not go out
        raw = unambiguous(raw, message)
    if verdict.facts:
        pledge(customer, frame, raw, submission, verdict, decision, now)
    elif passes:
        forward(customer, frame, raw, submission, verdict, decision, now)
    else:
        hold(customer, frame, raw, submission, verdict, decision, now)


def pledge(
    customer: "Customer",
    frame: Frame,
    raw: bytes,
    submission: Submission,
    verdict: Verdict,
    decision: Decision,
    now: float,
) -> None:
    """What the message laid down (a block, a complaint) is on disk before it goes on or is answered."""
    customer.inflight += 1
    bare = replace(verdict, facts=())

    def durable(error: BaseException | None) -> None:
        customer.settle()
        then = monotonic()
        if error is not None:  # not written, so not acknowledged: the customer tries again
            decision.detail = "what it lays down could not be written"
            customer.reply(HEAD.pack(HEADER, frame.command_id | RESPONSE, Status.ESME_RSYSERR, frame.sequence))
            close_decision(customer.service.desk, decision, Status.ESME_RSYSERR, now, then)
        elif bare.action.passes:
            forward(customer, frame, raw, submission, bare, decision, then)
        elif bare.action is Action.QUARANTINE:
            hold(customer, frame, raw, submission, bare, decision, then)
        else:
            refuse(customer, frame, submission, bare, decision, then)
        if customer.line is not None:
            customer.line.wake()

    once_durable(customer.service.desk, verdict.facts, durable)


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
