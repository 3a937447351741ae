"""One run: a client against a path, its counts checked against the carrier's, CPU per message computed."""

import dataclasses
import time
from dataclasses import dataclass
from statistics import median

from . import process
from .load import Load, Result
from .paths import Path
from .process import RunFailed, running

SLACK = 60.0  # seconds beyond a run's own times: imports, binds, making the messages


@dataclass(frozen=True)
class Run:
    """A run that worked. CPU in microseconds per message (`path_us` 0 for the direct path), latency in ms."""

    path: str
    path_us: float
    carrier_us: float
    client_us: float
    rate: float
    p50: float
    p99: float
    worst: float
    messages: int
    receipts: int
    resident: float

    def busy(self) -> float:
        """How much of a core the path used."""
        return self.path_us * self.rate / 1e6


def once(path: Path, load: Load) -> Run:
    """One run of `load` against `path`. Raises RunFailed for anything but every message accepted."""
    path.must_live()
    before = path.carrier.ask()
    result = client(dataclasses.replace(load, port=path.port, watched=path.watched))
    path.must_live()
    after = _settled(path, before, result)
    _accepted(path, result, after["received"] - before["received"])
    carrier_cpu, *path_cpu, client_cpu = result.cpu
    per = 1e6 / result.messages
    return Run(
        path=path.name,
        path_us=sum(path_cpu) * per,
        carrier_us=carrier_cpu * per,
        client_us=client_cpu * per,
        rate=result.messages / result.seconds,
        p50=result.p50 * 1e3,
        p99=result.p99 * 1e3,
        worst=result.worst * 1e3,
        messages=result.messages,
        receipts=result.receipts,
        resident=process.resident(path.child.pid) if path.child else 0.0,
    )


def client(load: Load) -> Result:
    """Run a client process to its end. Raises RunFailed where it fails or takes longer than it may."""
    limit = load.warmup + load.seconds + 2 * load.drain + SLACK
    with running("esme", process.module("esme", load.to_json())) as child:
        result = Result(**child.json_line(limit))
    if result.problem:
        raise RunFailed(f"esme: {result.problem}")
    return result


def _settled(path: Path, before: dict[str, int], result: Result) -> dict[str, int]:
    """The carrier's counts once they agree with the client's, or after a second all the same."""
    for _ in range(20):
        after = path.carrier.ask()
        if after["received"] - before["received"] == result.total_sent and not after["receipts_waiting"]:
            break
        time.sleep(0.05)
    return after


def _accepted(path: Path, result: Result, received: int) -> None:
    """A figure of messages that were refused, lost or doubled is none."""
    faults = []
    if not result.messages:
        faults.append("no message went through")
    if result.statuses:
        faults.append(f"refused: {result.statuses}")
    if result.unexpected:
        faults.append(f"{result.unexpected} unexpected PDUs")
    if received != result.total_sent:
        faults.append(f"sent {result.total_sent}, the carrier has {received}")
    if faults:
        raise RunFailed(f"{path.name}: {'; '.join(faults)}{path.child.errors() if path.child else ''}")


def middle(runs: list[Run], field: str) -> float:
    """The median of one field over `runs`."""
    return float(median(getattr(run, field) for run in runs))


def ratio(ours: list[Run], theirs: list[Run]) -> float:
    """The median over rounds of CPU per message, ours to theirs: rounds that ran side by side are compared."""
    return float(median(a.path_us / b.path_us for a, b in zip(ours, theirs, strict=True)))
