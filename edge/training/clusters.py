"""Which texts are near copies of each other, so that no copy of a training text is ever tested on.

Two texts are near copies if their sets of words and pairs of words (numbers, amounts, names and links folded) have a
Jaccard index of at least `ALIKE`; a cluster is whatever hangs together by that.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from edge.policy.signals.fold import fold
from edge.policy.signals.tokens import tokens_of

ALIKE = 0.45


def shingles(text: str) -> set[int]:
    """Words and pairs of words, as numbers."""
    words = [token >> 32 for token in tokens_of(fold(text).skeleton).sequence.tolist()]
    return {*words, *(first << 32 | second for first, second in pairwise(words))}


def clusters(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """For each text the number of the first text of its cluster."""
    sets = [shingles(text) for text in texts]
    columns = {shingle: index for index, shingle in enumerate(sorted(set().union(*sets)))}
    rows = [index for index, found in enumerate(sets) for _ in found]
    cells = [columns[shingle] for found in sets for shingle in found]
    matrix = sparse.csr_matrix((np.ones(len(rows), np.int32), (rows, cells)), shape=(len(sets), max(1, len(columns))))
    return _joined(_pairs(matrix), len(texts))


def _pairs(matrix: sparse.csr_matrix) -> npt.NDArray[np.int64]:
    """(n, 2): the pairs that are alike, the smaller index first."""
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    shared = (matrix @ matrix.T).tocoo()
    upper = shared.row < shared.col
    first, second, both = shared.row[upper], shared.col[upper], shared.data[upper]
    alike = both >= ALIKE * (sizes[first] + sizes[second] - both)
    return np.stack([first[alike], second[alike]], axis=1).astype(np.int64)


def _joined(pairs: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for first, second in pairs.tolist():
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    return np.array([root(index) for index in range(count)], np.int64)
