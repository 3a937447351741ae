"""docs/answers.md, made from the tables in the code: `python -m edge.channels.reference > docs/answers.md`."""

from edge.channels.status import CARRIER, CUSTOMER, MANAGEMENT
from edge.core.verdict import Reason
from smpp.consts import Status, command_name, status_name
from smpp.session import REQUESTS, State

INTRODUCTION = """\
# Answers on the wire

Made from `edge/channels/status.py` and `smpp/session.py` by `python -m edge.channels.reference`; a test fails when it
is stale.

A refusal is a code that no common ESME retries: 0x66, 0x0A and 0x0B are final for NowSMS, Kannel, Jasmin and Vonage,
while 0x45, 0x08 and 0x14 are retried up to 20 times. Pacing is 0x58, and 0x08 is kept for what is really unknown or
down. An account's `[statuses]` overrides the first two columns by reason.
"""

BESIDES = (
    ("a carrier's own answer", "passed on, its message id turned into ours"),
    ("the carrier's window is full and so is the account's place in the queue", status_name(Status.ESME_RMSGQFUL)),
    ("the customer has more unanswered requests than its `window`", status_name(Status.ESME_RMSGQFUL)),
    ("no carrier of the route is bound", status_name(Status.ESME_RSYSERR)),
    (
        "the carrier did not answer in time, or its link was lost: outcome unknown, never sent again",
        status_name(Status.ESME_RSYSERR),
    ),
    (
        "a bind with an unknown system_id, a wrong password, or from elsewhere; or shut out",
        status_name(Status.ESME_RBINDFAIL),
    ),
    ("one bind more than `max_binds`, or a second bind on a session", status_name(Status.ESME_RALYBND)),
    ("a text in message_payload and in short_message", status_name(Status.ESME_ROPTPARNOTALLWD)),
    ("esm_class of a receipt or an acknowledgement", status_name(Status.ESME_RINVESMCLASS)),
    ("an unknown command, or broadcast_sm", "generic_nack " + status_name(Status.ESME_RINVCMDID)),
    (
        "a fault of the edge itself while it reads a PDU: counted, placed in the log, the link goes on",
        status_name(Status.ESME_RSYSERR),
    ),
    (
        "a TLV whose size is not the standard's: some carriers would read another text",
        status_name(Status.ESME_RINVPARLEN),
    ),
    (
        "a command_length below 16 or above 70,000 (1,024 before the bind)",
        "generic_nack " + status_name(Status.ESME_RINVCMDLEN) + ", then closed",
    ),
    ("HTTP or TLS on the plain port", "closed without an answer"),
    (
        "a receipt or MO for an account that nobody receives for, or whose queue is full (to the carrier)",
        status_name(Status.ESME_RX_T_APPN),
    ),
    ("an MO for a number that nobody owns (to the carrier)", status_name(Status.ESME_RX_P_APPN)),
)


def _code(status: int) -> str:
    return f"0x{status:02X} {status_name(status)}"


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION, "## Refusals, by what they are about", ""]
    lines += ["| reason | customer, 3.3 and 3.4 | customer, 5.0 | carrier (MO) |", "|---|---|---|---|"]
    for reason in Reason:
        old, new = CUSTOMER[reason]
        carrier = CARRIER.get(reason, Status.ESME_RX_R_APPN)
        lines.append(f"| `{reason.value}` | {_code(old)} | {_code(new)} | {_code(carrier)} |")
    lines += ["", "Refused management of a message (not the account's own source, or an id that cannot go back):", ""]
    lines += ["| operation | answer |", "|---|---|"]
    lines += [f"| {command_name(command)} | {_code(status)} |" for command, status in MANAGEMENT.items()]
    lines += ["", "## Everything else", "", "| what | answer |", "|---|---|"]
    lines += [f"| {what} | {answer} |" for what, answer in BESIDES]
    lines += ["", "## What may be asked in which state", ""]
    lines += [
        "enquire_link is answered in every state; what is not listed gets 0x04 ESME_RINVBNDSTS, while unbinding 0x08.",
        "",
    ]
    lines += ["| we are | state | requests that are taken |", "|---|---|---|"]
    for (role, state), allowed in REQUESTS.items():
        if state is not State.CLOSED:
            names = ", ".join(command_name(command) for command in sorted(allowed)) or "none"
            lines.append(f"| {role.value} | {state.value} | {names} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
