"""One table: what a refusal is about -> how a peer is told, in SMTP after DATA or as a response (policy.md B.3, B.4).

Content, consent and recipients are told by MM4_forward.RES where the peer asked for an acknowledgement (the DATA is
answered 250 then), by 550 otherwise. Pacing, too many recipients and our own trouble are always told in SMTP, where the
peer's queue can act on it.
"""

from typing import NamedTuple

from edge.channels.mm4.codec.fields import RequestStatus
from edge.core.verdict import Action, Reason, Verdict

ACCEPTED = "250 2.0.0"


class Answer(NamedTuple):
    """`reply` is what DATA is answered; `status` the Request-Status-Code of the RES that follows, None for no RES."""

    reply: str
    status: RequestStatus | None


_DENIED = "550 5.7.1 refused by policy"

REFUSALS: dict[Reason, tuple[str, RequestStatus | None]] = {
    #                    in SMTP                                       as a response; None: never
    Reason.NONE: (_DENIED, RequestStatus.SERVICE_DENIED),
    Reason.SENDER: ("550 5.7.1 originator not allowed here", None),
    Reason.SENDER_TON: ("553 5.1.7 bad originator address", None),
    Reason.DESTINATION: ("550 5.1.1 no such recipient", RequestStatus.ADDRESS_UNRESOLVED),
    Reason.EMERGENCY: ("550 5.1.1 not reachable by MMS", RequestStatus.ADDRESS_UNRESOLVED),
    Reason.CONTENT: ("550 5.7.1 content not accepted", RequestStatus.CONTENT_NOT_ACCEPTED),
    Reason.OPTED_OUT: (_DENIED, RequestStatus.SERVICE_DENIED),
    Reason.BLOCKED: (_DENIED, RequestStatus.SERVICE_DENIED),
    Reason.SUSPENDED: (_DENIED, RequestStatus.SERVICE_DENIED),
    Reason.PACING: ("450 4.7.1 sending too fast", None),
    Reason.RECIPIENTS: ("550 5.7.1 too many recipients", None),
    Reason.INTERNAL: ("451 4.3.0 local error", None),
}


def refusal(verdict: Verdict, ack_requested: bool) -> Answer:
    """How a refusal of a message after DATA is told. (At MAIL and RCPT it is the reply in SMTP, always.)"""
    hit = verdict.hit
    reason = hit.reason if hit is not None else Reason.NONE
    if verdict.action is Action.THROTTLE:
        reason = Reason.PACING
    reply, status = REFUSALS[reason]
    if status is None or not ack_requested:
        return Answer(reply, None)
    return Answer(ACCEPTED, status)
