"""From a message of MM4 to a `Submission`: who sent it, to whom, and all the texts that are in it."""

from edge.channels.mm4.codec.address import Address
from edge.channels.mm4.codec.fields import MessageClass, Visibility
from edge.channels.mm4.codec.header import Head
from edge.channels.mm4.codec.pdu import Forward
from edge.channels.mm4.parties import OUTSIDE_HOME, claim_of, is_subscriber, party_of, path
from edge.core.account import Account
from edge.core.desk import Desk
from edge.core.media import Media
from edge.core.submission import Body, Channel, Direction, Identity, Operation, Party, Submission

SEEN_CAP = 4_000  # characters read in pictures, all together: photographed pages are not a text too long to read
TEXTS_CAP = 200_000  # characters that the rules are shown; the examiner caps each text by itself


def home_of(account: Account | None) -> int:
    """The calling code that its users' national numbers have."""
    return account.home if account is not None else OUTSIDE_HOME


def source_of(forward: Forward, envelope_sender: str) -> Address:
    """Whom the recipient sees: From, or who is on the envelope where From is no subscriber's address."""
    header = forward.source
    if header is not None and is_subscriber(header):
        return header
    sender = path(envelope_sender)
    return sender if is_subscriber(sender) or header is None else header


def body_of(head: Head, media: Media) -> Body:
    """What it says: all texts that were found, those that the sender wrote first. Its octets are those of the body."""
    room = SEEN_CAP
    texts = []
    for where, found in media.texts:
        some = found[:room] if where == "seen" else found
        room -= len(some) if where == "seen" else 0
        if some:
            texts.append(some)
    text = "\n".join(texts)
    return Body(text[:TEXTS_CAP], head.octets[head.body :] or b"\0")


def identity_of(desk: Desk, forward: Forward, envelope_sender: str, home: int) -> Identity:
    """What envelope and headers say of the sender. A system address (of an MMSC) says nothing of a subscriber."""
    named = [path(envelope_sender), forward.source, forward.sender]
    claims = [claim_of(desk, one, home) for one in named if one is not None and is_subscriber(one)]
    return Identity(
        claimed=tuple(dict.fromkeys(claims)),
        hidden=forward.visibility is Visibility.HIDE,
        advertisement=forward.message_class is MessageClass.ADVERTISEMENT,
    )


def bare(
    desk: Desk, account: Account | None, direction: Direction, peer: str, source: Address, to: Address | None
) -> Submission:
    """A message of which only the envelope is known. Without `to`, not even the recipient is."""
    home = home_of(account) if direction is Direction.MT else OUTSIDE_HOME
    destination = party_of(desk, to, home) if to is not None else desk.party("", 0, 0, home)
    return _submission(account, direction, peer, party_of(desk, source, home), destination, Body("", b"\0"))


def submission_of(
    account: Account | None,
    direction: Direction,
    peer: str,
    source: Party,
    destination: Party,
    body: Body,
    recipients: int,
    forward: Forward,
    identity: Identity,
    media: Media,
) -> Submission:
    """The message for one of its recipients."""
    base = _submission(account, direction, peer, source, destination, body)
    return Submission(
        base.channel,
        direction,
        base.operation,
        account,
        base.origin,
        base.end_user,
        source,
        destination,
        body,
        recipients,
        receipt=forward.delivery_report,
        identity=identity,
        media=media,
    )


def _submission(
    account: Account | None, direction: Direction, peer: str, source: Party, destination: Party, body: Body
) -> Submission:
    outbound = direction is Direction.MT
    origin = account.name if outbound and account is not None else peer
    user = peer if outbound else ""
    return Submission(Channel.MM4, direction, Operation.SUBMIT, account, origin, user, source, destination, body)
