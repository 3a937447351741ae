"""One recipient of a message on its way through us, and what has become of it."""

from enum import Enum

from edge.channels.mm4.codec.address import Address
from edge.core.account import Account
from edge.core.conf import Mm4Peer
from edge.core.decision import Decision
from edge.core.submission import Direction, Party, Submission
from edge.core.verdict import Verdict


class Fate(Enum):
    """How it ended; the values are the outcomes of the counter."""

    OPEN = "open"
    REPEATED = "repeated"  # a transaction that was answered before
    RELAYED = "relayed"
    HELD = "held"
    DROPPED = "dropped"
    SPOOLED = "spooled"
    REFUSED = "refused"
    UNDELIVERABLE = "undeliverable"  # the next hop refused it
    THROTTLED = "throttled"
    LATER = "later"  # nobody has it
    UNKNOWN = "unknown"  # the next hop may have it

    @property
    def taken(self) -> bool:
        """Whether it is somebody else's than the peer's now, or was never to reach anybody."""
        return self in (Fate.RELAYED, Fate.HELD, Fate.DROPPED, Fate.SPOOLED)


class Item:
    """`to` is the envelope address as written. `reply` is the line of SMTP that it alone would be answered, "" while
    that is open. `status` is the Request-Status-Code of a response that follows. `row` is its place in quarantine,
    `origin` the peer that brought it."""

    __slots__ = (
        "account",
        "address",
        "arrived",
        "closed",
        "decision",
        "direction",
        "fate",
        "hop",
        "hops",
        "key",
        "origin",
        "party",
        "recorded",
        "remembered",
        "reply",
        "row",
        "status",
        "submission",
        "to",
        "verdict",
    )

    def __init__(self, to: str, address: Address, party: Party, key: bytes, arrived: float) -> None:
        self.to = to
        self.address = address
        self.party = party
        self.key = key
        self.arrived = arrived
        self.origin = ""
        self.account: Account | None = None
        self.direction = Direction.MT
        self.hops: tuple[Mm4Peer, ...] = ()
        self.hop = ""
        self.submission: Submission | None = None
        self.verdict: Verdict | None = None
        self.decision: Decision | None = None
        self.fate = Fate.OPEN
        self.reply = ""
        self.status: object = None
        self.row = ""
        self.remembered = False
        self.recorded = False
        self.closed = False
