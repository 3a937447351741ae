"""What all customer sessions share: the desk, the carriers, the deliveries and the books of one SMPP service."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from edge.channels.carriers.pool import Pool
from edge.channels.carriers.routing import Router
from edge.channels.custody import Custody
from edge.channels.deliveries import Deliveries
from edge.channels.owed import OwedReceipts
from edge.channels.shared import SharedSenders
from edge.channels.smpp.assembly import Assembly
from edge.channels.smpp.gate import Gate
from edge.core.desk import Desk
from smpp.transport import Outbox

if TYPE_CHECKING:
    from edge.channels.smpp.customer import Customer

DOUBT_TTL = 600.0  # seconds for which a retry of a message with an unknown outcome is marked
DOUBT_CAP = 50_000

DoubtKey = tuple[str, str, str, bytes]


class Doubts:
    """Messages whose outcome nobody knows, so that a customer's identical retry is marked in the audit.

    `until` holds them with the time each is forgotten; the path asks first whether it is empty.
    """

    def __init__(self) -> None:
        self.until: dict[DoubtKey, float] = {}

    def add(self, key: DoubtKey, now: float) -> None:
        """Remember a message: (account, source, destination, octets)."""
        if len(self.until) >= DOUBT_CAP:
            del self.until[next(iter(self.until))]
        self.until[key] = now + DOUBT_TTL

    def has(self, key: DoubtKey, now: float) -> bool:
        """Whether the same message is in doubt."""
        return self.until.get(key, 0.0) > now

    def sweep(self, now: float) -> None:
        """Forget the old, a bounded number at a time."""
        for key in [key for key, until in list(self.until.items())[:5000] if until <= now]:
            del self.until[key]

    def __len__(self) -> int:
        return len(self.until)


class Service:
    """The shared state. `sessions` are the bound ones by system_id; `draining` is set once at shutdown."""

    def __init__(
        self,
        desk: Desk,
        router: Router,
        pools: Mapping[str, Pool],
        deliveries: Deliveries,
        outbox: Outbox,
        first_sequence: int = 1,
    ) -> None:
        self.desk = desk
        self.router = router
        self.pools = pools
        self.deliveries = deliveries
        self.outbox = outbox
        self.first_sequence = first_sequence
        self.gate = Gate(desk.conf.smpp)
        self.doubts = Doubts()
        self.assembly = Assembly(desk.metrics)
        self.shared = SharedSenders()
        self.owed = OwedReceipts(deliveries, desk.metrics)
        self.custody = Custody(desk, router, deliveries, self.owed)
        self.sessions: dict[str, list[Customer]] = {}
        self.connections: set[Customer] = set()
        self.unbound = 0
        self.draining = False
        self._names = 0

    def next_name(self, system_id: str) -> str:
        """A name for a session, for logs and the audit: `acme/7`."""
        self._names += 1
        return f"{system_id}/{self._names}"

    def pool_of(self, message_id: str) -> Pool | None:
        """The carrier whose tag begins a message id of ours; tags are prefix-free, so there is one at most."""
        for pool in self.pools.values():
            if message_id.startswith(pool.carrier.tag):
                return pool
        return None
