"""The verdicts of one message enforced, in an order that a crash cannot make wrong: hold, drop, refuse, hand on, spool.

What is held, and what tells of a refusal, is on disk before the first octet goes out; a part whose next hop has nothing
of it is put on disk only where another part was taken, so that nobody gets the message twice.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.channels.mm4.answering import tell_refused
from edge.channels.mm4.codec.fields import RequestStatus
from edge.channels.mm4.codec.status import refusal
from edge.channels.mm4.emergency import bounce
from edge.channels.mm4.ending import close
from edge.channels.mm4.holding import hold, unhold
from edge.channels.mm4.intake import source_of
from edge.channels.mm4.item import Fate, Item
from edge.channels.mm4.lines import ACCEPTED, LOCAL, NEXT_HOP_DOWN, NEXT_HOP_SILENT, NO_ROUTE
from edge.channels.mm4.onward import Ended, carry
from edge.channels.mm4.outgoing import outgoing
from edge.channels.mm4.service import on_disk, pending
from edge.channels.mm4.smtp.seam import Reply, Sent
from edge.core.conf import Mm4Peer
from edge.core.mms import Parcel, What
from edge.core.verdict import Action

if TYPE_CHECKING:
    from edge.channels.mm4.handling import Transaction
    from edge.channels.mm4.service import Service


async def enforce(service: "Service", work: "Transaction") -> None:
    """Every item has a fate and a reply at the end."""
    passing: list[Item] = []
    for item in work.items:
        _route(service, item)
        assert item.verdict is not None
        if item.verdict.action.passes and not item.reply:
            passing.append(item)
    if not await _hold_and_drop(service, work):
        return
    _refuse(service, work)
    if not await _tell(service, work):
        return
    await _hand_on(service, work, passing)
    await _spool(service, work, [item for item in passing if item.fate is Fate.LATER])


def _route(service: "Service", item: Item) -> None:
    """The peer that a reroute names; what cannot go there is looked at here."""
    verdict = item.verdict
    assert verdict is not None
    if verdict.action is Action.REROUTE and verdict.hit is not None:
        peer = service.peers.by_name.get(verdict.hit.carrier)
        if peer is None:
            item.verdict = replace(verdict, action=Action.QUARANTINE)
        else:
            item.hops = (peer,)
    if item.verdict is not None and item.verdict.action.passes and not item.hops:
        item.fate, item.reply, item.status = Fate.REFUSED, str(NO_ROUTE), RequestStatus.ADDRESS_UNRESOLVED


async def _hold_and_drop(service: "Service", work: "Transaction") -> bool:
    """To quarantine, and silently nowhere: both once they are on disk. False: all of it again later."""
    for item in work.items:
        assert item.verdict is not None
        assert item.decision is not None
        if item.verdict.action is Action.QUARANTINE:
            if not await hold(service, work, item):
                await unhold(service, work)
                _all_later(work, str(LOCAL))
                return False
            item.fate, item.reply = Fate.HELD, ACCEPTED
        elif item.verdict.action is Action.DROP and item.account is not None and item.account.drop:
            decision = item.decision
            if not await on_disk(lambda done, it=decision: service.desk.record_durably(it, done)):  # type: ignore[misc]
                await unhold(service, work)
                _all_later(work, str(LOCAL))
                return False
            item.fate, item.reply, item.recorded = Fate.DROPPED, ACCEPTED, True
    return True


def _all_later(work: "Transaction", line: str) -> None:
    for item in work.items:
        item.fate, item.reply, item.status = Fate.LATER, line, None


def _refuse(service: "Service", work: "Transaction") -> None:
    """What goes no further, and how that is told if it is told alone."""
    for item in work.items:
        verdict = item.verdict
        assert verdict is not None
        if item.reply or verdict.action.passes:
            continue
        said = refusal(verdict, work.ack)
        item.fate, item.reply, item.status = Fate.REFUSED, said.reply, said.status
        if verdict.action is Action.BOUNCE and item.account is not None and item.submission is not None:
            sender = source_of(work.forward, work.envelope.sender)
            bounce(service, work.session.peer, item.account, item.submission, verdict, sender)


async def _tell(service: "Service", work: "Transaction") -> bool:
    """One response for each status; and one Ok where something is held, since no far MMSC will say it now."""
    if not work.ack:
        return True
    if any(item.fate is not Fate.REFUSED for item in work.items):
        for item in work.items:  # what is told in SMTP alone cannot be, where others have the message
            if item.fate is Fate.REFUSED and item.status is None:
                item.status = RequestStatus.SERVICE_DENIED
    statuses = [item.status for item in work.items if isinstance(item.status, RequestStatus)]
    if any(item.fate in (Fate.HELD, Fate.DROPPED) for item in work.items):
        statuses.append(RequestStatus.OK)
    for status in dict.fromkeys(statuses):
        if not await tell_refused(service, work.session.peer, work.forward, status):
            await unhold(service, work)
            _all_later(work, str(LOCAL))
            return False
    for item in work.items:
        if item.status is not None:
            item.reply = ACCEPTED
    return True


# -- onward ----------------------------------------------------------------------------------------


async def _hand_on(service: "Service", work: "Transaction", passing: Sequence[Item]) -> None:
    """One transaction for each route, all at once."""
    if not passing:
        return
    content = outgoing(service, work)
    routes: dict[tuple[Mm4Peer, ...], list[Item]] = {}
    for item in passing:
        routes.setdefault(item.hops, []).append(item)
    await asyncio.gather(*(_along(service, work, hops, items, content) for hops, items in routes.items()))
    await _tell_undeliverable(service, work, passing)


async def _along(
    service: "Service", work: "Transaction", hops: Sequence[Mm4Peer], items: Sequence[Item], content: bytes
) -> None:
    """One route. What is settled is settled, even if the others take too long."""
    left = service.patience - (monotonic() - work.arrived)
    addresses = [item.to for item in items]
    ended = await carry(service.outward, hops, work.envelope.sender, addresses, content, left)
    for item in items:
        _settle(service, item, ended[item.to])
        if item.fate is Fate.RELAYED:  # at once: its response may be here before the others are done
            close(service, work, item)


def _settle(service: "Service", item: Item, ended: Ended) -> None:
    decision, now = item.decision, monotonic()
    assert decision is not None
    item.hop = decision.carrier = ended.hop
    if ended.sent is Sent.TAKEN:
        item.fate, item.reply = Fate.RELAYED, ACCEPTED
        submission = item.submission
        if submission is not None and submission.account is not None and service.desk.conf.inventory.any_shared:
            service.shared.wrote(submission.source.key, submission.destination.key, submission.account.name, now)
        return
    decision.detail = f"{ended.hop or 'no next hop'}: {ended.reply}"[:300]
    if ended.sent is Sent.REFUSED:
        item.fate, item.reply = Fate.UNDELIVERABLE, str(_permanent(ended.reply))
    elif ended.sent is Sent.LATER:
        item.fate, item.reply = Fate.LATER, NEXT_HOP_DOWN
    else:
        decision.outcome = "unknown"
        item.fate, item.reply = Fate.UNKNOWN, NEXT_HOP_SILENT


def _permanent(reply: Reply) -> Reply:
    """The next hop's own words go back to the peer."""
    return reply if 500 <= reply.code < 600 else Reply(550, "5.0.0", "refused by the next hop")


