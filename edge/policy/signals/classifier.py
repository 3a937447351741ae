"""How much a text reads like marketing, phishing or harassment: probabilities, and the flags they raise.

Linear: the weights of a text's words, pairs of words and traits, added, over the root of their squares. Marketing and
phishing are one question first (is it either?), and a second one that the public labels answer badly (which?):
`violating` is to be trusted, the kind is advice. Harassment is a flag at best: see docs/detection.md.
"""

from functools import cache
from typing import TYPE_CHECKING

from edge.policy.signals.flags import flag
from edge.policy.signals.weights import CATEGORIES, shipped

if TYPE_CHECKING:
    from edge.policy.signals.profile import Profile

SCORE_FLAGS = {name: (flag(f"score-{name}"), flag(f"score-{name}-strict")) for name in CATEGORIES}


@cache
def _floors() -> tuple[float, float]:
    """Below which no category of fraud and advertising is flagged, and harassment is not."""
    limits = shipped().card.thresholds
    return min(limit.flag for name, limit in limits.items() if name != "harassment"), limits["harassment"].flag


def score_flags(profile: "Profile") -> int:
    """The flags `score-<category>` and `score-<category>-strict` that the scores of `profile` raise."""
    least, threat = _floors()
    if profile.violating < least and profile.harassment < threat:  # neither part of `violating` is more than it
        return 0
    flags = 0
    for name, threshold in shipped().card.thresholds.items():
        value = getattr(profile, name)
        if value >= threshold.flag:
            loose, strict = SCORE_FLAGS[name]
            flags |= loose | strict if value >= threshold.strict else loose
    return flags
