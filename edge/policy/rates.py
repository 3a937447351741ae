"""Rates as operators write them, and what the pacing rules compute from them (GCRA).

Values only: the timestamps live in `edge.policy.state`. A rate that is met exactly passes; nothing here rounds up.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
# More than any network carries; keeps the arithmetic exact in a float.
COUNT_MAX = 1_000_000_000
PERIOD_MAX = 366 * 86400.0

_FORM = re.compile(r"(\d{1,12}) ?/ ?(\d{1,12}) ?(ms|s|m|h|d)(?: +burst +(\d{1,12}))?", re.ASCII)


class Rate(msgspec.Struct, frozen=True):
    """`count` messages in `period` seconds, `burst` of them at once. A count of 0 lets nothing pass."""

    count: int
    period: float
    burst: int

    def __str__(self) -> str:
        """As it is written in the conf, in the largest unit that divides the period."""
        millis = round(self.period * 1000)
        unit = next(unit for unit in ("d", "h", "m", "s", "ms") if millis % round(UNITS[unit] * 1000) == 0)
        return f"{self.count}/{millis // round(UNITS[unit] * 1000)}{unit} burst {self.burst}"

    def divided(self, divisor: int) -> "Rate":
        """The same rate for somebody who may send a part of it only; never less than one message."""
        return Rate(max(1, self.count // divisor), self.period, max(1, self.burst // divisor)) if self.count else self


def parse_rate(value: Any) -> Rate:
    """`"60/1m burst 10"` -> one a second, ten at once; the burst left out is a tenth of the count, at least 1.

    `"0/1m"` lets nothing pass. Raises ValueError with a sentence for the operator.
    """
    if not isinstance(value, str):
        raise ValueError(f'a rate is text such as "60/1m burst 10", not {type(value).__name__}')
    match = _FORM.fullmatch(value.strip())
    if match is None:
        raise ValueError(f'"{value[:40]}" is no rate: write count/period, such as "60/1m" or "10/1s burst 50"')
    count, amount, unit, burst = int(match[1]), int(match[2]), match[3], match[4]
    period = amount * UNITS[unit]
    if not 0 < period <= PERIOD_MAX:
        raise ValueError(f'the period of "{value}" must be more than nothing and at most a year')
    if count > COUNT_MAX or int(burst or 0) > COUNT_MAX:
        raise ValueError(f'"{value}" counts more than {COUNT_MAX} messages')
    if count and burst is not None and int(burst) < 1:
        raise ValueError(f'the burst of "{value}" must be at least 1, or no message could pass')
    return Rate(count, period, (int(burst) if burst is not None else max(1, count // 10)) if count else 0)


class Count(msgspec.Struct, frozen=True):
    """At most `count` messages in any `period` seconds: counted one by one, without a burst."""

    count: int
    period: float

    def __str__(self) -> str:
        """As it is written in the conf."""
        return str(Rate(self.count, self.period, 0)).partition(" ")[0]


# What is counted one by one is remembered one by one.
COUNTED_MAX = 1000
COUNTED_PERIOD_MAX = 86400.0


def parse_count(value: Any, most: int = COUNTED_MAX) -> Count:
    """`"30/10m"`: at most 30 in any ten minutes. Raises ValueError with a sentence for the operator."""
    if isinstance(value, str) and "burst" in value:
        raise ValueError(f'"{value[:40]}" has a burst: here every message of the period counts, write "30/10m"')
    rate = parse_rate(value)
    if rate.count > most or rate.period > COUNTED_PERIOD_MAX:
        raise ValueError(f'"{value}" is more than can be counted: at most {most} messages in at most a day')
    return Count(rate.count, rate.period)


class Limit(msgspec.Struct, frozen=True, gc=False):
    """A rate in the shape GCRA asks for, times in seconds.

    A key's one timestamp is its TAT (theoretical arrival time). A message conforms at `now` when
    `tat - now <= tolerance`; it then moves the TAT to `max(tat, now) + interval`. `span` is how long after
    its last message a key can still matter. (ITU-T I.371 annex A, the virtual scheduling form.)
    """

    tolerance: float
    interval: float
    span: float
    rate: Rate

    def used(self, tat: float, now: float) -> float:
        """How many messages of the burst are in use at `now`."""
        return max(0.0, tat - now) / self.interval if self.rate.count else 0.0


def limit_of(rate: Rate) -> Limit:
    """Compile a rate. Of a rate of 0, the tolerance is below what even a fresh key shows."""
    if not rate.count:
        return Limit(-1.0, rate.period, 0.0, rate)
    interval = rate.period / rate.count
    # The hair's breadth absorbs the rounding of sums of intervals; it is far below one interval.
    return Limit((rate.burst - 1) * interval + interval * 1e-6, interval, rate.burst * interval, rate)


class Limits:
    """One rate setting of a rule: the limit for everybody, and those of accounts with their own."""

    __slots__ = ("everybody", "own")

    def __init__(self, everybody: Limit, own: Mapping[str, Limit]) -> None:
        self.everybody = everybody
        self.own = dict(own)

    def of(self, account: str) -> Limit:
        """The limit that holds for `account`."""
        return self.own.get(account, self.everybody)

    def span(self) -> float:
        """How long a key can matter under any of the limits, in seconds."""
        return max(limit.span for limit in (self.everybody, *self.own.values()))
