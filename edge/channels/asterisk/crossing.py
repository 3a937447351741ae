"""Over to SMPP: the message leaves Asterisk and goes out as submit_sm. Or to a trunk, anew, where its From will not do.

A row `held` on disk, the discard, and only whoever is told OK goes on; then the row says `releasing` on disk before the
first octet goes out. So a row that a crash leaves as held was not sent, and one left as releasing may have been: both
are put before a person, and neither is ever sent by itself.
"""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.asterisk.courier import Sent, pdus
from edge.channels.asterisk.ending import RETRY, close
from edge.channels.asterisk.intake import written
from edge.channels.asterisk.item import Item
from edge.channels.asterisk.keeping import ROW_AGAIN, keep, let_go
from edge.channels.asterisk.orders import Lost, NotDone
from edge.channels.custody import CustodyError
from edge.core.clause import Clause
from edge.core.decision import Decision
from edge.core.quarantine import HeldState
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit, Reason, Verdict
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.asterisk.gateway import Gateway

ATTEMPTS = 20  # of a message that left Asterisk and whose carrier says "not now"; then it is a person's
BY = "smsedge"
DOWN = int(Status.ESME_RSYSERR)
UNSENT = "left Asterisk for the carrier {}; where this row stands as held, it was not sent"


async def cross(gateway: "Gateway", item: Item, name: str) -> float | None:
    """One attempt at carrying a message by SMPP."""
    decision = item.decision
    assert decision is not None
    decision.carrier = name
    if not item.crossing:
        if not await keep(gateway, item, UNSENT.format(name)):
            return ROW_AGAIN
        said = await let_go(gateway, item)
        if said != "OK":
            return _not_ours(gateway, item, said)
        item.crossing = True
        item.tries = 0
    return await _carry(gateway, item, name)


def _not_ours(gateway: "Gateway", item: Item, said: str) -> float | None:
    decision = item.decision
    assert decision is not None
    if not said:
        return RETRY
    decision.carrier = ""
    if said == "LOST":  # ours or another edge's: the row stands there for a person
        decision.message_id = item.row
        decision.detail = "the connection was cut while it left Asterisk: it waits in quarantine, unsent by this edge"
        decision.outcome = "unknown"
        gateway.service.custody.unclaim(item.row)
        close(gateway, item, "unsent", DOWN)
    elif said == "GONE":
        decision.detail = "settled by another edge"
        close(gateway, item, "elsewhere", 0)
    else:
        decision.outcome = "unknown"
        decision.detail = "a crash of Asterisk left it in flight: a person settles it"
        close(gateway, item, "doubtful", DOWN)
    return None


async def _carry(gateway: "Gateway", item: Item, name: str) -> float | None:
    """It is ours alone now."""
    service, submission, decision = gateway.service, item.submission, item.decision
    assert submission is not None
    assert decision is not None
    pool = service.pools.get(name)
    if name not in gateway.conf.trunks and (pool is None or not pool.bound):
        return await _wait(gateway, item, Sent(DOWN, later=True, words="it is not bound"))
    try:
        await service.custody.move(item.row, HeldState.RELEASING, BY, f"to {name}")
    except CustodyError:  # not written, so not sent
        return ROW_AGAIN
    if pool is not None:
        raws = pdus(submission, pool.carrier, service.next_reference())
        sent = await service.courier.carry(raws, submission, decision, name, monotonic())
    else:
        sent = await anew(gateway, submission, decision, name)
    if sent.later:
        try:
            await service.custody.move(item.row, HeldState.HELD, BY, f"{name}: {sent.words}")
        except CustodyError:
            sent = sent._replace(later=False, known=False)
    if sent.later:
        return await _wait(gateway, item, sent)
    return await _over(gateway, item, name, sent)


async def anew(gateway: "Gateway", submission: Submission, decision: Decision, trunk: str) -> Sent:
    """Send a message that is out of the spool to a trunk, from its number at the Asterisk's own domain."""
    id = str(int(decision.id, 16))
    source, to = written(submission.source), written(submission.destination)
    try:
        said, was = await gateway.orders.deliver("mo", id, trunk, source, to, submission.body.octets)
    except NotDone as error:
        return Sent(DOWN, later=True, words=str(error))
    except Lost as error:
        return Sent(DOWN, known=False, words=str(error))
    if said == "SUCCESS" or (said == "DUP" and was == "SENT"):
        return Sent(0)
    return Sent(DOWN, known=said != "DUP", later=said != "DUP", words=said.lower() or "not taken")


async def _wait(gateway: "Gateway", item: Item, sent: Sent) -> float | None:
    """Not now: again soon, and after a while it is a person's."""
    if item.tries < ATTEMPTS:
        return min(5.0, 0.5 * 1.3**item.tries)
    decision = item.decision
    assert decision is not None
    decision.message_id, decision.detail = item.row, f"waits in quarantine, unsent: {decision.carrier}: {sent.words}"
    gateway.service.custody.unclaim(item.row)
    close(gateway, item, "unsent", sent.status)
    return None


async def _over(gateway: "Gateway", item: Item, name: str, sent: Sent) -> float | None:
    """The carrier has answered, or never will."""
    service, submission, decision = gateway.service, item.submission, item.decision
    assert submission is not None
    assert decision is not None
    if not sent.known:
        decision.outcome, decision.message_id = "unknown", item.row
        decision.detail = f"{name}: {sent.words}: to be decided by a person"
        service.custody.unclaim(item.row)
        close(gateway, item, "unknown", sent.status)
        return None
    if sent.status:
        decision.detail = f"refused by {name}: {sent.words}"
        await service.custody.forget(item.row)
        close(gateway, item, "refused", sent.status)
        item.verdict = Verdict(Action.REJECT, Hit("", Clause.CARRIAGE, Action.REJECT, Reason.NONE, decision.detail))
        service.replies.refused(gateway, item)
        return None
    decision.message_id = sent.id or item.sid
    service.wrote(submission, monotonic())
    close(gateway, item, "crossed", 0)
    service.custody.finish(item.row)
    return None
