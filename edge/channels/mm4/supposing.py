"""A message that an operator has in a file, as it would be judged if a peer brought it now. Nothing comes of it."""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.mm4.codec.address import Address, read, read_list
from edge.channels.mm4.codec.errors import Mm4Error
from edge.channels.mm4.codec.fields import Kind
from edge.channels.mm4.codec.header import Head, read_head
from edge.channels.mm4.codec.pdu import Forward, of_head
from edge.channels.mm4.intake import body_of, home_of, identity_of, source_of, submission_of
from edge.channels.mm4.parties import OUTSIDE_HOME, party_of
from edge.core.account import Account
from edge.core.conf import Mm4Peer
from edge.core.media import Media
from edge.core.submission import Direction, Submission

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service


_BRACKETS = str.maketrans("", "", "()")


class Supposed:
    """A file, read. `sender` and `to` are who it is from and to, `count` how many it is to."""

    def __init__(self, content: bytes, to: str) -> None:
        """`to` takes the place of the recipient in the headers. Raises ValueError with a sentence."""
        try:
            self.head = read_head(content)
            self.forward = _forward(self.head)
        except Mm4Error as error:
            raise ValueError(f"the file is no message: {error}") from error
        if self.forward.source is None:
            raise ValueError("the message has no From that can be read")
        recipients = self.forward.recipients
        if not to and not recipients:
            raise ValueError("the message has no To: give one")
        self.to: Address = read(_typed(to)) if to else recipients[0]
        self.count = max(1, len(recipients))

    def submission(self, service: "Service", peer_name: str, media: Media) -> Submission:
        """For its recipient, as `peer_name` would bring it ("": whoever it must be). Raises ValueError."""
        source = source_of(self.forward, "")
        peer, account = _bringer(service, peer_name, source)
        direction = Direction.MT if account is not None else Direction.MO
        home = home_of(account)
        destination = party_of(service.desk, self.to, home)
        if account is None:
            subscriber = party_of(service.desk, source, OUTSIDE_HOME)
            account = service.peers.addressee(destination, subscriber, service.shared, monotonic())
            if account is None:
                raise ValueError(f"{peer.name} brings what is for our accounts, and none has {self.to.text}")
            home = OUTSIDE_HOME
        return submission_of(
            account,
            direction,
            peer.name,
            party_of(service.desk, source, home),
            destination,
            body_of(self.head, media),
            self.count,
            self.forward,
            identity_of(service.desk, self.forward, "", home),
            media,
        )


def _typed(to: str) -> str:
    """By a person: brackets are part of a number then, and no comment as in a header."""
    return to if "@" in to else to.translate(_BRACKETS)


def _forward(head: Head) -> Forward:
    """As a peer's, or of a plain mail what it says of sender and recipients. Raises Mm4Error and ValueError."""
    if head.one(b"x-mms-message-type"):
        pdu = of_head(head)
        if not isinstance(pdu, Forward):
            raise ValueError("it is a report or a response, and those are not judged")
        return pdu
    sender, to = head.one(b"from"), head.one(b"to")
    return Forward(
        kind=Kind.FORWARD_REQ,
        transaction_id="",
        source=read(sender) if sender else None,
        to=read_list(to) if to else (),
    )


def _bringer(service: "Service", name: str, source: Address) -> tuple[Mm4Peer, Account | None]:
    """Who brings it, and whose message it is then; None for a subscriber's."""
    peers = service.peers
    if name:
        peer = peers.by_name.get(name)
        if peer is None:
            raise ValueError(f"no [[mm4.peer]] is called {name!r}; there are: {', '.join(sorted(peers.by_name))}")
    else:
        key = party_of(service.desk, source, OUTSIDE_HOME).key
        owner = peers.owner_of(key)
        found = peers.of_account(owner) if owner is not None else peers.upstreams
        peer = found[0] if found else None
        if peer is None:
            raise ValueError("who would bring it? give the peer")
    accounts = peers.accounts(peer.name)
    home = home_of(accounts[0]) if accounts else OUTSIDE_HOME
    account = peers.sender_of(peer.name, party_of(service.desk, source, home).key)
    if account is None and not peers.brings_inbound(peer):
        account = accounts[0]
    return peer, account
