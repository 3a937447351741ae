"""To the next hop: one transaction, and the next peer of the route where one has nothing of it."""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from edge.channels.mm4.smtp.seam import Outward, Reply, Sent
from edge.core.conf import Mm4Peer

NO_ROUTE = Reply(451, "4.4.0", "no next hop")


class Ended(NamedTuple):
    """For one recipient: what became of it, by whose word."""

    sent: Sent
    reply: Reply
    hop: str


async def carry(
    outward: Outward, hops: Sequence[Mm4Peer], sender: str, recipients: Sequence[str], content: bytes, patience: float
) -> dict[str, Ended]:
    """Hand it on. What a hop may have is tried nowhere else, and no attempt begins after `patience` seconds."""
    ended = {address: Ended(Sent.LATER, NO_ROUTE, "") for address in recipients}
    left = list(recipients)
    begun = monotonic()
    for turn, peer in enumerate(hops):
        if turn and monotonic() - begun > patience:
            break
        results = await outward.send(peer, sender, left, content)
        for address, result in zip(left, results, strict=True):
            ended[address] = Ended(result.sent, result.reply, peer.name)
        left = [address for address in left if ended[address].sent is Sent.LATER]
        if not left:
            break
    return ended
