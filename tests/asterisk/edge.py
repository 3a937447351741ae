"""A real `smsedge run` beside a test Asterisk: a conf of its own, a process that can be killed, an SMPP carrier."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from edge.console.control_client import ControlFailed, ask
from edge.policy.registry import RULES
from tests.asterisk.instance import Asterisk, free_port
from tests.asterisk.shipped import SECRET
from tests.patterns import give_patterns

START = 60.0  # seconds; 3 to 6 seen

LAX = "".join(f'[rule.{name}]\nmode = "off"\n' for name, rule in RULES.items() if not rule.enforce_only)
"""A policy that has nothing against a thousand messages alike."""

CONF = """\
[node]
name = "{node}"
state = "{state}"

[smpp]
listen = "127.0.0.1:{smpp}"
drain = "2s"

[[carrier]]
name = "north"
tag = "n"
host = "127.0.0.1"
port = {north}
system_id = "us"
password = "secret"
window = 100
reconnect_min = "0.1s"
reconnect_max = "0.5s"

[[asterisk]]
name = "sbc-1"
host = "127.0.0.1"
port = {ami}
username = "smsedge"
secret = "{secret}"
trunks = ["carrier-north", "carrier-south"]
replay = "2s"
patience = "{patience}"

[[route]]
carriers = [{carriers}]
channel = "sip"
[[route]]
carriers = ["north"]
"""
ACME = """\
name = "acme"
country = "CA"
numbers = ["+14165550100..+14165550199"]
[limits]
rate-account = "5000/1s burst 5000"
rate-sender = "5000/1s burst 5000"
[[bind]]
system_id = "acme"
password = "secret"
from = ["127.0.0.0/8"]
[[endpoint]]
name = "acme-desk"
asterisk = "sbc-1"
numbers = ["+14165550110..+14165550119"]
[[endpoint]]
name = "acme-phone"
asterisk = "sbc-1"
numbers = ["+14165550120"]
phone = true
"""
RIVAL = """\
name = "rival"
country = "CA"
numbers = ["+16475550100"]
[[bind]]
system_id = "rival"
password = "secret"
from = ["127.0.0.0/8"]
"""


class EdgeProcess:
    """`smsedge run` on a conf under `directory`."""

    def __init__(
        self,
        directory: Path,
        asterisk: Asterisk,
        north: int,
        carriers: str = '"carrier-north"',
        policy: str = LAX,
        patience: str = "120s",
        node: str = "edge-1",
        ami: int = 0,
    ) -> None:
        self.conf = directory / "conf"
        self.state = directory / "state"
        self.smpp = free_port("127.0.0.1")
        (self.conf / "accounts.d").mkdir(parents=True)
        give_patterns(self.state)
        text = CONF.format(
            node=node,
            state=self.state,
            smpp=self.smpp,
            north=north,
            ami=ami or asterisk.ports.ami,
            secret=SECRET,
            carriers=carriers,
            patience=patience,
        )
        for name, words in (
            ("edge.conf", text),
            ("policy.conf", policy),
            ("accounts.d/acme.conf", ACME),
            ("accounts.d/rival.conf", RIVAL),
        ):
            (self.conf / name).write_text(words, encoding="utf-8")
        self.log = directory / "log"
        self._child: subprocess.Popen[bytes] | None = None

    async def start(self, connected: bool = True) -> None:
        """Start, and wait until it is connected to the Asterisk."""
        child = self._child = self._spawned()
        deadline = time.monotonic() + START
        while True:
            assert child.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < deadline, self.log.read_text()[-4000:]
            try:
                status = await self.ask("status")
            except ControlFailed:
                await asyncio.sleep(0.1)
                continue
            found = status["asterisks"]  # the command's socket is there before the channel is
            if found and (not connected or found[0]["state"] == "up"):
                return
            await asyncio.sleep(0.05)

    def _spawned(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "edge.cli", "run", "--conf", str(self.conf)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[2],
            )

    async def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """A command of the operators' socket."""
        return await asyncio.to_thread(ask, self.state / "control.sock", command, **arguments)

    async def asterisk(self) -> dict[str, Any]:
        """What `status` says of the Asterisk."""
        found: dict[str, Any] = (await self.ask("status"))["asterisks"][0]
        return found

    async def trace(self, number: str) -> list[dict[str, Any]]:
        """Decisions about a number, the latest first."""
        found: list[dict[str, Any]] = (await self.ask("trace", number=number, limit=1000))["decisions"]
        return found

    @property
    def pid(self) -> int:
        """The process id of the running edge."""
        assert self._child is not None
        return self._child.pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    async def kill(self) -> None:
        """SIGKILL."""
        if self._child is not None:
            self._child.kill()
            await asyncio.to_thread(self._child.wait, 10)
            self._child = None

    async def stop(self) -> None:
        """SIGTERM, and wait."""
        if self._child is not None:
            self._child.terminate()
            try:
                await asyncio.to_thread(self._child.wait, 20)
            except subprocess.TimeoutExpired:
                await self.kill()
            self._child = None
