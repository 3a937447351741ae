"""Child processes of the benchmark: started, watched, and ended whatever happens. Knows no SMPP."""

import contextlib
import ctypes
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1  # prctl(2): the child gets a signal when the thread that started it is gone
STOP_GRACE = 8.0  # seconds between SIGTERM and SIGKILL
_libc = ctypes.CDLL(None, use_errno=True)


class RunFailed(Exception):
    """A run gave no figure; the message says why, with what the process printed."""


class Child:
    """A running process: its standard output by lines, its standard error kept for the day it fails."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None, measured: bool = False
    ) -> None:
        self.name = name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed in stop()
        self.process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, **(environment or {})},
            preexec_fn=partial(_begin, _cores(measured)),  # noqa: PLW1509  system calls, no lock of another thread's
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def line(self, timeout: float) -> str:
        """The next line of its output. Raises RunFailed where none comes within `timeout` seconds."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise RunFailed(f"{self.name} said nothing for {timeout:g} s{self.errors()}") from None
        if not line:
            raise RunFailed(f"{self.name} ended with {self.process.wait()}{self.errors()}")
        return line

    def json_line(self, timeout: float) -> dict[str, Any]:
        """The next line that is a JSON object; others are passed over (a log, a greeting)."""
        deadline = time.monotonic() + timeout
        while True:
            line = self.line(max(0.01, deadline - time.monotonic()))
            if line.startswith("{"):
                with contextlib.suppress(ValueError):
                    return dict(json.loads(line))

    def ask(self, timeout: float = 5.0) -> dict[str, Any]:
        """One line to its standard input, one JSON object back. Raises RunFailed where it is gone."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        except OSError:
            raise RunFailed(f"{self.name} is gone{self.errors()}") from None
        return self.json_line(timeout)

    def errors(self) -> str:
        """The end of its standard error, indented, or ""."""
        self._errors.seek(0)
        text = self._errors.read()[-3000:].decode("utf-8", "replace").strip()
        return "".join(f"\n      | {line}" for line in text.splitlines()[-25:])

    def must_live(self) -> None:
        """Raises RunFailed where it has ended."""
        if self.process.poll() is not None:
            raise RunFailed(f"{self.name} ended with {self.process.returncode}{self.errors()}")

    def stop(self) -> None:
        """SIGTERM, a grace, SIGKILL; returns when it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(5.0)
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _cores(measured: bool) -> frozenset[int]:
    """What is measured has the last core to itself, and all others share the rest: else it would pay for being put
    aside, which comes with cold caches each time. Of one core only, everybody has it.
    """
    every = sorted(os.sched_getaffinity(0))
    return frozenset(every[-1:] if measured else every[:-1]) or frozenset(every)


def _begin(cores: frozenset[int]) -> None:
    os.sched_setaffinity(0, cores)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextlib.contextmanager
def running(
    name: str, command: Sequence[str], environment: Mapping[str, str] | None = None, measured: bool = False
) -> Iterator[Child]:
    """A child process for the length of a `with`; one that is measured runs on a core of its own."""
    child = Child(name, command, environment, measured)
    try:
        yield child
    finally:
        child.stop()


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs module `name` of this package."""
    return [sys.executable, "-m", f"tests.bench.{name}", *arguments]


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(child: Child, port: int, timeout: float) -> None:
    """Until `port` accepts. Raises RunFailed where the child ends first or time is up."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        child.must_live()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        time.sleep(0.05)
    raise RunFailed(f"{child.name} did not listen on port {port} within {timeout:g} s{child.errors()}")


def resident(process: int) -> float:
    """The resident memory of a process now, in MB (10^6 octets)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def stolen() -> tuple[int, int]:
    """(ticks stolen by the host from all cores, ticks in all) since boot: the difference of two says how noisy."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return ticks[7], sum(ticks)
