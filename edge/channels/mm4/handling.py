"""One MM4_forward.REQ: each recipient judged, and each verdict enforced.

Nothing goes out before all are judged and what they lay down is on disk; a 2xx follows only when everybody who is to
have the message has it, or the disk has it for them. What is to be tried again is in nobody's hands but the peer's.
"""

from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.channels.mm4.codec.answers import answered_at, wants_answer
from edge.channels.mm4.codec.fields import bare_id
from edge.channels.mm4.codec.header import Head
from edge.channels.mm4.codec.pdu import Forward
from edge.channels.mm4.codec.relay import guard
from edge.channels.mm4.codec.status import REFUSALS
from edge.channels.mm4.codec.transactions import Seen, transaction
from edge.channels.mm4.ending import close, conclude
from edge.channels.mm4.enforcing import enforce
from edge.channels.mm4.evidence import seal_off
from edge.channels.mm4.intake import body_of, home_of, identity_of, source_of, submission_of
from edge.channels.mm4.item import Fate, Item
from edge.channels.mm4.lines import BUSY, LOCAL, UNDER_WAY, reply_of
from edge.channels.mm4.parties import OUTSIDE_HOME, party_of, path
from edge.channels.mm4.service import Judged, digest_of, on_disk
from edge.channels.mm4.smtp.seam import Envelope, Reply, Session
from edge.channels.records import fill_verdict, open_decision
from edge.core.account import Account
from edge.core.clause import Clause
from edge.core.decision import Decision
from edge.core.evidence import is_evidence
from edge.core.facts import Fact
from edge.core.media import Busy, Media
from edge.core.submission import Direction, Party, Submission
from edge.core.verdict import Action, Hit, Reason, Verdict

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service

NOBODYS = Verdict(
    Action.REJECT, Hit("", Clause.CARRIAGE, Action.REJECT, Reason.DESTINATION, "no account has this number")
)
TEXT_REMEMBERED = 20_000  # characters; of more, the verdict is not remembered
STALE = 5.0  # seconds after which a remembered verdict is not acted on before the standing rules were asked again


class Transaction:
    """A message and its recipients, on its way through us. `repeated` are the replies that recipients had before."""

    __slots__ = ("_digest", "arrived", "envelope", "forward", "head", "items", "repeated", "session")

    def __init__(self, session: Session, envelope: Envelope, head: Head, forward: Forward, arrived: float) -> None:
        self.session = session
        self.envelope = envelope
        self.head = head
        self.forward = forward
        self.arrived = arrived
        self._digest = b""
        self.items: list[Item] = []
        self.repeated: list[str] = []

    @property
    def digest(self) -> bytes:
        """Of the message; few are ever asked for it."""
        self._digest = self._digest or digest_of(self.envelope.content)
        return self._digest

    @property
    def ack(self) -> bool:
        """Whether the peer asked for a response."""
        return wants_answer(self.forward)

    @property
    def answer(self) -> str:
        """Where the answers to it go, as far as it says."""
        named = answered_at(self.forward)
        return named.text if named is not None else ""


async def forward_message(
    service: "Service", session: Session, envelope: Envelope, head: Head, forward: Forward
) -> Reply:
    """Raises Looping."""
    guard(head, service.peers.domain.encode("ascii", "replace"))
    work = Transaction(session, envelope, head, forward, monotonic())
    try:
        trouble = _claim(service, work)
        if trouble is None and work.items:
            trouble = await _decide(service, work)
        if trouble is not None:
            return trouble
        if work.items:
            await enforce(service, work)
            remember(service, work)
        return await conclude(service, work)
    finally:
        for item in work.items:
            if item.fate is not Fate.OPEN:  # closed long since, but where all this took too long and was cut off
                close(service, work, item)
            service.passages.transactions.release(item.key)  # of what is settled this is nothing
            service.work.discard(item)


