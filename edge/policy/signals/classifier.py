"""How much a text reads like marketing, phishing or harassment: probabilities, their thresholds, their flags."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from edge.policy.signals.flags import flag

if TYPE_CHECKING:
    from edge.policy.signals.profile import Profile

CATEGORIES = ("violating", "marketing", "phishing", "harassment")


class Threshold(msgspec.Struct, frozen=True):
    """Scores from which a category is flagged: at 1 % and (`strict`) at 0.1 % of false positives on English ham."""

    flag: float
    strict: float


THRESHOLDS: dict[str, Threshold] = {name: Threshold(0.5, 0.9) for name in CATEGORIES}
SCORE_FLAGS = {name: (flag(f"score-{name}"), flag(f"score-{name}-strict")) for name in CATEGORIES}


def score(tokens: Sequence[str]) -> tuple[float, float, float, float]:
    """The probabilities of `CATEGORIES`, in that order."""
    return 0.0, 0.0, 0.0, 0.0


def score_flags(profile: "Profile") -> int:
    """The flags `score-<category>` and `score-<category>-strict` that the scores of `profile` raise."""
    flags = 0
    for name in CATEGORIES:
        value = getattr(profile, name)
        if value >= THRESHOLDS[name].flag:
            loose, strict = SCORE_FLAGS[name]
            flags |= loose | strict if value >= THRESHOLDS[name].strict else loose
    return flags
