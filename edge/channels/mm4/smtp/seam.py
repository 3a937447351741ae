"""What the SMTP side and the relay tell each other."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple, Protocol

from edge.core.conf import Mm4Peer


class Reply(NamedTuple):
    """An SMTP reply (RFC 5321 4.2, RFC 3463): `code` 550, `status` "5.7.1", `text` in ASCII without line ends."""

    code: int
    status: str
    text: str

    def __str__(self) -> str:
        """As on the wire, without the line end."""
        return f"{self.code} {self.status} {self.text}"


class Session(NamedTuple):
    """A peer's connection. `id` is unique while the edge runs, `host` its address, `tls` whether it is encrypted."""

    id: int
    peer: Mm4Peer
    host: str
    tls: bool


class Envelope(NamedTuple):
    """One transaction. Addresses as written between < and >. `content` is the message as the peer means it: dots
    unstuffed, CRLF line ends and no bare CR or LF. `helo` is what the peer calls itself.
    """

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    helo: str = ""


class Taker(Protocol):
    """Whoever decides on what peers hand us. None means yes. Only `message` may take its time."""

    def sender(self, session: Session, address: str, size: int) -> Reply | None:
        """MAIL FROM; `size` is the SIZE declared, 0 for none."""

    def recipient(self, session: Session, sender: str, recipients: Sequence[str], address: str) -> Reply | None:
        """RCPT TO, after `recipients` that were taken."""

    async def message(self, session: Session, envelope: Envelope) -> Reply:
        """The end of DATA. A 2xx means that the message is no longer the peer's. Never raises."""


class Sent(Enum):
    """What became of a recipient at a next hop."""

    TAKEN = "taken"  # its 250 after the end of DATA
    REFUSED = "refused"  # a 5xx
    LATER = "later"  # a 4xx, no connection, cut before the end of DATA: it has nothing
    UNKNOWN = "unknown"  # the end of DATA went out and no reply came: it may have it


class Result(NamedTuple):
    """For one recipient: what became of it, and the next hop's (or our own) words."""

    sent: Sent
    reply: Reply


class Outward(Protocol):
    """Hands messages on."""

    async def send(self, peer: Mm4Peer, sender: str, recipients: Sequence[str], content: bytes) -> tuple[Result, ...]:
        """One transaction with a peer's relay, within the deadline; a Result for each recipient. Never raises."""
