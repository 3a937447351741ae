"""Requests that wait for their answer on one session: sequence numbers, matching, expiry.

A window belongs to one connection and dies with it, so a sequence number can never be matched with an
answer from another generation of the link.
"""

from collections.abc import Iterator

LAST_SEQUENCE = 0x7FFFFFFF  # SMPP 3.4 section 3.2: 1 to 0x7FFFFFFF, then 1 again
GENERIC_NACK = 0x80000000
RESPONSE = 0x80000000
TOMBSTONES = 4096

Pending = tuple[int, float, object]
"""What waits: (command_id of the answer it takes, when it went out, the caller's context)."""


class Window:
    """The sequence map of one session.

    `size` is how many requests may wait at once; `open` does not enforce it, callers ask `full` first
    (our own enquire_link must go out whatever the window). `late` counts answers to requests that had
    expired, `unasked` answers to nothing, `mismatched` answers of the wrong type.
    """

    __slots__ = ("_expired", "_next", "late", "mismatched", "pending", "size", "unasked")

    def __init__(self, size: int, first: int = 1) -> None:
        self.size = size
        self.pending: dict[int, Pending] = {}
        self._next = first
        self._expired: dict[int, None] = {}
        self.late = 0
        self.unasked = 0
        self.mismatched = 0

    def __len__(self) -> int:
        return len(self.pending)

    @property
    def full(self) -> bool:
        """Whether as many requests wait as the window allows."""
        return len(self.pending) >= self.size

    def open(self, command_id: int, context: object, now: float) -> int:
        """Register a request before it is written; returns its sequence number, 1 to 0x7FFFFFFF."""
        sequence = self._next
        if sequence in self.pending or sequence >= LAST_SEQUENCE:
            sequence = self.skip()
        else:
            self._next = sequence + 1
        self.pending[sequence] = (command_id | RESPONSE, now, context)
        return sequence

    def skip(self) -> int:
        """The next sequence number, with nothing registered under it."""
        sequence = self._next
        while sequence in self.pending:  # after a wrap a very old request may still wait
            sequence = sequence + 1 if sequence < LAST_SEQUENCE else 1
        self._next = sequence + 1 if sequence < LAST_SEQUENCE else 1
        return sequence

    def resolve(self, command_id: int, sequence: int) -> Pending | None:
        """The request that a response answers, removed from the window; None (and counted) if there is none.

        A generic_nack answers any request; otherwise a response of another type than the request's is no match.
        """
        entry = self.pending.get(sequence)
        if entry is None:
            if sequence in self._expired:
                self.late += 1
            else:
                self.unasked += 1
            return None
        if entry[0] != command_id and command_id != GENERIC_NACK:
            self.mismatched += 1
            return None
        del self.pending[sequence]
        return entry

    def expired(self, now: float, timeout: float) -> list[tuple[int, Pending]]:
        """Requests that have waited `timeout` seconds or longer, removed; oldest first. 0: never."""
        out: list[tuple[int, Pending]] = []
        if not timeout:
            return out
        limit = now - timeout
        for sequence, entry in self.pending.items():
            if entry[1] > limit:
                break  # in order of going out, so the rest is younger
            out.append((sequence, entry))
        for sequence, _ in out:
            del self.pending[sequence]
            self._bury(sequence)
        return out

    def take_all(self) -> list[tuple[int, Pending]]:
        """Everything that still waits, removed: the session is lost, nobody will answer."""
        out = list(self.pending.items())
        self.pending.clear()
        return out

    def older(self, now: float, age: float) -> Iterator[tuple[int, Pending]]:
        """Requests that have waited `age` seconds or longer, oldest first, left where they are."""
        limit = now - age
        for sequence, entry in self.pending.items():
            if entry[1] > limit:
                return
            yield sequence, entry

    def _bury(self, sequence: int) -> None:
        """Remember an expired sequence, so that its late answer is told from one to nothing. Bounded."""
        if len(self._expired) >= TOMBSTONES:
            del self._expired[next(iter(self._expired))]
        self._expired[sequence] = None
