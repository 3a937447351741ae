"""`python -m tests.bench.soak --minutes 30`: half rate with receipts for a long time, and nothing may be left.

Sequence numbers start short of the wrap on every side. Memory and the edge's gauges are sampled every 10 s.
Exit status 1 where memory grows, a count does not match, a wrap was not crossed or a table is not empty.
"""

import argparse
import contextlib
import dataclasses
import json
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from statistics import linear_regression, median
from typing import Any

from . import measure, paths, process, scrape
from .edgeconf import EdgePlan
from .load import Load, Result
from .paths import Path, Unavailable
from .process import Child, RunFailed, running
from .workload import Population

NEAR_WRAP = 0x7FFFFF00
# Few enough that every table has seen all of its keys long before the end: what grows then is a leak.
PEOPLE = Population(senders=5000, recipients=20_000, contacts=5)
SAMPLE_EVERY = 10.0  # seconds
WARM_SHARE = 1 / 3  # of the time: tables fill, the allocator settles
GROWTH = 0.05  # of the memory after the warm-up, or
GROWTH_MB = 16.0  # so much, whichever is more: above the allocator's noise
# Gauges of what is under way. All must be 0 once every message is answered and every receipt acknowledged.
IN_FLIGHT = re.compile(
    r"smsedge_(window_used|held|sessions|connections|delivery_queue)\b"
    r'|smsedge_audit_queue\{what="records"'
    r'|smsedge_table_entries\{table="(carrier|delivery|customer|doubts|audit)'
)


@dataclass
class Watch:
    """What was sampled: (seconds since the start, MB) and the gauges at the same times."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    gauges: list[dict[str, float]] = field(default_factory=list)

    def sample(self, path: Path, since: float) -> None:
        """Take one. Raises RunFailed where the path has ended."""
        path.must_live()
        watched = path.child or path.carrier
        self.memory.append((time.monotonic() - since, process.resident(watched.pid)))
        self.gauges.append(scrape.gauges(scrape.fetch(path.console)) if path.console else {})

    def settled(self) -> list[tuple[float, float]]:
        """Memory after the warm-up."""
        return [entry for entry in self.memory if entry[0] >= self.memory[-1][0] * WARM_SHARE]

    def growth(self) -> tuple[float, float, float]:
        """(first MB after the warm-up, last MB, MB an hour): ends are medians of a fifth of the samples."""
        settled = self.settled()
        values = [mb for _, mb in settled]
        fifth = max(1, len(values) // 5)
        slope = linear_regression(*zip(*settled, strict=True)).slope * 3600 if len(settled) > 1 else 0.0
        return median(values[:fifth]), median(values[-fifth:]), slope


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=0.0, help="messages a second (default: half of what it can do)")
    parser.add_argument("--binds", type=int, default=4)
    parser.add_argument("--links", type=int, default=2, help="carrier links")
    parser.add_argument("--path", choices=paths.STARTERS, default="edge", help="another path checks the soak itself")
    parser.add_argument("--json", type=FilePath, default=process.ROOT / "build" / "soak.json")
    return parser.parse_args()


def calibrate(path: Path, load: Load) -> float:
    """Half of the rate, with receipts, at window 10."""
    full = measure.once(path, dataclasses.replace(load, rate=0.0, window=10, seconds=8.0, prepared=200_000, seed=3))
    print(f"  full rate with receipts: {full.rate:,.0f} msg/s, {full.path_us:.1f} us per message")
    return full.rate / 2


def soak(path: Path, load: Load, watch: Watch) -> Result:
    """The long run, sampled."""
    begun = time.monotonic()
    with running("esme", process.module("esme", load.to_json())) as child:
        answer: dict[str, Any] | None = None
        while answer is None:
            answer = _result_within(child, SAMPLE_EVERY)
            watch.sample(path, begun)
            seconds, megabytes = watch.memory[-1]
            if len(watch.memory) % 6 == 1:
                received = path.carrier.ask()["received"]
                print(f"  {seconds:6.0f} s  {megabytes:6.0f} MB  {received:,} messages", flush=True)
            if seconds > load.seconds + load.drain + measure.SLACK:
                raise RunFailed(f"esme did not end{child.errors()}")
    return Result(**answer)


def _result_within(child: Child, timeout: float) -> dict[str, Any] | None:
    try:
        return child.json_line(timeout)
    except RunFailed:
        child.must_live()
        return None


def leftovers(path: Path) -> dict[str, float]:
    """Gauges of what is under way that are not 0, once they had time to settle."""
    if not path.console:
        return {}
    left: dict[str, float] = {}
    for _ in range(40):
        gauges = scrape.gauges(scrape.fetch(path.console))
        left = {name: value for name, value in gauges.items() if IN_FLIGHT.match(name) and value}
        if not left:
            break
        time.sleep(0.5)
    return left


def faults(result: Result, carrier: dict[str, int], watch: Watch, left: dict[str, float]) -> Iterator[str]:
    """Everything that is wrong, in words."""
    if result.problem:
        yield result.problem
    if result.statuses:
        yield f"messages refused: {result.statuses}"
    expected = {
        "answers": (result.total_sent, result.total_answered),
        "messages at the carrier": (result.total_sent, carrier["received"]),
        "receipts at the client": (result.total_sent, result.total_receipts),
        "receipts acknowledged at the carrier": (result.total_sent, carrier["receipts_acknowledged"]),
        "receipts refused": (0, carrier["receipts_refused"]),
        "receipts still waiting": (0, carrier["receipts_waiting"]),
        "unexpected PDUs": (0, result.unexpected),
        "ids without receipt, receipts without id": (0, result.receipts_unmatched),
    }
    for name, (wanted, found) in expected.items():
        if wanted != found:
            yield f"{name}: {found}, expected {wanted}"
    wraps = {
        "client to edge": result.wraps,
        "edge to client": result.delivery_wraps,
        "edge to carrier": carrier["wraps"],
    }
    for name, count in wraps.items():
        if not count:
            yield f"sequence wrap {name}: not crossed"
    first, last, _ = watch.growth()
    if last - first > max(GROWTH * first, GROWTH_MB):
        yield f"memory grew from {first:.0f} to {last:.0f} MB after the warm-up"
    for name, value in left.items():
        yield f"{name} is {value:g} after everything was answered"


def show(result: Result, carrier: dict[str, int], watch: Watch) -> None:
    """The counts, the memory and the tables."""
    lines = (
        f"sent {result.total_sent:,}, answered {result.total_answered:,}, carrier received {carrier['received']:,}",
        f"receipts {result.total_receipts:,}; sent again after a temporary refusal {carrier['receipts_deferred']:,}",
        f"latency p50 {result.p50 * 1e3:.2f} ms, p99 {result.p99 * 1e3:.2f} ms; full windows {result.held:,} times",
        f"wraps: client to edge {result.wraps}, edge to carrier {carrier['wraps']}, "
        f"edge to client {result.delivery_wraps}",
    )
    print("\n".join(f"  {line}" for line in lines))
    first, last, slope = watch.growth()
    print(f"  memory after the warm-up: {first:.0f} MB at first, {last:.0f} MB at last, {slope:+.1f} MB an hour")
    half = watch.gauges[len(watch.gauges) // 2]
    for name in sorted(watch.gauges[-1]):
        print(f"  {name:<64} half-way {half.get(name, 0):>12,.0f}   at the end {watch.gauges[-1][name]:>12,.0f}")


def carrier_counts(path: Path, before: dict[str, int]) -> dict[str, int]:
    """The carrier's counts since `before`; what is under way as it stands, and all wraps."""
    after = path.carrier.ask()
    standing = ("bound", "receipts_waiting", "wraps")
    return {name: count if name in standing else count - before[name] for name, count in after.items()}


