"""Delivery reports, read replies and responses: matched to the message that they are about, and passed as they are.

Never judged: they carry no media, and nothing that a subscriber wrote (policy.md, N132). But they pass only between the
peers of that message; what matches none passes only from where subscribers' messages come to where a customer is, or
the other way, and is counted. A response belongs to whoever asked, and one that nobody asked for goes nowhere.
"""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.mm4.codec.address import Address
from edge.channels.mm4.codec.address import read as read_address
from edge.channels.mm4.codec.fields import Kind, MMStatus, RequestStatus, bare_id
from edge.channels.mm4.codec.header import Head
from edge.channels.mm4.codec.matching import report_key, reported
from edge.channels.mm4.codec.pdu import DeliveryReport, Pdu, ReadReport, Response
from edge.channels.mm4.codec.relay import guard, relayed
from edge.channels.mm4.lines import NO_ROUTE, NOT_YOURS, RELEASED
from edge.channels.mm4.onward import Ended, carry
from edge.channels.mm4.outgoing import received
from edge.channels.mm4.parties import OUTSIDE_HOME, is_subscriber, party_of
from edge.channels.mm4.smtp.seam import Envelope, Reply, Sent, Session
from edge.core.conf import Mm4Peer
from edge.core.decision import Decision
from edge.core.facts import subject_key, subject_of
from edge.core.mms import Passed
from edge.core.submission import Direction
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service

STATES = {
    MMStatus.RETRIEVED: "DELIVRD",
    MMStatus.EXPIRED: "EXPIRED",
    MMStatus.REJECTED: "REJECTD",
    MMStatus.UNREACHABLE: "UNDELIV",
    MMStatus.UNRECOGNISED: "UNDELIV",
    MMStatus.INDETERMINATE: "UNKNOWN",
}
"""Final states, as receipts of SMPP spell them: the windows know one language."""

DONE = Reply(250, "2.0.0", "ok")


async def pass_report(service: "Service", session: Session, envelope: Envelope, head: Head, pdu: Pdu) -> Reply:
    """Any of the five that are no MM4_forward.REQ. Raises Looping."""
    guard(head, service.peers.domain.encode("ascii", "replace"))
    about = await _about(service, session, pdu)
    mine = next((passed for passed in about if passed.hop == session.peer.name), None)
    if mine is not None and mine.reply == RELEASED and isinstance(pdu, Response) and pdu.status is RequestStatus.OK:
        _record(service, session, pdu, mine, service.desk.next_decision(), "", DONE, monotonic())
        return _ended(service, session, pdu, "told before", DONE)
    if mine is not None:
        hops: tuple[Mm4Peer, ...] = _peers(service, mine.origin)
        outcome = "matched"
    elif isinstance(pdu, Response):
        return _unasked(service, session, envelope, pdu)
    elif about:  # of another peer's message: nobody else may say what became of it
        return _ended(service, session, pdu, "foreign", NOT_YOURS)
    else:
        hops, outcome = _unsolicited(service, session, envelope), "unsolicited"
    if not hops:
        return _ended(service, session, pdu, "nowhere", NO_ROUTE)
    return await _pass(service, session, envelope, head, pdu, hops, outcome, mine)


async def _about(service: "Service", session: Session, pdu: Pdu) -> list[Passed]:
    """What it is about. It may be here before its message's 250 is: then that message is still under way."""
    if isinstance(pdu, Response):
        found = await service.passages.answered(pdu.kind, pdu.transaction_id)
    else:
        found = await service.passages.reported(reported(pdu))
    if any(passed.hop == session.peer.name for passed in found):
        return found
    return [*found, *_under_way(service, session, pdu)]


def _under_way(service: "Service", session: Session, pdu: Pdu) -> list[Passed]:
    if isinstance(pdu, Response) and pdu.kind is not Kind.FORWARD_RES:
        return []
    keys = () if isinstance(pdu, Response) else reported(pdu)
    found = []
    for item in service.work:
        decision = item.decision
        if decision is None or item.submission is None or session.peer.name not in {hop.name for hop in item.hops}:
            continue
        if isinstance(pdu, Response):
            mine = decision.reference == bare_id(pdu.transaction_id)
        else:
            mine = report_key(decision.message_id, item.address) in keys
        if mine:
            hop, number = session.peer.name, subject_of(item.submission.source.key)
            outbound = item.submission.direction is Direction.MT
            found.append(
                Passed(
                    item.key, 0.0, "", decision.reference, decision.message_id, "", item.origin, hop, decision.id,
                    decision.account, number, "", outbound,
                )
            )  # fmt: skip
    return found


def _peers(service: "Service", name: str) -> tuple[Mm4Peer, ...]:
    peer = service.peers.by_name.get(name)
    return (peer,) if peer is not None else ()


def _unasked(service: "Service", session: Session, envelope: Envelope, pdu: Pdu) -> Reply:
    """A response that matches nothing: to a report of ours (we ask for none, some answer all the same), or forged."""
    ours = all(read_address(to).domain == service.peers.domain for to in envelope.recipients)
    return _ended(service, session, pdu, "ours" if ours else "unsolicited", DONE if ours else NOT_YOURS)


