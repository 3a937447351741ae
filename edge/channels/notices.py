"""Operational log lines that a hostile or broken peer cannot turn into a flood."""

import logging
from time import monotonic

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
