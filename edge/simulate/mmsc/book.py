"""What was sent, and what came back for it: matched by Transaction-ID and Message-ID, counted, never guessed."""

from collections import Counter
from dataclasses import dataclass, field

from edge.simulate.mmsc.message import Order, Taken, bare, number
from edge.simulate.mmsc.outgoing import Sent


@dataclass(slots=True)
class Entry:
    """A message of ours, made at `at` (Unix time). `tries` is how often it was sent, `unknown` how many of these ended
    without a reply though its end had gone out. `reports` and `read` are statuses by recipient; `responses` all that
    came, in order.
    """

    order: Order
    id: str
    transaction: str
    sha256: str
    at: float
    sent: Sent | None = None
    tries: int = 0
    unknown: int = 0
    responses: list[str] = field(default_factory=list)
    reports: dict[str, list[str]] = field(default_factory=dict)
    read: dict[str, list[str]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for came."""
        if self.sent is None:
            return False
        if not self.sent.good:
            return True
        order, wanted = self.order, len(self.order.recipients)
        if order.ack and not self.responses:
            return False
        if order.ack and set(self.responses) != {"Ok"}:  # of what was refused nothing more can be told
            return len(self.responses) >= wanted or wanted == 1
        return not (order.delivery_report and len(self.reports) < wanted) and not (
            order.read_reply and len(self.read) < wanted
        )


class Book:
    """`strays` are answers and reports that belong to no message of ours, by type."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.strays: Counter[str] = Counter()
        self._transactions: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        """A message that is about to be sent."""
        self.entries[entry.id] = entry
        self._transactions[entry.transaction] = entry

    def came(self, taken: Taken) -> None:
        """An answer or a report."""
        kind = taken.kind.lower()
        if kind == "mm4_forward.res":
            entry = self._transactions.get(taken.transaction)
            if entry is None or entry.id != bare(taken.id):
                self.strays[taken.kind] += 1
                return
            entry.responses.append(taken.fields.get("x-mms-request-status-code", ""))
            return
        if kind.endswith(".res"):  # to a report of ours, which nobody waits for
            return
        entry = self.entries.get(taken.id)
        if entry is None:
            self.strays[taken.kind] += 1
        elif kind == "mm4_delivery_report.req":
            _note(entry.reports, taken, "x-mms-mm-status-code")
        elif kind == "mm4_read_reply_report.req":
            _note(entry.read, taken, "x-mms-read-status")

    @property
    def complete(self) -> bool:
        """Whether nothing more is to come."""
        return all(entry.complete for entry in self.entries.values())


def _note(into: dict[str, list[str]], taken: Taken, name: str) -> None:
    into.setdefault(number(taken.fields.get("from", "")), []).append(taken.fields.get(name, ""))
