"""The rig of the end-to-end tests: an edge as a process on a conf of its own, and a simulated carrier as another.

Ports are free ones, state is in a directory of the test's. With SMSEDGE_CAPTURE_DIR set (the suite sets it),
every edge writes what it sends into a pcap file there, for tshark to dissect at the end.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.patterns import give_patterns

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "edge.cli"]
START = 30.0  # seconds


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def wait_for(what: str, test: Any, patience: float = START) -> Any:
    """Ask `test()` until it says something true; AssertionError after `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            answer = test()
            if answer:
                return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen in {patience:g} s")


def require(name: str, *places: str) -> str:
    """The path of a real peer's program; where it is missing the test skips, in CI it fails."""
    import pytest

    found = shutil.which(name) or next((place for place in places if Path(place).exists()), None)
    if found is None:
        if os.environ.get("SMSEDGE_REQUIRE_PEERS"):
            pytest.fail(f"{name} is not installed, and this run requires every peer")
        pytest.skip(f"{name} is not installed")
    return found


class Process:
    """A child with its stderr in a file; killed at the end of the test whatever happens."""

    def __init__(
        self, name: str, command: list[str], directory: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.name = name
        self.log = directory / f"{name}.log"
        self._file = self.log.open("ab")
        self.child = subprocess.Popen(
            command,
            stdout=self._file,
            stderr=self._file,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )

    @property
    def text(self) -> str:
        """What it has logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def lives(self) -> bool:
        """True; AssertionError with what it logged if it has ended: then waiting for it is in vain."""
        assert self.child.poll() is None, f"{self.name} has ended ({self.child.returncode}):\n{self.text}"
        return True

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.child.send_signal(number)

    def kill(self) -> None:
        """SIGKILL: no farewell."""
        self.child.kill()
        self.child.wait(10)
        self._file.close()

    def stop(self, patience: float = 20.0) -> int:
        """SIGTERM and its exit status."""
        if self.child.poll() is None:
            self.child.terminate()
        try:
            return self.child.wait(patience)
        finally:
            if self.child.poll() is None:
                self.child.kill()
            self._file.close()


class Carrier(Process):
    """`smsedge simulate smsc` as a process; `messages()` is its log, one dict a message."""

    def __init__(self, directory: Path, *options: str, port: int = 0, name: str = "carrier") -> None:
        self.port = port or free_port()
        self.journal = directory / f"{name}.jsonl"
        command = [*COMMAND, "simulate", "smsc", "--port", str(self.port), "--log", str(self.journal), *options]
        super().__init__(name, command, directory)
        wait_for(f"{name} listening", lambda: _listens(self.port))

    def messages(self) -> list[dict[str, Any]]:
        """Every message it acknowledged, in order."""
        if not self.journal.exists():
            return []
        lines = self.journal.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]


class Edge(Process):
    """`smsedge run` as a process on `conf`, ready when `ready` has returned."""

    def __init__(self, conf: Path, directory: Path, name: str = "edge", **environment: str) -> None:
        self.conf = conf
        self.settings = json.loads((conf / "ports.json").read_text())
        capture = os.environ.get("SMSEDGE_CAPTURE_DIR")
        if capture:
            environment = {"SMSEDGE_CAPTURE": f"{capture}/{directory.name}-{name}-%p.pcap", **environment}
        super().__init__(name, [*COMMAND, "run", "--conf", str(conf)], directory, environment)

    def stop(self, patience: float = 20.0) -> int:
        """As any process; a fault of the edge's own, which costs one PDU in the field, fails the test."""
        status = super().stop(patience)
        assert "fault in the edge" not in self.text, self.text[-2000:]
        return status

    @property
    def port(self) -> int:
        """Where customers bind."""
        return int(self.settings["smpp"])

    def ready(self, patience: float = START) -> "Edge":
        """Wait until /readyz says 200: the carriers that there are can be reached."""
        wait_for(f"{self.name} ready", lambda: self.lives() and self.get("/readyz")[0] == 200, patience)
        return self

    def listening(self) -> "Edge":
        """Wait until customers can connect, carriers or not."""
        wait_for(f"{self.name} listening", lambda: self.lives() and _listens(self.port))
        return self

    def get(self, path: str) -> tuple[int, str]:
        """HTTP GET on the console: status and text."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.settings['console']}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name: str, **labels: str) -> float:
        """The sum of all samples of a family with these labels."""
        from prometheus_client.parser import text_string_to_metric_families

        total = 0.0
        for family in text_string_to_metric_families(self.get("/metrics")[1]):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    total += sample.value
        return total

    def ask(self, *arguments: str) -> dict[str, Any]:
        """One `smsedge` command on this edge, its answer as JSON."""
        done = self.command(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def command(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One `smsedge` command on this edge, as a person would type it."""
        command = [*COMMAND, name, *arguments, "--conf", str(self.conf)]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=ROOT, check=False)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


LOCAL = """\
[node]
state = "{state}"

[smpp]
listen = "127.0.0.1:{smpp}"
drain = "3s"

[console]
listen = "127.0.0.1:{console}"

[[carrier]]
name = "north"
port = {north}
reconnect_min = "0.1s"
reconnect_max = "0.5s"
{carrier}

[[carrier]]
name = "review"
enabled = false

{extra}
"""


def write_conf(directory: Path, north: int, extra: str = "", carrier: str = "") -> Path:
    """The shipped conf with ports and state of the test's in local.d.

    `carrier` are keys for carrier north, `extra` whole tables.
    """
    conf = directory / "conf"
    give_patterns(directory / "state")
    shutil.copytree(ROOT / "conf", conf, dirs_exist_ok=True)
    ports = {"smpp": free_port(), "console": free_port()}
    (conf / "ports.json").write_text(json.dumps(ports))
    (conf / "local.d").mkdir(exist_ok=True)
    text = LOCAL.format(state=directory / "state", north=north, extra=extra, carrier=carrier, **ports)
    (conf / "local.d" / "test.conf").write_text(text)
    return conf


@contextlib.contextmanager
def running(*processes: Process) -> Iterator[None]:
    """End the processes with the block, in this order."""
    try:
        yield
    finally:
        for process in processes:
            process.stop()
