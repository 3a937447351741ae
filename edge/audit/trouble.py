"""What goes wrong beside the path: counted every time, logged at most once a minute for each kind."""

import logging
import time

from edge.core.metrics import Metrics

LOG_EVERY = 60.0
KINDS = ("write", "index", "record", "clean", "bug")

_log = logging.getLogger("smsedge.audit")


class Trouble:
    """Counts into `smsedge_audit_errors_total{kind}`; each kind is noted by one thread only."""

    def __init__(self, metrics: Metrics) -> None:
        self._errors = metrics.counter("smsedge_audit_errors_total", "Failures of the audit's writer", ("kind",))
        for kind in KINDS:  # all keys exist before another thread iterates over them
            self._errors.add((kind,), 0)
        self._logged: dict[str, float] = {}
        self._quiet: dict[str, int] = dict.fromkeys(KINDS, 0)

    def note(self, kind: str, error: Exception | str) -> None:
        """One failure of `kind` (one of KINDS)."""
        self._errors.add((kind,))
        now = time.monotonic()
        if now - self._logged.get(kind, -LOG_EVERY) < LOG_EVERY:
            self._quiet[kind] += 1
            return
        trace = error if kind == "bug" and isinstance(error, Exception) else None
        _log.error("audit: %s failed: %s (%d more not logged)", kind, error, self._quiet[kind], exc_info=trace)
        self._logged[kind], self._quiet[kind] = now, 0
