"""The detectors measured: recall on made-up templates, and nothing at all on ordinary messages."""

from collections import Counter

import pytest

from edge.policy.signals.flags import names
from edge.policy.signals.reader import read
from tests.edge.policy.signals.sensitive import templates

SEED = 20251125


def kinds(text: str) -> set[str]:
    return {name.removeprefix("sensitive-") for name in names(read(text).flags) if name.startswith("sensitive-")}


@pytest.fixture(scope="module")
def found() -> list[tuple[str, str, set[str]]]:
    return [(kind, text, kinds(text)) for kind, text in templates.sensitive(SEED)]


def test_recall_on_all_templates(found: list[tuple[str, str, set[str]]]) -> None:
    missed = [(kind, text) for kind, text, seen in found if kind not in seen]
    assert len(found) > 350
    assert len(missed) / len(found) <= 0.05, missed


def test_recall_of_each_kind(found: list[tuple[str, str, set[str]]]) -> None:
    all_of = Counter(kind for kind, _, _ in found)
    seen_of = Counter(kind for kind, _, seen in found if kind in seen)
    assert set(all_of) == {"pan", "ssn", "sin", "iban", "bank", "password", "key", "id", "health"}
    assert {kind: seen_of[kind] / count for kind, count in all_of.items() if seen_of[kind] / count < 0.9} == {}


def test_nothing_on_ordinary_messages() -> None:
    texts = list(templates.ordinary(SEED))
    assert len(texts) == 500
    assert [(text, kinds(text)) for text in texts if kinds(text)] == []


def test_disguised_and_far_inside() -> None:
    assert kinds("card on file 5555.5555\u200b.5555.4444") == {"pan"}
    assert kinds("card \uff14\uff11\uff11\uff11 1111 1111 1111") == {"pan"}
    assert kinds("x" * 1500 + " card 4111 1111 1111 1111 " + "y" * 1500) == {"pan"}
    assert kinds("x" * 900 + "z " * 45 + "gb82 west 1234 5698 7654 32 " + "y" * 1500) == {"iban"}
    assert kinds("x" * 1500 + " passport no G92649085 " + "y" * 1500) == {"id"}
