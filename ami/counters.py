"""What one Manager has met, as plain integers that only grow; and log lines that a broken peer cannot make a flood."""

import logging
from dataclasses import dataclass

_LOG = logging.getLogger("ami")


@dataclass(slots=True)
class Counters:
    """`connections`, `logins`: made. `refused`: logins that Asterisk refused. `losses`: connections that were logged in
    and ended; `silences`: of these, ended here because a Ping was not answered.
    `events`: told to `on_event`; `ignored`: events of no concern here; `malformed`: packets, events or rows of lists
    that are not as they should be; `late`: answers that nobody waited for any more, or that answer nothing of ours.
    `actions`: written, those of logins and the own Pings among them; `answered`: in whatever way; `declined`: with an
    error; `unanswered`: out of time or cut off; `busy`: not written because of the cap; `unconnected`: not written
    because no login stood.
    `left_out`: rows of lists beyond the caps. `callback_errors`: exceptions of callbacks. `bugs`: of this package.
    """

    connections: int = 0
    logins: int = 0
    refused: int = 0
    losses: int = 0
    silences: int = 0
    events: int = 0
    ignored: int = 0
    malformed: int = 0
    late: int = 0
    actions: int = 0
    answered: int = 0
    declined: int = 0
    unanswered: int = 0
    busy: int = 0
    unconnected: int = 0
    left_out: int = 0
    callback_errors: int = 0
    bugs: int = 0


class Notices:
    """Says the same thing the first time, the second, the fourth ...: the number of lines grows with the logarithm."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said: dict[str, int] = {}

    def say(self, kind: str, message: str, level: int = logging.WARNING) -> None:
        """Log `message`; `kind` is one of few, whose times are counted."""
        times = self._said[kind] = self._said.get(kind, 0) + 1
        if times & (times - 1) == 0:
            again = f" (time {times})" if times > 1 else ""
            _LOG.log(level, "asterisk %s: %s%s", self._name, message, again)

    def info(self, message: str, level: int = logging.INFO) -> None:
        """Log what the pauses between connections keep seldom."""
        _LOG.log(level, "asterisk %s: %s", self._name, message)

    def forget(self, *kinds: str) -> None:
        """What these kinds were about is over: the next time is a first one."""
        for kind in kinds:
            self._said.pop(kind, None)

    def fault(self, kind: str, error: Exception) -> None:
        """An exception that must not end anything. Kind and place, never its text: it may quote a message."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "?"
        self.say(kind, f"{kind}: {type(error).__name__} at {place}", logging.ERROR)
