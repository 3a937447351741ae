"""What becomes of one held message: judged once, and its verdict enforced.

Every function here may be called again for the same message: what an order did not settle is taken up where it stood.
It returns seconds to wait before that, or None when the message is settled. Raises nothing on purpose.
"""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.channels.asterisk.crossing import cross
from edge.channels.asterisk.ending import RETRY, UNKNOWN_TRIES, close, discarded, refuse
from edge.channels.asterisk.intake import call_id, from_user, heard_by, number_of, outbound, oversize, released_to
from edge.channels.asterisk.item import Item
from edge.channels.asterisk.keeping import cleared, hold
from edge.channels.asterisk.orders import Lost, NotDone
from edge.channels.pledges import once_durable
from edge.channels.records import fill_verdict, open_decision
from edge.core.clause import Clause
from edge.core.decision import Decision
from edge.core.facts import Fact
from edge.core.submission import Submission
from edge.core.verdict import ALLOWED, Action, Hit, Reason, Verdict
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.asterisk.gateway import Gateway

STALE = 5.0  # seconds after which a verdict is not acted on before the standing rules were asked again
THROTTLE_FIRST, THROTTLE_MOST = 2.0, 30.0  # seconds between two attempts of a throttled message
NOT_DONE_MOST = 5.0  # seconds before an order is given again that Asterisk did not take
CARRIER_FIRST, CARRIER_MOST = 1.0, 30.0  # and of one that no carrier takes

TOO_LONG = Hit(
    "", Clause.CARRIAGE, Action.REJECT, Reason.CONTENT, "no text, or more than the 1,023 octets that Asterisk carries"
)
UNKNOWN_ENDPOINT = Hit("", Clause.CARRIAGE, Action.REJECT, Reason.SENDER, "no account has this endpoint")


async def handle(gateway: "Gateway", item: Item) -> float | None:
    """One attempt at a message."""
    try:
        if not item.row and not await cleared(gateway, item):
            return None
        if not item.crossing:  # else it is in our hands, whatever the conf says now
            found = gateway.service.owner(gateway.conf.name, item.record.endpoint)
            if found is None:
                return await _nobodys(gateway, item)
            item.account, item.endpoint = found
        if not await _judge(gateway, item):
            return RETRY
        return await _enforce(gateway, item)
    except NotDone:
        return min(NOT_DONE_MOST, RETRY * 1.5 ** min(item.tries, 10))
    except Lost:
        item.lost = True
        return RETRY


async def _nobodys(gateway: "Gateway", item: Item) -> float | None:
    """From an endpoint that no account has: most likely the conf is behind, so it is held for a while."""
    if monotonic() - item.arrived < gateway.conf.hold:
        return _pause(item, CARRIER_FIRST, CARRIER_MOST)
    if item.decision is None:
        desk = gateway.service.desk
        item.decision = Decision(
            desk.next_decision(), desk.unix_time(monotonic()), "sip", end_user=item.record.endpoint
        )
        item.decision.session = f"{gateway.conf.name}/{item.sid}"
        item.decision.reference = call_id(item.record)
        item.decision.conf = desk.conf.version
        item.verdict = Verdict(Action.REJECT, UNKNOWN_ENDPOINT)
        fill_verdict(desk, item.decision, item.verdict, "")
    return await refuse(gateway, item)


# -- judging ---------------------------------------------------------------------------------------


async def _judge(gateway: "Gateway", item: Item) -> bool:
    """See that there is a verdict to act on; False where what it lays down could not be written."""
    now = monotonic()
    if item.verdict is not None and item.verdict.action is not Action.THROTTLE:
        _look_again(gateway, item, now)
        return True
    assert item.account is not None
    assert item.endpoint is not None
    desk = gateway.service.desk
    submission = item.submission or outbound(desk, item.account, item.endpoint, item.record)
    item.submission, item.judged = submission, now
    verdict = Verdict(Action.REJECT, TOO_LONG) if oversize(item.record) else desk.judge(submission, now)
    facts = (*verdict.facts, *_heard(gateway, submission, now))
    if item.decision is None or verdict.action is not Action.THROTTLE:
        _record(gateway, item, submission, verdict, now)
    if facts and not await _durable(gateway, facts):
        return False
    item.verdict = verdict if verdict is ALLOWED else replace(verdict, facts=())
    return True


def _record(gateway: "Gateway", item: Item, submission: Submission, verdict: Verdict, now: float) -> None:
    """One decision for all attempts: a throttled one that passes later has the record of that."""
    before = item.decision
    session = f"{gateway.conf.name}/{item.sid}"
    decision = open_decision(gateway.service.desk, submission, verdict, item.account, session, 0, now)
    if before is not None:
        decision.id, decision.at = before.id, before.at
    decision.message_id = item.sid
    decision.reference = call_id(item.record)
    item.decision = decision


def _look_again(gateway: "Gateway", item: Item, now: float) -> None:
    """An old verdict: somebody may have opted out meanwhile. (The limits were paid for, and are not asked again.)"""
    verdict, submission = item.verdict, item.submission
    if now - item.judged < STALE or verdict is None or not verdict.action.passes or submission is None or item.row:
        return
    item.judged = now
    fresh = gateway.service.desk.recheck(submission, now)
    if not fresh.action.passes and item.decision is not None:
        item.verdict = replace(fresh, facts=())
        fill_verdict(gateway.service.desk, item.decision, fresh, item.decision.account)


