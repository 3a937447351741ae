"""How a held message ends here: its record closed, or taken out of the spool and its sender told."""

from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.asterisk.item import Item
from edge.channels.records import close_decision
from edge.channels.status import customer_status
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.asterisk.gateway import Gateway

RETRY = 1.0  # seconds before an order that was not done is given again
UNKNOWN_TRIES = 5  # times that "another release has it" is believed
SMPP_34 = 0x34  # refusals are recorded with the code that a 3.4 bind would get


def close(gateway: "Gateway", item: Item, how: str, status: int) -> None:
    """It is settled: `how` for the counters, `status` as an SMPP customer would be told."""
    decision = item.decision
    assert decision is not None
    now = monotonic()
    item.settled, item.recorded = how, True
    close_decision(gateway.service.desk, decision, status, item.arrived, now)
    gateway.service.seconds.observe(now - item.arrived)


async def discarded(gateway: "Gateway", item: Item, how: str, status: int) -> float | None:
    """Take it out of the spool, and close it as `how`. None when that is done, whoever did it."""
    said = await gateway.orders.discard(item.sid)
    decision = item.decision
    assert decision is not None
    if said == "OK" or (said == "GONE" and item.lost):
        close(gateway, item, how, status)
        return None
    if said == "GONE":
        decision.detail = "settled by another edge"
        close(gateway, item, "elsewhere", status)
        return None
    if said == "UNKNOWN" and item.tries >= UNKNOWN_TRIES:
        decision.outcome = "unknown"
        decision.detail = "a crash of Asterisk left it in flight: a person settles it"
        close(gateway, item, "doubtful", int(Status.ESME_RSYSERR))
        return None
    return RETRY


async def refuse(gateway: "Gateway", item: Item, status: int = 0) -> float | None:
    """It goes no further: out of the spool, and its sender is told."""
    verdict, account = item.verdict, item.account
    assert verdict is not None
    if not status:
        status = int(Status.ESME_RINVSRCADR)
        if account is not None:
            status = customer_status(verdict, account, SMPP_34)
    wait = await discarded(gateway, item, "refused", status)
    if item.settled == "refused":
        gateway.service.replies.refused(gateway, item)
    return wait
