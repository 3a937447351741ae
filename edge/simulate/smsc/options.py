"""What the simulated SMSC is to do. Plain values, read whenever they matter: a test may change them on the way."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from edge.simulate.smsc.identifiers import DECIMAL, Style
from edge.simulate.values import Span
from smpp.consts import Status
from smpp.receipt import DELIVERED

SILENT = ("messages", "all", "connect")
"""Not answered: messages; anything once bound, keep-alives too; not even the bind."""

RECEIPTS = ("always", "asked", "never")
RECEIPT_FORMS = ("both", "text", "tlv")


@dataclass(slots=True)
class Options:
    """Seconds, and shares of 0 to 1. The defaults are a carrier that takes everything at once.

    `port` 0 lets the system choose. `accounts` maps system_id to password, empty takes anybody.
    `throttle_rate` is messages a second over all binds, `window_full` unanswered messages on one bind; 0: no limit.
    `error_rate` is the share that gets one of `error_status`, `nonsense` the share whose answer makes no sense.
    `silent` is one of `SILENT` or empty; with `silent_after` it begins behind so many messages.
    `answer_late_share` of the answers come `answer_late` seconds late. The link is cut (or, `disconnect_politely`,
    unbound) at every `disconnect_messages`th message and every `disconnect_seconds`.
    `receipt_ids` None: as `ids`. `receipt_first`: before the response. `deliver_window`: unanswered deliver_sm a bind.
    `remember` messages are kept for query_sm and `Smsc.messages`. `log` gets a line for every message accepted;
    `log_all`: also for those refused or left without an answer.
    """

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    accounts: dict[str, str] = field(default_factory=dict)
    version: int = 0x34
    system_id: str = "simulator"
    bind_status: int = Status.ESME_ROK
    delay: Span = (0.0, 0.0)
    error_rate: float = 0.0
    error_status: tuple[int, ...] = (Status.ESME_RSYSERR,)
    throttle_rate: int = 0
    window_full: int = 0
    silent: str = ""
    silent_after: int = 0
    answer_twice: bool = False
    answer_late: float = 0.0
    answer_late_share: float = 1.0
    nonsense: float = 0.0
    disconnect_messages: int = 0
    disconnect_seconds: float = 0.0
    disconnect_politely: bool = False
    enquire_link: float = 30.0
    session_init: float = 30.0
    response_timeout: float = 60.0
    ids: Style = DECIMAL
    receipt_ids: Style | None = None
    first_id: int = 1
    first_sequence: int = 1
    receipts: str = "asked"
    receipt_delay: Span = (0.1, 0.1)
    receipt_states: dict[int, float] = field(default_factory=lambda: {DELIVERED: 1.0})
    receipt_form: str = "both"
    receipt_first: bool = False
    deliver_window: int = 100
    retry_after: float = 1.0
    remember: int = 100_000
    log: Path | None = None
    log_text: bool = False
    log_all: bool = False
    seed: int | None = None

    def check(self) -> None:
        """Raises ValueError, with what to do, for values that cannot be meant."""
        if self.silent and self.silent not in SILENT:
            raise ValueError(f"silent is one of {', '.join(SILENT)}, not {self.silent!r}")
        if self.receipts not in RECEIPTS:
            raise ValueError(f"receipts is one of {', '.join(RECEIPTS)}, not {self.receipts!r}")
        if self.receipt_form not in RECEIPT_FORMS:
            raise ValueError(f"the form of receipts is one of {', '.join(RECEIPT_FORMS)}, not {self.receipt_form!r}")
        if self.remember < 1:
            raise ValueError("at least one message must be remembered")
        if not self.error_status or not self.receipt_states:
            raise ValueError("a mix of statuses or states needs at least one")
        numeric = ("hex", "decimal")
        other = self.receipt_ids or self.ids
        if other != self.ids and not (self.ids.kind in numeric and other.kind in numeric):
            raise ValueError("ids and receipt ids may differ only where both are numbers (hex, decimal)")
