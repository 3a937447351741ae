"""Texts to emergency numbers: refused on the envelope, and answered at once from the number that was dialled.

The answer is an SMS on the account's own binds where one can receive, else an MMS of one text through the peer that
brought it: an account with nothing but an MMSC must hear of it too. (FCC 47 CFR 9.10(q))
"""

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from edge.channels.mm4.answering import text_back
from edge.channels.mm4.codec.address import Address, of_number
from edge.channels.notices import Notices
from edge.channels.smpp.compose import message_pdus
from edge.core.account import Account
from edge.core.conf import Mm4Peer
from edge.core.submission import Submission
from edge.core.verdict import Verdict
from smpp.consts import Status

if TYPE_CHECKING:
    from edge.channels.mm4.service import Service

NOTICES = Notices("smsedge.emergency")


def bounce(
    service: "Service", peer: Mm4Peer, account: Account, submission: Submission, verdict: Verdict, sender: Address
) -> None:
    """Send the bounce text of `verdict` to who wrote. Nobody waits for it; a counter says how it ended."""
    NOTICES.say("emergency", account.name, f"MMS to {submission.destination.text}: bounced")
    reply = verdict.hit.reply if verdict.hit is not None else ""
    if not reply:
        return
    if not service.deliveries.bound(account.name):
        service.spawn(_by_mms(service, peer, account, submission, sender, reply))
        return
    now = monotonic()
    for raw in message_pdus(submission.destination, submission.source, reply):
        service.deliveries.offer(account, raw, partial(_ended, service, account.name), now)


async def _by_mms(
    service: "Service", peer: Mm4Peer, account: Account, submission: Submission, sender: Address, reply: str
) -> None:
    to = sender.text
    if not sender.domain and peer.domains:
        to = of_number(sender.party, peer.domains[0])
    dialled = str(submission.destination.number or submission.destination.key)
    dialled = "".join(digit for digit in dialled if digit.isdecimal() and digit.isascii()) or "911"
    kept = await text_back(service, peer, dialled, to, reply)
    _ended(service, account.name, 0 if kept else int(Status.ESME_RX_T_APPN), monotonic())


def _ended(service: "Service", account: str, status: int, now: float) -> None:
    service.metrics.counter(
        "smsedge_bounces_total", "Bounce-backs of texts to emergency numbers", ("account", "outcome")
    ).add((account, "delivered" if status == Status.ESME_ROK else "undelivered"))
