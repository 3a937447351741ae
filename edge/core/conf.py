"""The conf as values: one immutable snapshot, swapped whole at a reload. Built by `edge.config`."""

from collections.abc import Mapping

import msgspec

from edge.core.account import Account, Bind
from edge.core.carrier import Carrier, Route
from edge.core.examination import Examination
from edge.core.inventory import Inventory
from edge.core.ladder import Ladder


class Listen(msgspec.Struct, frozen=True):
    """An address to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Smpp(msgspec.Struct, frozen=True):
    """The SMPP side that customers bind to. Times in seconds; `inactivity` 0 means never.

    `response_timeout` is for what we send to a customer (deliver_sm); `deliver_window` the number of
    unanswered deliver_sm on one bind. `lockout_after` wrong passwords from one address for one system_id
    shut that pair out for `lockout` seconds, doubling up to `lockout_max`.
    `max_connections` caps sockets in all, `max_unbound` those that have not bound yet.
    """

    listen: Listen | None = None
    tls_listen: Listen | None = None
    certificate: str = ""
    key: str = ""
    client_ca: str = ""
    system_id: str = "smsedge"
    session_init: float = 10.0
    enquire_link: float = 30.0
    response_timeout: float = 60.0
    inactivity: float = 0.0
    deliver_window: int = 10
    lockout_after: int = 5
    lockout: float = 5.0
    lockout_max: float = 900.0
    max_connections: int = 2000
    max_unbound: int = 500
    drain: float = 10.0


class Asterisk(msgspec.Struct, frozen=True):
    """An Asterisk to intercept SIP MESSAGEs in. Times in seconds.

    `trunks` are its PJSIP endpoints that are carriers. `parallel` is how many messages are worked on at once, `replay`
    the time between two looks at its spool. `patience` is how long a throttled message is tried again, `hold` how long
    one that no carrier takes; both count from when this edge heard of it. `old` is the age of the oldest held message
    at which the edge is no longer ready. `notice_every` is the least time between two notices to one sender, 0 for no
    notices.
    `secret` is "" where it is not to be had (an unset `env:`): the channel then does not start, and the edge is not
    ready.
    """

    name: str
    host: str
    port: int = 5038
    username: str = "smsedge"
    secret: str = ""
    trunks: tuple[str, ...] = ()
    parallel: int = 32
    replay: float = 10.0
    patience: float = 120.0
    hold: float = 3600.0
    old: float = 300.0
    notice_every: float = 60.0

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Asterisk({self.name!r})"


class Mm4Peer(msgspec.Struct, frozen=True):
    """Who may hand us MMS, and whom we hand it to.

    `default`: it takes what no domain leads to, and brings what subscribers send. `system_address` is where it wants
    answers whose request does not say.

    How it comes in: `tls` is "optional", "required" or "certificate", `certificates` the subject names accepted for the
    last. A peer with a `username` must log in; `password` is plain or `argon2:$argon2id$...`.
    How we go out: `relay`, then those of `backup` while it is down. `relay_tls` is "off", "optional" (where offered),
    "unverified" or "on" (verified against `relay_ca`, or the system's store); `relay_username` "": no login.
    `connections` are kept at most, `queue` messages wait for one.
    """

    name: str
    networks: tuple[str, ...]
    relay: Listen
    domains: tuple[str, ...] = ()
    default: bool = False
    system_address: str = ""
    tls: str = "optional"
    certificates: tuple[str, ...] = ()
    username: str = ""
    password: str = ""
    backup: tuple[Listen, ...] = ()
    relay_tls: str = "optional"
    relay_ca: str = ""
    relay_username: str = ""
    relay_password: str = ""
    connections: int = 8
    queue: int = 200

    def __repr__(self) -> str:
        """Without the passwords: a peer may end up in a log or an error."""
        return f"Mm4Peer({self.name!r})"


class Mm4(msgspec.Struct, frozen=True):
    """The MM4 relay. `max_size` in octets, times in seconds.

    `retry` is how long what could not be handed on at once is tried again, `spool` how many messages may wait so.
    `old` is the age of the oldest of them at which the edge is no longer ready.

    `max_connections` peers may hold in all, `peer_connections` one of them; `memory` octets of messages may be on their
    way in at a time. `idle` is the time between two commands, `data_timeout` for all of DATA, `deadline` from its end
    to our reply. Outward, `connect_timeout` and `response_timeout` are for one step each, `send_timeout` for a whole
    message: below `deadline`, so that the peer hears what became of it.

    What matches a child-safety list is sealed to `evidence_key` ("x25519:BASE64"; "": it is not kept), in at most
    `evidence_files` files of `evidence_size` octets together.
    """

    listen: Listen
    domain: str
    max_size: int = 1_500_000
    peers: tuple[Mm4Peer, ...] = ()
    retry: float = 14_400.0
    spool: int = 10_000
    old: float = 900.0
    certificate: str = ""
    key: str = ""
    client_ca: str = ""
    max_connections: int = 300
    peer_connections: int = 100
    memory: int = 128 * 1024 * 1024
    idle: float = 300.0
    data_timeout: float = 180.0
    deadline: float = 90.0
    connect_timeout: float = 10.0
    response_timeout: float = 30.0
    send_timeout: float = 45.0
    evidence_key: str = ""
    evidence_files: int = 1_000
    evidence_size: int = 1_000_000_000


class Audit(msgspec.Struct, frozen=True):
    """Where decisions are written. `queue` caps records waiting for the disk, sizes are octets, `keep` seconds."""

    queue: int = 200_000
    segment: int = 64 * 1024 * 1024
    keep: float = 30 * 86400.0
    features: bool = False


class Quarantine(msgspec.Struct, frozen=True):
    """Messages held for a person. After `keep` seconds nobody looked: refused. (One-time codes: 60 s, always.)"""

    keep: float = 86400.0


class Intake(msgspec.Struct, frozen=True):
    """Complaints over HTTP, on the console. `token` is what a reporter must show; "" means that none are taken."""

    token: str = ""

    def __repr__(self) -> str:
        """Without the token."""
        return f"Intake({'on' if self.token else 'off'})"


class Conf(msgspec.Struct, frozen=True):
    """Everything that operators tune, but the rules. `version` is a short hash of all files read.

    `areas` adds or corrects North American area codes: code -> country.
    """

    version: str
    node: str
    state: str
    smpp: Smpp
    accounts: Mapping[str, Account]
    carriers: Mapping[str, Carrier]
    routes: tuple[Route, ...]
    inventory: Inventory
    binds: Mapping[str, tuple[Account, Bind]]
    console: Listen | None = None
    intake: Intake = Intake()
    asterisks: tuple[Asterisk, ...] = ()
    mm4: Mm4 | None = None
    media: Examination = Examination()
    audit: Audit = Audit()
    quarantine: Quarantine = Quarantine()
    ladder: Ladder = Ladder()
    directory: str = ""
    areas: Mapping[str, str] = {}
