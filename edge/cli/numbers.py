"""Numbers of the command line that have to make sense: argparse says so where they do not."""

import math
from argparse import ArgumentTypeError


def count(written: str) -> int:
    """How many: 1 or more."""
    number = int(written)
    if number < 1:
        raise ArgumentTypeError("it must be 1 or more")
    return number


def hours(written: str) -> float:
    """How far back: more than nothing."""
    number = float(written)
    if not (math.isfinite(number) and number > 0):
        raise ArgumentTypeError("it must be a number of hours above 0")
    return number
