"""The record of one decision: what the audit keeps, `explain` and `trace` read. Never the message's text."""

import msgspec


class Decision(msgspec.Struct, gc=False, omit_defaults=True):
    """One message, from verdict to answer. Mutable: the channel fills in the answer when it comes.

    `id` is unique across restarts (see `decision_id`). `at` is a Unix time in seconds, `latency` the
    seconds from arrival to our answer. `outcome` is "answered", "pending" (written while the carrier is
    silent; a second record with the same id follows) or "unknown" (it never answered: nobody knows).
    `status` is the command_status we answered with; `would_have` the rules in monitor mode that fired.
    `length` is the number of characters of text. `duplicate` marks an identical retry of a message whose
    outcome was unknown. `sequence` and `upstream` are the sequence numbers on the customer's and the
    carrier's side; `session` names the customer's session (`system_id/n`), `link` the carrier's.
    """

    id: int
    at: float
    channel: str = "smpp"
    direction: str = "mt"
    operation: str = "submit"
    account: str = ""
    end_user: str = ""
    session: str = ""
    source: str = ""
    destination: str = ""
    length: int = 0
    part: int = 1
    parts: int = 1
    verdict: str = "allow"
    rule: str = ""
    clause: str = ""
    detail: str = ""
    value: float = 0.0
    limit: float = 0.0
    would_have: tuple[str, ...] = ()
    conf: str = ""
    carrier: str = ""
    link: str = ""
    sequence: int = 0
    upstream: int = 0
    outcome: str = "answered"
    status: int = 0
    message_id: str = ""
    latency: float = 0.0
    duplicate: bool = False


def decision_base(now: float) -> int:
    """The first decision id of a process started at Unix time `now`.

    Milliseconds shifted by 20 bits: ids grow across restarts as long as a process decides fewer than a
    million messages per millisecond it has lived.
    """
    return int(now * 1000) << 20


def decision_text(decision: int) -> str:
    """The id as operators see and type it: 16 hexadecimal digits."""
    return f"{decision:016x}"
