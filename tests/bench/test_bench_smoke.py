"""The benchmark itself works: a quick run of every scenario, on whatever paths this machine has."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.e2e
@pytest.mark.slow
@pytest.mark.timeout(330)
def test_a_quick_run_gives_every_row_a_figure_or_a_reason(tmp_path: Path) -> None:
    written = tmp_path / "bench.json"
    few = [f"--only={name}" for name in ("windows", "latency")]
    command = [sys.executable, "-m", "tests.bench", "--quick", *few, "--json", str(written)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made = json.loads(written.read_text())
    rows = {row["name"]: row for row in made["rows"]}
    assert rows["window 10: direct throughput"]["value"] > 0
    assert "2,000 msg/s: latency added, p99" in rows
    missing = [name for name, row in rows.items() if row["value"] is None]
    named = [name for name in ("edge", "haproxy") if any(note.startswith(f"{name}:") for note in made["notes"])]
    assert bool(missing) == bool(named), done.stdout
    if shutil.which("haproxy"):
        assert rows["window 10: HAProxy CPU"]["value"] > 0
