"""`part-overlap`: parts that contradict each other, so that what is shown is not what was read (R-CONCAT-OVERLAP)."""

from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.looking import PART_CONFLICT, look
from edge.policy.rule import BOTH_WAYS, Check
from edge.policy.state import PolicyState


class PartOverlap(Check):
    """Another text under the number of a part that went on a moment ago, or two part numbers in one header.

    A copy of a part contradicts nothing, nor does a reference that is used again: once its message was complete, or
    after a while.
    """

    directions = BOTH_WAYS
    content = True
    needs = PART_CONFLICT

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse the part; its message goes with it."""
        body = submission.body
        if look(submission, state, now).conflict:
            return self.hit(f"part {body.part} of {body.parts} came before with another text")
        # The last one counts (TS 23.040 9.2.3.24), for those who know; no honest sender does that.
        return self.hit("the header says twice which part this is", sub="header")
