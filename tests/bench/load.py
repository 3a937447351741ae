"""What one client process is told to do and what it reports: plain values, JSON on the way. No I/O."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from .workload import Population


@dataclass(frozen=True)
class Load:
    """One run of a client.

    `rate` 0: every bind keeps `window` messages unanswered (closed loop). Else `rate` messages a second over
    all binds, at even times whatever the answers do (open loop; a full window holds a message back).
    Messages are made before the clock starts, `prepared` in all; with `prepared` 0 they are made as they are
    sent (long runs, where the client's cost does not count). The warm-up ends after `warmup` or an eighth of
    the messages; the measured part after `seconds` or when the messages are used up. `walk`: every sender
    once, then it is over. `match_receipts` checks every receipt's id against those handed out.
    Bind k sends for account k * `account_step`. `templates`: texts that differ in digits alone. `watched` are
    process ids whose CPU time is taken over the measured part. Times in seconds.
    """

    port: int
    people: Population
    binds: int = 4
    account_step: int = 1
    window: int = 10
    rate: float = 0.0
    warmup: float = 0.5
    seconds: float = 3.0
    prepared: int = 150_000
    receipts: bool = False
    walk: bool = False
    match_receipts: bool = False
    seed: int = 1
    templates: bool = False
    first_sequence: int = 1
    drain: float = 15.0
    watched: tuple[int, ...] = ()

    def to_json(self) -> str:
        """For the client's command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Load":
        """What `to_json` wrote. Raises ValueError and TypeError for anything else."""
        fields: dict[str, Any] = json.loads(text)
        fields["people"] = Population(**fields["people"])
        fields["watched"] = tuple(fields["watched"])
        return cls(**fields)


@dataclass
class Result:
    """What a client saw in the measured part; `total_*` also in the warm-up.

    `cpu` are the seconds used by each of `Load.watched` and, last, by the client. Latencies in seconds, from
    the write of a message to its answer. `receipts_unmatched`: receipts for ids that were never handed out,
    and ids without a receipt at the end (only with `match_receipts`). `held`: times that full windows held back
    what was due. `wraps` and `delivery_wraps`: how often our numbers, and the path's, started again at 1.
    """

    messages: int = 0
    seconds: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    worst: float = 0.0
    cpu: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    receipts: int = 0
    total_sent: int = 0
    total_answered: int = 0
    total_receipts: int = 0
    unexpected: int = 0
    receipts_unmatched: int = 0
    held: int = 0
    wraps: int = 0
    delivery_wraps: int = 0
    problem: str = ""

    def to_json(self) -> str:
        """The client's last line."""
        return json.dumps(asdict(self))
