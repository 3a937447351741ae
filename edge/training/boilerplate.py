"""Pairs of words that many honest texts have: they tie no campaign together, so sketches leave them out."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from edge.policy.signals.fold import fold
from edge.policy.signals.tokens import tokens_of

# In that many clusters of near copies of honest texts.
CLUSTERS_MIN = 2


def common(texts: Sequence[str], clusters: Iterable[int]) -> npt.NDArray[np.uint64]:
    """The hashes of such pairs, sorted."""
    found: Counter[int] = Counter()
    seen: set[tuple[int, int]] = set()
    for text, cluster in zip(texts, clusters, strict=True):
        for value in set(tokens_of(fold(text).skeleton).pairs.tolist()):
            if (value, cluster) not in seen:
                seen.add((value, cluster))
                found[value] += 1
    return np.array(sorted(value for value, count in found.items() if count >= CLUSTERS_MIN), np.uint64)
