"""Texts of the clauses' tests: tab-separated files with what is expected of each."""

from pathlib import Path

HERE = Path(__file__).parent


def texts(name: str) -> list[tuple[str, str]]:
    """The lines of `name`.tsv: (expected, text). `\\u200b` and `\\n` stand for these characters."""
    lines = (HERE / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return [(expected, text.replace("\\u200b", "\u200b").replace("\\n", "\n")) for expected, _, text in pairs]
