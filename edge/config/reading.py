"""Reads the files of a conf directory and lays them over each other. The only part that opens conf files."""

import os
import re
from hashlib import blake2b
from pathlib import Path as FilePath

import msgspec

from edge.config.problem import Problem, shown
from edge.config.tree import Document, Place, Table, overlay, parse

LARGEST_FILE = 32 * 1024 * 1024
_VERSION_OCTETS = 6


class WordList(msgspec.Struct, frozen=True):
    """A file of lists/*.txt: its entries, in order, and the line each stands on."""

    name: str
    entries: tuple[str, ...]
    lines: tuple[int, ...]


class Sources(msgspec.Struct):
    """What the files say, layered. `root` is everything but accounts; `broken` says that a file could not be read
    and that what it holds must not be missed. `notes` are remarks on the files themselves.
    """

    root: Table
    accounts: list[Table]
    lists: dict[str, WordList]
    version: str
    broken: bool
    problems: list[Problem]
    notes: list[Problem]


def read_sources(directory: FilePath) -> Sources:
    """Read edge.conf, policy.conf, accounts.d/*.conf, lists/*.txt and local.d/*.conf under `directory`."""
    reader = _Reader(directory)
    root = reader.tree("edge.conf") or Table(Place(Document("edge.conf", ""), ()), {})
    _lay(root, reader.tree("policy.conf"))
    accounts = [tree for name in reader.names("accounts.d", ".conf") if (tree := reader.tree(name))]
    local = [tree for name in reader.names("local.d", ".conf") if (tree := reader.tree(name))]
    lists = {entry.name: entry for name in reader.names("lists", ".txt") if (entry := reader.word_list(name))}
    notes = _lay_local(root, accounts, local)
    return Sources(root, accounts, lists, reader.version(), reader.broken, reader.problems, notes)


def _lay(root: Table, over: Table | None) -> None:
    if over is not None:
        overlay(root, over)


def _lay_local(root: Table, accounts: list[Table], local: list[Table]) -> list[Problem]:
    """Lay local.d over the rest: a file with a `name` at the top is an account's."""
    notes: list[Problem] = []
    by_name = {table.text("name"): table for table in reversed(accounts)}
    for over in local:
        if "name" not in over.values:
            _lay(root, over)
            continue
        name = over.text("name")
        if name in by_name:
            overlay(by_name[name], over)
            continue
        accounts.append(over)
        by_name[name] = over
        notes.append(
            over.place("name").problem(f"account {shown(name)} stands in no file of accounts.d; it is new here")
        )
    return notes


class _Reader:
    """Opens files, remembers what went wrong and hashes what was read."""

    def __init__(self, directory: FilePath) -> None:
        self.directory = directory
        self.problems: list[Problem] = []
        self.broken = False
        self._hash = blake2b(digest_size=_VERSION_OCTETS)

    def version(self) -> str:
        """A short hash over the names and contents of all files read."""
        return self._hash.hexdigest()

    def names(self, folder: str, ending: str) -> list[str]:
        """Files of a folder, sorted, relative to the conf directory; a folder that is not there is empty."""
        try:
            found = sorted(os.listdir(self.directory / folder))
        except FileNotFoundError:
            return []
        except OSError as error:
            self._fail(folder, 1, f"cannot read the directory: {error.strerror}")
            return []
        return [f"{folder}/{name}" for name in found if name.endswith(ending) and not name.startswith(".")]

    def tree(self, name: str) -> Table | None:
        """The tree of a conf file, or None where it cannot be read (said in `problems`)."""
        text = self._text(name)
        if text is None:
            return None
        tree = parse(Document(name, text))
        if isinstance(tree, Problem):
            self.problems.append(tree)
            self.broken = True
            return None
        return tree

    def word_list(self, name: str) -> WordList | None:
        """A list: one entry a line, `#` begins a comment."""
        text = self._text(name)
        if text is None:
            return None
        entries: list[str] = []
        lines: list[int] = []
        for number, line in enumerate(text.split("\n"), 1):
            entry = re.sub(r"(^|\s)#.*", "", line).strip()
            if entry:
                entries.append(entry)
                lines.append(number)
        return WordList(name, tuple(entries), tuple(lines))

    def _text(self, name: str) -> str | None:
        try:
            with (self.directory / name).open("rb") as file:
                octets = file.read(LARGEST_FILE + 1)
        except OSError as error:
            self._fail(name, 1, f"cannot read the file: {error.strerror}")
            return None
        self._hash.update(b"%d %s %d\n" % (len(name), name.encode(errors="surrogateescape"), len(octets)))
        self._hash.update(octets)
        if len(octets) > LARGEST_FILE:
            self._fail(name, 1, f"the file is larger than {LARGEST_FILE} octets")
            return None
        try:
            return octets.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = octets.count(b"\n", 0, error.start) + 1
            self._fail(name, line, "the file is not UTF-8 text")
            return None

    def _fail(self, name: str, line: int, message: str) -> None:
        self.problems.append(Problem(name, line, message))
        self.broken = True
