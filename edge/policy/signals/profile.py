"""What the shape of a text says: the classifier's scores and the campaign sketch, from one list of tokens."""

import msgspec
import numpy as np

from edge.policy.signals import digest
from edge.policy.signals.tokens import KINDS, MARKS, NAMES, without_links
from edge.policy.signals.weights import shipped


class Profile(msgspec.Struct, frozen=True, gc=False):
    """Scores are probabilities from 0 to 1; `violating` is that of marketing or phishing, and the one to trust: the
    public labels that tell spam from smishing overlap (docs/detection.md).

    `sketch` are the 16 smallest hashes of its pairs of words (64 bits each, as octets), sorted; `exact` a hash (64
    bits) of the text with digits masked and links folded; `tokens` how many words there are. Hashes are the same in
    every process.
    """

    marketing: float = 0.0
    phishing: float = 0.0
    harassment: float = 0.0
    sketch: bytes = b""
    exact: int = 0
    tokens: int = 0
    violating: float = 0.0


def profile(skeleton: str) -> Profile:
    """The profile of a folded text. Texts that differ in digits only have the same one, but for their lengths."""
    weights = shipped()
    codes, traits = without_links(skeleton)
    least = np.empty(digest.SIZE, np.uint64)
    tokens, kept, exact, violating, phishing, harassment = digest.digest(
        codes,
        len(skeleton),
        traits,
        KINDS,
        NAMES,
        MARKS,
        weights.weighed,
        weights.rows,
        weights.table,
        weights.offsets,
        weights.common,
        weights.perhaps,
        least,
    )
    return Profile(violating - phishing, phishing, harassment, least[:kept].tobytes(), exact, tokens, violating)
