"""What the shape of a text says: the classifier's scores and the campaign sketch, from one list of tokens.

Kept for texts that differ in digits only, so that traffic of templates costs little (design.md 3).
"""

import msgspec


class Profile(msgspec.Struct, frozen=True, gc=False):
    """Scores are probabilities from 0 to 1. `sketch` are the 16 smallest hashes of its shingles (64 bits), sorted;
    `exact` a hash of the text with digits and links masked; `tokens` how many words there are.
    """

    marketing: float = 0.0
    phishing: float = 0.0
    harassment: float = 0.0
    sketch: tuple[int, ...] = ()
    exact: int = 0
    tokens: int = 0


def profile(skeleton: str) -> Profile:
    """The profile of a folded text."""
    return Profile(exact=hash(skeleton), tokens=skeleton.count(" ") + 1)
