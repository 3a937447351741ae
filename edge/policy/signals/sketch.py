"""A text's fingerprint that survives rewording: the smallest hashes of its pairs of words (a bottom-k sketch).

Pairs that many honest texts have ("let you know") are left out: the list comes with the classifier's weights.
Texts that share 3 of their 16 smallest pairs have most of their wording in common (docs/detection.md).
"""

from collections.abc import Set

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

SIZE = 16
# An odd number spreads the 32 bits of a neighbour over 64; the shift tells the second of a pair from the first.
_ODD, _SHIFT, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(7), np.uint64(32)


def pairs(sequence: list[int]) -> Hashes:
    """A hash (64 bits) for each two neighbours in `sequence` (of `Tokens`)."""
    spread = (np.array(sequence, np.uint64) >> _HALF) * _ODD
    return spread[:-1] + (spread[1:] >> _SHIFT)


def sketch(hashes: Hashes, common: Set[int]) -> tuple[int, ...]:
    """The `SIZE` smallest of `hashes` that are not `common`, sorted; fewer for short texts."""
    least: list[int] = []
    last = -1
    for value in np.sort(hashes).tolist():
        if value != last and value not in common:
            least.append(value)
            if len(least) == SIZE:
                break
        last = value
    return tuple(least)
