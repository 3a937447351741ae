"""`python -m tests.fuzz`: a long run, in slices of its own seeds so that a fault can be had again by itself."""

import argparse
import asyncio
import faulthandler
import logging
import sys
import time

from .run import run

SLICE = 100_000
HANG = 300  # seconds without an end of a slice: the stacks are dumped and the run fails
GROWTH = 60_000  # kilobytes of growth after the first fifth that a run may have: caches fill up, nothing else


def main() -> int:
    """Exit 0 if every PDU met an answer, an error or silence as documented."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    done = 0
    first_rss = last_rss = 0
    faults: dict[str, int] = {}
    for seed in range(arguments.seed, arguments.seed + -(-arguments.count // SLICE)):
        faulthandler.dump_traceback_later(HANG, exit=True)
        print(f"seed {seed}: ", end="", flush=True)
        report = asyncio.run(run(min(SLICE, arguments.count - done), seed))
        done += report.pdus
        first_rss = first_rss or report.rss_late
        last_rss = report.rss_late
        for kind, number in report.faults.items():
            faults[kind] = faults.get(kind, 0) + number
        print(f"{done} PDUs in, {report.written} out, {report.connections} connections, {last_rss // 1024} MB")
    faulthandler.cancel_dump_traceback_later()
    for kind, number in sorted(faults.items()):
        print(f"  {kind:40} {number}")
    print(f"memory: {first_rss} kB after the first {SLICE}, {last_rss} kB at the end")
    if last_rss - first_rss > GROWTH:
        print("memory grew", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
