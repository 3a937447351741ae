"""How a released message goes out: as any message does, but that a person waits for the answer and not a customer."""

import asyncio

from edge.channels.carriers.pool import Offer
from edge.channels.carriers.routing import Router
from edge.channels.deliveries import Deliveries
from edge.channels.outside import Outcome, Outside
from edge.channels.records import close_decision
from edge.channels.transit import Ending, Transit
from edge.core.account import Account
from edge.core.decision import Decision
from edge.core.desk import Desk
from edge.core.quarantine import Held
from edge.core.submission import Submission
from smpp.consts import RESPONSE, Status
from smpp.fast import read_message_id
from smpp.frame import Frame

WAITING = 1000  # released messages of one account that may wait for the carrier's window


class Release:
    """The `Sender` of released messages."""

    def __init__(self, desk: Desk, router: Router) -> None:
        self._desk = desk
        self._router = router

    def send(self, raw: bytes, submission: Submission, decision: Decision, now: float) -> "asyncio.Future[Outcome]":
        """Offer it to its carriers. The future always ends: links answer or give up in bounded time."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        name = decision.account
        command = int.from_bytes(raw[4:8])
        transit = Transit(raw, self, decision, submission, name, command, 0, WAITING, now, context=outcome)
        self._offer(transit, now)
        return outcome

    def _offer(self, transit: Transit, now: float) -> None:
        offer = self._router.offer(transit.submission, transit, now)
        if offer is not Offer.TAKEN:
            full = offer is Offer.FULL
            words = "the carrier's window is full" if full else "no carrier is bound"
            self._end(transit, Outcome(Status.ESME_RMSGQFUL if full else Status.ESME_RSYSERR, words=words), now)

    def answered(self, transit: Transit, frame: Frame, now: float) -> None:
        """The carrier answered: its id becomes the alias that receipts come back with."""
        status = frame.status
        if not status and frame.command_id != transit.command_id | RESPONSE:
            status = int(Status.ESME_RSYSERR)
        if status:
            self._end(transit, Outcome(status, words=f"the carrier answered {status:#x}"), now)
            return
        theirs = read_message_id(frame.raw)
        alias = transit.publish(theirs.decode("latin-1")) if transit.publish is not None and theirs else ""
        self._end(transit, Outcome(0, alias), now)

    def unanswered(self, transit: Transit, ending: Ending, now: float) -> None:
        """Never sent: it may be tried again. Sent and unanswered: nobody knows, so it never is."""
        if ending is Ending.UNKNOWN:
            transit.decision.outcome = "unknown"
            self._end(transit, Outcome(Status.ESME_RSYSERR, known=False, words="the carrier did not answer"), now)
        else:
            self._end(transit, Outcome(Status.ESME_RSYSERR, words=f"not sent: {ending.value}"), now)

    def _end(self, transit: Transit, outcome: Outcome, now: float) -> None:
        future = transit.context
        assert isinstance(future, asyncio.Future)
        transit.decision.detail = outcome.words or transit.decision.detail
        close_decision(self._desk, transit.decision, outcome.status, transit.arrived, now)
        if not future.done():
            future.set_result(outcome)


def hand_over(
    deliveries: Deliveries, account: Account, raw: bytes, submission: Submission, now: float, outside: Outside | None
) -> "asyncio.Future[Outcome]":
    """Hand a released MO to its customer: to the endpoint that has the number, else to a bind."""
    outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def done(status: int, then: float) -> None:
        if not outcome.done():
            outcome.set_result(Outcome(status, words=f"the customer does not take it ({status:#x})" if status else ""))

    if outside is None or not outside.take(account, submission, done, now):
        deliveries.offer(account, raw, done, now)
    return outcome


def decision_of(desk: Desk, held: Held, by: str, now: float) -> Decision:
    """The record of a release."""
    return Decision(
        desk.next_decision(),
        desk.unix_time(now),
        channel=held.channel,
        direction=held.direction,
        operation="release",
        account=held.account,
        end_user=held.end_user,
        source=held.source,
        destination=held.destination,
        length=len(held.text),
        part=held.part,
        parts=held.parts,
        detail=f"released by {by}",
        conf=desk.conf.version,
        message_id=held.id,
    )
