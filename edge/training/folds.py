"""Cross-validation by clusters of near copies: every text is scored by a model that saw neither it nor a copy of it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from edge.training.model import Floats, Integers, Linear, fit

FOLDS = 5
_SEED = 1


class Crossed(NamedTuple):
    """`fold` of each text; `models` one a fold, trained on the others; `scores` (texts, 3), out of fold."""

    fold: Integers
    models: list[Linear]
    scores: Floats

    def rescored(self, counts: sparse.csr_matrix, which: Integers) -> Floats:
        """(texts, 3): scores of other versions of the texts `which`, each by the model that did not see it."""
        scores = np.empty((len(which), 3))
        for number, model in enumerate(self.models):
            here = self.fold[which] == number
            if here.any():
                scores[here] = model.scores(counts[here])
        return scores


def folds(clusters: Integers, count: int = FOLDS) -> Integers:
    """The fold of each text: clusters dealt out, always the same way."""
    names, place = np.unique(clusters, return_inverse=True)
    return np.asarray(np.random.RandomState(_SEED).permutation(len(names))[place] % count)


def cross(
    counts: sparse.csr_matrix, wanted: Integers, weight: Floats, fold: Integers, train: npt.NDArray[np.bool_]
) -> Crossed:
    """Train on all folds but one in turn, of texts in `train`; score the one."""
    scores = np.empty((len(fold), 3))
    models = []
    for number in range(int(fold.max()) + 1):
        seen = (fold != number) & train
        model = fit(counts[seen], wanted[seen], weight[seen])
        models.append(model)
        here = fold == number
        scores[here] = model.scores(counts[here])
    return Crossed(fold, models, scores)
