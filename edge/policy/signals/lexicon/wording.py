"""How the lexicons write long lists of words."""

import re

_BAR = re.compile(r"\s+\|\s+")


def words(text: str) -> str:
    """An expression for whole words: any of several expressions, written with ` | ` or a line's end between them."""
    parts = (part for line in text.split("\n") for part in _BAR.split(line.strip().rstrip("|").strip()))
    return r"\b(?:" + "|".join(part for part in parts if part) + r")\b"


def listed(text: str) -> frozenset[str]:
    """Single words, written with spaces between them."""
    return frozenset(text.split())
