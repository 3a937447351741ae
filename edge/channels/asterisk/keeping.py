"""Copies in the ledger of messages that leave Asterisk without a release: durable before the spool lets go.

A row is there first, then the discard; only the edge whose discard says OK goes on, and one that is told GONE deletes
its row. Where the answer was lost the row stays, for a person: nothing here is ever sent by itself.
"""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from edge.channels.asterisk.ending import RETRY, UNKNOWN_TRIES, close
from edge.channels.asterisk.item import Item
from edge.core.clause import Clause
from edge.core.quarantine import HeldState
from edge.core.verdict import Hit, Reason
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.asterisk.gateway import Gateway

ROW_AGAIN = 5.0  # seconds after the ledger could not take a row


def key_of(gateway: "Gateway", sid: str) -> str:
    """What a row is found by after a restart."""
    return f"{gateway.conf.name}/{sid}"


async def keep(gateway: "Gateway", item: Item, note: str = "") -> bool:
    """See that a copy is on disk; False where that is not to be had now. `note` is what the row says of itself."""
    if item.row:
        return True
    custody = gateway.service.custody
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def taken(message_id: str, error: BaseException | None) -> None:
        if not told.done():
            told.set_result(message_id if error is None else "")

    assert item.submission is not None
    assert item.verdict is not None
    assert item.decision is not None
    verdict = item.verdict
    if note:
        verdict = replace(verdict, hit=Hit("", Clause.CARRIAGE, verdict.action, Reason.NONE, note))
    custody.take(
        item.submission,
        verdict,
        item.decision,
        item.text.encode(),
        gateway.conf.name,
        monotonic(),
        taken,
        key_of(gateway, item.sid),
    )
    item.row = await told
    return bool(item.row)


async def let_go(gateway: "Gateway", item: Item) -> str:
    """Discard a message whose copy is on disk: OK (it is ours), GONE (another's, the row is deleted), LOST (nobody
    knows whose: the row stays for a person), UNKNOWN (in flight, the row is deleted), "" (again later).
    """
    said = await gateway.orders.discard(item.sid)
    if said == "OK":
        return said
    if said == "GONE" and item.lost:
        return "LOST"
    if said == "GONE" or (said == "UNKNOWN" and item.tries >= UNKNOWN_TRIES):
        await gateway.service.custody.forget(item.row)
        item.row = ""
        return said
    return ""


async def hold(gateway: "Gateway", item: Item) -> float | None:
    """Quarantine: the copy on disk, then out of the spool. A person releases it, or time ends it."""
    decision = item.decision
    assert decision is not None
    if not await keep(gateway, item):
        decision.detail = f"could not be held: {decision.detail}"[:300]
        return ROW_AGAIN
    said = await let_go(gateway, item)
    if not said:
        return RETRY
    decision.message_id = item.row or item.sid
    if said in ("OK", "LOST"):
        gateway.service.custody.unclaim(item.row)
        close(gateway, item, "quarantined", 0)
    elif said == "GONE":
        decision.detail = "settled by another edge"
        close(gateway, item, "elsewhere", 0)
    else:
        decision.outcome = "unknown"
        close(gateway, item, "doubtful", int(Status.ESME_RSYSERR))
    return None


async def cleared(gateway: "Gateway", item: Item) -> bool:
    """What an earlier life of this edge left in the ledger about a message that is in the spool (again).

    A row that is only held means that nothing was sent: it goes, and the message is judged afresh. One that was being
    sent stays for a person, and the message, which a crash of Asterisk brought back, is discarded: False.
    """
    left = gateway.service.left_over.get(key_of(gateway, item.sid))
    if left is None:
        return True
    row, state = left
    if state is HeldState.HELD:
        await gateway.service.custody.forget(row)
    else:
        await gateway.orders.discard(item.sid)
        item.settled = "undone"
    del gateway.service.left_over[key_of(gateway, item.sid)]
    return state is HeldState.HELD
