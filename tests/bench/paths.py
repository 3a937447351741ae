"""The ways from client to carrier that are compared: none at all, HAProxy relaying bytes, the edge.

Each has a carrier process of its own, so that counts can be compared. All stay up while a scenario runs its
rounds, so rounds can take turns.
"""

import contextlib
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from . import edgeconf, process
from .edgeconf import EdgePlan
from .process import Child, RunFailed, running

EDGE_START = 120.0  # seconds: 10,000 accounts have to be read
LINK_START = 20.0


class Unavailable(Exception):
    """A path that this machine cannot run; the message says why."""


@dataclass(frozen=True)
class Path:
    """A way that is up. `child` is None for the direct one; `console` is the edge's HTTP port, else 0."""

    name: str
    port: int
    carrier: Child
    child: Child | None = None
    console: int = 0

    @property
    def watched(self) -> tuple[int, ...]:
        """Processes whose CPU time counts: the carrier, then the path itself if there is one."""
        return (self.carrier.pid, self.child.pid) if self.child else (self.carrier.pid,)

    def must_live(self) -> None:
        """Raises RunFailed where a process of it has ended."""
        self.carrier.must_live()
        if self.child:
            self.child.must_live()


@contextlib.contextmanager
def carrier(plan: EdgePlan) -> Iterator[tuple[Child, int]]:
    """A carrier and its port."""
    with running("smsc", process.module("smsc", str(plan.first_sequence or 1))) as child:
        yield child, int(child.json_line(20.0)["port"])


@contextlib.contextmanager
def direct(plan: EdgePlan) -> Iterator[Path]:
    """Client to carrier, nothing between."""
    with carrier(plan) as (child, port):
        yield Path("direct", port, child)


HAPROXY = """\
global
    nbthread 1
    maxconn 4000
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen smpp
    bind 127.0.0.1:{port}
    server carrier 127.0.0.1:{carrier}
"""


@contextlib.contextmanager
def haproxy(plan: EdgePlan) -> Iterator[Path]:
    """HAProxy in TCP mode with one thread. Raises Unavailable where it is not installed."""
    binary = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin")
    if not binary:
        raise Unavailable("haproxy is not installed (Debian: apt-get install haproxy)")
    with tempfile.TemporaryDirectory(prefix="smsedge-bench-") as folder, carrier(plan) as (child, carrier_port):
        port = process.free_port()
        conf = FilePath(folder) / "haproxy.cfg"
        conf.write_text(HAPROXY.format(port=port, carrier=carrier_port))
        with running("haproxy", [binary, "-db", "-f", str(conf)], measured=True) as proxy:
            process.wait_for_port(proxy, port, 10.0)
            yield Path("haproxy", port, child, proxy)


def edge_command(conf: FilePath) -> list[str]:
    """The command that runs the edge. SMSEDGE_BENCH_PROFILE=FILE runs it under cProfile (the figures then lie)."""
    profile = os.environ.get("SMSEDGE_BENCH_PROFILE")
    wrapper = ["-m", "cProfile", "-o", profile] if profile else []
    return [sys.executable, *wrapper, "-m", "edge.cli", "run", "--conf", str(conf)]


@contextlib.contextmanager
def edge(plan: EdgePlan) -> Iterator[Path]:
    """The edge as `smsedge run` starts it, its carrier links bound. Raises Unavailable where it is not there."""
    if importlib.util.find_spec("edge") is None or importlib.util.find_spec("edge.cli") is None:
        raise Unavailable("this tree has no edge.cli to run")
    with tempfile.TemporaryDirectory(prefix="smsedge-bench-") as folder, carrier(plan) as (child, carrier_port):
        ports = edgeconf.Ports(process.free_port(), process.free_port(), carrier_port)
        conf = FilePath(folder) / "conf"
        edgeconf.write(conf, plan, ports)
        environment = {"SMSEDGE_FIRST_SEQUENCE": hex(plan.first_sequence)} if plan.first_sequence else {}
        with running("edge", edge_command(conf), environment, measured=True) as proxy:
            process.wait_for_port(proxy, ports.smpp, EDGE_START)
            _wait_for_links(proxy, child, plan.links)
            yield Path("edge", ports.smpp, child, proxy, ports.console)


def _wait_for_links(proxy: Child, carrier_process: Child, links: int) -> None:
    deadline = time.monotonic() + LINK_START
    while carrier_process.ask()["bound"] < links:
        proxy.must_live()
        if time.monotonic() > deadline:
            raise RunFailed(f"the edge did not bind {links} links within {LINK_START:g} s{proxy.errors()}")
        time.sleep(0.05)


STARTERS: dict[str, Callable[[EdgePlan], contextlib.AbstractContextManager[Path]]] = {
    "direct": direct,
    "haproxy": haproxy,
    "edge": edge,
}
