"""Operational log lines that a hostile or broken peer cannot turn into a flood."""

import logging
from time import monotonic

from edge.core.metrics import Metrics

INTERVAL = 10.0  # seconds between two lines of the same kind about the same peer
REMEMBERED = 10_000  # (kind, peer) pairs; beyond, the oldest are forgotten and may log again


class Notices:
    """A logger that says the same thing about the same peer at most once in `INTERVAL`, with a count."""

    def __init__(self, name: str) -> None:
        self._log = logging.getLogger(name)
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def say(self, kind: str, peer: str, message: str, level: int = logging.WARNING) -> None:
        """Log `message` about `peer`, unless `kind` was logged about it a moment ago."""
        now = monotonic()
        key = (kind, peer)
        last, suppressed = self._seen.get(key, (-INTERVAL, 0))
        if now - last < INTERVAL:
            self._seen[key] = (last, suppressed + 1)
            return
        if len(self._seen) >= REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[key] = (now, 0)
        more = f" ({suppressed} more like it since)" if suppressed else ""
        self._log.log(level, "%s: %s%s", peer, message, more)

    def info(self, peer: str, message: str) -> None:
        """Log something that happens seldom enough to be said each time."""
        self._log.info("%s: %s", peer, message)

    def bug(self, metrics: Metrics, peer: str, error: Exception) -> None:
        """A fault of our own met one PDU: count it and say where, so that it costs that PDU and not the link.

        The kind and the place are logged, never the message of the error: it may quote a text.
        """
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "?"
        metrics.protocol_errors.add(("edge", "bug"))
        self.say("bug", peer, f"fault in the edge: {type(error).__name__} at {place}", logging.ERROR)
