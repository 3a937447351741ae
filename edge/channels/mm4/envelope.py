"""MAIL and RCPT: what can be told before the message comes (policy.md B.3)."""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.mm4.codec.address import Address, AddressKind
from edge.channels.mm4.codec.status import REFUSALS
from edge.channels.mm4.emergency import bounce
from edge.channels.mm4.intake import bare, home_of
from edge.channels.mm4.lines import (
    BAD_ORIGINATOR,
    BAD_RECIPIENT,
    NO_RECIPIENT,
    NO_ROUTE,
    NOT_REACHABLE,
    NOT_YOURS,
    STOPPING,
    TOO_BIG,
    reply_of,
)
from edge.channels.mm4.parties import OUTSIDE_HOME, is_subscriber, party_of, path
from edge.channels.mm4.smtp.seam import Reply, Session
from edge.channels.notices import Notices
from edge.channels.pledges import once_durable
from edge.channels.records import close_decision, open_decision
from edge.channels.status import customer_status
from edge.core.account import Account
from edge.core.submission import Direction, Party, PartyKind, Submission
from edge.core.verdict import Action, Reason, Verdict

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service

NOTICES = Notices("smsedge.mm4")
SMPP_34 = 0x34  # refusals are recorded with the code that a 3.4 bind would get
LATER = frozenset({Reason.SUSPENDED, Reason.BLOCKED})
ODD = frozenset({AddressKind.ODD, AddressKind.IP, AddressKind.NAME})


def check_sender(service: "Service", session: Session, text: str, size: int) -> Reply | None:
    """MAIL FROM. A system address, or none, brings reports and responses; a number must be its peer's to send from."""
    if service.stopping:
        return STOPPING
    if size > service.mm4.max_size:
        return _said(service, session, "mail", TOO_BIG)
    address = path(text)
    if address.kind in ODD:
        return _said(service, session, "mail", BAD_ORIGINATOR)
    if not is_subscriber(address):
        return None
    peer = session.peer
    accounts = service.peers.accounts(peer.name)
    party = party_of(service.desk, address, home_of(accounts[0]) if accounts else OUTSIDE_HOME)
    if party.kind is PartyKind.INVALID:
        return _said(service, session, "mail", BAD_ORIGINATOR)
    account = service.peers.sender_of(peer.name, party.key)
    if account is None and service.peers.brings_inbound(peer):
        return None  # a subscriber's: whom it is for says the recipient
    account = account or accounts[0]
    submission = bare(service.desk, account, Direction.MT, peer.name, address, None)
    now = monotonic()
    verdict = service.desk.screen(submission, now)
    # What is held or slowed down is told when the message is there. Who is suspended or blocked is told at RCPT: a
    # message to an emergency number is bounced and answered all the same, and 988 is reached (policy.md A.9).
    if not _stands(verdict) or _reason(verdict) in LATER:
        return None
    return _said(service, session, "mail", _refused(service, session, submission, account, now))


def _stands(verdict: Verdict) -> bool:
    """Whether the envelope is refused for it."""
    return not verdict.action.passes and verdict.action not in (Action.QUARANTINE, Action.THROTTLE)


def _reason(verdict: Verdict) -> Reason:
    return verdict.hit.reason if verdict.hit is not None else Reason.NONE


def _refused(service: "Service", session: Session, submission: Submission, account: Account, now: float) -> Reply:
    """On record, and with what follows from it: a spoof at MAIL counts as one after DATA."""
    verdict = service.desk.judge(submission, now)
    decision = open_decision(service.desk, submission, verdict, account, f"{session.peer.name}/", 0, now)
    _lay_down(service, session, verdict)
    status = customer_status(verdict, account, SMPP_34)
    close_decision(service.desk, decision, status, now, monotonic())
    return reply_of(REFUSALS[_reason(verdict)][0] if not verdict.action.passes else REFUSALS[Reason.SENDER][0])


def _lay_down(service: "Service", session: Session, verdict: Verdict) -> None:
    """What it lays down holds already; on the envelope no answer can wait for the disk."""

    def done(error: BaseException | None) -> None:
        if error is not None:
            NOTICES.say("facts", session.peer.name, "what a refused sender lays down is not on disk yet")

    once_durable(service.desk, verdict.facts, done)


