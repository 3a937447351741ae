"""The perceptual hash of a picture: 64 bits that change little when it is scaled, recompressed or slightly cropped.

It is the `phash` of the ImageHash library (DCT of 32 x 32 grey pixels, the 8 x 8 lowest frequencies against their
median), so that lists made with that can be used.
"""

import numpy as np
from numpy.typing import NDArray

SIDE = 32
BITS = 8
# Of grey values: below it there is nothing to see, and the bits would be noise.
CONTRAST_MIN = 2.0

_STEPS = np.arange(SIDE)
# The unnormalised DCT-II: rows are frequencies.
_DCT = 2.0 * np.cos(np.pi * np.outer(_STEPS[:BITS], 2 * _STEPS + 1) / (2 * SIDE))
_WEIGHTS = 1 << np.arange(BITS * BITS - 1, -1, -1, dtype=np.uint64)


def print_of(grey: NDArray[np.uint8]) -> int | None:
    """The hash of 32 x 32 grey pixels; None for a picture of one shade."""
    pixels = grey.astype(np.float64)
    if float(pixels.std()) < CONTRAST_MIN:
        return None
    low = _DCT @ pixels @ _DCT.T
    bits = (low > np.median(low)).ravel()
    return int(_WEIGHTS[bits].sum(dtype=np.uint64))


def distance(one: int, other: int) -> int:
    """In how many bits two hashes differ."""
    return (one ^ other).bit_count()
