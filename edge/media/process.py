"""One worker process, as the edge sees it."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import msgspec

import edge
from edge.core.examination import Examination
from edge.media import wire

COMMAND = (sys.executable, "-P", "-m", "edge.media.worker")
START = 30.0
"""Seconds that a worker has to load what it needs (models are the longest)."""
PIPE = 4 * 1024 * 1024  # of an answer that is read ahead


class Dead(Exception):
    """The worker is gone, or says what it must not: kill it, and start another."""


class Worker:
    """A running worker. `capabilities` is what it said of itself."""

    def __init__(self, process: asyncio.subprocess.Process, room: int) -> None:
        self.process = process
        self._room = room
        self.capabilities = wire.Capabilities()

    @classmethod
    async def start(cls, settings: Examination) -> "Worker":
        """A worker that is ready. Raises Dead, TimeoutError, OSError."""
        # Large requests lie in memory that both have open: a pipe takes a turn of the loop, and wakes the worker, for
        # every 64 KB.
        room = os.memfd_create("smsedge-media")
        try:
            worker = cls(await cls._spawned(room), room)
        except BaseException:
            os.close(room)
            raise
        try:
            async with asyncio.timeout(START):
                payload = await worker._exchange(msgspec.msgpack.encode(settings))
                worker.capabilities = wire.decode_capabilities(payload)
        except msgspec.MsgspecError as error:
            await worker.kill()
            raise Dead from error
        except BaseException:
            await worker.kill()
            raise
        return worker

    @staticmethod
    async def _spawned(room: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *COMMAND,
            str(room),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=_environment(),
            cwd="/",
            start_new_session=True,  # so that its programs die with it, and a Ctrl-C is not for it
            limit=PIPE,
            pass_fds=(room,),
        )

    async def ask(self, request: wire.Request) -> wire.Reply:
        """Raises Dead."""
        payload = await self._exchange(wire.encode(request))
        try:
            return wire.decode_reply(payload)
        except msgspec.MsgspecError as error:
            raise Dead from error

    async def _exchange(self, payload: bytes) -> bytes:
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise Dead
        try:
            if len(payload) > wire.BESIDE:
                os.pwrite(self._room, payload, 0)
                stdin.write((len(payload) | wire.IN_ROOM).to_bytes(wire.LENGTH, "big"))
            else:
                stdin.write(len(payload).to_bytes(wire.LENGTH, "big"))
                stdin.write(payload)
            await stdin.drain()
            length = int.from_bytes(await stdout.readexactly(wire.LENGTH), "big")
            if length > wire.FRAME_MAX:
                raise Dead
            return await stdout.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError, OSError) as error:
            raise Dead from error

    async def kill(self) -> None:
        """End it and all that it started, now: it leads a group of its own.

        Not by `process.kill`, which may take the exit status away from the loop, which then says so.
        """
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.stdin is not None:
            self.process.stdin.close()
        if self._room >= 0:
            os.close(self._room)
            self._room = -1
        await self.process.wait()


def _environment() -> dict[str, str]:
    """Nothing of ours: the edge's environment may hold secrets."""
    root = str(Path(next(iter(edge.__path__))).parent)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": root,
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
