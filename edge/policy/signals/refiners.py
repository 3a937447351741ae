"""What is looked at more closely where a pattern raised its hand, in this order.

A refiner gets the reading so far and the text as it came. It sets what it finds in the reading, and may take back
the flag that called it. It must not raise, and its cost must not grow worse than linearly with the text.
"""

from collections.abc import Callable

from edge.policy.signals.reading import Reading

Refine = Callable[[Reading, str], None]

REFINERS: tuple[tuple[int, Refine], ...] = ()
"""(flags any of which calls it, the refiner)."""
