"""What can be wrong with a conf: one sentence each, with the file and line to look at. Never shows a secret."""

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import msgspec

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
_SHOWN_CHARACTERS = 60


class Problem(msgspec.Struct, frozen=True, order=True):
    """One thing to mend. `file` is relative to the conf directory, `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ConfError(Exception):
    """The conf cannot be used. `problems` holds everything that is wrong with it, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Wrong(ValueError):
    """A value that cannot be read. `faults` are (path below the value, sentence), at least one."""

    def __init__(self, message: str, faults: Iterable[tuple[tuple[str | int, ...], str]] = ()) -> None:
        super().__init__(message)
        self.faults = list(faults) or [((), message)]


def expected(what: str, value: Any, known: Iterable[str] = ()) -> Wrong:
    """`expected a whole number from 1 to 65535, got "abc"`, with a suggestion out of `known`."""
    hint = did_you_mean(value, known) if isinstance(value, str) else ""
    return Wrong(f"expected {what}, got {shown(value)}{hint}")


def shown(value: Any) -> str:
    """A TOML value in few characters, for a sentence."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        short = value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "..."
        return json.dumps(short, ensure_ascii=False)
    if isinstance(value, int | float):
        return str(value) if abs(value) < 1e30 else "a huge number"
    return kind_of(value)


def kind_of(value: Any) -> str:
    """What a value is, for a sentence that must not show it."""
    kinds = {bool: "true or false", str: "text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or time")


def spelled(key: str) -> str:
    """A key as it would stand in the file."""
    return key if _BARE_KEY.fullmatch(key) else shown(key)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean "window"?)`, or "" when nothing is near."""
    near = get_close_matches(word[:_SHOWN_CHARACTERS].lower(), {name.lower(): name for name in known}, n=1, cutoff=0.6)
    if not near:
        return ""
    return f' (did you mean "{next(name for name in known if name.lower() == near[0])}"?)'
