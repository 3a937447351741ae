"""The octets that go on: those that came, with a Received line and the forward counter one higher."""

from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING

from edge.channels.mm4.codec.relay import relayed

if TYPE_CHECKING:
    from edge.channels.mm4.handling import Transaction
    from edge.channels.mm4.service import Service

_HELO = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-[]:_")


@lru_cache(maxsize=4)
def _date(unix: int) -> str:
    return formatdate(unix)


def received(domain: str, helo: str, host: str, tls: bool, id: str, unix: float) -> bytes:
    """Our line of the trace (RFC 5321 4.4). What the peer calls itself is written only where it is a name."""
    return f"{_way(domain, helo, host, tls)} id {id};\r\n\t{_date(int(unix))}\r\n".encode("ascii", "replace")


@lru_cache(maxsize=256)
def _way(domain: str, helo: str, host: str, tls: bool) -> str:
    """What is the same for all messages of a connection."""
    name = helo if helo and len(helo) <= 255 and set(helo) <= _HELO else "unknown"
    literal = f"IPv6:{host}" if ":" in host else host
    with_ = "ESMTPS" if tls else "ESMTP"
    return f"Received: from {name} ([{literal}])\r\n\tby {domain} with {with_}"


def outgoing(service: "Service", work: "Transaction") -> bytes:
    """An MM4_forward.REQ as it goes to its next hop."""
    id = next((item.decision.id for item in work.items if item.decision is not None), "none")
    session, domain = work.session, service.peers.domain
    line = received(domain, work.envelope.helo, session.host, session.tls, id, service.unix())
    return relayed(work.head, received=line)
