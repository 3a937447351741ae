"""What became of the messages, kind by kind. Counts only; every table has a cap."""

import math
from collections import Counter
from dataclasses import dataclass, field

_STEP = math.log(1.02)  # two per cent between neighbours: that exact are the latencies
IDS = 200_000  # message ids remembered until their receipt comes


class Latencies:
    """Times as counts in buckets that grow by two per cent: a few hundred of them, however many times."""

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self._count = 0

    def add(self, seconds: float) -> None:
        """One time."""
        self._buckets[int(math.log(max(seconds, 1e-6) * 1e6) / _STEP)] += 1
        self._count += 1

    def merge(self, other: "Latencies") -> None:
        """All times of another."""
        self._buckets.update(other._buckets)
        self._count += other._count

    def quantile(self, share: float) -> float | None:
        """The time that `share` of all do not exceed, in seconds; None without any."""
        wanted = share * self._count
        passed = 0
        for bucket in sorted(self._buckets):
            passed += self._buckets[bucket]
            if passed >= wanted:
                return math.exp((bucket + 0.5) * _STEP) / 1e6
        return None


@dataclass(slots=True)
class KindTally:
    """One kind of message. `receipts` by their stat, as DELIVRD."""

    sent: int = 0
    unanswered: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: Latencies = field(default_factory=Latencies)
    receipts_asked: int = 0
    receipts: Counter[str] = field(default_factory=Counter)
    bounces: int = 0

    @property
    def answered(self) -> int:
        """Messages with an answer, whatever it said."""
        return sum(self.statuses.values())


class Tally:
    """All kinds. `stray_receipts` belong to no message of ours, `others` are messages from subscribers."""

    def __init__(self, emergency: frozenset[str] = frozenset()) -> None:
        self.kinds: dict[str, KindTally] = {}
        self.stray_receipts = 0
        self.others = 0
        self.losses: Counter[str] = Counter()
        self._emergency = emergency
        self._awaited: dict[str, str] = {}
        self._early: dict[str, str] = {}

    def kind(self, name: str) -> KindTally:
        """The tally of a kind."""
        found = self.kinds.get(name)
        if found is None:
            found = self.kinds[name] = KindTally()
        return found

    @property
    def sent(self) -> int:
        """Messages sent."""
        return sum(kind.sent for kind in self.kinds.values())

    @property
    def answered(self) -> int:
        """Messages answered."""
        return sum(kind.answered for kind in self.kinds.values())

    @property
    def unanswered(self) -> int:
        """Messages that will get no answer: time was up, or the connection was lost."""
        return sum(kind.unanswered for kind in self.kinds.values())

    @property
    def refused(self) -> int:
        """Messages answered with an error."""
        return self.answered - sum(kind.statuses[0] for kind in self.kinds.values())

    @property
    def receipts(self) -> int:
        """Receipts that came for messages of ours."""
        return sum(kind.receipts.total() for kind in self.kinds.values())

    @property
    def receipts_due(self) -> int:
        """Receipts that were asked for with an accepted message and have not come."""
        return len(self._awaited)

    # -- what happens --------------------------------------------------------------------------

    def answer(self, name: str, status: int, message_id: str, asked: bool, latency: float) -> None:
        """A message was answered; `asked`: with a receipt to come."""
        kind = self.kind(name)
        kind.statuses[status] += 1
        kind.latencies.add(latency)
        if status or not message_id:
            return
        stat = self._early.pop(message_id, None)
        if stat is not None:
            kind.receipts[stat] += 1
        elif asked and len(self._awaited) < IDS:
            self._awaited[message_id] = name

    def receipt(self, message_id: str, stat: str) -> None:
        """A receipt came; it may be ahead of the answer that tells its id."""
        name = self._awaited.pop(message_id, None)
        if name is not None:
            self.kind(name).receipts[stat] += 1
        elif len(self._early) < IDS:
            self._early[message_id] = stat
        else:
            self.stray_receipts += 1

    def originated(self, source: str, first: bool) -> None:
        """A message came, `first` unless it is a later part of one: from an emergency number it is a bounce-back."""
        if not first:
            return
        if source in self._emergency and "emergency" in self.kinds:
            self.kind("emergency").bounces += 1
        else:
            self.others += 1

    def settle(self) -> None:
        """Nothing more comes: early receipts without an answer are strays."""
        self.stray_receipts += len(self._early)
        self._early.clear()
