"""What was sent, received and refused lately, per number, recipient, account and text: the history that rules ask.

Rules only look; the engine tells the windows what became of a message. What each part keeps is in
`edge.policy.history`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from edge.core.facts import Fact
from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.context import Context
from edge.policy.history.bulk import Bulk, weight_of
from edge.policy.history.codecs import Codec
from edge.policy.history.dealings import Dealings
from edge.policy.history.tables import Shards

if TYPE_CHECKING:
    from edge.policy.state import PolicyState

# Entries freed by one tick, those of many recipients counting for more: a part of all that wait, but at least and at
# most so many (half a millisecond's and two milliseconds' work), and whatever more than so many wait.
SLICE = 1000
SLICE_MAX = 3500
SHARE = 50
WAIT_MAX = 1_500_000


class Windows:
    """The history. All tables capped, ageing, and snapshotted across restarts.

    `tables` by name, for the gauges and for ageing; `kept` says which go into a snapshot, and how they are written.
    """

    def __init__(self, caps: Mapping[str, int] | None = None) -> None:
        """`caps` overrides the cap of tables by name."""
        self.caps = caps or {}
        self.discarded: list[dict[Any, Any]] = []
        self.tables: dict[str, Shards[Any]] = {}
        self.kept: dict[str, Codec] = {}
        self.bulk = Bulk(self.table)
        self.dealings = dealings = Dealings(self.table)
        self.conversations, self.recipients = dealings.conversations, dealings.recipients
        self.prefixes, self.reputation, self.evidence = dealings.prefixes, dealings.reputation, dealings.evidence

    def table(self, name: str, cap: int, span: float, codec: Codec | None = None) -> Shards[Any]:
        """Make a table and keep an eye on it; with a codec, it goes into the snapshot."""
        table: Shards[Any] = Shards(self.caps.get(name, cap), span, self.discarded)
        self.tables[name] = table
        if codec is not None:
            self.kept[name] = codec
        return table

    def adopt(self, room: Mapping[str, Mapping[str, int]]) -> None:
        """New rules take over; `room` says how much they need to tell apart (`Checker.room`)."""
        self.bulk.adopt(room)

    def surround(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """What the history knows of a message that is looked at."""
        self.dealings.surround(submission, context, state, now)
        self.bulk.surround(submission, context, state, now)

    def sent(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """A message went on to a carrier, or was held or dropped as if it had. Once, whatever its parts."""
        self.bulk.sent(submission, context, now)
        self.dealings.sent(submission, context, state, now)

    def grown(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """A later part, or a new text for a message sent before, went on: only the text counts."""
        self.bulk.grown(submission, context, now)

    def received(self, submission: Submission, context: Context, state: "PolicyState", now: float) -> None:
        """An inbound message passed."""
        self.bulk.received(submission, context, now)
        self.dealings.received(submission, state, now)

    def refused(self, submission: Submission, hit: Hit, context: Context, state: "PolicyState", now: float) -> None:
        """A message was refused (no retry of one refused a moment ago; no throttle)."""
        self.bulk.refused(submission, context, now)
        self.dealings.refused(submission, hit, context, state, now)

    def slowed(self, submission: Submission, hit: Hit, context: Context, state: "PolicyState", now: float) -> None:
        """A message was throttled; the sender may bring it again, or may not."""
        self.bulk.slowed(submission, hit, context, now)
        self.dealings.refused(submission, hit, context, state, now)

    def heard(self, submission: Submission, facts: Sequence[Fact], state: "PolicyState", now: float) -> None:
        """An inbound message laid down `facts`, which do not hold yet."""
        self.dealings.heard(submission, facts, state, now)

    def receipt(self, sender: int | str, stat: str, error: str, now: float) -> None:
        """A delivery receipt for a message of `sender`: its final state and error as the carrier wrote them."""
        self.reputation.receipt(sender, stat, error, now)

    def tick(self, now: float) -> None:
        """Age in the background, in slices; call it about ten times a second. Changes no verdict."""
        for table in self.tables.values():
            table.tick(now)
        self.bulk.tick(now)
        discarded = self.discarded
        waiting = sum(map(len, discarded))
        left = max(SLICE, min(waiting // SHARE, SLICE_MAX), waiting - WAIT_MAX)
        while discarded and left > 0:
            victim = discarded[-1]
            pop = victim.popitem
            while victim and left > 0:
                _, value = pop()
                left -= 1 if isinstance(value, int) else 2 + weight_of(value)
            if not victim:
                discarded.pop()

    def sizes(self) -> dict[str, tuple[int, int, int]]:
        """For the gauges: table -> (entries, cap, cap hits)."""
        found = {name: (len(table), table.cap, table.cap_hits) for name, table in self.tables.items()}
        return found | {"crowds": (self.bulk.weight, self.bulk.room, self.bulk.room_hits)}
