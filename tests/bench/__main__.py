"""`python -m tests.bench`: runs the scenarios, prints the table, writes build/bench.json.

Exit status: 0 when every run worked (missed targets are printed, and fail only with --strict), 1 otherwise.
"""

import argparse
import dataclasses
import signal
import sys
import time
from pathlib import Path

from . import paths, process, profiling, rows
from .scenarios import QUICK, SCENARIOS, Bench, Size


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a smoke test in under 40 s; judges nothing")
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="this scenario only (may be repeated)")
    parser.add_argument("--paths", default=",".join(paths.STARTERS), help="which paths, by comma (default: all)")
    parser.add_argument("--rounds", type=int, help="rounds of every comparison (default 3)")
    parser.add_argument("--seconds", type=float, help="seconds measured in a run (default 3)")
    parser.add_argument("--profile", action="store_true", help="profile the edge at 4 binds x window 10 and stop")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a target is missed")
    parser.add_argument("--json", type=Path, default=process.ROOT / "build" / "bench.json", help="where to write JSON")
    return parser.parse_args()


def size(given: argparse.Namespace) -> Size:
    """The size asked for."""
    made = QUICK if given.quick else Size()
    changes = {name: getattr(given, name) for name in ("rounds", "seconds") if getattr(given, name)}
    return dataclasses.replace(made, **changes)


def run(bench: Bench, names: list[str]) -> list[rows.Row]:
    """All scenarios; every row is printed when it is known."""
    table: list[rows.Row] = []
    print(rows.HEADING, flush=True)
    for name in names:
        for row in SCENARIOS[name](bench):
            table.append(row)
            print(row.line(), flush=True)
    return table


def report(bench: Bench, table: list[rows.Row], begun: float, steal: float) -> None:
    """What stands below the table."""
    for text in bench.notes:
        print(f"  note: {text}")
    for text in bench.failures:
        print(f"  FAILED: {text}")
    count = {verdict: sum(row.verdict == verdict for row in table) for verdict in ("pass", "MISS", "not run")}
    print(f"  {count['pass']} targets met, {count['MISS']} missed, {count['not run']} rows not run")
    print(f"  {time.monotonic() - begun:.0f} s, {steal:.1%} of the machine's time stolen by its host")


def main() -> int:
    """The command."""
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every `with` ends its processes
    bench = Bench(size(given), tuple(given.paths.split(",")))
    if given.profile:
        return profiling.run(bench)
    about = rows.host()
    begun, before = time.monotonic(), process.stolen()
    print(f"  {about['cpu']}, {about['cores']} cores, Linux {about['kernel']}, Python {about['python']}")
    table = run(bench, given.only or list(SCENARIOS))
    ticks = [after - first for first, after in zip(before, process.stolen(), strict=True)]
    steal = ticks[0] / max(1, ticks[1])
    report(bench, table, begun, steal)
    about |= {"steal": steal, "seconds": time.monotonic() - begun, "quick": given.quick}
    about |= {"notes": bench.notes, "failures": bench.failures}
    runs = {title: [dataclasses.asdict(made) for made in made_runs] for title, made_runs in bench.runs.items()}
    rows.write_json(given.json, table, runs, about)
    print(f"  written: {given.json}")
    missed = given.strict and any(row.verdict == "MISS" for row in table)
    return 1 if bench.failures or missed else 0


if __name__ == "__main__":
    sys.exit(main())