def _claim(service: "Service", work: Transaction) -> Reply | None:
    """Which recipients are new; the replies of those that are not."""
    peer, forward = work.session.peer.name, work.forward
    transactions, now = service.passages.transactions, work.arrived
    account, home = _sender(service, work)
    seen: set[bytes] = set()
    for to in dict.fromkeys(work.envelope.recipients):
        address = path(to)
        key = transaction(peer, forward, address)
        if key in seen:
            continue
        seen.add(key)
        claim = transactions.claim(key, now)
        if claim.seen is Seen.DONE:
            work.repeated.append(claim.outcome or "")
            service.messages.add((peer, Fate.REPEATED.value))
        elif claim.seen is Seen.NEW:
            item = Item(to, address, party_of(service.desk, address, home), key, now)
            item.origin, item.account = peer, account
            item.direction = Direction.MT if account is not None else Direction.MO
            work.items.append(item)
            service.work.add(item)
        else:
            service.messages.add((peer, "open"))
            return UNDER_WAY if claim.seen is Seen.OPEN else BUSY
    return None


def _sender(service: "Service", work: Transaction) -> tuple[Account | None, int]:
    """The account whose message it is, None for a subscriber's to one of ours; and how its numbers are read."""
    peers, peer = service.peers, work.session.peer
    accounts = peers.accounts(peer.name)
    home = home_of(accounts[0]) if accounts else OUTSIDE_HOME
    source = party_of(service.desk, source_of(work.forward, work.envelope.sender), home)
    account = peers.sender_of(peer.name, source.key)
    if account is None and not peers.brings_inbound(peer):
        account = accounts[0]  # whose number it is not: the rules say so
    return account, home_of(account)


def _whole(service: "Service", work: Transaction) -> Reply | None:
    """The reply to all of it, where one recipient decides that: too many, too fast, or a fault of ours."""
    for item in work.items:
        hit = item.verdict.hit if item.verdict is not None else None
        reason = hit.reason if hit is not None else Reason.NONE
        if reason is Reason.RECIPIENTS:
            return _refused(service, work, REFUSALS[reason][0])
        throttled = item.verdict is not None and item.verdict.action is Action.THROTTLE
        if throttled or reason is Reason.INTERNAL:
            return _not_now(service, work, REFUSALS[Reason.PACING if throttled else reason][0])
    return None


def _refused(service: "Service", work: Transaction, line: str) -> Reply:
    """All recipients, by one word."""
    for item in work.items:
        item.fate, item.reply = Fate.REFUSED, line
        close(service, work, item)
    return reply_of(line)


def _not_now(service: "Service", work: Transaction, line: str) -> Reply:
    """Nobody has it: the peer brings it again, and what was judged is not judged again."""
    remember(service, work)
    for item in work.items:
        item.fate, item.reply = Fate.THROTTLED, line
        close(service, work, item)
    return reply_of(line)


# -- judging ---------------------------------------------------------------------------------------


async def _decide(service: "Service", work: Transaction) -> Reply | None:
    """A verdict for every recipient, and what they lay down on disk; or the reply where that cannot be now."""
    subscriber = party_of(service.desk, source_of(work.forward, work.envelope.sender), OUTSIDE_HOME)
    for item in work.items:
        _addressee(service, item, subscriber)
        _recall(service, work, item)
    facts: list[Fact] = []
    media: Media | None = None
    if not all(item.remembered for item in work.items):
        try:
            media = await service.examiner.examine(work.envelope.content)
        except Busy:
            service.metrics.caps.add(("mm4-media",))
            service.messages.add((work.session.peer.name, "busy"))
            return BUSY
        facts = _judge(service, work, media)
    sealed = await seal_off(service, work, media)
    if facts and not await on_disk(lambda done: service.desk.lay_down(facts, done)):
        return _not_now(service, work, str(LOCAL))
    return _whole(service, work) if sealed else _not_now(service, work, str(LOCAL))


