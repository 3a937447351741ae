"""On which line of a TOML text each key, table and list element stands: what tomllib does not tell.

Only ever run on a text that tomllib has accepted, and only when a problem needs a line. Reads loosely; where it
loses the thread it stops, and what it did not reach falls back to the line of its parent.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' r"|'''(?:[^']|'(?!''))*'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\[\]{}\n#\"']+")
_DEEPEST = 32


class _Lost(Exception):
    """The text is not as this reader thinks; stop here and keep what was found."""


def index_lines(text: str) -> dict[Path, int]:
    """Path of every key, table header and list element -> line, from 1."""
    scanner = _Scanner(text)
    with suppress(_Lost):
        scanner.run()
    return scanner.lines


class _Scanner:
    """One pass over the text; `lines` is the index so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[Path, int] = {}
        self._starts = [0] + [match.end() for match in re.finditer("\n", text)]
        self._lists: dict[Path, int] = {}  # arrays of tables: index of the last one

    def run(self) -> None:
        table: Path = ()
        while self._skip(_BLANK):
            if self._peek("["):
                table = self._header()
            else:
                self._pair(table, 0)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Go past `pattern`; False at the end of the text."""
        match = pattern.match(self.text, self.position)
        if match:
            self.position = match.end()
        return self.position < len(self.text)

    def _peek(self, what: str) -> bool:
        return self.text.startswith(what, self.position)

    def _take(self, what: str) -> bool:
        if self._peek(what):
            self.position += len(what)
            return True
        return False

    def _note(self, path: Path) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, self.position))

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`: the path of the table it opens."""
        start = self.position
        is_list = self._take("[[")
        if not is_list:
            self._take("[")
        names = list(self._key())
        if not self._take("]]" if is_list else "]"):
            raise _Lost
        path: Path = ()
        for name in names[:-1]:
            path = self._inside((*path, name))
        path = (*path, names[-1])
        end, self.position = self.position, start
        self._note(path)
        if is_list:
            self._lists[path] = self._lists.get(path, -1) + 1
            path = (*path, self._lists[path])
            self._note(path)
        self.position = end
        return path

    def _inside(self, path: Path) -> Path:
        """The path itself, or its last element where it is an array of tables."""
        return (*path, self._lists[path]) if path in self._lists else path

    def _key(self) -> Iterator[str]:
        """The parts of a dotted key."""
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self.text, self.position)
            if not match:
                raise _Lost
            self.position = match.end()
            yield _unquoted(match.group())
            self._skip(_SPACE)
            if not self._take("."):
                return

    def _pair(self, table: Path, depth: int) -> None:
        """`key = value`; notes every table that a dotted key makes on the way."""
        start = self.position
        names = list(self._key())
        if not self._take("="):
            raise _Lost
        end, self.position = self.position, start
        for count in range(1, min(len(names), _DEEPEST) + 1):
            self._note((*table, *names[:count]))
        self.position = end
        self._skip(_SPACE)
        self._value((*table, *names[:_DEEPEST]), depth + 1)

    def _value(self, path: Path, depth: int) -> None:
        if depth > _DEEPEST:
            raise _Lost
        if self._take("["):
            self._list(path, depth)
        elif self._take("{"):
            self._inline(path, depth)
        else:
            match = _STRING.match(self.text, self.position) or _PLAIN.match(self.text, self.position)
            if not match:
                raise _Lost
            self.position = match.end()

    def _list(self, path: Path, depth: int) -> None:
        count = 0
        while self._skip(_BLANK) and not self._take("]"):
            self._note((*path, count))
            self._value((*path, count), depth + 1)
            count += 1
            self._skip(_BLANK)
            self._take(",")

    def _inline(self, path: Path, depth: int) -> None:
        while self._skip(_BLANK) and not self._take("}"):
            self._pair(path, depth)
            self._skip(_BLANK)
            self._take(",")


def _unquoted(key: str) -> str:
    """A key without its quotes and escapes."""
    if key[0] == "'":
        return key[1:-1]
    if key[0] == '"' and "\\" in key:
        try:
            return str(tomllib.loads(f"key = {key}")["key"])
        except tomllib.TOMLDecodeError as error:
            raise _Lost from error
    return key.strip('"')
