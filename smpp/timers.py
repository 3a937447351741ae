"""The timers of an SMPP session as pure functions of `now` (monotonic seconds).

Nothing here sleeps or schedules: whoever owns the socket asks `due` once per coarse tick. Names and
roles follow SMPP 3.4 section 7.2.
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds; 0 turns a timer off.

    `session_init`: from the connection to a successful bind. `enquire_link`: silence after which we ask.
    `response`: how long a peer may take to answer a request. `inactivity`: no message in either direction
    for so long ends the session.
    """

    session_init: float = 10.0
    enquire_link: float = 30.0
    response: float = 60.0
    inactivity: float = 0.0


class Due(Enum):
    """What the clock asks for now."""

    NOTHING = "nothing"
    ENQUIRE = "enquire_link is due"
    INIT_TIMEOUT = "no bind in time"
    ENQUIRE_TIMEOUT = "enquire_link was not answered"
    INACTIVE = "no message in time"


@dataclass(slots=True)
class Clock:
    """When things last happened on one session.

    `heard`: anything at all came in. `active`: the last message operation, either way (not enquire_link).
    `asked`: when our last enquire_link went out, 0 for never. `bound`: whether a bind succeeded.
    """

    opened: float
    heard: float
    active: float
    asked: float = 0.0
    bound: bool = False

    @classmethod
    def start(cls, now: float) -> "Clock":
        """A session that was opened at `now`."""
        return cls(now, now, now)


def due(limits: Limits, clock: Clock, now: float) -> Due:
    """What is due on a session at `now`; the caller acts and, after ENQUIRE, sets `clock.asked`."""
    if not clock.bound:
        # An enquire_link before the bind is answered but must not keep an unauthenticated socket open.
        return Due.INIT_TIMEOUT if limits.session_init and now - clock.opened >= limits.session_init else Due.NOTHING
    if limits.inactivity and now - clock.active >= limits.inactivity:
        return Due.INACTIVE
    if clock.asked > clock.heard:  # any PDU is a sign of life, whether or not it is the answer itself
        return Due.ENQUIRE_TIMEOUT if limits.response and now - clock.asked >= limits.response else Due.NOTHING
    if limits.enquire_link and now - clock.heard >= limits.enquire_link:
        return Due.ENQUIRE
    return Due.NOTHING
