"""The record of one decision: what the audit keeps, `explain` and `trace` read. Never the message's text."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Annotated, Any

import msgspec

_TYPED = re.compile(r"[0-9a-fA-F]{1,16}")
_LOW = tuple(f"{low:03x}" for low in range(4096))


class Decision(msgspec.Struct, gc=False, omit_defaults=True):
    """One message, from verdict to answer. Mutable: the channel fills in the answer when it comes.

    `id` is 16 lowercase hexadecimal digits, unique across restarts (see `decision_ids`); the audit relies on
    their width, which makes ids sort as texts. `at` is a Unix time in seconds, `latency` the seconds from
    arrival to our answer. `outcome` is "answered", "pending" (written while the carrier is
    silent; a second record with the same id follows) or "unknown" (it never answered: nobody knows).
    `status` is the command_status we answered with; `would_have` the rules in monitor mode that fired.
    `length` is the number of characters of text. `duplicate` marks an identical retry of a message whose
    outcome was unknown. `sequence` and `upstream` are the sequence numbers on the customer's and the
    carrier's side; `session` names the customer's session (`system_id/n`; SIP: `asterisk/sid`), `link` the carrier's.
    `features` is what the rules knew of the message, where that is recorded for `replay` (docs/replay.md); never a
    readable text. `reference` is what the sender's side calls the message (SIP Call-ID, MM4 X-Mms-Message-ID).
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]
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
    features: Any = None
    reference: str = ""


def decision_ids(now: float) -> Iterator[str]:
    """The decision ids of a process started at Unix time `now`: 16 lowercase hexadecimal digits, without end.

    Milliseconds shifted by 20 bits, and on from there: ids grow across restarts as long as a process decides
    fewer than a million messages per millisecond it has lived. Joining two halves costs a third of formatting.
    """
    for high in count(int(now * 1000) << 8):
        prefix = f"{high:013x}"
        for low in _LOW:
            yield prefix + low


def decision_id(written: str) -> str:
    """The decision id that an operator means by `written`: any case, leading zeros may be left out.

    Raises ValueError for what is no such id.
    """
    if not _TYPED.fullmatch(written):
        raise ValueError("a decision id is 16 hexadecimal digits")
    return written.lower().zfill(16)