def _unsolicited(service: "Service", session: Session, envelope: Envelope) -> tuple[Mm4Peer, ...]:
    """Where a report goes whose message nobody remembers: between a customer's peer and an upstream only."""
    peers = service.peers
    address = read_address(envelope.recipients[0])
    if not is_subscriber(address):
        return ()
    owner = peers.owner_of(party_of(service.desk, address, OUTSIDE_HOME).key)
    if owner is not None and peers.brings_inbound(session.peer):
        return peers.hops_in(owner)
    if owner is None and peers.accounts(session.peer.name):
        return peers.hops_out(address)
    return ()


async def _pass(
    service: "Service",
    session: Session,
    envelope: Envelope,
    head: Head,
    pdu: Pdu,
    hops: tuple[Mm4Peer, ...],
    outcome: str,
    passed: Passed | None,
) -> Reply:
    arrived = monotonic()
    id = service.desk.next_decision()
    line = received(service.peers.domain, envelope.helo, session.host, session.tls, id, service.unix())
    content = relayed(head, count=False, received=line)
    ended = await carry(service.outward, hops, envelope.sender, envelope.recipients, content, service.patience)
    reply = _reply(list(ended.values()))
    hop = next(iter(ended.values())).hop
    if reply.code == 250 and pdu.kind is not pdu.kind.response:
        _await(service, session, pdu, hop, id)
    _record(service, session, pdu, passed, id, hop, reply, arrived)
    return _ended(service, session, pdu, outcome if reply.code == 250 else "not passed", reply)


def _reply(ended: list[Ended]) -> Reply:
    """One for all recipients. A report that the far side may have comes again: it says nothing new."""
    for one in ended:
        if one.sent in (Sent.LATER, Sent.UNKNOWN):
            return Reply(451, "4.4.1", "next hop is not to be had")
    if any(one.sent is Sent.TAKEN for one in ended):
        return DONE
    return ended[0].reply if ended[0].reply.code >= 500 else Reply(550, "5.0.0", "refused by the next hop")


def _await(service: "Service", session: Session, pdu: Pdu, hop: str, id: str) -> None:
    """Its response will come from where it went."""
    transaction = bare_id(pdu.transaction_id)
    passed = Passed(b"", service.unix(), "", transaction, bare_id(pdu.message_id), "", session.peer.name, hop, id, "")
    service.passages.awaits(passed, pdu.kind.response, transaction)


def _record(
    service: "Service",
    session: Session,
    pdu: Pdu,
    passed: Passed | None,
    id: str,
    hop: str,
    reply: Reply,
    arrived: float,
) -> None:
    """As receipts of SMPP are: a line of the audit that `trace` shows beside the message."""
    desk, now = service.desk, monotonic()
    detail, state = _said(pdu)
    if passed is not None and passed.outbound and state and reply.code == 250:
        desk.note_receipt(subject_key(passed.source), state, "", now)
    desk.record(
        Decision(
            id,
            desk.unix_time(now),
            channel="mm4",
            direction="dlr",
            account=passed.account if passed is not None else "",
            session=f"{session.peer.name}/{bare_id(pdu.transaction_id)}",
            source=_party(pdu.source),
            destination=_party(pdu.to[0] if pdu.to else None),
            detail=detail,
            conf=desk.conf.version,
            carrier=hop,
            message_id=bare_id(pdu.message_id) or (passed.message if passed is not None else ""),
            status=0 if reply.code == 250 else int(Status.ESME_RSYSERR),
            latency=now - arrived,
            reference=bare_id(pdu.transaction_id),
        )
    )


def _party(address: Address | None) -> str:
    return address.party if address is not None else ""


def _said(pdu: Pdu) -> tuple[str, str]:
    """What it reports, for people and for the windows."""
    if isinstance(pdu, DeliveryReport):
        status = pdu.status
        return (status.value, STATES.get(status, "")) if status is not None else ("delivery report", "")
    if isinstance(pdu, ReadReport):
        return (pdu.status.value if pdu.status is not None else "read reply"), ""
    if isinstance(pdu, Response):
        return f"{pdu.kind.value} {pdu.status.value if pdu.status is not None else '?'}", ""
    return pdu.kind.value, ""


_KINDS = {
    Kind.FORWARD_RES: "forward-response",
    Kind.DELIVERY_REPORT_REQ: "delivery-report",
    Kind.DELIVERY_REPORT_RES: "delivery-report-response",
    Kind.READ_REPLY_REPORT_REQ: "read-reply",
    Kind.READ_REPLY_REPORT_RES: "read-reply-response",
}


def _ended(service: "Service", session: Session, pdu: Pdu, outcome: str, reply: Reply) -> Reply:
    service.reports.add((session.peer.name, _KINDS[pdu.kind], outcome))
    return reply
