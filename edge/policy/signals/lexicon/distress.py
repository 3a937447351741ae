"""Emergencies: what offers texting in place of calling for help, and what only speaks of them."""

from edge.policy.signals.patterns import Pattern

PATTERNS: tuple[Pattern, ...] = ()
