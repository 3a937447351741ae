"""node-smpp (npm package `smpp`) as an ESME: esme.js in a node process, told what to do by JSON lines.

The package is installed once, at the versions of package-lock.json, outside of the sources: build/node.
"""

import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.e2e.peers.esme import PATIENCE, Answer, Delivered, Message, Mode
from tests.e2e.rig import ROOT, require

HERE = Path(__file__).resolve().parent
CACHE = ROOT / "build" / "node"
INSTALL = 60  # seconds that npm may take


def modules() -> Path:
    """node_modules with node-smpp in it; skips (in CI fails) where it cannot be had."""
    require("node")
    lock = HERE / "package-lock.json"
    place = CACHE / sha256(lock.read_bytes()).hexdigest()[:12]
    if not place.exists():
        npm = require("npm")
        CACHE.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=CACHE))
        for file in (lock, HERE / "package.json"):
            shutil.copy(file, fresh)
        _install(npm, fresh)
        fresh.rename(place)
    return place / "node_modules"


def _install(npm: str, place: Path) -> None:
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL, check=False)
        trouble = done.stderr.strip() if done.returncode else ""
    except subprocess.TimeoutExpired:
        trouble = f"nothing after {INSTALL} s"
    if trouble:
        shutil.rmtree(place)
        if os.environ.get("SMSEDGE_REQUIRE_PEERS"):
            pytest.fail(f"npm ci: {trouble}")
        pytest.skip(f"node-smpp cannot be installed: {trouble.splitlines()[0]}")


class NodeEsme:
    """A node process with one session for each bind."""

    def __init__(self, port: int, system_id: str, password: str) -> None:
        library = modules()
        self.name = f"node-smpp {json.loads((library / 'smpp' / 'package.json').read_text())['version']}"
        self._port = port
        self._bind = {"system_id": system_id, "password": password}
        self._child = subprocess.Popen(
            [require("node"), str(HERE / "esme.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "NODE_PATH": str(library)},
            text=True,
            encoding="utf-8",
        )
        self._delivered: list[Delivered] = []
        self._errors: list[str] = []
        self._replies: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._orders = 0

    def bind(self, mode: Mode) -> int:
        """Connect and bind; the command_status of the answer."""
        return int(self._order("bind", mode=mode, port=self._port, **self._bind)["status"])

    def submit(self, message: Message) -> list[Answer]:
        """Submit on the session that may; an answer for each part."""
        return msgspec.convert(self._order("submit", message=msgspec.to_builtins(message))["answers"], list[Answer])

    def delivered(self) -> list[Delivered]:
        """Everything received so far."""
        assert not self._errors, self._errors
        return list(self._delivered)

    def unbind(self) -> list[int]:
        """Unbind every session and wait until each is closed; the command_status of each unbind_resp."""
        statuses: list[int] = self._order("unbind")["statuses"]
        assert not self._errors, self._errors
        self.close()
        return statuses

    def close(self) -> None:
        """End without manners, if it has not ended."""
        pipes = self._child.stdin, self._child.stdout
        if pipes[0] is not None and not pipes[0].closed:
            pipes[0].close()
        try:
            self._child.wait(5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(5)
        self._reader.join(5)
        if pipes[1] is not None:
            pipes[1].close()

    def _order(self, verb: str, **rest: Any) -> dict[str, Any]:
        self._orders += 1
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps({"id": self._orders, "verb": verb, **rest}) + "\n")
        self._child.stdin.flush()
        try:
            reply = self._replies.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"{self.name}: no answer to {verb}; {self._errors}") from None
        assert reply["id"] == self._orders, reply
        return reply

    def _read(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            said = json.loads(line)
            event = said.pop("event", None)
            if event is None:
                self._replies.put(said)
            elif event == "deliver":
                self._delivered.append(msgspec.convert(said, Delivered))
            else:
                self._errors.append(said["text"])
