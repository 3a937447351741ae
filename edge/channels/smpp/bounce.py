"""The answer to a text to an emergency number: from the number that was dialled, at once, past every limit."""

from functools import partial

from edge.channels.notices import Notices
from edge.channels.smpp.compose import message_pdus
from edge.channels.smpp.service import Service
from edge.core.account import Account
from edge.core.submission import Submission
from edge.core.verdict import Verdict
from smpp.consts import Status

NOTICES = Notices("smsedge.emergency")


def bounce(service: Service, account: Account, submission: Submission, verdict: Verdict, now: float) -> None:
    """Send the bounce text of `verdict` to the sender over any receiving bind of the account.

    FCC 47 CFR 9.10(q): a text to an unserved emergency number is answered with a bounce-back. With no
    receiving bind, or where it is refused, the audit and a counter say so.
    """
    NOTICES.say("emergency", account.name, f"text to {submission.destination.text}: bounced")
    reply = verdict.hit.reply if verdict.hit is not None else ""
    if not reply:
        return
    ended = partial(_ended, service, account.name)
    if not service.deliveries.bound(account.name):
        ended(Status.ESME_RX_T_APPN, now)
        return
    for raw in message_pdus(submission.destination, submission.source, reply):
        service.deliveries.offer(account, raw, ended, now)


def _ended(service: Service, account: str, status: int, now: float) -> None:
    outcome = "delivered" if status == Status.ESME_ROK else "undelivered"
    service.desk.metrics.counter(
        "smsedge_bounces_total", "Bounce-backs of texts to emergency numbers", ("account", "outcome")
    ).add((account, outcome))
