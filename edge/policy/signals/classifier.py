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
def _limits() -> tuple[float, float, tuple[tuple[str, float, float, int, int], ...]]:
    """Below which no category of fraud and advertising is flagged, and harassment is not; then of each category its
    name, both thresholds, and what they raise.
    """
    limits = shipped().card.thresholds
    least = min(limit.flag for name, limit in limits.items() if name != "harassment")
    each = [(name, limit.flag, limit.strict, *SCORE_FLAGS[name]) for name, limit in limits.items()]
    return least, limits["harassment"].flag, tuple(each)


def score_flags(profile: "Profile") -> int:
    """The flags `score-<category>` and `score-<category>-strict` that the scores of `profile` raise."""
    least, threat, limits = _limits()
    if profile.violating < least and profile.harassment < threat:  # neither part of `violating` is more than it
        return 0
    flags = 0
    for name, loose, strict, flag_loose, flag_strict in limits:
        value = getattr(profile, name)
        if value >= loose:
            flags |= flag_loose | flag_strict if value >= strict else flag_loose
    return flags
