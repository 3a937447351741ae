"""`unreadable`: stacks of combining marks ("zalgo") that make a text unreadable, or a phone crash (R-EVA-COMBINING),
and texts so long that they are not read whole.
"""

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.kinds import MT
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.signals.reading import COMBINING, LONG, READ_MAX
from edge.policy.state import PolicyState

# Of fewer marks the share says nothing: a single letter with its two accents is a third of nothing.
MARKS_LEAST = 4


class Unreadable(Check):
    """By the marks on each letter of the worst word, and by their share of the text.

    What scripts need is not counted (Thai, Lao, Indic, Hebrew, Arabic), nor what composes (Vietnamese in pieces). From
    a subscriber to a business it is delivered, and flagged (policy.md A.0).
    """

    directions = BOTH_WAYS
    content = True
    needs = COMBINING | LONG

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.stack: int = settings.values["stack"]
        self.share: int = settings.values["share"]

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """More marks than any writing has, or more text than is read."""
        context = look(submission, state, now)
        evasion = context.reading.evasion
        hit = None
        if context.reading.flags & LONG:
            hit = self.hit("characters, of which the first and the last are read", context.reading.length, READ_MAX)
        elif evasion.combining > self.stack:
            hit = self.hit("combining marks for each letter", round(evasion.combining, 1), self.stack)
        elif evasion.marks * 100 > self.share and evasion.marks * context.reading.length >= MARKS_LEAST:
            hit = self.hit("per cent of combining marks", round(evasion.marks * 100, 1), self.share)
        if hit is not None and submission.direction is not MT and not context.consumer:
            return self.flagged(hit)
        return hit

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Marks for each letter of the worst word, or characters where they are too many."""
        reading = look(submission, state, now).reading
        if reading.flags & LONG:
            return reading.length, READ_MAX, f"{READ_MAX} characters"
        combining = reading.evasion.combining
        return round(combining, 1), self.stack, f"{self.stack} combining marks for each letter"
