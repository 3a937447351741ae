"""Compiled patterns for the state directories of tests: an edge in a new one compiles for some seconds, each time."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from edge.config.compiled import NAME

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "tests"
# In a process of its own: tests make patterns too, some of them wrong.
COMPILE = """
import sys
from pathlib import Path
import edge.policy.signals.reader
from edge.config.compiled import keep, recall
recall(Path(sys.argv[1]))
keep(Path(sys.argv[1]))
"""


@cache
def _compiled() -> Path:
    """What was compiled by an earlier run, where nothing has changed since."""
    BUILD.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-c", COMPILE, str(BUILD)], cwd=ROOT, check=True, timeout=120)
    return BUILD / NAME


def give_patterns(state: Path) -> None:
    """Put them into a state directory, made if it is not there."""
    state.mkdir(parents=True, exist_ok=True)
    shutil.copy(_compiled(), state / NAME)
