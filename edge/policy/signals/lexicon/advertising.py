"""Offers, calls to action, restricted goods, and what makes a message transactional instead."""

from edge.policy.signals.patterns import Pattern

PATTERNS: tuple[Pattern, ...] = ()
