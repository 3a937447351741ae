"""Messages that we hold for a person to look at, and the interface of the store that keeps them.

A held message was answered ROK under an id of ours, so it must be on disk before that answer (design.md, promise 1).
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

import msgspec


class HeldState(Enum):
    """What became of a held message."""

    HELD = "held"
    RELEASING = "releasing"  # judged again and handed to a carrier, whose answer is not in: never sent twice
    RELEASED = "released"
    REFUSED = "refused"
    EXPIRED = "expired"


class Held(msgspec.Struct, frozen=True):
    """One message in quarantine.

    `id` is our message id (`Ledger.next_id`), `decision` the audit's id. `payload` is the message as it came on
    its channel (a whole PDU for SMPP), `text` what it says; both are encrypted at rest. Addresses are as on the
    wire, with `ton` and `npi`. The parts of one message share `group` ("" for one in one piece). `at` and `expires` are
    Unix times. `receipt` says whether the sender asked for one. `resolved_by` and `note` say who ended it and why;
    `alias` is, of a released message, the id that its carrier's receipts come back with (ours for the carrier's id).
    `sealed` says why `text` and `payload` cannot be read: the key is gone (both are empty then, and the message can be
    refused but not released). "" for all others.
    """

    id: str
    decision: str
    at: float
    expires: float
    channel: str
    direction: str
    account: str
    end_user: str
    source: str
    source_ton: int
    source_npi: int
    destination: str
    destination_ton: int
    destination_npi: int
    rule: str
    clause: str
    detail: str
    text: str
    payload: bytes
    receipt: bool = False
    traffic: str = ""
    group: str = ""
    part: int = 1
    parts: int = 1
    carrier: str = ""
    state: HeldState = HeldState.HELD
    resolved_at: float = 0.0
    resolved_by: str = ""
    note: str = ""
    alias: str = ""
    sealed: str = ""


MAY_BECOME = {
    HeldState.HELD: frozenset({HeldState.RELEASING, HeldState.RELEASED, HeldState.REFUSED, HeldState.EXPIRED}),
    HeldState.RELEASING: frozenset({HeldState.HELD, HeldState.RELEASED, HeldState.REFUSED}),
}
"""What may become of a message. RELEASING ends by the carrier's answer or by a person, never by time."""

Done = Callable[[BaseException | None], None]


class Quarantine(Protocol):
    """The durable store of held messages. `hold` and `resolve` return at once; `done` is called on the loop.

    Bounded: `hold` of one too many ends in an error, and the message is answered with a temporary error. After an
    error of `hold` the message is not kept.
    """

    def hold(self, held: Held, done: Done) -> None:
        """Keep a message; `done(None)` once it is on disk."""

    def resolve(
        self, ids: Sequence[str], state: HeldState, by: str, note: str, at: float, done: Done, alias: str = ""
    ) -> None:
        """Note what became of messages: of all of `ids`, or, where one may not become that (`MAY_BECOME`), of none.

        The new state counts from the call on, so that nobody can release a message twice; after an error it is the
        old one again. `alias` is kept where it is given.
        """

    def forget(self, id: str, done: Done) -> None:
        """Delete a message that is held or being released: it went out, or another copy is the one that counts."""

    def keyed(self) -> dict[str, tuple[str, HeldState]]:
        """group -> (id, state) of what is held or being released under a channel's key ("sbc-1/..."). From memory."""

    def get(self, id: str) -> Held | None:
        """One message, whatever its state, None if it was never here or is purged. Blocking: in a thread."""

    def find(self, account: str, rule: str, state: HeldState | None, limit: int) -> list[Held]:
        """Messages by account, rule with its sub-rules ("" for any) and state (None for any), the latest first.

        Blocking: in a thread.
        """

    def due(self, now: float) -> list[tuple[str, str]]:
        """(id, group) of messages that are HELD and whose time is over at Unix time `now`, again and again until they
        are resolved. From memory: for the loop.
        """

    def aliases(self, since: float) -> dict[str, str]:
        """alias -> id of messages released after Unix time `since`. Blocking: at the start only."""

    def size(self) -> int:
        """How many messages are held now. From memory."""
