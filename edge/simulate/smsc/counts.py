"""What the SMSC counts, the line it says every few seconds, and the summary at the end."""

from collections import Counter
from dataclasses import dataclass, field

from smpp.consts import status_name


@dataclass(slots=True)
class Counts:
    """Since the start. `answers` are statuses of messages, `receipt_answers` those the peer gave to deliver_sm.

    `unanswered`: messages that got no answer on purpose. `sets`: long messages whose last part came in.
    """

    connections: int = 0
    binds: int = 0
    binds_refused: int = 0
    messages: int = 0
    accepted: int = 0
    parts: int = 0
    sets: int = 0
    unanswered: int = 0
    cut: int = 0
    nonsense: int = 0
    queries: int = 0
    receipts: int = 0
    originated: int = 0
    delivered: int = 0
    retried: int = 0
    dropped: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    delivery_answers: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        """Messages answered with an error."""
        return sum(count for status, count in self.answers.items() if status)

    def line(self, bound: int, waiting: int, rate: float) -> str:
        """One line on how things are; `waiting` deliver_sm are not answered yet."""
        return (
            f"{bound} bound, {rate:,.0f} messages/s; {self.accepted:,} accepted, {self.refused:,} refused, "
            f"{self.unanswered:,} unanswered; {self.receipts:,} receipts and {self.originated:,} MO made, "
            f"{self.delivered:,} delivered, {waiting:,} waiting"
        )

    def summary(self) -> str:
        """Everything that is not 0, a line each."""
        rows = [
            ("connections", self.connections),
            ("binds", self.binds),
            ("binds refused", self.binds_refused),
            ("messages received", self.messages),
            ("  accepted", self.accepted),
            ("  unanswered on purpose", self.unanswered),
            *((f"  {status_name(status)}", count) for status, count in sorted(self.answers.items())),
            ("parts of long messages", self.parts),
            ("long messages complete", self.sets),
            ("nonsense answers", self.nonsense),
            ("query, cancel, replace", self.queries),
            ("receipts made", self.receipts),
            ("MO made", self.originated),
            ("deliver_sm answered", self.delivered),
            *((f"  {status_name(status)}", count) for status, count in sorted(self.delivery_answers.items())),
            ("deliver_sm sent again", self.retried),
            ("deliver_sm given up", self.dropped),
            ("links cut", self.cut),
            *((f"fault of a peer: {kind}", count) for kind, count in sorted(self.faults.items())),
        ]
        return "\n".join(f"{name:<28} {count:>12,}" for name, count in rows if count)
