"""Not in the policy, but needed to carry messages at all: well-formed recipients, and no circles."""

from collections.abc import Mapping

from edge.core.inventory import Inventory
from edge.core.submission import Operation, PartyKind, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.state import PolicyState


class DestinationFormat(Check):
    """`destination-format`: a recipient that is no number and no short code."""

    destinations = frozenset({PartyKind.INVALID, PartyKind.ALPHANUMERIC})
    reason = Reason.DESTINATION
    failure = Reason.DESTINATION

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse it. A replaced text names no recipient; it has the one of the message it replaces."""
        destination = submission.destination
        if submission.operation is Operation.REPLACE and not destination.text:
            return None
        return self.hit(destination.fault or "a name is no recipient")


class Loop(Check):
    """`loop`: the same message from changing origins, again and again, within a short time."""

    directions = BOTH_WAYS

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.window: float = settings.values["window"]
        self.limit: int = settings.values["hops"]

    def spans(self) -> Mapping[str, float]:
        """One window."""
        return {"recent": self.window}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Note where the message came from; refuse it when the origin has changed too often."""
        key = hash((submission.source.key, submission.destination.key, submission.body.text))
        recent = state.recent
        # Almost every message is new here, and is asked about no further.
        known = key in recent.young or key in recent.old
        hops = self._hops(key, submission.origin, state, now) if known else 0
        if hops >= self.limit:
            return self.hit(f"{hops} changes of origin", hops, self.limit)
        state.pending.append((recent, key, (now, hops, submission.origin)))
        return None

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Changes of origin, against those at which it is cut."""
        key = hash((submission.source.key, submission.destination.key, submission.body.text))
        return self._hops(key, submission.origin, state, now), self.limit, ""

    def _hops(self, key: int, origin: str, state: PolicyState, now: float) -> int:
        recent = state.recent.get(key)
        if recent is None or now - recent[0] >= self.window:
            return 0
        return recent[1] + (recent[2] != origin)
