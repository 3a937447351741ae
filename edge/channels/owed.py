"""Receipts of our own that a customer is owed: for what we refused after we had accepted it.

No carrier keeps them, so we do: in memory, bounded, until the customer binds, and for a day at most.
"""

from collections import deque
from time import monotonic
from typing import NamedTuple

from edge.channels.deliveries import Deliveries
from edge.core.account import Account
from edge.core.metrics import Metrics

CAP = 10_000
KEEP = 86400.0  # seconds
RETRY = 5.0  # seconds between two rounds


class Owed(NamedTuple):
    """One receipt: for whom, the PDU, until when it is worth sending (monotonic)."""

    account: Account
    raw: bytes
    until: float


class OwedReceipts:
    """Sends receipts of our own, again and again until the customer takes them."""

    def __init__(self, deliveries: Deliveries, metrics: Metrics) -> None:
        self._deliveries = deliveries
        self._metrics = metrics
        self._waiting: deque[Owed] = deque()
        self._next = 0.0

    def send(self, account: Account, raw: bytes) -> None:
        """Deliver `raw` to `account`, now or when it next can receive."""
        now = monotonic()
        self._offer(Owed(account, raw, now + KEEP), now)

    def _offer(self, owed: Owed, now: float) -> None:
        def ended(status: int, then: float) -> None:
            if not status:
                return
            if then >= owed.until or len(self._waiting) >= CAP:
                self._metrics.caps.add(("own-receipt-lost",))
                return
            self._waiting.append(owed)

        self._deliveries.offer(owed.account, owed.raw, ended, now)

    def tick(self, now: float) -> None:
        """Try again, every few seconds."""
        if now < self._next:
            return
        self._next = now + RETRY
        for _ in range(len(self._waiting)):
            self._offer(self._waiting.popleft(), now)

    def __len__(self) -> int:
        return len(self._waiting)
