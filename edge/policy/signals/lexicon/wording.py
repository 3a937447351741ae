"""How the lexicons write long lists of words."""

import re

_BAR = re.compile(r"\s+\|\s+")


def words(text: str) -> str:
    """An expression for whole words: any of several expressions, written with ` | ` or a line's end between them.

    A word's edge is asked for at both ends: what ends with a digit takes the whole number (`\\d+`, or "$500" is none),
    and what begins or ends with a sign ("$", "%", "?") is not found beside a space: it is written beside these.
    """
    parts = (part for line in text.split("\n") for part in _BAR.split(line.strip().rstrip("|").strip()))
    return r"\b(?:" + "|".join(part for part in parts if part) + r")\b"


def listed(text: str) -> frozenset[str]:
    """Single words, written with spaces between them."""
    return frozenset(text.split())