async def _tell_undeliverable(service: "Service", work: "Transaction", passing: Sequence[Item]) -> None:
    """What a next hop refused is told by response where others have the message, as SMTP has only one reply for all."""
    failed = [item for item in passing if item.fate is Fate.UNDELIVERABLE]
    if not failed or not work.ack or not any(item.fate.taken or item.reply == ACCEPTED for item in work.items):
        return
    for status in {_meaning(item.reply) for item in failed}:
        if not await tell_refused(service, work.session.peer, work.forward, status):
            service.metrics.caps.add(("mm4-response-lost",))


def _meaning(line: str) -> RequestStatus:
    return RequestStatus.ADDRESS_UNRESOLVED if " 5.1." in line[:10] else RequestStatus.UNSPECIFIED


async def _spool(service: "Service", work: "Transaction", later: Sequence[Item]) -> None:
    """A part whose next hop has nothing of it, where others were taken: on disk, and tried again from there."""
    if not later or not any(item.fate.taken for item in work.items):
        return
    content = outgoing(service, work)
    now = service.unix()
    routes: dict[tuple[Mm4Peer, ...], list[Item]] = {}
    for item in later:
        routes.setdefault(item.hops, []).append(item)
    for hops, items in routes.items():
        decisions = tuple(pending(item.decision) for item in items if item.decision is not None)
        parcel = Parcel(
            service.next_id(),
            What.MESSAGE,
            tuple(peer.name for peer in hops),
            work.envelope.sender,
            tuple(item.to for item in items),
            content,
            now,
            now + service.mm4.retry,
            work.session.peer.name,
            decisions,
        )
        if await service.spool.keep(parcel):
            for item in items:
                item.fate, item.reply = Fate.SPOOLED, ACCEPTED
