"""Sensitive data: the words around numbers that make them somebody's card, account or diagnosis."""

from edge.policy.signals.patterns import Pattern

PATTERNS: tuple[Pattern, ...] = ()
