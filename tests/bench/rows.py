"""What the benchmark found, line by line, against its targets; the table and the JSON. Measures nothing."""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# The limits of the issues, by row. A row without one is there for the reader. With every rule on: at most 70 us a
# message on distinct texts, 35 on templates, and a tail of `decide` of at most 200.
TARGETS = {
    "window 10: edge CPU": 70.0,
    "templates texts: edge CPU": 35.0,
    "decide, everyday texts: p99": 200.0,
    "decide, distinct words: p99": 200.0,
    "2,000 msg/s: latency added, p50": 0.5,
    "2,000 msg/s: latency added, p99": 2.0,
    "receipts on: cost to receipts off": 2.0,
    "10,000 accounts: cost to 10": 1.5,
    "1 M active numbers: cost to 1 k": 1.5,
    "200 binds: cost to 1": 1.5,
    "1 M senders and recipients: resident memory": 800.0,
}
DIGITS = {"us": 1, "ms": 3, "x": 2, "MB": 0, "msg/s": 0, "cores": 2, "keys": 0}


@dataclass(frozen=True)
class Row:
    """One figure. `value` None: it could not be had, `note` says why. `judged` False: too short to be judged."""

    name: str
    value: float | None
    unit: str
    note: str = ""
    judged: bool = True

    @property
    def limit(self) -> float | None:
        """The target, if the issue names one."""
        return TARGETS.get(self.name)

    @property
    def verdict(self) -> str:
        """`pass`, `MISS`, `not run`, or `-` where there is no target or the run was too short for it."""
        if self.value is None:
            return "not run"
        if self.limit is None or not self.judged:
            return "-"
        return "pass" if self.value <= self.limit else "MISS"

    def line(self) -> str:
        """The row as a line of the table."""
        value = "-" if self.value is None else f"{self.value:,.{DIGITS[self.unit]}f} {self.unit}"
        limit = "" if self.limit is None else f"<= {self.limit:,g} {self.unit}"
        note = f"  {self.note}" if self.note else ""
        return f"  {self.name:<46} {value:>14}  {limit:<12} {self.verdict:<8}{note}".rstrip()


HEADING = f"  {'':<46} {'measured':>14}  {'target':<12} verdict"


def host() -> dict[str, Any]:
    """The machine, as far as it explains figures."""
    model = ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def write_json(path: Path, rows: Iterable[Row], runs: dict[str, Any], about: dict[str, Any]) -> None:
    """Everything as JSON: rows with targets and verdicts, every single run, notes and the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = [asdict(row) | {"limit": row.limit, "verdict": row.verdict} for row in rows]
    path.write_text(json.dumps({**about, "rows": table, "runs": runs}, indent=1) + "\n")
