"""The other end of the operators' socket, for the command: blocking, standard library only.

Must stay light: every `smsedge` command loads it.
"""

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_ANSWER = 16 * 1024 * 1024  # octets of one line


class ControlFailed(Exception):
    """The edge could not be asked, or said no. The text is for the operator."""


class NotRunning(ControlFailed):
    """No edge is behind the socket."""


def ask(
    path: Path, command: str, /, *, conf_name: str = "", timeout_seconds: float = 30.0, **arguments: Any
) -> dict[str, Any]:
    """One command, one answer, without its `ok`. Raises ControlFailed (NotRunning if nobody is there).

    `conf_name` is what the operator called the conf, for the error's text.
    """
    with _connected(path, conf_name, timeout_seconds) as connection:
        return next(_converse(connection, path, command, arguments), {})


def follow(path: Path, command: str, /, *, conf_name: str = "", **arguments: Any) -> Iterator[dict[str, Any]]:
    """A command that answers as long as there is something to tell: every answer as it comes. Raises like `ask`."""
    with _connected(path, conf_name, 10.0) as connection:
        connection.settimeout(None)
        yield from _converse(connection, path, command, arguments)


def _connected(path: Path, conf_name: str, timeout: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout)
    where = f" on conf {conf_name}" if conf_name else ""
    try:
        connection.connect(str(path))
        return connection
    except OSError as error:
        connection.close()
        if isinstance(error, FileNotFoundError):
            raise NotRunning(f"no edge is running{where} (socket {path} is not there)") from error
        if isinstance(error, ConnectionRefusedError):
            raise NotRunning(f"no edge is running{where} (nobody answers on socket {path})") from error
        if isinstance(error, PermissionError):
            raise ControlFailed(f"no permission to use {path}: run this as the edge's user") from error
        raise ControlFailed(f"cannot reach the edge{where} on {path}: {error.strerror or error}") from error


def _converse(
    connection: socket.socket, path: Path, command: str, arguments: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    try:
        with contextlib.suppress(BrokenPipeError):  # refused before we asked: the reason is there to be read
            connection.sendall(json.dumps({**arguments, "command": command}).encode() + b"\n")
        with connection.makefile("rb") as lines:
            while True:
                answer = _answer(lines.readline(MAX_ANSWER), path)
                if answer.pop("end", False):
                    return
                more = answer.pop("more", False)
                yield answer
                if not more:
                    return
    except TimeoutError as error:
        raise ControlFailed(f"the edge on {path} does not answer {command!r}") from error
    except OSError as error:
        raise ControlFailed(f"the connection to the edge on {path} broke: {error.strerror or error}") from error


def _answer(line: bytes, path: Path) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise ControlFailed(f"the edge on {path} closed the connection without an answer")
    try:
        answer = json.loads(line)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ControlFailed(f"what answers on {path} is no edge")
    if not answer.pop("ok", False):
        raise ControlFailed(str(answer.get("error", "refused without a reason")))
    return answer
