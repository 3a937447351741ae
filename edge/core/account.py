"""Customers: an account, its binds and what it may send from. Built by `edge.config`, read everywhere."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Bind(msgspec.Struct, frozen=True):
    """One system_id of an account.

    `password` is the conf's word after `env:`/`file:` was resolved: plain, or `argon2:$argon2id$...`.
    `networks` are CIDR strings a peer's address must be in. `window` is the number of unanswered requests
    a session may have; `max_binds` counts the sessions of this system_id. `tls` is one of
    "optional", "required", "certificate"; `certificates` the subject names accepted for the last.
    """

    system_id: str
    password: str
    networks: tuple[str, ...]
    max_binds: int = 8
    window: int = 50
    tls: str = "optional"
    certificates: tuple[str, ...] = ()
    system_type: str = ""

    def __repr__(self) -> str:
        """Without the password: a bind may end up in a log or an error."""
        return f"Bind({self.system_id!r})"


class Endpoint(msgspec.Struct, frozen=True):
    """A SIP endpoint of an account in one Asterisk; `numbers` are inclusive E.164 ranges.

    `phone`: one telephone; what is sent to it goes to its contact as registered, not to a number there.
    """

    name: str
    asterisk: str
    numbers: tuple[tuple[int, int], ...]
    phone: bool = False


class Account(msgspec.Struct, frozen=True, eq=False):
    """A customer.

    Numbers are inclusive ranges of E.164 integers, sorted. `limits` maps a rule id to that account's own
    settings for it, merged over the rule's: a dict of the rule's keys. `statuses` overrides the answer on
    the wire by reason (`Reason.value` -> command_status). `opened` is a Unix time.
    `alphabet` says what data_coding 0 means on its binds: "gsm", "gsm-packed", "latin1" or "ascii".
    `home` is the country calling code that national numbers are read in (1: NANP). `marketing_program` says that the
    operator granted it marketing from its short codes (policy.md C2.c).
    """

    name: str
    kind: str = "business"
    brand: str = ""
    domains: tuple[str, ...] = ()
    country: str = ""
    home: int = 1
    timezone: str = "UTC"
    opened: float = 0.0
    numbers: tuple[tuple[int, int], ...] = ()
    senders: frozenset[str] = frozenset()
    verified_toll_free: tuple[tuple[int, int], ...] = ()
    short_codes: frozenset[str] = frozenset()
    shared: tuple[tuple[int, int], ...] = ()
    mm4_peers: tuple[str, ...] = ()
    sensitive_data: str = "reject"
    hold: bool = False
    record: bool = False
    drop: bool = False
    marketing_program: bool = False
    classes: frozenset[str] = frozenset()
    binds: tuple[Bind, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    limits: Mapping[str, Mapping[str, Any]] = {}
    statuses: Mapping[str, int] = {}
    alphabet: str = "gsm"
    receipt_queue: int = 1000

    def __repr__(self) -> str:
        """By name: an account may end up in a log or an error."""
        return f"Account({self.name!r})"
