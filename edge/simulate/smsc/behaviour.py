"""What the SMSC makes of a message before it looks inside: errors, throttling, silence, cuts, delays.

Decisions only, by options, counters and a seeded random; `now` is an argument.
"""

from random import Random

from edge.simulate.smsc.options import Options
from edge.simulate.values import Span
from smpp.consts import Status


class Behaviour:
    """Reads its options at every message, so that they can be changed on the way."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.random = Random(options.seed)
        self._messages = 0
        self._second = 0.0
        self._in_second = 0

    @property
    def silent(self) -> str:
        """One of `options.SILENT` if it is silent now, else empty."""
        options = self.options
        if options.silent_after:
            return (options.silent or "all") if self._messages > options.silent_after else ""
        return options.silent

    @property
    def mute(self) -> bool:
        """Whether nothing at all goes out to those who are bound."""
        return self.silent in ("all", "connect")

    def arrives(self) -> bool:
        """One message more; returns whether the link is to be cut behind it."""
        self._messages += 1
        every = self.options.disconnect_messages
        return bool(every) and self._messages % every == 0

    def judge(self, waiting: int, now: float) -> int:
        """The command_status for a message, when so many of its bind wait for their answers."""
        options = self.options
        if options.window_full and waiting >= options.window_full:
            return Status.ESME_RMSGQFUL
        if options.throttle_rate and not self._within_rate(options.throttle_rate, now):
            return Status.ESME_RTHROTTLED
        if self.fails():
            return self.random.choice(options.error_status)
        return Status.ESME_ROK

    def _within_rate(self, limit: int, now: float) -> bool:
        """Plain seconds from the first message on, as many carriers count: no bursts, no credit."""
        if now - self._second >= 1.0:
            self._second = now
            self._in_second = 0
        self._in_second += 1
        return self._in_second <= limit

    def fails(self) -> bool:
        """Whether this one gets an error, by `error_rate`."""
        return self._hits(self.options.error_rate)

    def makes_no_sense(self) -> bool:
        """Whether this one is answered with nonsense."""
        return self._hits(self.options.nonsense)

    def wait(self) -> float:
        """Seconds until this answer goes out; 0 for at once."""
        options = self.options
        if options.answer_late and self._hits(options.answer_late_share):
            return options.answer_late
        return self.within(options.delay)

    def within(self, span: Span) -> float:
        """Seconds somewhere in a span."""
        low, high = span
        return low if low == high else self.random.uniform(low, high)

    def final_state(self) -> int:
        """The message_state a message ends in, by `receipt_states`."""
        states = self.options.receipt_states
        if len(states) == 1:
            return next(iter(states))
        return self.random.choices(tuple(states), tuple(states.values()))[0]

    def _hits(self, share: float) -> bool:
        return share > 0.0 and self.random.random() < share
