"""How options of the simulator are written, as functions for argparse's `type`: text to plain values.

Imports nothing heavy: it is read at every start of the command. Every function raises ArgumentTypeError.
"""

import re
from argparse import ArgumentTypeError

Span = tuple[float, float]
"""From and to, in seconds."""

ID_KINDS = ("hex", "decimal", "text", "uuid")
MAX_ID_WIDTH = 32


def milliseconds(text: str) -> Span:
    """`250` or `50-200` -> a span in seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?(?:ms)?", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is neither milliseconds (250) nor a range of them (50-200)")
    low = float(match[1]) / 1000
    high = float(match[2]) / 1000 if match[2] else low
    if high < low:
        raise ArgumentTypeError(f"{text!r} ends before it begins")
    return low, high


def seconds(text: str) -> float:
    """`30`, `1.5s`, `2m` -> seconds."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is no time: write 30, 1.5s, 2m or 1h")
    return float(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]


def share(text: str) -> float:
    """`0.05` or `5%` -> 0 to 1."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", text)
    value = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{text!r} is no share: write 0 to 1, or 0% to 100%")
    return value


def rate(text: str) -> float:
    """`50`, `0.5` or `50/s` -> so many a second; 0: without a limit."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:/s)?", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is no rate: write 50 or 50/s")
    return float(match[1])


def whole_rate(text: str) -> int:
    """`100` or `100/s` -> so many a second; 0: without a limit."""
    return whole(text.removesuffix("/s"))


