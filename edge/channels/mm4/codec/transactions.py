"""Transactions seen in the last 24 hours: a repetition is answered as the first was, and goes nowhere twice.

A peer that did not hear our 250 sends again with the same X-Mms-Transaction-ID and X-Mms-Message-ID; one that splits a
message by recipient uses both for all the parts, so a transaction is per recipient here. Time is an argument.
"""

from enum import Enum
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

from edge.channels.mm4.codec.address import Address, key
from edge.channels.mm4.codec.fields import bare_id
from edge.channels.mm4.codec.pdu import Pdu

KEEP = 86_400.0
"""Seconds a transaction is remembered (policy.md B.4)."""

CAP = 1_000_000
"""Transactions remembered; about 150 octets each."""

OPEN_CAP = 10_000
"""Transactions under way at once; connections and recipients are limited long before."""

Outcome = TypeVar("Outcome")


class Seen(Enum):
    """What is known of a transaction."""

    NEW = "new"
    OPEN = "open"
    DONE = "done"
    FULL = "full"


class Claim(NamedTuple, Generic[Outcome]):
    """`outcome` is what the first one ended with, where it is DONE; None otherwise.

    NEW: it is yours, `settle` or `release` it. OPEN: the first is under way, FULL: too many are; say 451, come again.
    """

    seen: Seen
    outcome: Outcome | None = None


def transaction(peer: str, pdu: Pdu, recipient: Address) -> bytes:
    """16 octets that stand for a message of a peer to one recipient of its envelope."""
    parts = (peer, pdu.kind.value, bare_id(pdu.transaction_id), bare_id(pdu.message_id), key(recipient))
    return blake2b(
        b"".join(b"%d:%s" % (len(octets), octets) for octets in (part.encode("utf-8", "replace") for part in parts)),
        digest_size=16,
    ).digest()


class Transactions(Generic[Outcome]):
    """The table. When it is full the older half is forgotten (`forgotten` counts them, so that somebody notices).

    `repeated` counts claims of what is done or under way, `refused` those for which there was no room.
    """

    __slots__ = ("_cap", "_keep", "_new", "_old", "_open", "_open_cap", "_since", "forgotten", "refused", "repeated")

    def __init__(self, keep: float = KEEP, cap: int = CAP, open_cap: int = OPEN_CAP) -> None:
        self._keep = keep
        self._cap = cap
        self._open_cap = open_cap
        self._open: set[bytes] = set()
        # Two generations: dropping one costs nothing, and nobody looks for the oldest entry.
        self._new: dict[bytes, tuple[float, Outcome]] = {}
        self._old: dict[bytes, tuple[float, Outcome]] = {}
        self._since = 0.0
        self.forgotten = 0
        self.refused = 0
        self.repeated = 0

    def __len__(self) -> int:
        return len(self._open) + len(self._new) + len(self._old)

    def claim(self, id: bytes, now: float) -> Claim[Outcome]:
        """What is known of a transaction; NEW ones are under way from now on."""
        if id in self._open:
            self.repeated += 1
            return Claim(Seen.OPEN)
        entry = self._new.get(id) or self._old.get(id)
        if entry is not None and now - entry[0] < self._keep:
            self.repeated += 1
            return Claim(Seen.DONE, entry[1])
        if len(self._open) >= self._open_cap:
            self.refused += 1
            return Claim(Seen.FULL)
        self._open.add(id)
        return Claim(Seen.NEW)

    def settle(self, id: bytes, outcome: Outcome, now: float) -> None:
        """It is done, and this is how: repetitions hear the same for `keep` seconds from now."""
        self._open.discard(id)
        if now - self._since >= self._keep:
            self._old, self._new, self._since = self._new, {}, now
        elif len(self._new) >= max(1, self._cap // 2):
            self.forgotten += len(self._old)  # younger than `keep`, all but the first of them
            self._old, self._new, self._since = self._new, {}, now
        self._new[id] = (now, outcome)

    def release(self, id: bytes) -> None:
        """It came to nothing and nobody holds it: the next attempt is a new one."""
        self._open.discard(id)
