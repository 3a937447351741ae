"""How much a text reads like marketing, phishing or harassment: probabilities, and the flags they raise.

Linear: the weights of a text's words, pairs of words and traits, added, over the root of their squares. Marketing and
phishing are one question first (is it either?), and a second one that the public labels answer badly (which?):
`violating` is to be trusted, the kind is advice. Harassment is a flag at best: see docs/detection.md.
"""

from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edge.policy.signals.flags import flag
from edge.policy.signals.sketch import Hashes
from edge.policy.signals.tokens import Tokens
from edge.policy.signals.weights import BITS, CATEGORIES, COLUMNS, Weights, shipped

if TYPE_CHECKING:
    from edge.policy.signals.profile import Profile

SCORE_FLAGS = {name: (flag(f"score-{name}"), flag(f"score-{name}-strict")) for name in CATEGORIES}

_LAST = np.uint64(COLUMNS - 1)
_PAIR = np.uint64(64 - BITS)
# Features of one text at most: so many weights are added by one multiplication.
_ONES = np.ones(8192, np.float32)


def columns(tokens: Tokens, pairs: Hashes) -> npt.NDArray[np.int64]:
    """The feature numbers of a text: its words, kinds of numbers, traits, and pairs of words."""
    return np.concatenate((np.array(tokens.features, np.uint64) & _LAST, pairs >> _PAIR)).view(np.int64)


def score(found: npt.NDArray[np.int64], weights: Weights) -> tuple[float, float, float, float]:
    """The probabilities of `CATEGORIES`, in that order, of the text with these feature numbers."""
    either, kind, harassment, squares = _ONES[: len(found)].dot(weights.table.take(found, 0)).tolist()
    length = sqrt(squares) or 1.0
    first, second, third = weights.card.offsets
    violating = _probability(either / length + first)
    phishing = violating * _probability(kind / length + second)
    return violating, violating - phishing, phishing, _probability(harassment / length + third)


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + exp(-odds)) if odds > -40.0 else 0.0


def score_flags(profile: "Profile") -> int:
    """The flags `score-<category>` and `score-<category>-strict` that the scores of `profile` raise."""
    flags = 0
    for name, threshold in shipped().card.thresholds.items():
        value = getattr(profile, name)
        if value >= threshold.flag:
            loose, strict = SCORE_FLAGS[name]
            flags |= loose | strict if value >= threshold.strict else loose
    return flags
