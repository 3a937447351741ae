"""Tests of what rules read in words: the classifier is silent in them. What it adds is measured by `make detection`."""

import pytest

from edge.policy.signals import reader

WORDS = ("test_link_rules", "test_marketing", "test_solicit")


@pytest.fixture(autouse=True)
def silent_classifier(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No flags of the classifier in the tests of `WORDS`."""
    if request.module.__name__.rpartition(".")[2] in WORDS and "classifier" not in request.node.name:
        monkeypatch.setattr(reader, "score_flags", lambda profile: 0)
