"""A text's fingerprint that survives rewording: the smallest hashes of its pairs of words."""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise

SIZE = 16


def sketch(tokens: Sequence[str]) -> tuple[int, ...]:
    """The `SIZE` smallest hashes of pairs of neighbouring tokens, sorted; fewer for short texts."""
    pairs = {f"{first} {second}" for first, second in pairwise(tokens)}
    hashes = (int.from_bytes(blake2b(pair.encode("utf-8", "replace"), digest_size=8).digest(), "big") for pair in pairs)
    return tuple(sorted(hashes)[:SIZE])
