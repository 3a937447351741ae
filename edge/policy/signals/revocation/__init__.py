"""Whether a short text takes consent back in its own words: any reasonable wording counts (47 CFR 64.1200(a)(10)).

One file a language. Texts here are words and spaces, at most eight words as written, so no expression can run long.
"""

from edge.policy.signals.revocation import english, french, spanish
from edge.policy.signals.revocation.wording import Wording

WORDINGS: tuple[Wording, ...] = (*english.WORDINGS, *french.WORDINGS, *spanish.WORDINGS)


def revokes(words: str) -> bool:
    """Whether `words` (normalised, short) ask not to be written to again."""
    return any(wording.found_in(words) for wording in WORDINGS)