def check_recipient(service: "Service", session: Session, sender: str, text: str) -> Reply | None:
    """RCPT TO. What it is for is not known yet: systems get responses and reports, subscribers messages and reports."""
    address = path(text)
    if address.kind in (AddressKind.ODD, AddressKind.NONE):
        return _said(service, session, "rcpt", BAD_RECIPIENT)
    if not is_subscriber(address):
        return None if _is_system(service, address) else _said(service, session, "rcpt", NO_RECIPIENT)
    from_whom = path(sender)
    peers, peer = service.peers, session.peer
    account = _account(service, session, from_whom)
    if account is None and not peers.brings_inbound(peer):
        account = peers.accounts(peer.name)[0]
    home = home_of(account)
    party = party_of(service.desk, address, home)
    # Emergency first, on the digits as they were dialled (policy.md 0.1).
    if account is not None and is_subscriber(from_whom):
        reply = _emergency(service, session, account, from_whom, address)
        if reply is not None:
            return reply
        reply = _barred(service, session, account, from_whom, address)
        if reply is not None:
            return reply
    if party.kind is PartyKind.INVALID:
        return _said(service, session, "rcpt", NO_RECIPIENT)
    return _routed(service, session, account, from_whom, party, address)


def _account(service: "Service", session: Session, sender: Address) -> Account | None:
    """Whose message it is, as far as the envelope tells."""
    if not is_subscriber(sender):
        return None
    accounts = service.peers.accounts(session.peer.name)
    party = party_of(service.desk, sender, home_of(accounts[0]) if accounts else OUTSIDE_HOME)
    return service.peers.sender_of(session.peer.name, party.key)


def _routed(
    service: "Service", session: Session, account: Account | None, sender: Address, party: Party, address: Address
) -> Reply | None:
    peers = service.peers
    if account is not None:
        if peers.hops_out(address) or peers.owner_of(party.key) is not None:
            return None
        return _said(service, session, "rcpt", NO_ROUTE)
    subscriber = party_of(service.desk, sender, OUTSIDE_HOME)
    owner = peers.addressee(party, subscriber, service.shared, monotonic())
    if owner is None:  # we carry for our customers, not between strangers
        return _said(service, session, "rcpt", NOT_YOURS if peers.at(address.domain) else NO_RECIPIENT)
    return None if peers.hops_in(owner) else _said(service, session, "rcpt", NO_ROUTE)


def _barred(service: "Service", session: Session, account: Account, sender: Address, address: Address) -> Reply | None:
    """A sender that is suspended or blocked, to whoever it may not write to."""
    submission = bare(service.desk, account, Direction.MT, session.peer.name, sender, address)
    now = monotonic()
    verdict = service.desk.screen(submission, now)
    if not _stands(verdict) or _reason(verdict) not in LATER:
        return None
    return _said(service, session, "rcpt", _refused(service, session, submission, account, now))


def _emergency(
    service: "Service", session: Session, account: Account, sender: Address, address: Address
) -> Reply | None:
    """A text to an emergency number: on record, bounced, and answered."""
    desk = service.desk
    submission = bare(desk, account, Direction.MT, session.peer.name, sender, address)
    now = monotonic()
    first = desk.recheck(submission, now)
    if first.action is not Action.BOUNCE and _reason(first) is not Reason.EMERGENCY:
        return None
    verdict = desk.judge(submission, now)
    decision = open_decision(desk, submission, verdict, account, f"{session.peer.name}/", 0, now)
    close_decision(desk, decision, customer_status(verdict, account, SMPP_34), now, monotonic())
    if verdict.action is Action.BOUNCE:
        bounce(service, session.peer, account, submission, verdict, sender)
    return _said(service, session, "rcpt", NOT_REACHABLE)


def _is_system(service: "Service", address: Address) -> bool:
    """Whether an address may be one of a system: ours, a peer's, or one that asked for answers lately."""
    peers = service.peers
    return address.domain == peers.domain or bool(peers.system(address)) or service.passages.knows(address.text)


def _said(service: "Service", session: Session, stage: str, reply: Reply) -> Reply:
    service.envelopes.add((session.peer.name, stage, f"{reply.code} {reply.status}"))
    return reply