def run(given: argparse.Namespace) -> int:
    """Start the path, calibrate, soak, judge."""
    plan = EdgePlan(PEOPLE, links=given.links, first_sequence=NEAR_WRAP, shipped_horizons=True)
    load = Load(
        0, PEOPLE, binds=given.binds, window=200, receipts=True, match_receipts=given.path == "edge", warmup=0.0, seed=5
    )
    watch = Watch()
    with contextlib.ExitStack() as stack:
        path = stack.enter_context(paths.STARTERS[given.path](plan))
        rate = given.rate or calibrate(path, load)
        print(f"  {given.minutes:g} minutes at {rate:,.0f} msg/s through {path.name}", flush=True)
        load = dataclasses.replace(
            load,
            port=path.port,
            rate=rate,
            seconds=given.minutes * 60,
            prepared=0,
            drain=60.0,
            first_sequence=NEAR_WRAP,
        )
        before = path.carrier.ask()
        result = soak(path, load, watch)
        left = leftovers(path)
        watch.sample(path, time.monotonic() - watch.memory[-1][0])
        carrier = carrier_counts(path, before)
    show(result, carrier, watch)
    wrong = list(faults(result, carrier, watch, left))
    for text in wrong:
        print(f"  FAILED: {text}")
    print("  nothing lost, nothing left" if not wrong else f"  {len(wrong)} faults")
    given.json.parent.mkdir(parents=True, exist_ok=True)
    about = {"result": dataclasses.asdict(result), "carrier": carrier, "faults": wrong, "rate": rate}
    given.json.write_text(json.dumps({**about, "memory": watch.memory, "gauges": watch.gauges[-1]}, indent=1) + "\n")
    return 1 if wrong else 0


def main() -> int:
    """The command."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every `with` ends its processes
    try:
        return run(arguments())
    except (RunFailed, Unavailable) as reason:
        print(f"  FAILED: {reason}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