def whole(text: str) -> int:
    """A whole number, 0 or more."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def positive(text: str) -> int:
    """A whole number, 1 or more."""
    number = whole(text)
    if not number:
        raise ArgumentTypeError("it must be 1 or more")
    return number


def port(text: str) -> int:
    """0 to 65535; the system would take what is beyond without its upper bits."""
    number = whole(text)
    if number > 65535:
        raise ArgumentTypeError(f"{text!r} is no port: write 0 to 65535")
    return number


def mix(text: str) -> dict[str, float]:
    """`lawful:80,spoofed:5,flood` -> weights by name; without a number 1."""
    weights: dict[str, float] = {}
    for item in text.split(","):
        name, colon, weight = item.strip().partition(":")
        if not name or not re.fullmatch(r"\d+(?:\.\d+)?", weight if colon else "1"):
            raise ArgumentTypeError(f"{item!r} is no part of a mix: write name:weight,name:weight")
        weights[name] = weights.get(name, 0.0) + float(weight or 1)
    if not sum(weights.values()):
        raise ArgumentTypeError(f"{text!r} has no weight above 0")
    return weights


def states(text: str) -> dict[int, float]:
    """`DELIVRD:90,UNDELIV:10` -> weights by message_state."""
    from smpp.receipt import STATES

    weights = {}
    for name, weight in mix(text).items():
        if name.upper() not in STATES:
            raise ArgumentTypeError(f"{name!r} is no state of a receipt; there are {', '.join(sorted(STATES))}")
        weights[STATES[name.upper()]] = weight
    return weights


def status(text: str) -> int:
    """`0x58`, `88` or `ESME_RTHROTTLED` (also without `ESME_`) -> command_status."""
    from smpp.consts import Status

    name = text.upper()
    for known in (name, "ESME_" + name):
        if known in Status.__members__:
            return int(Status[known])
    match = re.fullmatch(r"0[xX]([0-9a-fA-F]{1,8})|(\d{1,9})", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is no command_status: write 0x58, 88 or ESME_RTHROTTLED")
    return int(match[1], 16) if match[1] else int(match[2])


def statuses(text: str) -> tuple[int, ...]:
    """Statuses with commas between them."""
    return tuple(status(item.strip()) for item in text.split(","))


def identifiers(text: str) -> tuple[str, int, bool]:
    """`hex`, `hex:8`, `hex:8:upper`, `decimal:10`, `text`, `uuid` -> kind, least width, capitals."""
    kind, _, rest = text.partition(":")
    width, _, case = rest.partition(":")
    if (
        kind not in ID_KINDS
        or not re.fullmatch(r"\d{0,3}", width)
        or int(width or 0) > MAX_ID_WIDTH
        or case not in ("", "lower", "upper")
    ):
        raise ArgumentTypeError(
            f"{text!r} is no style of ids: write {'|'.join(ID_KINDS)}, then :WIDTH (up to {MAX_ID_WIDTH}) "
            "and :upper if need be"
        )
    return kind, int(width or 0), case == "upper"


def account(text: str) -> tuple[str, str]:
    """`system_id:password`."""
    name, colon, password = text.partition(":")
    if not name or not colon:
        raise ArgumentTypeError(f"{text!r} is no account: write system_id:password")
    return name, password


def every(text: str) -> tuple[int, float]:
    """`1000` (messages) or `10s` (seconds) -> the one that is meant, the other 0."""
    if text.isdecimal():
        return positive(text), 0.0
    return 0, seconds(text)


def late(text: str) -> tuple[float, float]:
    """`45` or `45:10%` -> seconds, and the share that comes so late."""
    first, colon, rest = text.partition(":")
    return seconds(first), share(rest) if colon else 1.0


def originated(text: str) -> tuple[str, str, str]:
    """`from,to,text` -> the three; the text may have commas."""
    parts = text.split(",", 2)
    if len(parts) != 3 or not parts[0].strip() or not parts[1].strip():
        raise ArgumentTypeError(f"{text!r} is no message: write from,to,text")
    return parts[0].strip(), parts[1].strip(), parts[2]


def version(text: str) -> int:
    """`3.3`, `3.4` or `5.0` -> interface_version."""
    known = {"3.3": 0x33, "3.4": 0x34, "5.0": 0x50, "5": 0x50}
    if text not in known:
        raise ArgumentTypeError(f"{text!r} is no version: 3.3, 3.4 or 5.0")
    return known[text]


def number_ranges(text: str) -> tuple[tuple[str, int, int], ...]:
    """`+14165550100..+14165550199,+12125550100` -> (what stands before the digits, first, last) of each.

    Digits keep their width: leading zeros are part of what stands before them.
    """
    found = []
    for item in text.split(","):
        first, dots, last = item.strip().partition("..")
        one = re.fullmatch(r"(\+?0*)(\d{1,20})", first)
        two = re.fullmatch(r"(\+?0*)(\d{1,20})", last) if dots else one
        if one is None or two is None or one[1] != two[1] or len(one[2]) != len(two[2]) or int(one[2]) > int(two[2]):
            raise ArgumentTypeError(f"{item!r} is no range of numbers: write +14165550100..+14165550199")
        found.append((one[1], int(one[2]), int(two[2])))
    return tuple(found)


def address(text: str) -> tuple[str, int]:
    """`127.0.0.1:2525` -> host and port."""
    host, colon, port = text.rpartition(":")
    if not host or not colon or not 0 < whole(port) < 65536:
        raise ArgumentTypeError(f"{text!r} is no address: write host:port")
    return host.strip("[]"), int(port)


def refusal(text: str) -> tuple[int, float]:
    """`451` or `451:10%` -> an SMTP reply code that refuses, and the share that gets it."""
    first, colon, rest = text.partition(":")
    code = whole(first)
    if not 400 <= code <= 599:
        raise ArgumentTypeError(f"{first!r} refuses nothing: write 400 to 599")
    return code, share(rest) if colon else 1.0


def refused_number(text: str) -> tuple[str, int]:
    """`+14165550100:550` -> the number, and the reply to its RCPT."""
    number, _, code = text.rpartition(":")
    if not number:
        raise ArgumentTypeError(f"{text!r} is no refusal: write number:code")
    return number, refusal(code)[0]


def cut(text: str) -> tuple[str, float]:
    """`data`, `after` or `after:5%` -> where connections are cut, and how many."""
    first, colon, rest = text.partition(":")
    if first not in ("data", "after"):
        raise ArgumentTypeError(f"{first!r} is no place to cut: data or after")
    return first, share(rest) if colon else 1.0


def card(text: str) -> tuple[str, str]:
    """`Ann Example:+14165550100` -> name and number."""
    name, _, number = text.rpartition(":")
    if not name or not number:
        raise ArgumentTypeError(f"{text!r} is no card: write name:number")
    return name.strip(), number.strip()


def header(text: str) -> tuple[str, str]:
    """`X-Mms-Priority: High` -> name and value."""
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!-9;-~]+", name):
        raise ArgumentTypeError(f"{text!r} is no header field: write name:value")
    return name, value.strip()
