"""Compiled patterns, kept in the state directory: compiling takes seconds, reading what was compiled milliseconds.

A file that is missing, damaged or of another version costs those seconds and nothing else.
"""

import os
from pathlib import Path

import msgspec

from edge.policy.signals.patterns import adopt, images, prepare

NAME = "patterns.compiled"
# Far more than the patterns have; a larger file is not ours.
SIZE_MAX = 256 << 20

_decoder = msgspec.msgpack.Decoder(dict[str, bytes])


def recall(state: Path) -> None:
    """Take what an edge with this state directory has compiled before, if it is there and can be read."""
    try:
        path = state / NAME
        if path.stat().st_size <= SIZE_MAX:
            adopt(_decoder.decode(path.read_bytes()))
    except (OSError, msgspec.MsgspecError):
        return


def keep(state: Path) -> None:
    """Compile what is not compiled yet, and write it down if that was anything. Raises ValueError as `prepare`."""
    if not prepare():
        return
    path = state / f"{NAME}.{os.getpid()}"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.msgpack.encode(images()))
        path.replace(state / NAME)
    except OSError:
        path.unlink(missing_ok=True)
