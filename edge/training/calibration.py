"""From scores to probabilities, and from probabilities to thresholds. All on scores out of fold."""

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from edge.policy.signals.weights import CATEGORIES, HARASSMENT, KIND, VIOLATING, Threshold
from edge.training.model import SCORES, Floats, Integers

# Shares of honest messages that may be flagged, and flagged strictly.
FLAG, STRICT = 0.01, 0.001
Mask = npt.NDArray[np.bool_]


def calibrate(scores: Floats, wanted: Integers, asked: Mask) -> tuple[Floats, Floats]:
    """(slopes, offsets) that make log odds of the three scores, by Platt's way, on the texts `asked`."""
    slopes, offsets = np.ones(3), np.zeros(3)
    for which in SCORES:
        # The kind, and harassment, are too rare in any one corpus: all that are labelled count.
        used = (wanted[:, which] >= 0) & (asked if which == VIOLATING else True)
        model = LogisticRegression(C=1e6).fit(scores[used, which : which + 1], wanted[used, which])
        slopes[which], offsets[which] = model.coef_[0, 0], model.intercept_[0]
    return slopes, offsets


def probabilities(odds: Floats) -> dict[str, Floats]:
    """Category -> (texts,), from calibrated log odds: as `classifier.score`."""
    each = 1 / (1 + np.exp(-odds))
    violating, kind = each[:, VIOLATING], each[:, KIND]
    values = (violating, violating * (1 - kind), violating * kind, each[:, HARASSMENT])
    return dict(zip(CATEGORIES, values, strict=True))


def threshold(ham: Floats, share: float) -> float:
    """The least probability that at most `share` of the honest messages reach."""
    allowed = int(share * len(ham))
    return float(np.nextafter(np.sort(ham)[-allowed - 1], 2.0))


def thresholds(chances: dict[str, Floats], ham: Mask) -> dict[str, Threshold]:
    """The thresholds of each category, on the honest messages `ham`."""
    return {
        name: Threshold(threshold(chances[name][ham], FLAG), threshold(chances[name][ham], STRICT))
        for name in CATEGORIES
    }
