"""What goes to customers: receipts and MO, to any bind of the owning account that can receive.

Nothing is spooled: an account without a receiving bind, or with a full queue, means that the carrier is
told to keep the message. One stalled account has its own queue and stalls nobody else.
"""

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Protocol

import msgspec

from edge.core.account import Account
from edge.core.metrics import Metrics
from smpp.consts import Status

Done = Callable[[int, float], None]
"""Called once with the command_status for the carrier, and the time."""


class Delivery(msgspec.Struct, gc=False):
    """A deliver_sm (or data_sm) for an account: the PDU to send, and whom to tell how it ended."""

    raw: bytes
    done: Done
    queued: float


class Taken(Enum):
    """What a bind says to a delivery."""

    SENT = "sent"
    BUSY = "busy"  # not now: its window is full, or its peer does not read
    NEVER = "never"  # its version of the protocol has no place for it


class Receiver(Protocol):
    """A bind that can take deliveries."""

    def take(self, delivery: Delivery, now: float) -> Taken:
        """Send it now if the bind's window allows."""

    def notify(self, raw: bytes) -> None:
        """Send a request that has no answer."""


class Desk:
    """The queue and the receiving binds of one account."""

    __slots__ = ("queue", "receivers", "turn")

    def __init__(self) -> None:
        self.receivers: list[Receiver] = []
        self.queue: deque[Delivery] = deque()
        self.turn = 0


class Deliveries:
    """All accounts' deliveries. `done` of each delivery is called exactly once."""

    def __init__(self, metrics: Metrics, timeout: float = 60.0) -> None:
        self.timeout = timeout
        self._metrics = metrics
        self._desks: dict[str, Desk] = {}

    def join(self, account: str, receiver: Receiver) -> None:
        """A bind of `account` can receive from now on."""
        self._desks.setdefault(account, Desk()).receivers.append(receiver)

    def leave(self, account: str, receiver: Receiver, now: float) -> None:
        """A bind is gone; with the last one, what is queued goes back to the carriers."""
        desk = self._desks.get(account)
        if desk is None or receiver not in desk.receivers:
            return
        desk.receivers.remove(receiver)
        if not desk.receivers:
            del self._desks[account]
            for delivery in desk.queue:
                delivery.done(Status.ESME_RX_T_APPN, now)

    def bound(self, account: str) -> bool:
        """Whether any bind of `account` can receive."""
        return account in self._desks

    def offer(self, account: Account, raw: bytes, done: Done, now: float) -> None:
        """Deliver to `account`, now or in its turn; if that cannot be, `done` says "keep it" (0x64) at once."""
        desk = self._desks.get(account.name)
        if desk is None:
            done(Status.ESME_RX_T_APPN, now)
            return
        delivery = Delivery(raw, done, now)
        if not desk.queue and _send(desk, delivery, now):
            return
        if len(desk.queue) >= account.receipt_queue:
            self._metrics.caps.add(("receipt-queue",))
            done(Status.ESME_RX_T_APPN, now)
            return
        desk.queue.append(delivery)

    def notify(self, account: str, raw: bytes) -> bool:
        """Pass on a request without an answer (alert_notification); False if nobody can receive it."""
        desk = self._desks.get(account)
        if desk is None:
            return False
        desk.receivers[0].notify(raw)
        return True

    def room(self, account: str, now: float) -> None:
        """A bind of `account` has room again."""
        desk = self._desks.get(account)
        if desk is None:
            return
        queue = desk.queue
        while queue and _send(desk, queue[0], now):
            queue.popleft()

    def tick(self, now: float) -> None:
        """Give back what has waited too long for its customer."""
        for account, desk in list(self._desks.items()):
            while desk.queue and now - desk.queue[0].queued > self.timeout:
                desk.queue.popleft().done(Status.ESME_RX_T_APPN, now)
            self.room(account, now)

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        return {
            "queued": sum(len(desk.queue) for desk in self._desks.values()),
            "receivers": sum(len(desk.receivers) for desk in self._desks.values()),
        }

    def depths(self) -> dict[str, int]:
        """Queue depth by account."""
        return {account: len(desk.queue) for account, desk in self._desks.items()}


def _send(desk: Desk, delivery: Delivery, now: float) -> bool:
    """Give it to the next bind in turn that takes it. What no bind there is could ever take goes back for good."""
    receivers = desk.receivers
    count = len(receivers)
    busy = False
    for _ in range(count):
        desk.turn = turn = (desk.turn + 1) % count
        taken = receivers[turn].take(delivery, now)
        if taken is Taken.SENT:
            return True
        busy = busy or taken is Taken.BUSY
    if not busy:
        delivery.done(Status.ESME_RX_P_APPN, now)
    return not busy
