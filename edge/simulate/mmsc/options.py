"""What the simulated MMSC is to do. Plain values, read whenever they matter: a test may change them on the way."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from edge.simulate.values import Span

CLOSE = ("data", "after")
"""Cut the connection: within the octets of a message; behind its end, taken and without a reply."""

STATUSES = (
    "Ok",
    "Error-unspecified",
    "Error-service-denied",
    "Error-message-format-corrupt",
    "Error-sending-address-unresolved",
    "Error-message-not-found",
    "Error-network-problem",
    "Error-content-not-accepted",
    "Error-unsupported-message",
)
"""X-Mms-Request-Status-Code (TS 23.140 8.4.4)."""

REPORTS = ("Retrieved", "Expired", "Rejected", "Deferred", "Indeterminate", "Forwarded", "Unrecognised", "Unreachable")
"""X-Mms-MM-Status-Code."""

READ = ("Read", "Deleted without being read")
"""X-Mms-Read-Status."""


@dataclass(slots=True)
class Options:
    """Seconds, and shares of 0 to 1. The defaults are an MMSC that takes everything at once.

    `port` 0 lets the system choose. `system` is the local part of its own address in `domain`. `relay` is where all
    that it says goes (messages, answers, reports), None for nowhere; `source` the address it connects from.
    `refuse` is a reply code for the end of a message, for `refuse_share` of them; `refuse_recipients` are codes by
    number, at RCPT. `close` is one of `CLOSE` or empty, for `close_share`. `silent`: no reply to a message at all.
    `status` is that of its responses, `respond` whether it makes any. `reports` and `read` are statuses with weights,
    empty for no reports; each comes so long after the message. `remember` messages are kept, all of their octets with
    `keep_content`. `log` gets a line for every message whose end was read, before its reply.
    """

    host: str = "127.0.0.1"
    port: int = 0
    domain: str = "mms.north.example"
    system: str = "mm4"
    tls: ssl.SSLContext | None = None
    max_size: int = 100_000_000
    relay: tuple[str, int] | None = None
    source: str = ""
    relay_tls: ssl.SSLContext | None = None
    user: str = ""
    password: str = ""
    connections: int = 4
    timeout: float = 30.0
    delay: Span = (0.0, 0.0)
    refuse: int = 0
    refuse_share: float = 1.0
    refuse_recipients: dict[str, int] = field(default_factory=dict)
    close: str = ""
    close_share: float = 1.0
    silent: bool = False
    status: str = "Ok"
    respond: bool = True
    response_delay: Span = (0.0, 0.0)
    reports: dict[str, float] = field(default_factory=lambda: {"Retrieved": 1.0})
    report_delay: Span = (0.1, 0.1)
    read: dict[str, float] = field(default_factory=lambda: {"Read": 1.0})
    read_delay: Span = (0.2, 0.2)
    remember: int = 20_000
    keep_content: bool = False
    log: Path | None = None
    seed: int | None = None

    @property
    def address(self) -> str:
        """What other MMSCs mail its answers to."""
        return f"{self.system}@{self.domain}"

    def check(self) -> None:
        """Raises ValueError, with what to do, for values that cannot be meant."""
        if self.close and self.close not in CLOSE:
            raise ValueError(f"close is one of {', '.join(CLOSE)}, not {self.close!r}")
        if self.status not in STATUSES:
            raise ValueError(f"the status is one of {', '.join(STATUSES)}, not {self.status!r}")
        for name, words, known in (("report", self.reports, REPORTS), ("read reply", self.read, READ)):
            for word in words:
                if word not in known:
                    raise ValueError(f"a {name} says one of {', '.join(known)}, not {word!r}")
        for code in (self.refuse, *self.refuse_recipients.values()):
            if code and not 400 <= code <= 599:
                raise ValueError(f"{code} is no refusal: 400 to 599")
        if self.remember < 1 or self.connections < 1:
            raise ValueError("at least one message must be remembered, and one connection used")
