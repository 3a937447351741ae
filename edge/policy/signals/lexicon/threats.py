"""Threats, extortion, hate and encouragement to self-harm, and the idioms that only sound like it."""

from edge.policy.signals.patterns import Pattern

PATTERNS: tuple[Pattern, ...] = ()
