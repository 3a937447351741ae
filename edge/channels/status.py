"""One table: what a refusal is about -> the command_status a customer or a carrier gets.

A refusal must be a code that no common ESME retries (policy.md, decision 1): NowSMS, Kannel, Jasmin and
Vonage treat 0x66, 0x0A and 0x0B as final, and retry 0x45, 0x08 and 0x14 up to 20 times. Pacing is 0x58, capacity
0x14, and 0x08 is kept for what is really unknown or down.
"""

from edge.core.account import Account
from edge.core.verdict import Action, Reason, Verdict
from smpp.consts import CommandId, Status

SMPP_5 = 0x50

# SMPP 5.0 section 4.7.6 has codes of its own for "prohibited" and "inappropriate content".
CUSTOMER: dict[Reason, tuple[int, int]] = {
    #                    to 3.3 and 3.4 binds      to 5.0 binds
    Reason.NONE: (Status.ESME_RX_R_APPN, Status.ESME_RSERTYPDENIED),
    Reason.SENDER: (Status.ESME_RINVSRCADR, Status.ESME_RINVSRCADR),
    Reason.SENDER_TON: (Status.ESME_RINVSRCTON, Status.ESME_RINVSRCTON),
    Reason.DESTINATION: (Status.ESME_RINVDSTADR, Status.ESME_RINVDSTADR),
    Reason.EMERGENCY: (Status.ESME_RINVDSTADR, Status.ESME_RINVDSTADR),
    Reason.CONTENT: (Status.ESME_RX_R_APPN, Status.ESME_RSERTYPDENIED),
    Reason.OPTED_OUT: (Status.ESME_RX_R_APPN, Status.ESME_RPROHIBITED),
    Reason.BLOCKED: (Status.ESME_RX_R_APPN, Status.ESME_RPROHIBITED),
    Reason.SUSPENDED: (Status.ESME_RX_R_APPN, Status.ESME_RPROHIBITED),
    Reason.PACING: (Status.ESME_RTHROTTLED, Status.ESME_RTHROTTLED),
    Reason.RECIPIENTS: (Status.ESME_RINVNUMDESTS, Status.ESME_RINVNUMDESTS),
    Reason.INTERNAL: (Status.ESME_RSYSERR, Status.ESME_RSYSERR),
}

# Towards a carrier that hands us an MO: temporary, permanent, or "this message not".
CARRIER: dict[Reason, int] = {
    Reason.PACING: Status.ESME_RX_T_APPN,
    Reason.INTERNAL: Status.ESME_RX_T_APPN,
    Reason.SENDER: Status.ESME_RX_P_APPN,
    Reason.SENDER_TON: Status.ESME_RX_P_APPN,
    Reason.DESTINATION: Status.ESME_RX_P_APPN,
}

# query, cancel and replace have codes of their own for "refused" (3.4 table 5-2).
MANAGEMENT: dict[int, int] = {
    CommandId.QUERY_SM: Status.ESME_RQUERYFAIL,
    CommandId.CANCEL_SM: Status.ESME_RCANCELFAIL,
    CommandId.REPLACE_SM: Status.ESME_RREPLACEFAIL,
}


def customer_status(verdict: Verdict, account: Account, version: int) -> int:
    """The answer to a customer whose submission was refused; an account's `statuses` win."""
    hit = verdict.hit
    reason = hit.reason if hit is not None else Reason.NONE
    if verdict.action is Action.THROTTLE:
        reason = Reason.PACING
    own = account.statuses.get(reason.value)
    if own is not None:
        return own
    return CUSTOMER[reason][version >= SMPP_5]


def carrier_status(verdict: Verdict) -> int:
    """The answer to a carrier whose MO was refused."""
    hit = verdict.hit
    if verdict.action is Action.THROTTLE:
        return Status.ESME_RX_T_APPN
    return CARRIER.get(hit.reason if hit is not None else Reason.NONE, Status.ESME_RX_R_APPN)
