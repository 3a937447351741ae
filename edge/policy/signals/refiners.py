"""What is looked at more closely where a pattern raised its hand, in this order.

A refiner gets the reading so far and the text as it came. It sets what it finds in the reading, and may take back
the flag that called it. It must not raise, and its cost must not grow worse than linearly with the text.
"""

from collections.abc import Callable

from edge.policy.signals import advertising, consent, distress, lures, phones, sensitive, threats
from edge.policy.signals.reading import Reading

Refine = Callable[[Reading, str], None]

REFINERS: tuple[tuple[int, Refine], ...] = (
    (consent.CANDIDATE, consent.hear_words),
    (phones.CALLS, phones.refine),
    (threats.CANDIDATES, threats.refine),
    (lures.CALLS, lures.refine),
    (sensitive.CALLS, sensitive.refine),
    (advertising.CANDIDATES, advertising.refine),
    (distress.CANDIDATES, distress.refine),
)
"""(flags any of which calls it, the refiner)."""
