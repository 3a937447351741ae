"""Texts as rows of a sparse matrix, by the very functions that read messages on the path."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from edge.policy.signals.fold import fold
from edge.policy.signals.tokens import tokens_of
from edge.policy.signals.weights import COLUMNS


def counts(texts: Sequence[str]) -> sparse.csr_matrix:
    """(texts, COLUMNS): how often each feature occurs in each text."""
    cells = [tokens_of(fold(text).skeleton).columns for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(cell) for cell in cells])])
    data = np.ones(starts[-1])
    matrix = sparse.csr_matrix((data, np.concatenate(cells), starts), shape=(len(texts), COLUMNS))
    matrix.sum_duplicates()
    return matrix
