"""Sending harassing or abusive messages: threats, extortion, hate, and telling somebody to harm themselves.

What a text says was found by `edge.policy.signals.threats`; here is decided what becomes of it. policy.md A.3.
"""

from collections.abc import Sequence

from edge.core.inventory import Inventory
from edge.core.submission import Direction, Submission
from edge.core.verdict import Action, Hit
from edge.policy.context import Context
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, Checker, RuleSettings
from edge.policy.signals.classifier import SCORE_FLAGS
from edge.policy.signals.hate import throws
from edge.policy.signals.threats import EXPLICIT_THREAT, EXTORTION, HATE, JEST, SELF_HARM, STALKING, VIOLENCE
from edge.policy.state import PolicyState

# What is refused even between people who are talking to each other, gravest first; and what is then held instead.
GRAVE = (
    (EXTORTION, "extortion", "private matters against a demand"),
    (SELF_HARM, "self-harm", "told to harm themselves"),
    (EXPLICIT_THREAT, "violence", "an explicit threat"),
)
HEATED = (
    (HATE, "hate", "a slur thrown at the recipient"),
    (STALKING, "stalking", "told that they are watched"),
    (VIOLENCE, "violence", "a threat"),
)
FOUND = EXTORTION | SELF_HARM | EXPLICIT_THREAT | HATE | STALKING | VIOLENCE
SCORED = SCORE_FLAGS["harassment"][1]


class Threat(Check):
    """`threat`, with the sub-rules violence, stalking, extortion, hate, self-harm; and flags: banter, score."""

    directions = BOTH_WAYS
    content = True
    needs = FOUND

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.needs = FOUND | (JEST if settings.values["banter"] else 0) | (SCORED if settings.values["score"] else 0)

    def parts(self) -> Sequence[Checker]:
        """What every edge knows, and the operator's own list of slurs."""
        return self, OperatorSlurs(self.settings, self.inventory)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what is grave; hold what is said in a heated conversation; a business hears its customers."""
        context = look(submission, state, now)
        flags = context.reading.flags
        if not flags & FOUND:
            return self._faint(flags, submission, context)
        for bit, sub, detail in GRAVE:
            if flags & bit:
                return self._judged(self.hit(detail, sub=sub), submission, context)
        sub, detail = next((sub, detail) for bit, sub, detail in HEATED if flags & bit)
        return self._judged(self.heated(detail, sub, context), submission, context)

    def heated(self, detail: str, sub: str, context: Context) -> Hit:
        """Held where the other side is talking, refused where it is not."""
        return self.hit(detail, sub=sub, action=Action.QUARANTINE if context.conversation else None)

    def _judged(self, hit: Hit, submission: Submission, context: Context) -> Hit:
        """What an angry customer writes to a business is delivered (policy.md A.0)."""
        heard = submission.direction is Direction.MO and not context.consumer
        return self.flagged(hit) if heard else hit

    def _faint(self, flags: int, submission: Submission, context: Context) -> Hit | None:
        """Threats that are laughed about, and what only sounds like harassment: on record, no more."""
        if flags & JEST and self.settings.values["banter"]:
            return None if context.conversation else self.flagged(self.hit("a threat, and laughter", sub="banter"))
        if flags & SCORED and self.settings.values["score"] and submission.direction is Direction.MT:
            return self.flagged(self.hit("reads like harassment", context.reading.profile.harassment, sub="score"))
        return None


class OperatorSlurs(Threat):
    """The operator's own words, thrown at the recipient: `threat/hate` for them too.

    The one rule that reads the folded text: the words are the conf's, which the signals do not know. Where only a
    record of the reading is left it finds nothing.
    """

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.needs = 0
        self.words = frozenset(word.lower() for word in settings.values["slurs"])

    def parts(self) -> Sequence[Checker]:
        """One question."""
        return (self,)

    def idle(self) -> bool:
        """Without words of the operator's there is nothing to ask."""
        return not self.words

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """As a slur of the shipped list."""
        context = look(submission, state, now)
        text = context.reading.skeleton
        if not any(word in text for word in self.words) or not throws(text, self.words):
            return None
        return self._judged(self.heated("a slur thrown at the recipient", "hate", context), submission, context)
