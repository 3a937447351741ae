"""The kinds of value an operator can write, each with its reader: strict, and clear about what it expected.

A reader takes a TOML value and gives what the rest of the program uses, or raises `Wrong`. It reads no files and
no environment; secrets and paths stay words here.
"""

import datetime
import re
import zoneinfo
from collections.abc import Callable, Iterable
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

import msgspec
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS

from edge.config.problem import Wrong, expected, kind_of, shown
from edge.core.conf import Listen

Ranges = tuple[tuple[int, int], ...]


class Kind(msgspec.Struct, frozen=True):
    """`what` completes "expected ..."; `read` turns the TOML value into ours or raises `Wrong`.

    `show` writes a value of ours as the conf would; `secret` values are never shown anywhere.
    """

    what: str
    read: Callable[[Any], Any]
    show: Callable[[Any], str] = shown
    secret: bool = False


def text(what: str = "text", pattern: str = "", longest: int = 255) -> Kind:
    """Text of at most `longest` characters without control characters, that matches `pattern` wholly."""
    compiled = re.compile(pattern or r"[^\x00-\x1f\x7f]*", re.ASCII)

    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value) > longest or not compiled.fullmatch(value):
            raise expected(what, value)
        return value

    return Kind(what, read)


def whole(low: int, high: int) -> Kind:
    """A whole number within bounds."""
    what = f"a whole number from {low} to {high}"

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise expected(what, value)
        return value

    return Kind(what, read)


def number(low: float, high: float) -> Kind:
    """A number within bounds, with or without a fraction."""
    what = f"a number from {low:g} to {high:g}"

    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise expected(what, value)
        return float(value)

    return Kind(what, read, show=lambda value: f"{value:g}")


def one_of(*words: str) -> Kind:
    """One of a few words."""
    what = " or ".join(filter(None, (", ".join(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"')))

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise expected(what, value, words)
        return value

    return Kind(what, read)


def coded(words: dict[str, int]) -> Kind:
    """One of a few words that stand for a number."""
    kind = one_of(*words)
    names = {code: word for word, code in words.items()}
    return Kind(kind.what, lambda value: words[kind.read(value)], show=lambda code: shown(names[code]))


def _read_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise expected("true or false", value)
    return value


def _read_secret(value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong(f"expected text, got {kind_of(value)}")
    return value


FLAG = Kind("true or false", _read_flag)
SECRET = Kind('text, "env:NAME" or "file:PATH"', _read_secret, secret=True)
PORT = whole(1, 65535)
NAME = text("a name (letters, digits, . _ -; at most 64)", r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
PATH = text("a path", r"[^\x00-\x1f\x7f]+", 4096)


# Durations and sizes

_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,6})?) ?(ms|s|m|h|d)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?(B|kB|KB|MB|GB|KiB|MiB|GiB)", re.ASCII)
_OCTETS = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}


def duration(low: float, high: float = 366 * 86400.0) -> Kind:
    """Seconds as a number, or "10s", "5m", "2h", "30d", "250ms"."""
    what = f'a time from {show_duration(low)} to {show_duration(high)}, like "10s", "5m", "2h" or "30d"'

    def read(value: Any) -> float:
        if isinstance(value, str) and (match := _DURATION.fullmatch(value)):
            seconds = float(match.group(1)) * _SECONDS[match.group(2)]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value
        else:
            raise expected(what, value)
        if not low <= seconds <= high:
            raise expected(what, value)
        return float(seconds)

    return Kind(what, read, show=lambda value: f'"{show_duration(value)}"')


def show_duration(seconds: float) -> str:
    """The shortest way to write it: 90.0 -> "90s", 120.0 -> "2m"."""
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length and seconds % length == 0:
            return f"{int(seconds // length)}{unit}"
    return f"{seconds:g}s"


def size(low: int, high: int) -> Kind:
    """Octets as a number, or "1.5MB", "64MiB"."""
    what = f'a size from {show_size(low)} to {show_size(high)}, like "1.5MB" or "64MiB"'

    def read(value: Any) -> int:
        if isinstance(value, str) and (match := _SIZE.fullmatch(value)):
            octets = int(float(match.group(1)) * _OCTETS[match.group(2)])
        elif isinstance(value, int) and not isinstance(value, bool):
            octets = value
        else:
            raise expected(what, value)
        if not low <= octets <= high:
            raise expected(what, value)
        return octets

    return Kind(what, read, show=lambda value: f'"{show_size(value)}"')


def show_size(octets: int) -> str:
    """The shortest way to write it: 1500000 -> "1.5MB", 67108864 -> "64MiB"."""
    for unit in ("GiB", "MiB", "KiB"):
        if octets >= _OCTETS[unit] and octets % _OCTETS[unit] == 0:
            return f"{octets // _OCTETS[unit]}{unit}"
    for unit in ("GB", "MB", "kB"):
        if octets >= _OCTETS[unit]:
            return f"{octets / _OCTETS[unit]:g}{unit}"
    return f"{octets}B"


# Addresses

_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?)*"
)
_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^:\[\]]+):(\d{1,5})", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def is_host(word: str) -> bool:
    """Whether `word` is an IP address or can be a host name."""
    try:
        ip_address(word)
    except ValueError:
        digits_only = word.replace(".", "").isdigit()
        return bool(_HOST.fullmatch(word)) and not digits_only
    return True


def _read_host(value: Any) -> str:
    if not isinstance(value, str) or not is_host(value):
        raise expected("a host name or an IP address", value)
    return value


