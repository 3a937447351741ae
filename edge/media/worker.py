"""The worker process: `python -m edge.media.worker`. Reads requests from its standard input, answers on its output.

First it is told its settings and says what it can do. Dies of what it cannot handle: the pool starts another.
"""

import os
import sys
from time import monotonic
from typing import BinaryIO

import msgspec

from edge.core.examination import Examination
from edge.media import fence, wire
from edge.media.looking import Look
from edge.media.message import put_together, take_apart
from edge.media.tools import Tools


def answer(request: wire.Request, tools: Tools) -> wire.Reply:
    """What a request asks for."""
    look = Look(tools, monotonic())
    apart = take_apart(request.message)
    seen = [look.part(part) for part in apart.parts if part.path not in request.known]
    return wire.Reply(whole=put_together(apart, seen)) if request.whole else wire.Reply(tuple(seen))


def main() -> None:
    """Serve until the edge closes the pipe."""
    # Whatever a library prints goes nowhere: the answers have a descriptor of their own.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    room = int(sys.argv[1])
    settings = msgspec.msgpack.decode(_read(sys.stdin.buffer, room), type=Examination)
    tools = Tools(settings)
    fence.close(settings)
    _write(output, wire.encode(tools.capabilities()))
    while payload := _read(sys.stdin.buffer, room):
        fence.allow(settings.deadline)
        _write(output, wire.encode(answer(wire.decode_request(payload), tools)))


def _read(stream: BinaryIO, room: int) -> bytes:
    """A request; a large one lies in `room`, and only its length comes through the pipe."""
    head = stream.read(wire.LENGTH)
    if len(head) < wire.LENGTH:
        return b""
    length = int.from_bytes(head, "big")
    if length & wire.IN_ROOM:
        return os.pread(room, length ^ wire.IN_ROOM, 0)
    return stream.read(length)


def _write(stream: BinaryIO, payload: bytes) -> None:
    stream.write(wire.frame(payload))
    stream.flush()


if __name__ == "__main__":
    main()
