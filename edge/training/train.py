"""All of the training: from labelled texts to weights with their card."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from edge.policy.signals.digest import BITS
from edge.policy.signals.weights import FEATURES, VIOLATING, Card, Threshold, Weights, weights_of
from edge.training import corpora
from edge.training.attribution import ATTRIBUTION
from edge.training.boilerplate import common
from edge.training.calibration import calibrate, probabilities, thresholds
from edge.training.clusters import clusters
from edge.training.corpora import Example
from edge.training.features import counts
from edge.training.folds import cross, folds
from edge.training.model import Floats, answers, fit, importance


class Trained(NamedTuple):
    """The weights, the features that have one, and the hashes of common pairs in their order."""

    weights: Weights
    columns: npt.NDArray[np.uint32]
    common: npt.NDArray[np.uint64]


def train(examples: Sequence[Example], version: str, home: str = "english") -> Trained:
    """Fit on all of `examples`; calibrate and choose thresholds out of fold, on the messages of source `home`."""
    texts = [example.text for example in examples]
    matrix, wanted, weight = counts(texts), answers(examples), importance(examples)
    cluster = clusters(texts)
    everything = np.ones(len(texts), bool)
    at_home = np.array([example.source == home for example in examples])
    crossed = cross(matrix, wanted, weight, folds(cluster), everything)
    slopes, offsets = calibrate(crossed.scores, wanted, at_home)
    chances = probabilities(crossed.scores * slopes + offsets)
    ham = np.array([example.label == corpora.HAM for example in examples])
    limits = thresholds(chances, ham & at_home)
    linear = fit(matrix, wanted, weight).scaled(slopes, offsets)
    boilerplate = common([text for text, honest in zip(texts, ham, strict=True) if honest], cluster[ham].tolist())
    card = Card(
        version,
        FEATURES,
        BITS,
        (float(linear.offsets[0]), float(linear.offsets[1]), float(linear.offsets[2])),
        limits,
        dict(sorted(Counter(f"{example.source} {example.label}" for example in examples).items())),
        _figures(chances["violating"], wanted[:, VIOLATING] == 1, ham, at_home, limits["violating"]),
        ATTRIBUTION,
    )
    table = linear.table.astype(np.float32)
    columns = np.flatnonzero(table.any(axis=1)).astype(np.uint32)
    return Trained(weights_of(columns, table[columns], boilerplate, card), columns, boilerplate)


def _figures(
    chance: Floats,
    bad: npt.NDArray[np.bool_],
    ham: npt.NDArray[np.bool_],
    home: npt.NDArray[np.bool_],
    limits: Threshold,
) -> dict[str, float]:
    """What the card tells of the messages of `home`, out of fold."""
    hits, wrong, missed = (chance >= 0.5) & bad & home, (chance >= 0.5) & ham & home, (chance < 0.5) & bad & home
    return {
        "f1": round(float(2 * hits.sum() / (2 * hits.sum() + wrong.sum() + missed.sum())), 4),
        "recall at flag": round(float((chance[bad & home] >= limits.flag).mean()), 4),
        "recall at strict": round(float((chance[bad & home] >= limits.strict).mean()), 4),
    }


def write(trained: Trained, directory: Path) -> None:
    """`classifier.npz` and `classifier.json`; the same octets for the same weights."""
    weights = trained.weights.table[1:]
    np.savez_compressed(directory / "classifier.npz", rows=trained.columns, weights=weights, common=trained.common)
    card = msgspec.json.format(msgspec.json.encode(trained.weights.card), indent=2)
    (directory / "classifier.json").write_bytes(card + b"\n")
