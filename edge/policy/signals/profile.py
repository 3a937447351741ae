"""What the shape of a text says: the classifier's scores and the campaign sketch, from one list of tokens.

Kept for texts that differ in digits only, so that traffic of templates costs little (design.md 3).
"""

from hashlib import blake2b

import msgspec

from edge.policy.signals.classifier import columns, score
from edge.policy.signals.ring import Ring
from edge.policy.signals.sketch import pairs, sketch
from edge.policy.signals.tokens import masked, tokenise
from edge.policy.signals.weights import shipped

# Profiles remembered, about 1,300 octets each.
PROFILES = 16_384


class Profile(msgspec.Struct, frozen=True, gc=False):
    """Scores are probabilities from 0 to 1; `violating` is that of marketing or phishing, and the one to trust: the
    public labels that tell spam from smishing overlap (docs/detection.md).

    `sketch` are the 16 smallest hashes of its pairs of words (64 bits), sorted; `exact` a hash (64 bits) of the text
    with digits masked and links folded; `tokens` how many words there are. Hashes are the same in every process.
    """

    marketing: float = 0.0
    phishing: float = 0.0
    harassment: float = 0.0
    sketch: tuple[int, ...] = ()
    exact: int = 0
    tokens: int = 0
    violating: float = 0.0


class Memory:
    """Profiles by masked text. Bounded: the oldest goes first."""

    def __init__(self, cap: int) -> None:
        self.known: dict[bytes, Profile] = {}
        self.ring: Ring[bytes] = Ring(cap)

    def keep(self, key: bytes, profile: Profile) -> None:
        """Remember one that is not known yet."""
        dropped = self.ring.push(key)
        if dropped is not None:
            del self.known[dropped]
        self.known[key] = profile


MEMORY = Memory(PROFILES)


def profile(skeleton: str) -> Profile:
    """The profile of a folded text."""
    key = masked(skeleton)
    found = MEMORY.known.get(key)
    if found is None:
        found = made(key)
        MEMORY.keep(key, found)
    return found


def made(text: bytes) -> Profile:
    """The profile of a text as of `masked`, worked out."""
    weights = shipped()
    tokens = tokenise(text.decode())
    hashes = pairs(tokens.sequence)
    violating, marketing, phishing, harassment = score(columns(tokens, hashes), weights)
    exact = int.from_bytes(blake2b(tokens.exact.encode(), digest_size=8).digest(), "big")
    words = len(tokens.sequence)
    return Profile(marketing, phishing, harassment, sketch(hashes, weights.common), exact, words, violating)
