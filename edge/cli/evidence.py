"""`smsedge evidence`: the key that evidence is sealed to, and what is sealed, opened. Offline: no edge, no conf.

Nothing of a message is ever printed: it goes into a file, and who opens it must want to.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.core.evidence import Exhibit

PUBLIC = "evidence.pub"
HALVES = ("evidence-1of2.key", "evidence-2of2.key")
LONGEST = 1024  # octets of a half


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its actions."""
    top = commands.add_parser("evidence", help="what matched a child-safety list: make the key, open a file (offline)")
    actions = top.add_subparsers(dest="action", required=True, metavar="ACTION")
    made = actions.add_parser("key", help="make a key: a public one for the conf, a private one in two halves")
    made.add_argument("--to", type=Path, default=Path(), metavar="DIR", help="where the three files go (default: here)")
    made.set_defaults(run=make_key)
    opened = actions.add_parser("open", help="open a sealed file with both halves; prints nothing of what is in it")
    opened.add_argument("file", type=Path)
    opened.add_argument("--key", type=Path, action="append", required=True, help="a half; twice, for both")
    opened.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="FILE",
        help="where the message goes; FILE.json has what is known of it",
    )
    opened.set_defaults(run=open_file)


def make_key(arguments: argparse.Namespace) -> int:
    """Write the three files; 1 where one is there already or cannot be written."""
    from edge.ledger.evidence.halves import make

    made = make()
    try:
        arguments.to.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, line in zip((PUBLIC, *HALVES), (made.public, *made.halves), strict=True):
            _create(arguments.to / name, line.encode() + b"\n")
    except OSError as error:
        print(f"{error.filename}: {error.strerror}; no key was made", file=sys.stderr)
        return 1
    print(f'evidence_key = "{made.public}"')
    halves = " and ".join(str(arguments.to / name) for name in HALVES)
    print(f"give {halves} to two people, and leave neither on this machine", file=sys.stderr)
    return 0


def open_file(arguments: argparse.Namespace) -> int:
    """Open one; 1 where a half is missing or wrong, or the file cannot be read or written."""
    from edge.ledger.evidence.reading import read_exhibit
    from edge.ledger.sealing import Unreadable

    about = arguments.to.with_name(arguments.to.name + ".json")
    try:
        exhibit = read_exhibit([_half(path) for path in arguments.key], arguments.file.read_bytes())
        _create(arguments.to, exhibit.content)
        _create(about, _about(exhibit))
    except Unreadable as error:
        print(f"{arguments.file} cannot be opened: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"decision {exhibit.id}: {len(exhibit.content)} octets to {arguments.to}, what is known of it to {about}")
    return 0


def _half(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(LONGEST).decode("ascii", "replace")


def _about(exhibit: "Exhibit") -> bytes:
    """All but the message, as JSON."""
    import msgspec

    plain = msgspec.to_builtins(exhibit)
    del plain["content"]
    return json.dumps(plain, indent=2).encode() + b"\n"


def _create(path: Path, octets: bytes) -> None:
    """A new file for its owner alone; what is there already is left alone. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
