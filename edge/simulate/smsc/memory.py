"""The messages the SMSC has taken, the newest so many: for query_sm and its kin, for receipts, for tests."""

from collections import deque
from collections.abc import Iterator

import msgspec

from edge.simulate.addresses import Address, shown
from edge.simulate.bodies import body_text
from smpp.receipt import ENROUTE


class Message(msgspec.Struct, gc=False):
    """One message to one destination, a part of a long one on its own.

    `number` is what `id` spells. `sequence` is the peer's. `body` is short_message or message_payload, header
    included. `part` is (reference, total, this one). `time` is Unix time, `due` the monotonic time at which
    `state` is reached; until then it is under way. `receipted`: its receipt was made.
    """

    id: str
    number: int
    operation: str
    time: float
    system_id: str
    sequence: int
    sender: Address
    recipient: Address
    service_type: bytes
    esm_class: int
    protocol_id: int
    data_coding: int
    registered_delivery: int
    body: bytes
    part: tuple[int, int, int] | None
    state: int
    due: float
    receipted: bool = False

    @property
    def source(self) -> str:
        """The sender as people write it: +14165550100."""
        return shown(self.sender[0], self.sender[2])

    @property
    def destination(self) -> str:
        """The recipient as people write it."""
        return shown(self.recipient[0], self.recipient[2])

    @property
    def text(self) -> str:
        """What `body` says, without its header."""
        return body_text(self.body, self.esm_class, self.data_coding)

    def state_at(self, now: float) -> int:
        """message_state at `now`."""
        return self.state if now >= self.due else ENROUTE

    def __repr__(self) -> str:
        """Without the text."""
        return f"<Message {self.id} {self.source} -> {self.destination} [{len(self.body)}]>"


class Memory:
    """At most `cap` messages; the oldest goes when a new one comes."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._messages: deque[Message] = deque()
        self._by_id: dict[str, tuple[Message, ...]] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages)

    def add(self, message: Message) -> None:
        """Remember a message; several may have one id (submit_multi)."""
        if len(self._messages) >= self._cap:
            self._by_id.pop(self._messages.popleft().id, None)
        self._messages.append(message)
        self._by_id[message.id] = (*self._by_id.get(message.id, ()), message)

    def find(self, message_id: str, source: bytes) -> tuple[Message, ...]:
        """The messages of that id from that sender (octets; empty for any), those of the newest so many."""
        found = self._by_id.get(message_id, ())
        return tuple(message for message in found if not source or message.sender[2] == source)

    def between(self, source: bytes, destination: bytes, service_type: bytes) -> tuple[Message, ...]:
        """All messages of a pair of addresses (cancel_sm without an id, 3.4 section 4.9)."""
        return tuple(
            message
            for message in self._messages
            if message.sender[2] == source
            and message.recipient[2] == destination
            and service_type in (b"", message.service_type)
        )