def _read_listen(value: Any) -> Listen:
    match = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if not match or not is_host(match.group(1).strip("[]")) or int(match.group(2)) > 65535:
        raise expected('an address and port, like "127.0.0.1:2775" or "[::1]:2775"', value)
    return Listen(match.group(1).strip("[]"), int(match.group(2)))


def _read_network(value: Any) -> str:
    if isinstance(value, str):
        try:
            return str(ip_network(value))
        except ValueError:
            pass
        try:
            wider = str(ip_network(value, strict=False))
        except ValueError:
            pass
        else:
            raise Wrong(
                f'expected a network, got {shown(value)}: it has bits behind the mask (did you mean "{wider}"?)'
            )
    raise expected('a network, like "192.0.2.0/24" or "192.0.2.7"', value)


def _read_domain(value: Any) -> str:
    if not isinstance(value, str) or not _DOMAIN.fullmatch(value.lower()):
        raise expected('a domain, like "acme.example"', value)
    return value.lower()


HOST = Kind("a host name or an IP address", _read_host)
LISTEN = Kind('an address and port, like "127.0.0.1:2775"', _read_listen, show=lambda value: shown(str(value)))
NETWORK = Kind('a network, like "192.0.2.0/24"', _read_network)
DOMAIN = Kind('a domain, like "acme.example"', _read_domain)


# Telephone numbers

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_PREFIX = re.compile(r"\+?([1-9]\d{0,14})", re.ASCII)
LONGEST_RANGE = 10_000_000
_NUMBERS = '"+14165550100" or a range "+14165550100..+14165550199"'


def _read_range(value: Any) -> tuple[int, int]:
    if not isinstance(value, str):
        raise expected(_NUMBERS, value)
    ends = [end.strip() for end in value.split("..")]
    if len(ends) > 2 or not all(_E164.fullmatch(end) for end in ends):
        raise expected(_NUMBERS, value)
    first, last = int(ends[0]), int(ends[-1])
    if last < first:
        raise Wrong(f"the range {shown(value)} is reversed: it ends before it begins")
    if last - first >= LONGEST_RANGE:
        raise Wrong(f"the range {shown(value)} has {last - first + 1} numbers, more than the {LONGEST_RANGE} allowed")
    if len(ends[0]) != len(ends[-1]):
        raise Wrong(f"the ends of the range {shown(value)} differ in length")
    return first, last


def _read_prefix(value: Any) -> str:
    match = _PREFIX.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise expected('the first digits of a number, like "1416" or "+44"', value)
    return match.group(1)


def coalesce(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sorted, with overlapping ranges made one."""
    result: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1]:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return tuple(result)


def show_range(first: int, last: int) -> str:
    """As the conf writes it."""
    return f"+{first}" if first == last else f"+{first}..+{last}"


RANGE = Kind(_NUMBERS, _read_range, show=lambda value: shown(show_range(*value)))
PREFIX = Kind('the first digits of a number, like "1416" or "+44"', _read_prefix)
SHORT_CODE = text('a short code, like "12345"', r"\d{3,8}")
SENDER_ID = text(
    "a sender id (letters, digits, space & . _ -; 3 to 11, at least one letter)",
    r"(?=.*[A-Za-z])[A-Za-z0-9 &._-]{3,11}",
)


# Places and times


def _read_country(value: Any) -> str:
    if not isinstance(value, str) or value not in SUPPORTED_REGIONS:
        near = {"UK": "GB"}.get(value.upper(), value.upper()) if isinstance(value, str) else ""
        hint = f' (did you mean "{near}"?)' if near in SUPPORTED_REGIONS else ""
        raise Wrong(f'expected a country as two capital letters, like "CA", got {shown(value)}{hint}')
    return value


@cache
def _zone_exists(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


def _read_timezone(value: Any) -> str:
    if not isinstance(value, str) or not _zone_exists(value):
        known = zoneinfo.available_timezones()
        if isinstance(value, str) and not known:
            raise Wrong("this machine has no time zone database (Debian: install tzdata)")
        raise expected('a time zone, like "America/Toronto"', value, known)
    return value


def _read_date(value: Any) -> float:
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
    elif isinstance(value, datetime.date):
        moment = datetime.datetime.combine(value, datetime.time(), datetime.UTC)
    else:
        raise expected("a date, like 2026-01-15 (no quotes)", value)
    return moment.timestamp()


COUNTRY = Kind('a country as two capital letters, like "CA"', _read_country)
TIMEZONE = Kind('a time zone, like "America/Toronto"', _read_timezone)
DATE = Kind(
    "a date, like 2026-01-15 (no quotes)", _read_date, show=lambda value: "long ago" if not value else str(value)
)


def _read_calling_code(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in COUNTRY_CODE_TO_REGION_CODE:
        raise expected("a country calling code, like 1 or 44", value)
    return value


CALLING_CODE = Kind("a country calling code, like 1 or 44", _read_calling_code)


# Lists


def list_of(kind: Kind, collect: Callable[[list[Any]], Any] = tuple, most: int = 100_000) -> Kind:
    """A list whose every element is of `kind`; all faulty elements are reported, each with its place."""

    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise expected("a list", value)
        if len(value) > most:
            raise Wrong(f"the list has {len(value)} entries, more than the {most} allowed")
        found: list[Any] = []
        faults: list[tuple[tuple[str | int, ...], str]] = []
        for index, item in enumerate(value):
            try:
                found.append(kind.read(item))
            except Wrong as wrong:
                faults += [((index, *path), message) for path, message in wrong.faults]
        if faults:
            raise Wrong(faults[0][1], faults)
        return collect(found)

    return Kind(f"a list of: {kind.what}", read, show=lambda value: f"[{', '.join(map(kind.show, value))}]")


RANGES = list_of(RANGE, coalesce)
