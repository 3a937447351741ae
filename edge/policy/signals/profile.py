"""What the shape of a text says: the classifier's scores and the campaign sketch, from one list of tokens.

Kept for texts that differ in digits only, so that traffic of templates costs little (design.md 3).
"""

from hashlib import blake2b

import msgspec

from edge.policy.signals.classifier import score
from edge.policy.signals.sketch import sketch
from edge.policy.signals.tokens import tokenise


class Profile(msgspec.Struct, frozen=True, gc=False):
    """Scores are probabilities from 0 to 1; `violating` is that of any category, and the one to trust: the public
    labels that tell spam from smishing overlap (docs/detection.md).

    `sketch` are the 16 smallest hashes of its shingles (64 bits), sorted; `exact` a hash (64 bits) of the text with
    digits masked; `tokens` how many words there are. Hashes are the same in every process.
    """

    marketing: float = 0.0
    phishing: float = 0.0
    harassment: float = 0.0
    sketch: tuple[int, ...] = ()
    exact: int = 0
    tokens: int = 0
    violating: float = 0.0


_MASK = str.maketrans("123456789", "000000000")


def profile(skeleton: str, text: str = "") -> Profile:
    """The profile of a folded text; `text` is the text as it came, for what folding loses (capitals)."""
    masked = skeleton.translate(_MASK)
    tokens = tokenise(masked)
    violating, marketing, phishing, harassment = score(tokens)
    exact = int.from_bytes(blake2b(masked.encode("utf-8", "replace"), digest_size=8).digest(), "big")
    return Profile(marketing, phishing, harassment, sketch(tokens), exact, len(tokens), violating)
