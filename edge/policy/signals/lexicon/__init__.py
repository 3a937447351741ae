"""The words: patterns of folded text, one file a subject, each a tuple `PATTERNS`."""

from edge.policy.signals.lexicon import general
from edge.policy.signals.patterns import Pattern

PATTERNS: tuple[Pattern, ...] = (*general.PATTERNS,)
