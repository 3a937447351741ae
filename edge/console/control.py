"""The operators' unix socket: one JSON object a line in, one out. Knows no command itself.

{"command": "status", ...} -> {"ok": true, ...} or {"ok": false, "error": "..."}. A handler that returns an
async iterator answers with a line {"ok": true, "more": true, ...} for each item and {"ok": true, "end": true}.
"""

import asyncio
import contextlib
import json
import logging
import os
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from difflib import get_close_matches
from inspect import isawaitable
from pathlib import Path
from typing import Any

MAX_LINE = 4 * 1024 * 1024  # a message of three million octets in base64
MAX_CLIENTS = 32
IDLE_SECONDS = 60.0
WRITE_SECONDS = 10.0  # a client that does not read for so long is gone
MAX_PATH = 107  # octets, unix(7)

Answer = dict[str, Any]
Handler = Callable[[Answer], Awaitable[Answer] | Answer | AsyncIterator[Answer]]

_log = logging.getLogger("smsedge.console")


class CommandError(Exception):
    """For handlers: the command cannot be done, and the text tells the operator why."""


class ControlServer:
    """Serves `handlers` (by command) at `path`; only the edge's own user may connect (mode 0600)."""

    def __init__(self, path: Path, handlers: Mapping[str, Handler]) -> None:
        self._path = path
        self._handlers = handlers
        self._server: asyncio.Server | None = None
        self._inode = 0
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen. Raises OSError with a clear text: another edge is there, the path is taken or too long."""
        listener = _bound(self._path)
        try:
            self._inode = os.stat(self._path).st_ino
            self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=MAX_LINE)
        except BaseException:
            listener.close()
            raise

    async def close(self) -> None:
        """Stop listening, drop the clients and remove the socket (unless it is another's by now)."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        with contextlib.suppress(FileNotFoundError):
            if os.stat(self._path).st_ino == self._inode:
                self._path.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:  # cannot be: a coroutine callback runs in a task
            return
        crowded = len(self._clients) >= MAX_CLIENTS
        self._clients.add(task)
        try:
            if crowded:
                await _send(writer, _refusal("too many operators are connected"))
            else:
                await self._converse(reader, writer)
        except (ConnectionError, TimeoutError):
            pass  # the client has gone or fallen silent: nobody is left to tell
        except asyncio.CancelledError:
            if self._server is not None:
                raise
            # `close` did it. Python 3.11's streams would log a cancelled task as an error.
        finally:
            self._clients.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    line = await reader.readuntil(b"\n")
            except asyncio.IncompleteReadError:
                return
            except asyncio.LimitOverrunError:
                await _send(writer, _refusal(f"the line is longer than {MAX_LINE} octets"))
                return
            async for answer in self._answers(line):
                await _send(writer, answer)

    async def _answers(self, line: bytes) -> AsyncIterator[Answer]:
        try:
            request = _parse(line)
            result = self._handler(request.pop("command", None))(request)
            if isinstance(result, AsyncIterator):
                async for item in result:
                    yield {"ok": True, "more": True, **item}
                yield {"ok": True, "end": True}
            else:
                yield {"ok": True, **(await result if isawaitable(result) else result)}
        except CommandError as error:
            yield _refusal(str(error))
        except Exception as error:
            _log.exception("control: a command failed")
            yield _refusal(f"the edge could not do this ({type(error).__name__}); see its log")

    def _handler(self, command: object) -> Handler:
        if not isinstance(command, str):
            raise CommandError('no command: expected {"command": "...", ...}')
        handler = self._handlers.get(command)
        if handler is None:
            near = get_close_matches(command, self._handlers, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(self._handlers))}"
            raise CommandError(f"unknown command {command[:40]!r}; {hint}")
        return handler


def _parse(line: bytes) -> Answer:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        raise CommandError("not a JSON object on one line") from None
    if not isinstance(request, dict):
        raise CommandError("not a JSON object on one line")
    return request


def _refusal(error: str) -> Answer:
    return {"ok": False, "error": error}


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> None:
    writer.write(json.dumps(answer).encode() + b"\n")
    async with asyncio.timeout(WRITE_SECONDS):
        await writer.drain()


def _bound(path: Path) -> socket.socket:
    """A socket bound at `path`, private before anybody can connect: connecting needs `listen`, which comes later."""
    if len(os.fsencode(path)) > MAX_PATH:
        raise OSError(f"the path of the control socket is longer than {MAX_PATH} octets: {path}")
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.bind(os.fspath(path))
        os.chmod(path, 0o600)
        return listener
    except OSError as error:
        listener.close()
        raise OSError(f"cannot make the control socket {path}: {error.strerror}") from error


def _remove_stale(path: Path) -> None:
    """Remove what a killed edge left; raise OSError if a living one, or another kind of file, is there."""
    try:
        kind = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise OSError(f"{path} is in the way: it is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(os.fspath(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OSError(f"cannot tell whether an edge is behind {path}: {error.strerror or error}") from error
        else:
            raise OSError(f"another edge is running: it answers on {path}")
