"""One Asterisk as a process of its own, without root inside, on loopback and free ports."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.asterisk.shipped import ASTERISK_HOST, DESK_HOST, NORTH_HOST, SOUTH_HOST, Ports, shipped, surroundings

START = 60.0  # seconds; 1 to 3 seen


def free_port(host: str, kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """A port nobody has on `host`."""
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind((host, 0))
        port: int = sock.getsockname()[1]
        return port


def free_ports() -> Ports:
    """Free ports for an Asterisk and its peers."""
    return Ports(
        free_port(ASTERISK_HOST),
        free_port(ASTERISK_HOST, socket.SOCK_STREAM),
        free_port(DESK_HOST),
        free_port(NORTH_HOST),
        free_port(SOUTH_HOST),
    )


class Asterisk:
    """A throw-away Asterisk with conf/asterisk: start it, signal it, kill it, start it again on the same spool."""

    def __init__(self, tree: Path, settings: dict[str, str] | None = None) -> None:
        self.ports = free_ports()
        base = tree / "srv"
        base.mkdir(exist_ok=True)
        self._tree = tree
        self._home = Path(tempfile.mkdtemp(prefix="smsedge-", dir=base))
        self.home = "/" + str(self._home.relative_to(tree))
        """Its directory as itself sees it."""
        self._child: subprocess.Popen[bytes] | None = None
        modules = next(tree.glob("usr/lib/**/asterisk/modules"))
        inside = f"/{modules.relative_to(tree)}"
        files = {**surroundings(self.ports, self.home, inside), **shipped(self.ports, settings or {})}
        for name in ("etc", "spool", "run", "log"):
            (self._home / name).mkdir()
        for name, text in files.items():
            (self._home / "etc" / name).write_text(text, encoding="utf-8")
        self._give_away()

    def _give_away(self) -> None:
        """Everything belongs to the tree's own user asterisk, as whom the process runs."""
        fields = next(
            line.split(":")
            for line in (self._tree / "etc/passwd").read_text().splitlines()
            if line.startswith("asterisk:")
        )
        owner, group = int(fields[2]), int(fields[3])
        for place in (self._home, *self._home.rglob("*")):
            os.chown(place, owner, group)

    @property
    def log(self) -> str:
        """What Asterisk has logged."""
        path = self._home / "log" / "full"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def inside(self, path: str) -> Path:
        """A file as this Asterisk would see it."""
        return self._tree / path.removeprefix("/")

    @property
    def pid(self) -> int:
        """The process id of the running Asterisk."""
        assert self._child is not None
        return self._child.pid

    def _command(self, *arguments: str) -> list[str]:
        return [
            "chroot",
            "--userspec=asterisk:asterisk",
            str(self._tree),
            "/usr/sbin/asterisk",
            "-C",
            f"{self.home}/etc/asterisk.conf",
            *arguments,
        ]

    def start(self) -> None:
        """Start and wait until it is fully booted."""
        with (self._home / "console").open("ab") as console:
            self._child = subprocess.Popen(
                self._command("-f"), stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
            )
        deadline = time.monotonic() + START
        while "fully booted" not in self.cli("core waitfullybooted"):
            assert self._child.poll() is None, f"Asterisk has ended:\n{self.log[-4000:]}"
            assert time.monotonic() < deadline, f"Asterisk has not booted in {START:g} s:\n{self.log[-4000:]}"
            time.sleep(0.1)

    def cli(self, command: str) -> str:
        """What the console answers to `command`; "" while there is none."""
        done = subprocess.run(self._command("-rx", command), capture_output=True, text=True, timeout=30, check=False)
        return done.stdout if done.returncode == 0 else ""

    def freeze(self) -> None:
        """SIGSTOP; returns when every thread stands still."""
        os.kill(self.pid, signal.SIGSTOP)
        while any(stat.read_text().rpartition(")")[2].split()[0] != "T" for stat in self._threads()):
            time.sleep(0.01)

    def thaw(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def _threads(self) -> list[Path]:
        return list(Path(f"/proc/{self.pid}/task").glob("*/stat"))

    def kill(self) -> None:
        """SIGKILL: no farewell, no last write."""
        if self._child is not None:
            self._child.kill()
            self._child.wait(10)
            self._child = None

    def remove(self) -> None:
        """End it and take its directory away."""
        with contextlib.suppress(ProcessLookupError):
            self.kill()
        shutil.rmtree(self._home, ignore_errors=True)
