"""The kinds of values a rule's settings have: each makes a `Setting` that knows how to read its TOML value.

Errors are sentences for the operator; the loader adds file and line.
"""

import re
from collections.abc import Iterable
from typing import Any

from edge.policy.rates import COUNTED_MAX, parse_count, parse_rate
from edge.policy.rule import Setting
from edge.policy.signals.book import parse_brand

# Enough for an industry list; a longer one belongs into a data file of its own.
LIST_MAX = 1_000_000
# Perceptual hashes are compared one by one, for each frame of a picture: so many take 0.1 ms.
NEAR_MAX = 100_000
NEAR_DIGITS = 16
_HASH = re.compile(r"[0-9a-f]{64}|[0-9a-f]{16}")


def rate(default: str, description: str) -> Setting:
    """A rate such as "60/1m burst 10"."""
    return Setting(parse_rate(default), parse_rate, description)


def count(default: str, description: str, most: int = COUNTED_MAX) -> Setting:
    """A count in a period such as "30/10m": at most 30 in any ten minutes, without a burst. No more than `most`."""
    return Setting(parse_count(default), lambda value: parse_count(value, most), description)


def whole(default: int, least: int, most: int, description: str) -> Setting:
    """A whole number from `least` to `most`."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return Setting(default, parse, description)


def seconds(default: float, least: float, most: float, description: str) -> Setting:
    """A duration in seconds."""

    def parse(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise ValueError(f"must be a number of seconds from {least:g} to {most:g}")
        return float(value)

    return Setting(default, parse, description)


def switch(default: bool, description: str) -> Setting:
    """true or false."""

    def parse(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return value

    return Setting(default, parse, description)


def text(default: str, most: int, description: str) -> Setting:
    """Text of 1 to `most` characters."""

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= most:
            raise ValueError(f"must be text of 1 to {most} characters")
        return value

    return Setting(default, parse, description)


def words(default: Iterable[str], description: str) -> Setting:
    """A list of words, kept in upper case."""

    def parse(value: Any) -> frozenset[str]:
        return frozenset(entry.strip().upper() for entry in _strings(value))

    return Setting(frozenset(default), parse, description)


def brands(description: str) -> Setting:
    """A list of protected brands: "Name, Other name | domains | kind"."""

    def parse(value: Any) -> tuple[str, ...]:
        entries = _strings(value)
        for entry in entries:
            try:
                parse_brand(entry)
            except ValueError as error:
                raise ValueError(f'"{entry[:40]}" {error}') from error
        return tuple(entries)

    return Setting((), parse, description)


def numbers(description: str) -> Setting:
    """A list of phone numbers in international form: +14165550100."""

    def parse(value: Any) -> frozenset[int]:
        entries = list(_strings(value))
        for entry in entries:
            if not (entry.startswith("+") and entry[1:].isdecimal() and entry.isascii() and 8 <= len(entry) <= 16):
                raise ValueError(f'"{entry[:20]}" is no number: write it in full, such as "+14165550100"')
        return frozenset(int(entry[1:]) for entry in entries)

    return Setting(frozenset(), parse, description)


def share(default: float, description: str) -> Setting:
    """A number from 0 to 1."""

    def parse(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise ValueError("must be a number from 0 to 1")
        return float(value)

    return Setting(default, parse, description)


def some_of(known: Iterable[str], default: Iterable[str], description: str) -> Setting:
    """A list of some of a few words, kept in upper case."""
    names = frozenset(known)

    def parse(value: Any) -> frozenset[str]:
        found = frozenset(entry.strip().upper() for entry in _strings(value))
        for entry in sorted(found - names):
            raise ValueError(f'"{entry[:20]}" is none of {", ".join(sorted(names))}')
        return found

    return Setting(frozenset(default), parse, description)


def hashes(description: str) -> Setting:
    """A list of hashes of pictures in hexadecimal: 64 digits (SHA-256 of the file) or 16 (perceptual)."""

    def parse(value: Any) -> frozenset[str]:
        found = frozenset(entry.strip().lower() for entry in _strings(value))
        for entry in found:
            if not _HASH.fullmatch(entry):
                raise ValueError(
                    f'"{entry[:20]}" is no hash: write 64 hexadecimal digits (SHA-256), or 16 (perceptual)'
                )
        if sum(len(entry) == NEAR_DIGITS for entry in found) > NEAR_MAX:
            raise ValueError(f"has more than {NEAR_MAX} perceptual hashes")
        return found

    return Setting(frozenset(), parse, description)


def ports(default: Iterable[int], description: str) -> Setting:
    """A list of port numbers."""

    def parse(value: Any) -> frozenset[int]:
        if not isinstance(value, list) or not all(type(entry) is int and 0 <= entry <= 0xFFFF for entry in value):
            raise ValueError("must be a list of whole numbers from 0 to 65535")
        return frozenset(value)

    return Setting(frozenset(default), parse, description)


def prefixes(description: str) -> Setting:
    """A list of leading digits with the country code: "+1900", "+1416976", or whole numbers."""

    def parse(value: Any) -> frozenset[str]:
        entries = [entry.strip() for entry in _strings(value)]
        for entry in entries:
            if not (entry.startswith("+") and entry[1:].isdecimal() and entry.isascii() and len(entry) <= 16):
                raise ValueError(f'"{entry[:20]}" is no prefix: write "+", country code and leading digits')
        return frozenset(entry[1:] for entry in entries)

    return Setting(frozenset(), parse, description)


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ValueError("must be a list of texts")
    if len(value) > LIST_MAX:
        raise ValueError(f"has more than {LIST_MAX} entries")
    return value
