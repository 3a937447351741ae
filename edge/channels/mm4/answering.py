"""What we say to peers ourselves: responses to what we refuse, reports on what was held, texts about emergency numbers.

Each is a parcel of the spool: on disk before the message that it is about is answered, and tried until it is taken.
It goes to the peer that brought the message, whatever system that names.
"""

from typing import TYPE_CHECKING

from edge.channels.mm4.codec.address import Address, AddressKind, of_number
from edge.channels.mm4.codec.address import read as read_address
from edge.channels.mm4.codec.answers import VERSION, answered_at, rejected, respond, wants_answer
from edge.channels.mm4.codec.errors import Mm4Error
from edge.channels.mm4.codec.fields import Kind, MMStatus, RequestStatus
from edge.channels.mm4.codec.pdu import Forward, build, parse
from edge.channels.mm4.smtp.seam import Sent
from edge.core.conf import Mm4Peer
from edge.core.mms import Parcel, What

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service

ANSWER_FOR = 86_400.0  # seconds that an answer of ours is tried: a day, as receipts of SMPP


def address_of(forward: Forward, peer: Mm4Peer) -> str:
    """Where the peer has its answers, "" where neither the message nor the conf says."""
    named = answered_at(forward)
    return named.text if named is not None else peer.system_address


async def tell_refused(
    service: "Service", peer: Mm4Peer, forward: Forward, status: RequestStatus, text: str = ""
) -> bool:
    """The response to a request that asked for one; False where it could not be put on disk."""
    to = address_of(forward, peer)
    if not to:
        service.answers.add((peer.name, "response", "nowhere"))
        return True
    id = service.next_id()
    try:
        _, content = respond(
            forward, status, ours=service.system_address(), to=to, now=service.unix(), id=_id(service, id), text=text
        )
    except ValueError:
        service.answers.add((peer.name, "response", "nowhere"))
        return True
    return await _send(service, peer, "response", id, service.system_address(), to, content)


async def report(
    service: "Service", peer: Mm4Peer, forward: Forward, recipient: Address, sender: str, status: MMStatus
) -> bool:
    """The delivery report on a recipient who does not get it, for a message that asked for one."""
    to = originator(forward, sender, peer)
    if not to:
        service.answers.add((peer.name, "report", "nowhere"))
        return True
    id = service.next_id()
    try:
        _, content = rejected(
            forward,
            recipient,
            ours=service.system_address(),
            transaction_id=id,
            now=service.unix(),
            id=_id(service, id),
            status=status,
        )
    except ValueError:
        service.answers.add((peer.name, "report", "nowhere"))
        return True
    return await _send(service, peer, "report", id, service.system_address(), to, content)


def originator(forward: Forward, sender: str, peer: Mm4Peer) -> str:
    """The envelope address of who sent it: From where it has a host, else the envelope's, else at the peer's domain."""
    named = [address for address in (forward.source, read_address(sender)) if address is not None]
    numbered = [address for address in named if address.kind in (AddressKind.NUMBER, AddressKind.SHORT_CODE)]
    for address in numbered:
        if address.domain:
            return address.text
    if numbered and peer.domains:
        return of_number(numbered[0].party, peer.domains[0])
    return ""


async def tell_failed(service: "Service", parcel: Parcel, recipient: str, sent: Sent) -> None:
    """A message that was accepted did not get through, or nobody knows: as its sender asked to hear."""
    peer = service.peers.by_name.get(parcel.origin)
    if peer is None:
        return
    try:
        forward = parse(parcel.content)
    except Mm4Error:
        return
    if not isinstance(forward, Forward):
        return
    if wants_answer(forward):
        status = RequestStatus.UNSPECIFIED if sent is Sent.REFUSED else RequestStatus.NETWORK_PROBLEM
        await tell_refused(service, peer, forward, status)
    elif forward.delivery_report:
        await report(service, peer, forward, read_address(recipient), parcel.sender, _MEANING[sent])


_MEANING = {Sent.LATER: MMStatus.EXPIRED, Sent.UNKNOWN: MMStatus.INDETERMINATE, Sent.REFUSED: MMStatus.REJECTED}


async def text_back(service: "Service", peer: Mm4Peer, dialled: str, to: str, text: str) -> bool:
    """An MMS of one text, from the number that was dialled to who dialled it."""
    id = service.next_id()
    sender = of_number(dialled, service.mm4.domain)
    message = Forward(
        kind=Kind.FORWARD_REQ,
        version=VERSION,
        transaction_id=id,
        message_id=id,
        originator_system=read_address(service.system_address()),
        source=read_address(sender),
        sender=read_address(service.system_address()),
        to=(read_address(to),),
        sent=service.unix(),
        content_type=b"text/plain; charset=utf-8",
        transfer_encoding=b"8bit",
    )
    content = b"Message-ID: <%s>\r\n" % _id(service, id).encode("ascii") + build(message, text.encode() + b"\r\n")
    return await _send(service, peer, "emergency", id, sender, to, content)


def _id(service: "Service", id: str) -> str:
    return f"{id}@{service.mm4.domain}"


async def _send(service: "Service", peer: Mm4Peer, what: str, id: str, sender: str, to: str, content: bytes) -> bool:
    now = service.unix()
    parcel = Parcel(id, What.ANSWER, (peer.name,), sender, (to,), content, now, now + ANSWER_FOR)
    kept = await service.spool.keep(parcel)
    service.answers.add((peer.name, what, "queued" if kept else "not queued"))
    return kept
