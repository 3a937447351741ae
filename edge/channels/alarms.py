"""What a person must hear of at once: counted, logged without content, and shown by `smsedge status`."""

import logging
from collections import deque
from typing import NamedTuple

from edge.channels.notices import Notices
from edge.core.metrics import Metrics

SHOWN = 20  # of the latest, in `status`
CHILD_SAFETY = "child-safety"
KINDS = (CHILD_SAFETY,)


class Alarm(NamedTuple):
    """`at` is Unix time; `account` is "" where it is nobody's of ours; `words` say what was done."""

    kind: str
    at: float
    account: str
    decision: str
    words: str


class Alarms:
    """All since the start. The log has one line in ten seconds for each account, with a count of the others."""

    def __init__(self, metrics: Metrics) -> None:
        self._raised = metrics.counter(
            "smsedge_alarms_total", "Alarms since the start: each needs a person at once", ("kind",)
        )
        for kind in KINDS:  # so that the first one is an increase
            self._raised.add((kind,), 0)
        self._notices = Notices("smsedge.alarm")
        self._latest: deque[Alarm] = deque(maxlen=SHOWN)

    def sound(self, alarm: Alarm) -> None:
        """Raise it."""
        self._raised.add((alarm.kind,))
        self._latest.append(alarm)
        words = f"ALARM {alarm.kind}, decision {alarm.decision}: {alarm.words}"
        self._notices.say(alarm.kind, f"account {alarm.account or '-'}", words, logging.ERROR)

    def status(self) -> dict[str, object]:
        """For `smsedge status`: how many of each kind, and the latest, the last first."""
        return {
            "raised": {kind: count for (kind,), count in self._raised.values.items() if count},
            "latest": [alarm._asdict() for alarm in reversed(self._latest)],
        }
