"""Runs a program that reads a picture or a video: its output within a time and a size, or nothing.

The program inherits the worker's limits on memory and files. It is of the worker's process group, which dies whole.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from selectors import EVENT_READ, DefaultSelector
from subprocess import PIPE, Popen, TimeoutExpired
from time import monotonic

CHUNK = 1 << 16
ERRORS_MAX = 4_000


class TooLong(Exception):
    """It took more time than it had, and was killed."""


def environment() -> dict[str, str]:
    """What a program is told of us: nothing but where programs are, and to use one thread."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


@contextmanager
def in_memory(octets: bytes = b"") -> Iterator[int]:
    """A file in memory, for programs that must seek: its descriptor."""
    descriptor = os.memfd_create("part", 0)
    try:
        view = memoryview(octets)
        while view:
            view = view[os.write(descriptor, view) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def run(command: Sequence[str], octets: bytes, seconds: float, output_max: int) -> tuple[bytes, str, int]:
    """(its output, at most `output_max` octets; the beginning of its errors; its exit code).

    `octets` are its standard input, a file. Once the output is full it is killed, and its exit code is negative.
    Raises TooLong, OSError.
    """
    end = monotonic() + seconds
    with (
        in_memory(octets) as descriptor,
        in_memory() as errors,
        Popen(command, stdin=descriptor, stdout=PIPE, stderr=errors, env=environment(), cwd="/") as process,
    ):
        try:
            output = _read(process, end, output_max)
            if len(output) >= output_max:
                process.kill()
            code = process.wait(max(0.0, end - monotonic()))
            return output, os.pread(errors, ERRORS_MAX, 0).decode("utf-8", "replace"), code
        except TimeoutExpired as error:
            raise TooLong from error
        finally:
            process.kill()


def _read(process: "Popen[bytes]", end: float, most: int) -> bytes:
    output = bytearray()
    if process.stdout is None:
        return b""
    descriptor = process.stdout.fileno()
    with DefaultSelector() as selector:
        selector.register(descriptor, EVENT_READ)
        while len(output) < most:
            left = end - monotonic()
            if left <= 0:
                raise TooLong
            if selector.select(left):
                chunk = os.read(descriptor, CHUNK)
                if not chunk:
                    break
                output += chunk
    return bytes(output[:most])
