"""Fits the three linear scores.

A feature's value in a text is its rarity (inverse document frequency) over the root of the sum of squares of all the
text's rarities: what `classifier.score` computes from feature numbers.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from edge.policy.signals.weights import COLUMNS, HARASSMENT, KIND, SQUARE, VIOLATING
from edge.training import corpora
from edge.training.corpora import Example

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
SCORES = (VIOLATING, KIND, HARASSMENT)
# Features that one text alone has are not learned from.
TEXTS_MIN = 2
STRENGTH = 20.0
# The public labels miss more spam than they invent.
POSITIVE = 3.0
# Our own texts teach what the corpora lack; they must not outshout what people really wrote.
OWN = 0.35
_ANSWERS = {
    corpora.HAM: (0, -1, 0),
    corpora.SENSITIVE: (-1, -1, 0),
    corpora.MARKETING: (1, 0, 0),
    corpora.PHISHING: (1, 1, 0),
    corpora.HARASSMENT: (-1, -1, 1),
}


class Linear(NamedTuple):
    """`table` (COLUMNS, 4) as in `Weights`; `offsets` of the three scores."""

    table: Floats
    offsets: Floats

    def scores(self, counts: sparse.csr_matrix) -> Floats:
        """(texts, 3): log odds of marketing or phishing, of phishing if either, of harassment."""
        sums = counts @ self.table
        length = np.sqrt(sums[:, SQUARE])
        return np.asarray(sums[:, :SQUARE] / np.where(length > 0, length, 1.0)[:, None] + self.offsets)

    def scaled(self, slopes: Floats, offsets: Floats) -> "Linear":
        """With each score multiplied by its slope and moved by its offset."""
        table = self.table.copy()
        table[:, :SQUARE] *= slopes
        return Linear(table, self.offsets * slopes + offsets)


def answers(examples: Sequence[Example]) -> Integers:
    """(texts, 3): what each score should say, 1 or 0, and -1 where it is not asked."""
    return np.array([_ANSWERS[example.label] for example in examples], np.int64)


def importance(examples: Sequence[Example]) -> Floats:
    """(texts,): how much a text counts in training."""
    return np.array([OWN if example.source == "own" else 1.0 for example in examples])


def fit(counts: sparse.csr_matrix, wanted: Integers, weight: Floats) -> Linear:
    """The three scores, not yet calibrated."""
    rare = _rarity(counts)
    length = np.sqrt(np.asarray(counts @ (rare * rare)).ravel())
    rows = sparse.diags_array(1 / np.where(length > 0, length, 1.0)) @ counts @ sparse.diags_array(rare)
    table, offsets = np.zeros((COLUMNS, 4)), np.zeros(3)
    for which in SCORES:
        asked = wanted[:, which] >= 0
        answer = wanted[asked, which]
        model = LogisticRegression(C=STRENGTH, max_iter=3000)
        model.fit(rows[asked], answer, sample_weight=weight[asked] * np.where(answer == 1, POSITIVE, 1.0))
        table[:, which] = model.coef_[0] * rare
        offsets[which] = model.intercept_[0]
    table[:, SQUARE] = rare * rare
    return Linear(table, offsets)


def _rarity(counts: sparse.csr_matrix) -> Floats:
    """(COLUMNS,): how rare each feature is; 0 for what is not learned from."""
    texts = np.asarray((counts > 0).sum(axis=0)).ravel()
    rare = np.log((1 + counts.shape[0]) / (1 + texts)) + 1
    return np.where(texts >= TEXTS_MIN, rare, 0.0)