def _recall(service: "Service", work: Transaction, item: Item) -> None:
    """The verdict on the same message when it came before, and was not taken. Somebody may have opted out since."""
    known = service.judged.pop(item.key)
    if known is None or known.digest != work.digest:
        return
    decision, verdict, now = replace(known.decision), known.verdict, monotonic()
    fresh: Verdict | None = None
    if now - known.at > STALE and verdict.action.passes:
        fresh = service.desk.recheck(known.submission, now)
        if is_evidence(fresh):
            return  # on a list since then: judged anew, with all that follows
    item.decision, item.verdict, item.remembered = decision, verdict, True
    decision.duplicate = decision.outcome == "unknown"
    decision.outcome = "answered"
    item.submission = known.submission
    if fresh is not None and not fresh.action.passes:
        item.verdict = replace(fresh, facts=())
        fill_verdict(service.desk, decision, fresh, decision.account)


def remember(service: "Service", work: Transaction) -> None:
    """What is not taken now is not judged, and not counted, again when it comes again."""
    for item in work.items:
        if item.verdict is None or item.decision is None or item.submission is None or item.reply[:1] in ("2", "5"):
            continue
        submission = item.submission
        if item.verdict.action is Action.THROTTLE or len(submission.body.text) > TEXT_REMEMBERED:
            continue
        verdict = replace(item.verdict, facts=()) if item.verdict.facts else item.verdict
        media = replace(submission.media, texts=()) if submission.media is not None else None  # they are in the body
        slim = replace(submission, body=replace(submission.body, octets=b"\0"), media=media)
        service.judged.put(item.key, Judged(work.digest, verdict, item.decision, slim, monotonic()))


def _judge(service: "Service", work: Transaction, media: Media) -> list[Fact]:
    """Ask the rules about each recipient; returns the facts. Too many recipients are asked about once."""
    desk, forward, peer = service.desk, work.forward, work.session.peer
    body = body_of(work.head, media)
    count = len(work.items) + len(work.repeated)
    source_address = source_of(forward, work.envelope.sender)
    facts: list[Fact] = []
    for item in work.items:
        if item.remembered:
            continue
        home = home_of(item.account) if item.direction is Direction.MT else OUTSIDE_HOME
        source = party_of(desk, source_address, home)
        identity = identity_of(desk, forward, work.envelope.sender, home)
        submission = submission_of(
            item.account, item.direction, peer.name, source, item.party, body, count, forward, identity, media
        )
        now = monotonic()
        item.submission = submission
        nobodys = item.direction is Direction.MO and item.account is None
        verdict = item.verdict = NOBODYS if nobodys else desk.judge(submission, now)
        item.decision = _record(service, work, item, submission, verdict, now)
        facts += verdict.facts
        facts += _heard(service, submission, now)
    return facts


def _addressee(service: "Service", item: Item, subscriber: Party) -> None:
    """Where it goes, and of a message of a `subscriber`: to whom of ours."""
    peers = service.peers
    if item.direction is Direction.MO:
        item.account = peers.addressee(item.party, subscriber, service.shared, monotonic())
        item.hops = peers.hops_in(item.account) if item.account is not None else ()
        return
    item.hops = peers.hops_out(item.address)
    if not item.hops:
        owner = peers.owner_of(item.party.key)
        item.hops = peers.hops_in(owner) if owner is not None else ()


def _heard(service: "Service", submission: Submission, now: float) -> list[Fact]:
    """What it says to an account of ours whose number it is for: a STOP from one customer's user counts at another's.

    Heard here where it is delivered straight, and again where it comes home by an upstream: the later word is the same.
    """
    if submission.direction is not Direction.MT:
        return []
    owners = service.desk.conf.inventory.owners(submission.destination.key)
    owner = next((one for one in owners if one is not submission.account), None)
    if owner is None or len(owners) > 1:
        return []
    inward = replace(submission, direction=Direction.MO, account=owner, end_user="", identity=None)
    return list(service.desk.judge(inward, now).facts)


def _record(
    service: "Service", work: Transaction, item: Item, submission: Submission, verdict: Verdict, now: float
) -> Decision:
    name = f"{work.session.peer.name}/{bare_id(work.forward.transaction_id)}"
    decision = open_decision(service.desk, submission, verdict, item.account, name, 0, now)
    decision.message_id, decision.reference = bare_id(work.forward.message_id), bare_id(work.forward.transaction_id)
    if is_evidence(verdict):
        decision.features = None  # nothing of it is used for anything
    return decision
