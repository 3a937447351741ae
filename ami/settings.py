"""Where one Asterisk is, as whom to log in, and how long to wait for what."""

from dataclasses import dataclass, field

from ami.errors import UnsafeAction


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds.

    `connect`: for the TCP connection. `login`: from the connection to the answer of the login. `answer`: for an
    action. `listing`: for all of a list, and for a Ping while Asterisk says other things. `keepalive`: between two
    Pings. `silence`: a connection on which nothing at all came in for so long after a Ping is closed.
    `reconnect_min`, `reconnect_max`: the pause before another attempt doubles from one to the other, each drawn
    between half of it and all of it; after a refused login it is always the longest.
    """

    connect: float = 5.0
    login: float = 5.0
    answer: float = 5.0
    listing: float = 30.0
    keepalive: float = 10.0
    silence: float = 3.0
    reconnect_min: float = 0.5
    reconnect_max: float = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """One Asterisk. `name` is what logs and gauges call it.

    `secret` is never shown and never sent: the login proves it by MD5 challenge. `outstanding` is how many actions may
    wait for an answer at once, `entries` and `octets` how much of one list is kept.
    Raises UnsafeAction for a user name that cannot go on the wire.
    """

    name: str
    host: str
    port: int = 5038
    username: str = "smsedge"
    secret: str = field(default="", repr=False)
    timeouts: Timeouts = Timeouts()
    outstanding: int = 100
    entries: int = 20_000
    octets: int = 64_000_000

    def __post_init__(self) -> None:
        if not self.username or not self.username.isascii() or not self.username.isprintable():
            raise UnsafeAction(f"asterisk {self.name}: a manager user name is printable ASCII")
