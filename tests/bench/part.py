"""The counts of one part of a client's run, shared by all its binds, and when that part is over. No sockets."""

import asyncio

from .load import Load


class Part:
    """One part of a run, shared by all binds: whether to send, what was counted, when it is over."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.sending = False
        self.sent = 0
        self.answered = 0
        self.receipts = 0
        self.expected = 0
        self.unexpected = 0
        self.held = 0
        self.wraps = 0
        self.delivery_wraps = 0
        self.quota = 0
        self.empty = 0
        self.statuses: dict[int, int] = {}
        self.latencies: list[float] = []
        self.outstanding: set[bytes] = set()
        self.early: set[bytes] = set()
        self.drained = asyncio.Event()
        self.stopped = asyncio.Event()
        self.lost = ""

    def check(self) -> None:
        """Is everything that was sent answered, and every receipt there?"""
        if self.lost or (not self.sending and self.answered >= self.sent and self.receipts >= self.expected):
            self.drained.set()

    def ran_out(self) -> None:
        """A bind has no message left. Only a walk goes on with the others until all are through."""
        self.empty += 1
        if not self.load.walk or self.empty >= self.load.binds:
            self.stop()

    def stop(self) -> None:
        """Nothing more is sent in this part."""
        self.sending = False
        self.stopped.set()

    def lose(self, why: str) -> None:
        """The run failed."""
        self.lost = self.lost or why
        self.stop()
        self.check()

    def match(self, identity: bytes, one: set[bytes], other: set[bytes]) -> None:
        """An id came from one side (answer, receipt): strike it off the other, or keep it until that comes."""
        if identity in other:
            other.discard(identity)
        else:
            one.add(identity)
