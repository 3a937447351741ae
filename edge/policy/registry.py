"""Every rule of the contract, in the order of evaluation: cheap before dear, emergency first (policy.md 0.1).

A rule whose `built` is None loads (with any further scalar key) and is not enforced yet.
"""

from edge.policy.rule import RuleSpec
from edge.policy.specs import (
    bombing,
    bulk,
    carriage,
    consent,
    emergency,
    fraud,
    harassment,
    identity,
    images,
    marketing,
    pumping,
    standing,
)

ORDER = (
    "emergency-destination",
    "suspended",
    "blocked",
    "emergency-source",
    "sender-format",
    "sender-alphanumeric",
    "sender-short-code",
    "sender-toll-free",
    "sender-not-owned",
    "sender-on-net",
    "sender-do-not-originate",
    "sender-channel",
    "destination-format",
    # Before what may refuse for another reason: a match on the child-safety list must be known as one.
    "image-hash",
    "opt-out",
    "no-consent",
    "list-quality",
    "complaint",
    "opt-out-rate",
    "loop",
    "many-recipients",
    "rate-account",
    "rate-sender",
    "volume",
    "bomb-pair",
    "bomb-recipient",
    "bomb-otp",
    "sms-pumping",
    "fan-out",
    "bulk",
    "snowshoe",
    "number-cycling",
    "sequential",
    "imbalance",
    "silent-sms",
    "part-overlap",
    "unreadable",
    "sensitive-data",
    "adult-link",
    "phishing",
    "brand-mismatch",
    "threat",
    "emergency-solicit",
    "shortener",
    "url-cycling",
    "restricted-goods",
    "marketing",
    "image-unscannable",
    "image-content",
)

_SPECS = {
    spec.id: spec
    for group in (
        bombing,
        bulk,
        carriage,
        consent,
        emergency,
        fraud,
        harassment,
        identity,
        images,
        marketing,
        pumping,
        standing,
    )
    for spec in group.RULES
}

RULES: dict[str, RuleSpec] = {name: _SPECS[name] for name in ORDER}
