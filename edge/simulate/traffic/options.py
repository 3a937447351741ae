"""What traffic to make. Plain values."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from edge.simulate.addresses import Ranges
from edge.simulate.values import number_ranges

# Area codes of the United States; 555-0100 to 555-0199 of each is set aside for fiction.
_AREAS = (212, 213, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 718, 720, 786, 801, 813, 818, 917, 919)
RECIPIENTS = number_ranges(",".join(f"+1{area}5550100..+1{area}5550199" for area in _AREAS))
SENDERS = number_ranges("+14165550100..+14165550199")
SPOOFED = number_ranges("+16465550100..+16465550199")
BLOCKED = number_ranges("+16135550199")

MIX = {
    "lawful": 70.0,
    "receipt": 10.0,
    "long": 4.0,
    "ucs2": 4.0,
    "spoofed": 4.0,
    "alphanumeric": 2.0,
    "bad-destination": 2.0,
    "bad-sender": 2.0,
    "silent": 2.0,
}
"""Without `--mix`: no kind that texts emergency numbers or needs a high rate to show."""

BINDS = ("trx", "tx", "rx", "tx+rx")


@dataclass(slots=True)
class Options:
    """`count` 0: until `duration` is over (0: no end). `rate` 0: as fast as the windows allow.

    `receipts` is the share of all messages that ask for one. Times in seconds.
    """

    host: str = "127.0.0.1"
    port: int = 2775
    system_id: str = "acme"
    password: str = "secret"
    system_type: str = ""
    bind: str = "trx"
    binds: int = 1
    version: int = 0x34
    tls: ssl.SSLContext | None = None
    reconnect: bool = False
    count: int = 1000
    duration: float = 0.0
    rate: float = 50.0
    window: int = 10
    timeout: float = 10.0
    wait: float = 3.0
    mix: dict[str, float] = field(default_factory=lambda: dict(MIX))
    senders: Ranges = SENDERS
    recipients: Ranges = RECIPIENTS
    spoofed: Ranges = SPOOFED
    blocked: Ranges = BLOCKED
    emergency: tuple[str, ...] = ("911",)
    alphanumeric: str = "ACMEDENTAL"
    receipts: float = 0.0
    seed: int | None = None
    log: Path | None = None
