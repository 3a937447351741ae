"""`smsedge score`: how labelled texts fare under the rules, each judged by itself, and how well scores part the labels.

For operators who want to measure their own traffic. No edge needs to run; nothing is counted or kept.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TextIO

from edge.config.loading import Loaded
from edge.core.account import Account
from edge.core.inventory import Inventory
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.core.verdict import Action, Explanation
from edge.policy.engine import compile_ruleset, explain
from edge.policy.signals.numbers import NumberingPlan
from edge.policy.state import PolicyState

NUMBER, RECIPIENT = 14165550100, "+14165550301"
# A business that has been there for long, without a brand, a domain or a granted class: nothing excuses the text.
ACCOUNT = Account("score", kind="business", country="CA", numbers=((NUMBER, NUMBER),), opened=1.0)
NOW = 1_000_000.0
RATES = (0.001, 0.01)  # shares of false positives at which recall is told


class Scored(NamedTuple):
    """One text: its label, whether the label is a harmless one, and what the rules say."""

    label: str
    harmless: bool
    score: float
    explanation: Explanation


class Scorer:
    """Judges texts one by one under the rules of a conf."""

    def __init__(self, loaded: Loaded, harmless: Sequence[str]) -> None:
        inventory = Inventory((ACCOUNT,))
        settings = {rule.id: rule.settings for rule in loaded.ruleset.rules}
        self._ruleset = compile_ruleset(settings, loaded.conf.version, inventory)
        self._state = PolicyState()
        self._harmless = frozenset(harmless)
        plan = NumberingPlan(loaded.conf.areas, lambda number: number == NUMBER)
        self._source = plan.identify(f"+{NUMBER}", 1, 1, 1)
        self._destination = plan.identify(RECIPIENT, 1, 1, 1)

    def judge(self, label: str, text: str) -> Scored:
        """The word on one text."""
        submission = Submission(
            Channel.SMPP,
            Direction.MT,
            Operation.SUBMIT,
            ACCOUNT,
            ACCOUNT.name,
            ACCOUNT.name,
            self._source,
            self._destination,
            Body(text, text.encode("utf-8", "replace")),
        )
        explanation = explain(self._ruleset, self._state, submission, NOW)
        scores = dict(explanation.scores)
        return Scored(label, label in self._harmless, scores["violating"], explanation)


def lines_of(file: TextIO) -> Iterator[tuple[str, str]]:
    """(label, text) of a file `label<TAB>text`. Raises ValueError with the line number."""
    for number, raw in enumerate(file, 1):
        line = raw.rstrip("\r\n")
        if not line:
            continue
        label, tab, text = line.partition("\t")
        if not tab:
            raise ValueError(f"line {number}: no tab between label and text")
        yield label, text


def as_json(number: int, scored: Scored) -> str:
    """One line of output. The text is not repeated."""
    explanation = scored.explanation
    hit = explanation.verdict.hit
    return json.dumps(
        {
            "n": number,
            "label": scored.label,
            "verdict": explanation.verdict.action.value,
            "rule": explanation.verdict.rule,
            "clause": hit.clause.value if hit is not None else "",
            "scores": {name: round(value, 4) for name, value in explanation.scores},
            "points": {
                finding.rule: {"value": finding.value, "parts": dict(finding.parts)}
                for finding in explanation.findings
                if finding.parts
            },
            "traffic": explanation.traffic,
            "signals": list(explanation.signals),
            "flags": [one.rule for one in explanation.verdict.would_have],
        },
        ensure_ascii=False,
    )


def summary(all_scored: Iterable[Scored]) -> list[str]:
    """Verdicts by label, and how well the classifier and the verdicts part harmless from other labels."""
    verdicts: dict[str, Counter[str]] = {}
    ham: list[float] = []
    bad: list[float] = []
    confusion: Counter[tuple[bool, bool]] = Counter()
    for scored in all_scored:
        action = scored.explanation.verdict.action
        verdicts.setdefault(scored.label, Counter())[action.value] += 1
        (ham if scored.harmless else bad).append(scored.score)
        confusion[scored.harmless, action not in (Action.ALLOW, Action.FLAG)] += 1
    lines = [
        f"{label:12} {sum(counts.values()):6}  " + ", ".join(f"{count} {name}" for name, count in counts.most_common())
        for label, counts in sorted(verdicts.items())
    ]
    if not ham or not bad:
        return [*lines, "precision and recall need harmless and other labels"]
    lines.append("verdicts      " + _quality(confusion[False, True], confusion[True, True], len(bad)))
    for rate in RATES:
        threshold = threshold_at(ham, rate)
        caught = sum(score >= threshold for score in bad)
        lines.append(
            f"classifier    recall {caught / len(bad):.3f} at {rate:.1%} false positives (threshold {threshold:.3f})"
        )
    return lines


def threshold_at(ham: Sequence[float], rate: float) -> float:
    """The lowest score that at most `rate` of the harmless texts reach."""
    ranked = sorted(ham, reverse=True)
    allowed = int(rate * len(ranked))
    return ranked[allowed] + 1e-9 if allowed < len(ranked) else 0.0


def _quality(caught: int, wrong: int, bad: int) -> str:
    precision = caught / (caught + wrong) if caught + wrong else 0.0
    recall = caught / bad
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f} (throttled, held, refused against let through)"
