"""A message on its way through us, between the customer who waits for an answer and the carrier who owes one."""

from collections.abc import Callable
from enum import Enum
from typing import Protocol

import msgspec

from edge.core.carrier import Carrier
from edge.core.decision import Decision
from edge.core.submission import Submission
from smpp.frame import Frame


class Ending(Enum):
    """How a message's wait ended, where no carrier answered it."""

    UNKNOWN = "unknown"  # it went out, and nobody knows what became of it
    UNSENT = "unsent"  # it never left us: the carrier it waited for is down
    CONGESTED = "congested"  # it never left us: the carrier's window stayed full too long


class Sender(Protocol):
    """Whoever brought the message and is owed an answer."""

    def answered(self, transit: "Transit", frame: Frame, now: float) -> None:
        """The carrier answered with `frame` (any status). `transit.via` says which."""

    def unanswered(self, transit: "Transit", ending: Ending, now: float) -> None:
        """No answer will come."""


class Transit(msgspec.Struct, gc=False):
    """One request on its way to a carrier.

    `raw` is the PDU to forward; `sequence` and `command_id` are the customer's, to answer by. `submission` is
    kept so that a message which never left can be routed again. `hold_limit` caps how many of this account's
    requests may wait for the carrier's window. `arrived` and `sent` are monotonic seconds. `pinned` names the
    only carrier it may go to, `stuck_to` the slot of the only link. `via` is the carrier it was sent to,
    `publish` turns that carrier's ids into ours. `recorded` says that the audit has it as pending. `context` is
    the sender's own (what of a submit_multi was refused, say).
    """

    raw: bytes
    sender: Sender
    decision: Decision
    submission: Submission
    account: str
    command_id: int
    sequence: int
    hold_limit: int
    arrived: float
    via: Carrier | None = None
    publish: Callable[[str], str] | None = None
    sent: float = 0.0
    pinned: str = ""
    stuck_to: int = -1
    recorded: bool = False
    context: object = None
