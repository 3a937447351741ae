"""A message that came whole is handed to the taker; what becomes of it is the reply, in time."""

import asyncio
import logging

from edge.channels.mm4.smtp.house import House
from edge.channels.mm4.smtp.seam import Envelope, Reply, Session
from edge.channels.mm4.smtp.transparency import Flaw, Transfer

LOG = logging.getLogger("smsedge.mm4")

FLAWED = {
    Flaw.SIZE: Reply(552, "5.3.4", "the message is larger than we take"),
    Flaw.MEMORY: Reply(452, "4.3.1", "too many messages at once, try again later"),
    Flaw.LINES: Reply(554, "5.6.0", "lines end with CR LF; a bare CR or LF, or a NUL, is not taken"),
}
LATE = Reply(451, "4.4.7", "not done in time, try again later")
FAULT = Reply(451, "4.3.0", "a fault here, try again later")

_OUTCOMES = {2: "taken", 4: "later", 5: "refused"}


class Handing:
    """Hands over what one peer sends."""

    def __init__(self, house: House, name: str) -> None:
        self._house = house
        self._name = name

    async def hand_over(self, session: Session, envelope: Envelope, transfer: Transfer) -> Reply:
        """The taker's reply, or ours where the message is flawed, late, or met a fault.

        The taker's work goes on without us where the peer leaves: what it has begun to hand on cannot be called back.
        The message counts as held until that work is done.
        """
        if transfer.flaw is None:
            envelope = envelope._replace(content=transfer.content())
        if transfer.flaw is not None:
            return self.flawed(transfer.flaw)
        house = self._house
        house.octets.add((self._name, "in"), len(envelope.content))
        task = house.spawn(house.taker.message(session, envelope))
        task.add_done_callback(lambda _: transfer.drop())
        try:
            await _done(task, house.conf.deadline)
        except asyncio.CancelledError:
            self._count("unheard")
            raise
        if not task.done():
            task.cancel()
            self._count("late")
            return LATE
        return self._outcome(task)

    def _outcome(self, task: "asyncio.Task[Reply]") -> Reply:
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or error is not None:
            LOG.error("fault in taking a message from %s", self._name, exc_info=error)
            self._house.fault("fault")
            self._count("fault")
            return FAULT
        reply = task.result()
        self._count(_OUTCOMES.get(reply.code // 100, "fault"))
        return reply

    def flawed(self, flaw: Flaw) -> Reply:
        """The reply to a message that is not taken as it came, counted."""
        self._count(flaw.value)
        if flaw is Flaw.MEMORY:
            self._house.metrics.caps.add(("mm4-memory",))
        else:
            self._house.fault(f"data-{flaw.value}")
        return FLAWED[flaw]

    def _count(self, outcome: str) -> None:
        self._house.received.add((self._name, outcome))


async def _done(task: "asyncio.Task[Reply]", seconds: float) -> None:
    """Until it is, or time is up. It goes on where whoever waits is cancelled."""
    loop = asyncio.get_running_loop()
    told = loop.create_future()

    def tell(*_: object) -> None:
        if not told.done():
            told.set_result(None)

    timer = loop.call_later(seconds, tell)
    task.add_done_callback(tell)
    try:
        await told
    finally:
        timer.cancel()
