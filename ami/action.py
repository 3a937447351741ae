"""An action as a value that is safe to write, and the names and values that are.

All limits were seen on Asterisk 22.10.1: one octet or header more is answered with an Error that has no ActionID.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ami.errors import UnsafeAction

LINE_LONGEST = 1022
"""Octets of `Name: value`; with CR and LF Asterisk's input line of 1,024 is full ("line too long")."""

HEADERS_MOST = 128
"""Headers of one action, ActionID among them ("Too many lines in message", AST_MAX_MANHEADERS)."""

_ACTION = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_RESERVED = frozenset({"action", "actionid", "commandid"})
_ENDS_A_LINE = re.compile("[\r\n\0]")
# Leading underscores: inherited by the channels that a channel makes. No function calls: they write.
_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*")
# A Variable header is an argument list to Asterisk: comma splits, quotes and backslash vanish, brackets join what
# follows, blanks at the edges go. `$` and braces are not evaluated there, but may be where the dialplan uses them.
_VARIABLE_VALUE = re.compile(r"[!#%&'*+./0-9:;<=>?@A-Z^_`a-z|~-]*")
# What Asterisk dials: technology/resource. Printable, no blank.
_CHANNEL = re.compile(r"[A-Za-z]+/[!-~]+")


@dataclass(frozen=True, slots=True)
class Action:
    """A name and headers in order, a repeated name allowed. Raises UnsafeAction for what must not be written.

    `repr` shows no value: bodies and keys of logins are among them.
    """

    name: str
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not _ACTION.fullmatch(self.name):
            raise UnsafeAction("the name of an action is letters and digits")
        if len(self.headers) + 2 > HEADERS_MOST:
            raise UnsafeAction(f"{self.name}: more than {HEADERS_MOST} headers")
        for name, value in self.headers:
            _check_header(self.name, name, value)

    def __repr__(self) -> str:
        return f"Action({self.name!r}, {[name for name, _ in self.headers]})"


def _check_header(action: str, name: str, value: str) -> None:
    if not _HEADER.fullmatch(name) or name.lower() in _RESERVED:
        raise UnsafeAction(f"{action}: a header name that must not be written")
    if _ENDS_A_LINE.search(value):
        raise UnsafeAction(f"{action}: CR, LF or NUL in {name}")
    try:
        octets = len(name) + 2 + len(value.encode())
    except UnicodeEncodeError as error:
        raise UnsafeAction(f"{action}: {name} has no UTF-8") from error
    if octets > LINE_LONGEST:
        raise UnsafeAction(f"{action}: {name} makes a line of {octets} octets (at most {LINE_LONGEST})")


def originate_action(channel: str, variables: Mapping[str, str], timeout: float) -> Action:
    """An asynchronous Originate of `channel` with the harmless application NoOp at its other end.

    `timeout`: seconds until Asterisk gives up an unanswered channel. Values of variables are printable ASCII
    without blanks, commas, quotes, backslashes, `$`, brackets and braces; anything else goes in base64.
    """
    if not _CHANNEL.fullmatch(channel):
        raise UnsafeAction("Originate: a channel is Technology/resource in printable ASCII without blanks")
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(name):
            raise UnsafeAction("Originate: the name of a variable is letters, digits and underscores")
        if not _VARIABLE_VALUE.fullmatch(value):
            raise UnsafeAction(f"Originate: variable {name} has a character that Asterisk would take for its own")
    fixed = (
        ("Channel", channel),
        ("Application", "NoOp"),
        ("Async", "true"),
        ("Timeout", str(max(1, round(timeout * 1000)))),
    )
    return Action("Originate", fixed + tuple(("Variable", f"{name}={value}") for name, value in variables.items()))
