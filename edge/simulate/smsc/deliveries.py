"""What waits to be delivered to each system_id: receipts and messages from subscribers, in order, until answered.

Like a carrier: kept while nobody is bound, sent again after a temporary error or a lost link, given up in the end.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Protocol

import msgspec

from edge.simulate.smsc.agenda import Agenda
from edge.simulate.smsc.counts import Counts
from edge.simulate.smsc.options import Options
from smpp.consts import Status

CAP = 200_000
MAX_TRIES = 20
TEMPORARY = frozenset(
    {
        Status.ESME_RSYSERR,
        Status.ESME_RMSGQFUL,
        Status.ESME_RTHROTTLED,
        Status.ESME_RX_T_APPN,
        Status.ESME_RDELIVERYFAILURE,
        Status.ESME_RUNKNOWNERR,
    }
)
"""Answers after which carriers send a deliver_sm again."""


class Delivery(msgspec.Struct):
    """A deliver_sm on its way. `ended` gets the last status, None for no answer. `retry`: as a carrier would."""

    raw: bytes
    retry: bool = True
    tries: int = 0
    ended: Callable[[int | None], None] | None = None


class Receiver(Protocol):
    """A bind that takes deliver_sm."""

    system_id: str

    def has_room(self) -> bool:
        """Whether it takes one more now."""

    def deliver(self, delivery: Delivery, now: float) -> None:
        """Send it."""


class Queue:
    """One system_id: who is bound to receive, and what waits."""

    def __init__(self) -> None:
        self.waiting: deque[Delivery] = deque()
        self.receivers: deque[Receiver] = deque()

    def next_receiver(self) -> Receiver | None:
        """The next bind in turn that has room."""
        for _ in range(len(self.receivers)):
            receiver = self.receivers[0]
            self.receivers.rotate(-1)
            if receiver.has_room():
                return receiver
        return None


class Deliveries:
    """All queues. `waiting` deliveries are in no peer's hands, at most `CAP` of them."""

    def __init__(self, options: Options, agenda: Agenda, counts: Counts) -> None:
        self._options = options
        self._agenda = agenda
        self._counts = counts
        self._queues: dict[str, Queue] = {}
        self._turn = 0
        self.waiting = 0

    def anyone(self) -> str | None:
        """A system_id with a bind that receives, in turn; None without one."""
        bound = [system_id for system_id, queue in self._queues.items() if queue.receivers]
        self._turn += 1
        return bound[self._turn % len(bound)] if bound else None

    def join(self, receiver: Receiver) -> None:
        """A bind receives from now on. The caller pumps, once its answer to the bind is written."""
        self._queue(receiver.system_id).receivers.append(receiver)

    def leave(self, receiver: Receiver, unanswered: list[Delivery], now: float) -> None:
        """A bind is gone: what it did not answer waits again, before everything else."""
        queue = self._queue(receiver.system_id)
        if receiver in queue.receivers:
            queue.receivers.remove(receiver)
        for delivery in reversed(unanswered):
            if self._once_more(delivery):
                queue.waiting.appendleft(delivery)
                self.waiting += 1
            else:
                self._end(delivery)
        self.pump(receiver.system_id, now)
        if not queue.receivers and not queue.waiting:
            self._queues.pop(receiver.system_id, None)

    def offer(self, system_id: str, delivery: Delivery, now: float) -> None:
        """Deliver as soon as a bind of `system_id` has room."""
        if self.waiting >= CAP:
            self._end(delivery)
            return
        self._queue(system_id).waiting.append(delivery)
        self.waiting += 1
        self.pump(system_id, now)

    def pump(self, system_id: str, now: float) -> None:
        """Hand out what waits, as far as there is room."""
        queue = self._queue(system_id)
        while queue.waiting:
            receiver = queue.next_receiver()
            if receiver is None:
                return
            self.waiting -= 1
            receiver.deliver(queue.waiting.popleft(), now)

    def answered(self, system_id: str, delivery: Delivery, status: int, now: float) -> None:
        """The peer's answer to one of them."""
        self._counts.delivery_answers[status] += 1
        if status in TEMPORARY and self._once_more(delivery):
            again = partial(self.offer, system_id, delivery)
            if not self._agenda.at(now + self._options.retry_after, again):
                self._end(delivery)
            return
        self._counts.delivered += 1
        if delivery.ended is not None:
            delivery.ended(status)

    def expired(self, system_id: str, delivery: Delivery, now: float) -> None:
        """The peer did not answer in time."""
        if self._once_more(delivery):
            self.offer(system_id, delivery, now)
        else:
            self._end(delivery)

    def _once_more(self, delivery: Delivery) -> bool:
        delivery.tries += 1
        again = delivery.retry and delivery.tries < MAX_TRIES
        self._counts.retried += again
        return again

    def _end(self, delivery: Delivery) -> None:
        self._counts.dropped += 1
        if delivery.ended is not None:
            delivery.ended(None)

    def _queue(self, system_id: str) -> Queue:
        return self._queues.setdefault(system_id, Queue())
