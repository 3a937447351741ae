"""What was decided. A verdict is a value: the channel that asked enforces it."""

from enum import Enum

import msgspec

from edge.core.clause import Clause
from edge.core.facts import Fact


class Action(Enum):
    """What happens to the message."""

    ALLOW = "allow"
    FLAG = "flag"
    THROTTLE = "throttle"
    QUARANTINE = "quarantine"
    REJECT = "reject"
    DROP = "drop"
    BOUNCE = "bounce"
    REROUTE = "reroute"

    @property
    def passes(self) -> bool:
        """Whether the message goes on to a carrier."""
        return self is _ALLOW or self is _FLAG or self is _REROUTE


# By plain names: the property is asked of every message, and an attribute of an Enum class costs 80 ns.
_ALLOW, _FLAG, _REROUTE = Action.ALLOW, Action.FLAG, Action.REROUTE


class Reason(Enum):
    """What a refusal is about. Picks the answer on the wire (`edge/channels/smpp/status.py`)."""

    NONE = "none"
    SENDER = "sender"
    SENDER_TON = "sender-ton"
    DESTINATION = "destination"
    EMERGENCY = "emergency"
    CONTENT = "content"
    OPTED_OUT = "opted-out"
    BLOCKED = "blocked"
    SUSPENDED = "suspended"
    PACING = "pacing"
    RECIPIENTS = "recipients"
    INTERNAL = "internal"


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A rule that fired: what it saw against what it allows.

    `rule` may carry a sub-rule (`sensitive-data/pan`). `detail` is a sentence fragment for operators;
    `value` and `limit` are numbers in the rule's own unit, 0 where it has none. `reply` is text to send
    back to the sender (emergency bounce). `carrier` is set for REROUTE. `parts` are what a score is made of:
    (signal, points).
    """

    rule: str
    clause: Clause
    action: Action
    reason: Reason
    detail: str = ""
    value: float = 0.0
    limit: float = 0.0
    reply: str = ""
    carrier: str = ""
    parts: tuple[tuple[str, float], ...] = ()


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """The decision on one submission.

    `hit` is what decided it (None: nothing stood against the message). `would_have` are hits of rules in
    monitor mode and flags, recorded and otherwise without effect. `facts` are what the message or the decision
    lays down (an opt-out heard, a number blocked): they hold in memory already, and the answer to the message
    waits until the ledger has them on disk.
    """

    action: Action
    hit: Hit | None = None
    would_have: tuple[Hit, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def rule(self) -> str:
        """The rule that decided, "" for a plain allow."""
        return self.hit.rule if self.hit else ""


ALLOWED = Verdict(Action.ALLOW)


class Finding(msgspec.Struct, frozen=True):
    """What one rule says of a message, for `explain`: it fired (`hit`), passed, or was not asked.

    `scale` has, of a rule that measures several things, each of them: (what, value, limit).
    """

    rule: str
    clause: Clause
    mode: str
    outcome: str
    value: float = 0.0
    limit: float = 0.0
    detail: str = ""
    hit: Hit | None = None
    parts: tuple[tuple[str, float], ...] = ()
    scale: tuple[tuple[str, float, float], ...] = ()


class Explanation(msgspec.Struct, frozen=True):
    """Every rule's word on one message, and the verdict that follows.

    `sentence` is what a customer may be told: it names the clause and never the detector's insides. `folded` is
    the text as the rules read it, `traffic` the class it was taken for, `scores` the classifier's, `signals` the
    names of all that was seen in the text.
    """

    verdict: Verdict
    findings: tuple[Finding, ...]
    sentence: str
    folded: str = ""
    traffic: str = ""
    scores: tuple[tuple[str, float], ...] = ()
    signals: tuple[str, ...] = ()