def _heard(gateway: "Gateway", submission: Submission, now: float) -> tuple[Fact, ...]:
    """What it says to an account of ours whose number it is for: a STOP from a SIP user counts at once."""
    desk = gateway.service.desk
    owners = desk.conf.inventory.owners(submission.destination.key)
    owner = next((owner for owner in owners if owner is not submission.account), None)
    if owner is None or len(owners) > 1:
        return ()
    return desk.judge(heard_by(submission, owner), now).facts


async def _durable(gateway: "Gateway", facts: tuple[Fact, ...]) -> bool:
    """Whether what a message laid down is on disk. What is not, is not acted on: the message comes again."""
    told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    once_durable(gateway.service.desk, facts, lambda error: None if told.done() else told.set_result(error is None))
    return await told


# -- enforcing -------------------------------------------------------------------------------------


async def _enforce(gateway: "Gateway", item: Item) -> float | None:
    verdict = item.verdict
    assert verdict is not None
    assert item.account is not None
    if verdict.action.passes:
        return await _send(gateway, item, verdict)
    if verdict.action is Action.QUARANTINE:
        return await hold(gateway, item)
    if verdict.action is Action.THROTTLE and monotonic() - item.arrived < gateway.conf.patience:
        return _pause(item, THROTTLE_FIRST, THROTTLE_MOST)
    if verdict.action is Action.DROP and item.account.drop:
        return await _drop(gateway, item)
    return await refuse(gateway, item)


def _pause(item: Item, first: float, most: float) -> float:
    return min(most, first * 1.5 ** min(item.tries, 20))


async def _drop(gateway: "Gateway", item: Item) -> float | None:
    """Silent: out of the spool once the record is on disk."""
    decision = item.decision
    assert decision is not None
    told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    gateway.service.desk.record_durably(decision, lambda error: None if told.done() else told.set_result(error is None))
    if not await told:
        return RETRY
    return await discarded(gateway, item, "dropped", 0)


async def _send(gateway: "Gateway", item: Item, verdict: Verdict) -> float | None:
    """To the first carrier or trunk of its route that takes it."""
    service, submission, decision = gateway.service, item.submission, item.decision
    assert submission is not None
    assert decision is not None
    if item.row:  # it is on its way to SMPP already
        return await cross(gateway, item, decision.carrier)
    rerouted = verdict.hit.carrier if verdict.action is Action.REROUTE and verdict.hit is not None else ""
    why = "no route leads to a carrier"
    for name in (rerouted,) if rerouted else service.router.names(submission):
        if name in gateway.conf.trunks and _by_name(item):
            return await cross(gateway, item, name)
        if name in gateway.conf.trunks:
            status = await gateway.orders.release(item.sid, name, released_to(submission.destination, item.record))
            if status not in TRY_THE_NEXT:
                return await _released(gateway, item, name, status)
            why = f"{name}: {status.lower() or 'not taken'}"
        elif name in service.pools:
            if service.pools[name].bound:
                return await cross(gateway, item, name)
            why = f"{name} is not bound"
    decision.detail = f"not sent: {why}"
    if monotonic() - item.arrived < gateway.conf.hold:
        return _pause(item, CARRIER_FIRST, CARRIER_MOST)
    item.verdict = Verdict(Action.REJECT, Hit("", Clause.CARRIAGE, Action.REJECT, Reason.NONE, decision.detail))
    return await refuse(gateway, item, int(Status.ESME_RSYSERR))


def _by_name(item: Item) -> bool:
    """Whether its From has the endpoint's name for a number: a release would show that name to the carrier."""
    return item.endpoint is not None and number_of(item.endpoint, from_user(item.record.sender)) != 0


TRY_THE_NEXT = frozenset({"NOROUTE", "FAILURE", "INVALID_URI", "INVALID_PROTOCOL", ""})
"""Nothing left Asterisk, and another carrier may do better."""


async def _released(gateway: "Gateway", item: Item, trunk: str, status: str) -> float | None:
    """How a release ended."""
    decision, submission = item.decision, item.submission
    assert decision is not None
    assert submission is not None
    decision.link = gateway.conf.name
    if status == "SUCCESS":
        decision.carrier = trunk
        gateway.service.wrote(submission, monotonic())
        close(gateway, item, "released", 0)
    elif status == "GONE":
        decision.carrier = trunk if item.lost else ""
        decision.detail = "" if item.lost else "settled by another edge"
        close(gateway, item, "released" if item.lost else "elsewhere", 0)
    elif status == "UNKNOWN":
        if item.tries < UNKNOWN_TRIES:  # another edge is sending it this moment, most likely
            return RETRY
        decision.outcome = "unknown"
        decision.detail = "a crash of Asterisk left it in flight: a person settles it"
        close(gateway, item, "doubtful", int(Status.ESME_RSYSERR))
    elif status in ("BADDST", "BADFROM"):
        decision.detail = "an address that Asterisk will not send with"
        reason = Reason.DESTINATION if status == "BADDST" else Reason.SENDER
        item.verdict = Verdict(Action.REJECT, Hit("", Clause.CARRIAGE, Action.REJECT, reason, decision.detail))
        decision.verdict = Action.REJECT.value
        return await refuse(gateway, item)
    else:  # BUSY
        return RETRY
    return None
