"""Numbers and texts that stand for other people's: different ones each time, the same in every run."""

import random
from pathlib import Path

# Everyday words that no rule looks for.
WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()


def chatter(number: int) -> str:
    """An everyday text, different for every number."""
    pick = random.Random(number)
    return " ".join(pick.choices(WORDS, k=pick.randint(8, 12))) + pick.choice(".?!")


def stranger(recipient: str, number: int) -> str:
    """The `number`-th other subscriber near `recipient`: a well-formed number of the same country, no neighbour."""
    digits = recipient.removeprefix("+")
    if not digits.startswith("1") or len(digits) != 11:
        return f"+{digits[:4]}{(number * 7_368_787 + 1_234_567) % 10 ** (len(digits) - 4):0{len(digits) - 4}d}"
    exchange = 201 + (number * 37) % 798
    while exchange % 100 == 11 or exchange in (555, 950, 958, 959, 976):
        exchange += 1
    return f"+{digits[:4]}{exchange}{(number * 7919 + 4321) % 10_000:04d}"


def sibling(sender: str, number: int) -> str:
    """The `number`-th other number of the sender's account."""
    value = int(sender.removeprefix("+"))
    return f"+{value - value % 10_000 + (value % 10_000 + number * 3) % 10_000}"
