"""The words: patterns of folded text, one file a subject, each a tuple `PATTERNS`."""

from edge.policy.signals.lexicon import (
    advertising,
    consent,
    distress,
    general,
    goods,
    handing,
    lures,
    naming,
    occasions,
    personal,
    threats,
)
from edge.policy.signals.patterns import Pattern

PATTERNS: tuple[Pattern, ...] = (
    *advertising.PATTERNS,
    *consent.PATTERNS,
    *distress.PATTERNS,
    *general.PATTERNS,
    *goods.PATTERNS,
    *handing.HANDS,
    *lures.PATTERNS,
    *naming.PATTERNS,
    *occasions.PATTERNS,
    *personal.PATTERNS,
    *threats.PATTERNS,
)
