"""Words of a folded text, as the classifier and the campaign sketch share them."""

import re

_TOKEN = re.compile(r"[^\W\d_]+|\d+")


def tokenise(masked: str) -> list[str]:
    """The words of a folded text whose digits are masked."""
    return _TOKEN.findall(masked)
