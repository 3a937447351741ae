"""The classifier's weights as shipped: `edge/policy/data/classifier.npz` and the card that tells what they are.

Made by `python -m edge.training`; how, from what and how good is told by the card and by docs/detection.md.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from edge.policy.signals.digest import BITS
from edge.policy.signals.tokens import open_table

# Columns of the table, and of a feature's row in it: three linear scores, and what the feature adds to a text's length.
COLUMNS = 1 << BITS
ROWS_MAX = 1 << 16
# Bits for the hashes of common pairs: some eight for each of them.
PERHAPS = 1 << 16
VIOLATING, KIND, HARASSMENT, SQUARE = range(4)
# The version of what `digest` and `tokens` make of a text. Weights made for another are not taken.
FEATURES = 2
CATEGORIES = ("violating", "marketing", "phishing", "harassment")


class Threshold(msgspec.Struct, frozen=True):
    """Probabilities from which a category counts: `flag` at 1 %, `strict` at 0.1 % of false positives on ham."""

    flag: float
    strict: float


class Card(msgspec.Struct, frozen=True):
    """What is said of the weights. `offsets` are the intercepts of the three scores; `figures` are for people."""

    version: str
    features: int
    bits: int
    offsets: tuple[float, float, float]
    thresholds: dict[str, Threshold]
    trained_on: dict[str, int]
    figures: dict[str, float]
    attribution: tuple[str, ...]


class Weights(msgspec.Struct, frozen=True):
    """`rows` (COLUMNS) gives the row of `table` (n, 4) of each feature, 0 where it has none: that row is nothing.
    `common` are hashes of pairs that say nothing of a campaign, as an open table; `offsets` are the card's.

    `weighed` and `perhaps` are bits (`digest.marked`) of the features that have a row and of `common`: nearly all that
    a text asks has neither, and what says so must fit into the processor's nearest caches.
    """

    rows: npt.NDArray[np.uint16]
    table: npt.NDArray[np.float32]
    common: npt.NDArray[np.uint64]
    offsets: npt.NDArray[np.float64]
    card: Card
    weighed: npt.NDArray[np.uint64]
    perhaps: npt.NDArray[np.uint64]


def weights_of(
    columns: npt.NDArray[np.uint32], table: npt.NDArray[np.float32], common: npt.NDArray[np.uint64], card: Card
) -> Weights:
    """Put together: the `columns` that have a weight, their rows, and the hashes of common pairs.

    Raises ValueError for more columns than there can be.
    """
    if len(columns) >= ROWS_MAX:
        raise ValueError(f"{len(columns)} features have a weight; at most {ROWS_MAX - 1} can")
    rows = np.zeros(COLUMNS, np.uint16)
    rows[columns] = np.arange(1, len(columns) + 1)
    padded = np.concatenate((np.zeros((1, 4), np.float32), table))
    weighed, perhaps = bits_of(columns, COLUMNS), bits_of(common, PERHAPS)
    return Weights(rows, padded, open_table(common.tolist()), np.array(card.offsets), card, weighed, perhaps)


def bits_of(values: npt.NDArray[Any], size: int) -> npt.NDArray[np.uint64]:
    """The bits of `values` (their lowest where there are more) in an array of `size` bits, for `digest.marked`."""
    bits = np.zeros(size, np.uint8)
    bits[values.astype(np.uint64) & np.uint64(size - 1)] = 1
    return np.packbits(bits, bitorder="little").view(np.uint64)


@cache
def shipped() -> Weights:
    """The shipped weights. Raises ValueError if they were made for other features than this code's."""
    data = files("edge.policy") / "data"
    card = msgspec.json.decode((data / "classifier.json").read_bytes(), type=Card)
    if (card.features, card.bits) != (FEATURES, BITS):
        raise ValueError(f"weights {card.version} are for features {card.features}/{card.bits}, not {FEATURES}/{BITS}")
    with (data / "classifier.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return weights_of(stored["rows"], stored["weights"], stored["common"], card)
