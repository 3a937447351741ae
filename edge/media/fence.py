"""Limits that a worker lays on itself before it sees anything of anybody's."""

import os
import resource
from contextlib import suppress
from pathlib import Path

from edge.core.examination import Examination

NICE = 10
FILES_MAX = 64
# Beside the largest part: what a file in memory may have.
FILE_ROOM = 1024 * 1024


def close(settings: Examination) -> None:
    """No dumps, few files and small ones, behind everybody else for the CPU and before them for the OOM killer.

    Memory is limited to what is in use now and `memory` more: call it when all that is needed is loaded.
    """
    os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, FILES_MAX)
    _limit(resource.RLIMIT_FSIZE, settings.unfolded + FILE_ROOM)
    _limit(resource.RLIMIT_AS, _in_use() + settings.memory)


def allow(seconds: float) -> None:
    """So much CPU from now on: if nobody is there to end us, the kernel does."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 2, hard))


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))


def _in_use() -> int:
    """Address space, in octets (proc(5), statm)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
