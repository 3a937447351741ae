"""Sensitive data in a text: shapes that a pattern raised are checked by their digits and the words around them.

What stands here never leaves: findings are flags (`sensitive-pan` ...), without a digit of what was found.
"""

from edge.policy.signals.flags import flag
from edge.policy.signals.fold import FOLDED_MAX
from edge.policy.signals.glyphs import READINGS
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
# How much of a long text's middle, which folding leaves out, is looked at: a message of fourteen parts is then seen
# whole. Numbers may lie across the seam.
_MIDDLE, _SEAM = 1200, 60


def refine(reading: Reading, text: str) -> None:
    """Set the flag of every kind that stands the test. `text` is needed for passwords, and where it is long."""
    seen = reading.flags
    if len(text) <= FOLDED_MAX:
        reading.flags |= _tested(seen, reading.plain, text)
    else:
        half = FOLDED_MAX // 2
        reading.flags |= _tested(seen, reading.plain, f"{text[:half]}\n{text[-half:]}")
        edge = half - _SEAM
        middle = text[edge : len(text) - edge][:_MIDDLE]
        plain = (middle if middle.isascii() else middle.translate(READINGS)).lower()
        reading.flags |= _tested(seen, plain, middle)


def _tested(seen: int, plain: str, text: str) -> int:
    """The flags of what stands the test, of all that `seen` calls for. `plain` is `text` folded."""
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
    flags = 0
    for kind in found:
        flags |= FLAGS[kind]
    return flags
