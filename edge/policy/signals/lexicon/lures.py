"""Fraud: requests for credentials, urgency, the families of lures, and their negations."""

from edge.policy.signals.patterns import Pattern

PATTERNS: tuple[Pattern, ...] = ()
