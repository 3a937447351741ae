"""A TCP relay that can be cut: with a reset, or so that everything vanishes without a word."""

import asyncio
import socket
import struct
from types import TracebackType
from typing import cast

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close sends RST


class End(asyncio.Protocol):
    """One of the two sockets of a relayed connection. What comes in while the relay is silent is gone for ever."""

    def __init__(self, relay: "Relay") -> None:
        self.relay = relay
        self.other: End | None = None
        self.transport: asyncio.Transport | None = None
        self.dead = False
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.relay.ends.add(self)
        if self._waiting:
            self.transport.write(self._waiting)

    def data_received(self, data: bytes) -> None:
        if self.dead or self.other is None:
            return
        self.relay.carried += len(data)
        self.other.write(data)

    def write(self, data: bytes) -> None:
        """Pass on, as soon as there is a connection."""
        if self.transport is None:
            self._waiting += data
        elif not self.transport.is_closing():
            self.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.relay.ends.discard(self)
        if self.other is not None and self.other.transport is not None and not self.dead:
            self.other.transport.close()

    def reset(self) -> None:
        """RST."""
        if self.transport is not None:
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()


class Relay:
    """Listens on `port`, passes on to `target`. `mode` is "pass", "reset" or "silent", for connections to come."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.mode = "pass"
        self.ends: set[End] = set()
        self.carried = 0
        self.cuts = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Relay":
        self._server = await asyncio.get_running_loop().create_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for end in list(self.ends):
            end.reset()
        await asyncio.gather(*self._tasks)
        await asyncio.sleep(0)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def _accept(self) -> End:
        near = End(self)
        task = asyncio.get_running_loop().create_task(self._connect(near))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return near

    async def _connect(self, near: End) -> None:
        """Join a new connection to the target, or treat it as the mode says."""
        if self.mode == "reset":
            near.reset()
        if self.mode != "pass":
            near.dead = True
            return
        far = End(self)
        near.other, far.other = far, near
        try:
            await asyncio.get_running_loop().create_connection(lambda: far, "127.0.0.1", self.target)
        except OSError:
            near.reset()

    def cut(self, mode: str) -> None:
        """End all connections in this way, and treat new ones so until `restore`."""
        self.mode = mode
        self.cuts += 1
        for end in list(self.ends):
            if mode == "reset":
                end.reset()
            else:
                end.dead = True

    def restore(self) -> None:
        """New connections pass again; those that were cut stay dead."""
        self.mode = "pass"
