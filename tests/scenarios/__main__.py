"""`python -m tests.scenarios [FILE ...]`: plays scenario files; prints what differs or cannot be played, the totals."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from .play import Result, play
from .rows import read

HERE = Path(__file__).parent
OWN = (HERE / "scenarios.csv", HERE / "more.csv")
# By others than the rules' authors, mended until they held: they guard, and measure nothing (docs/scenarios.md).
STRANGERS = HERE / "strangers.csv"
CAUGHT = 0.98  # share of violations that must get their verdict
WHOLE = ("R-EMG", "R-OPTOUT", "R-UNWANTED", "R-SRC", "R-DLP")  # of these, all (the acceptance lines)
REFUSED = ("reject", "bounce", "drop", "quarantine", "throttle")


def main() -> int:
    """0 if no near-miss is refused and enough violations are caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=OWN)
    parser.add_argument("--all", action="store_true", help="print every row")
    arguments = parser.parse_args()
    results: list[Result] = []
    for path in arguments.files:
        results += [play(row) for row in read(path)]
    for result in results:
        if arguments.all or result.state in ("differs", "unplayable"):
            print(line(result))
    good, words = judged(results)
    print("\n".join(words))
    return 0 if good else 1


def line(result: Result) -> str:
    """One row as text."""
    row = result.row
    if result.state == "unplayable":
        return f"{row.id} {result.state}: {result.detail}"
    got = f"{result.verdict} by {result.rule} ({result.detail})" if result.rule else result.verdict
    return f"{row.id} {result.state}: wants {row.expected}, got {got} | {row.why[:70]}"


def judged(results: list[Result]) -> tuple[bool, list[str]]:
    """Whether the acceptance lines hold, and the totals in words."""
    states = Counter(result.state for result in results)
    played = [result for result in results if result.state in ("passed", "differs")]
    violations = [result for result in played if result.row.violation]
    near = [result for result in played if not result.row.violation]
    caught = [result for result in violations if result.state == "passed"]
    refused = [result for result in near if result.verdict in ("reject", "bounce", "drop")]
    whole = [result for result in violations if result.row.why.startswith(WHOLE) and result.state != "passed"]
    share = len(caught) / len(violations) if violations else 1.0
    as_said = sum(result.state == "passed" for result in near)
    words = [
        f"{len(results)} rows: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        f"violations: {len(caught)} of {len(violations)} as expected ({share:.1%}; at least {CAUGHT:.0%})",
        f"near-misses: {as_said} of {len(near)} as expected, {len(refused)} refused, bounced or dropped (none may be)",
        f"emergency, opt-out, ownership, sensitive data: {len(whole)} not as expected (none may be)",
    ]
    return not refused and not whole and share >= CAUGHT and not states["unplayable"], words


if __name__ == "__main__":
    sys.exit(main())
