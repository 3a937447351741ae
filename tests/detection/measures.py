"""The measures: each gives rows of (what, figure, target), out of fold wherever a model is asked."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from edge.policy.campaigns import Campaigns
from edge.policy.signals.flags import names
from edge.policy.signals.reader import read
from edge.policy.signals.weights import VIOLATING
from edge.training import corpora
from edge.training.calibration import FLAG, STRICT, threshold
from edge.training.clusters import clusters
from edge.training.corpora import Example
from edge.training.features import counts
from edge.training.folds import Crossed, cross, folds
from edge.training.model import answers, fit, importance

from .disguises import DISGUISES, spun

VARIANTS = 25
SEEDS = 200
BIG = 10  # texts of a group that make it a campaign
COST = 0.03  # recall that a disguise may cost


class Row(NamedTuple):
    """A figure and what it must reach: at least `target`, or at most it where `most`."""

    name: str
    value: float
    target: float
    most: bool = False

    @property
    def good(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.target if self.most else self.value >= self.target


class Data(NamedTuple):
    """The texts the models see, with their folds and scores."""

    examples: Sequence[Example]
    english: np.ndarray
    bad: np.ndarray
    ham: np.ndarray
    crossed: Crossed
    cut: float  # the log odds that parts: where the calibrated probability is one half
    flag: float
    strict: float


def data(examples: Sequence[Example]) -> Data:
    """Cross-validate by clusters of near copies."""
    texts = [example.text for example in examples]
    matrix, wanted, weight = counts(texts), answers(examples), importance(examples)
    english = np.array([example.source == "english" for example in examples])
    bad = wanted[:, VIOLATING] == 1
    ham = np.array([example.label == corpora.HAM for example in examples])
    crossed = cross(matrix, wanted, weight, folds(clusters(texts)), np.ones(len(texts), bool))
    odds = crossed.scores[:, VIOLATING]
    honest = odds[english & ham]
    public = np.array([example.source in ("english", "indian") for example in examples])
    return Data(
        examples, english, bad, ham, crossed, _best_cut(odds[public], bad[public]),
        threshold(honest, FLAG), threshold(honest, STRICT),
    )  # fmt: skip


def _best_cut(odds: np.ndarray, bad: np.ndarray) -> float:
    """The cut with the best F1 on the public texts, out of fold."""
    cuts = np.quantile(odds, np.linspace(0.5, 0.99, 200))
    return float(max(cuts, key=lambda cut: f1(odds >= cut, bad)))


def f1(said: np.ndarray, bad: np.ndarray) -> float:
    """F1 of `said` against the labels."""
    hits = float((said & bad).sum())
    return 2 * hits / (2 * hits + float((said & ~bad).sum()) + float((~said & bad).sum()))


def english(found: Data) -> Iterator[Row]:
    """The English set: F1 and recall at 1 % false positives."""
    odds = found.crossed.scores[:, VIOLATING]
    used = found.english & (found.bad | found.ham)
    yield Row("English, F1", f1(odds[used] >= found.cut, found.bad[used]), 0.95)
    yield Row("English, recall at 1 % false positives", float((odds[used & found.bad] >= found.flag).mean()), 0.92)


def indian(found: Data) -> Iterator[Row]:
    """The Indian set: with its own texts in other folds, and by a model that saw none of them."""
    here = np.array([example.source == "indian" for example in found.examples])
    yield Row("Indian set, F1", f1(found.crossed.scores[here, VIOLATING] >= found.cut, found.bad[here]), 0.97)
    texts = [example.text for example in found.examples]
    matrix, wanted, weight = counts(texts), answers(found.examples), importance(found.examples)
    foreign = fit(matrix[~here], wanted[~here], weight[~here])
    said = foreign.scores(matrix[here])[:, VIOLATING] >= found.cut
    yield Row("Indian set, F1, trained without it", f1(said, found.bad[here]), 0.95)


def templates(found: Data) -> Iterator[Row]:
    """Honest templates and hard negatives at the strict threshold."""
    here = np.array([example.source == "synthetic" for example in found.examples]) & found.ham
    share = float((found.crossed.scores[here, VIOLATING] >= found.strict).mean())
    yield Row("honest templates flagged at the strict threshold", share, 0.03, True)


def disguised(found: Data) -> Iterator[Row]:
    """What each disguise costs of the recall on English violating texts."""
    which = np.flatnonzero(found.english & found.bad)
    clean = float((found.crossed.scores[which, VIOLATING] >= found.flag).mean())
    for name, disguise in DISGUISES.items():
        matrix = counts([disguise(found.examples[at].text) for at in which])
        recall = float((found.crossed.rescored(matrix, which)[:, VIOLATING] >= found.flag).mean())
        yield Row(f"recall lost to {name}", clean - recall, COST, True)


def rules(examples: Sequence[Example]) -> Iterator[Row]:
    """Sensitive data and explicit threats, by rule."""
    honest = [example.text for example in examples if example.source == "english" and example.label == corpora.HAM]
    secret = [example.text for example in examples if example.label == corpora.SENSITIVE]
    found = [set(_seen(text)) for text in honest]
    recall = sum(any(name.startswith("sensitive-") for name in _seen(text)) for text in secret) / len(secret)
    wrong = sum(any(name.startswith("sensitive-") for name in seen) for seen in found)
    yield Row("sensitive data, recall on templates", recall, 0.95)
    yield Row("sensitive data, hits on English ham", float(wrong), 0.0, True)
    threats = sum("threat-explicit" in seen for seen in found)
    yield Row("explicit threats on English ham", threats / len(honest), 0.002, True)


def _seen(text: str) -> tuple[str, ...]:
    return names(read(text).flags)


def campaigns(examples: Sequence[Example]) -> Iterator[Row]:
    """Spun variants of violating texts in one stream with unrelated ham: who finds whom."""
    chance = random.Random(3)
    bad = [e.text for e in examples if e.source == "english" and e.label in (corpora.MARKETING, corpora.PHISHING)]
    seeds = chance.sample([text for text in bad if len(text.split()) >= 8], SEEDS)
    ham = [example.text for example in examples if example.source == "english" and example.label == corpora.HAM]
    stream = [(number, text) for number, seed in enumerate(seeds) for text in islice(spun(seed, number), VARIANTS)]
    stream += [(-1, text) for text in ham]
    chance.shuffle(stream)
    table = Campaigns()
    groups: dict[int, Counter[int]] = {}
    for number, text in stream:
        profile = read(text).profile
        group = table.group(profile.sketch, profile.exact, profile.tokens)
        groups.setdefault(group, Counter())[number] += 1
    best = [max(members[number] for members in groups.values()) for number in range(SEEDS)]
    big = [members for members in groups.values() if members.total() - members[-1] >= BIG]
    yield Row("spun variants grouped", sum(best) / (SEEDS * VARIANTS), 0.95)
    yield Row("unrelated ham in a group of ten or more", sum(members[-1] for members in big) / len(ham), 0.0005, True)
