"""What more than one subject asks: whether there is anything that looks like a link, a number to call, money."""

from edge.policy.signals.patterns import Pattern

PATTERNS = (
    Pattern("money", r"(?:[$€£]|\b(?:usd|cad|eur|gbp|rs\.?)) ?\d"),
    Pattern("digits", r"\d{4}"),
)
