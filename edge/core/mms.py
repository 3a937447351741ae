"""What an MMS relay must still know after a restart, and the interface of the store that keeps it.

A parcel was answered 250 on the word of the disk, so it is there before that answer (design.md, promise 1). What has
passed is noted behind the answer: a repetition of it, and the reports on it, are known by it.
"""

from collections.abc import Callable
from enum import Enum
from typing import Protocol

import msgspec

from edge.core.decision import Decision

Done = Callable[[BaseException | None], None]


class What(Enum):
    """What a parcel has in it."""

    MESSAGE = "message"  # somebody else's, never sent again by itself where its next hop may have it
    ANSWER = "answer"  # ours: a response, a report, an emergency text; twice does no harm


class Parcel(msgspec.Struct, frozen=True):
    """A message that waits for its next hop.

    `hops` are the names of the peers that may take it, the best first. `sender` and `recipients` are envelope
    addresses, `content` is what goes out, octet for octet. `origin` is the peer that brought it ("" for our own).
    `decisions` are the records of its recipients, in their order. `at` and `expires` are Unix times.
    """

    id: str
    what: What
    hops: tuple[str, ...]
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    at: float
    expires: float
    origin: str = ""
    decisions: tuple[Decision, ...] = ()


class Waiting(msgspec.Struct):
    """What memory keeps of a parcel. `sending`: an attempt has begun, and how it ended is not on disk."""

    what: What
    at: float
    expires: float
    octets: int
    sending: bool = False


class Passed(msgspec.Struct, frozen=True, gc=False):
    """A message that went by (or was held, or refused) for one recipient.

    `key` is the transaction (16 octets), `reply` what its repetition hears. Ids and `recipient` are as the codec
    compares them. `origin` and `hop` are peers; `hop` is "" where it went nowhere. `source` is who sent it, as a
    fact writes it, and `answer` the address that wants the answers. `at` is Unix time.
    """

    key: bytes
    at: float
    reply: str
    transaction: str
    message: str
    recipient: str
    origin: str
    hop: str
    decision: str
    account: str
    source: str = ""
    answer: str = ""
    outbound: bool = True


class RelayStore(Protocol):
    """The durable store. Calls return at once, `done` is called on the loop; `fetch`, `find` and `recall` block."""

    def keep(self, parcel: Parcel, done: Done) -> None:
        """Keep a parcel; `done(None)` once it is on disk. Bounded: one too many ends in an error."""

    def mark(self, id: str, sending: bool, done: Done) -> None:
        """Note that an attempt begins, or that it came to nothing and nobody has the parcel but us."""

    def drop(self, id: str) -> None:
        """It went out, or never will."""

    def fetch(self, id: str) -> Parcel | None:
        """A parcel; None where it is gone or cannot be read. Blocking."""

    def waiting(self) -> dict[str, Waiting]:
        """All parcels. From memory."""

    def note(self, passed: Passed) -> None:
        """Remember what passed; nobody waits for it."""

    def recall(self, since: float, most: int) -> list[Passed]:
        """The latest of what passed after Unix time `since`, oldest first. Blocking."""

    def find(self, message: str, transaction: str) -> list[Passed]:
        """What passed under a Message-ID, or under a Transaction-ID where that is "". Blocking."""

    def close(self) -> None:
        """Write what is left."""
