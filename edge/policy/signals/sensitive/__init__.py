"""Sensitive data in a text: shapes that a pattern raised are checked by their digits and the words around them.

What stands here never leaves: findings are flags (`sensitive-pan` ...), without a digit of what was found.
"""

from edge.policy.signals.flags import flag
from edge.policy.signals.reading import Reading
from edge.policy.signals.sensitive import accounts, cards, health, people, secrets

# Kinds as sub-rules name them, each with its flag `sensitive-<kind>`. `key`, `id` are raised by patterns alone.
KINDS = ("pan", "ssn", "sin", "iban", "bank", "password", "key", "id", "health", "wifi")
FLAGS = {kind: flag(f"sensitive-{kind}") for kind in KINDS}

_CARD, _NINE = flag("card-shape"), flag("nine-shape")
_IBAN, _BANK = flag("iban-shape"), flag("bank-words")
_PASSWORD, _PIN = flag("password-words"), flag("pin-words")
_CONDITION = flag("condition-words")
CALLS = _CARD | _NINE | _IBAN | _BANK | _PASSWORD | _PIN | _CONDITION


def refine(reading: Reading, text: str) -> None:
    """Set the flag of every kind that stands the test. `text` is needed for capitals in passwords only."""
    seen, plain = reading.flags, reading.plain
    found: list[str] = []
    if seen & _CARD and cards.has_card(plain):
        found.append("pan")
    if seen & _NINE:
        found += people.numbers(plain)
    if seen & _IBAN and accounts.has_iban(plain):
        found.append("iban")
    if seen & _BANK and accounts.has_bank_account(plain):
        found.append("bank")
    if seen & _PASSWORD:
        found += secrets.passwords(text)
    if seen & _PIN and secrets.has_card_pin(plain):
        found.append("password")
    if seen & _CONDITION and health.tells(plain):
        found.append("health")
    for kind in found:
        reading.flags |= FLAGS[kind]
