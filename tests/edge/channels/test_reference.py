"""docs/answers.md says what the tables say."""

from pathlib import Path

from edge.channels.reference import page


def test_the_page_is_not_stale():
    written = (Path(__file__).parents[3] / "docs" / "answers.md").read_text(encoding="utf-8")
    assert written == page()
