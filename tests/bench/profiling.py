"""`python -m tests.bench --profile`: where the edge spends its time, with what profiler there is."""

import contextlib
import dataclasses
import io
import os
import pstats
import shutil
import subprocess
import tempfile
from pathlib import Path as FilePath

from . import measure, process
from .edgeconf import EdgePlan
from .load import Load
from .paths import Path
from .process import RunFailed
from .scenarios import Bench
from .workload import Population

SECONDS = 8
LINES = 60


def run(bench: Bench) -> int:
    """py-spy or perf on the running edge, else cProfile around it. Writes build/bench-profile*, prints the top."""
    build = process.ROOT / "build"
    build.mkdir(exist_ok=True)
    load = Load(0, Population(), seconds=SECONDS, prepared=400_000)
    sampler = next((name for name in ("py-spy", "perf") if shutil.which(name)), "")
    if sampler:
        _sampled(bench, load, sampler, build)
    if sampler != "py-spy":  # perf sees no Python functions before 3.12's trampolines
        _traced(bench, load, build)
    for text in (*bench.notes, *bench.failures):
        print(f"  {text}")
    return 1 if bench.failures or bench.notes else 0


def _edge(bench: Bench, stack: contextlib.ExitStack) -> Path | None:
    up = bench.start(stack, EdgePlan(Population()), "edge")
    return up[0] if up else None


def _sampled(bench: Bench, load: Load, sampler: str, build: FilePath) -> None:
    with contextlib.ExitStack() as stack:
        path = _edge(bench, stack)
        if path is None or path.child is None:
            return
        out = build / ("bench-profile.txt" if sampler == "py-spy" else "bench-profile.perf")
        pid, length = str(path.child.pid), str(SECONDS)
        command = {
            "py-spy": ["py-spy", "record", "-d", length, "-r", "500", "-f", "raw", "-o", str(out), "-p", pid],
            "perf": ["perf", "record", "-q", "-F", "999", "-g", "-o", str(out), "-p", pid, "--", "sleep", length],
        }[sampler]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as recording:
            _once(bench, path, load)
            recording.wait(SECONDS + 30)
    if sampler == "perf":
        report = ["perf", "report", "-i", str(out), "--stdio", "--no-children", "-g", "none", "--percent-limit", "0.5"]
        text = subprocess.run(report, capture_output=True, text=True, check=False, timeout=120).stdout
        out.with_suffix(".perf.txt").write_text(text)
        print("\n".join(line for line in text.splitlines() if line and not line.startswith("#"))[:6000])
    print(f"  written: {out}")


def _traced(bench: Bench, load: Load, build: FilePath) -> None:
    """The edge under cProfile: counts and proportions of Python functions; the absolute times are inflated."""
    with tempfile.TemporaryDirectory() as folder:
        stats = FilePath(folder) / "edge.prof"
        os.environ["SMSEDGE_BENCH_PROFILE"] = str(stats)
        try:
            with contextlib.ExitStack() as stack:
                path = _edge(bench, stack)
                if path is None:
                    return
                _once(bench, path, load)
        finally:
            del os.environ["SMSEDGE_BENCH_PROFILE"]
        if not stats.exists():
            bench.fail("the edge wrote no profile when it was stopped")
            return
        text = io.StringIO()
        pstats.Stats(str(stats), stream=text).strip_dirs().sort_stats("tottime").print_stats(LINES)
    (build / "bench-profile-python.txt").write_text(text.getvalue())
    print(text.getvalue())
    print(f"  written: {build / 'bench-profile-python.txt'}")


def _once(bench: Bench, path: Path, load: Load) -> None:
    try:
        made = measure.once(path, dataclasses.replace(load, warmup=0.2))
    except RunFailed as reason:
        bench.fail(str(reason))
    else:
        print(f"  {made.path_us:.1f} us per message, {made.rate:,.0f} msg/s while profiled")
