"""The process's own metrics, under the names of Prometheus' client libraries. Linux only (/proc).

Blocking (a large process has many descriptors to count): not for the loop's thread.
"""

import os
import platform
import resource
import time
from collections.abc import Mapping
from pathlib import Path

from edge.console.exposition import header, number, series

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


def process_text(about: Mapping[str, str]) -> str:
    """Processor time, memory, descriptors, start time, and `smsedge_build_info` with the labels of `about`."""
    labels = {"python": platform.python_version(), **about}
    info = "smsedge_build_info"
    lines = [
        header(info, "What runs here; always 1", "gauge"),
        f"{series(info, tuple(labels), tuple(labels.values()))} 1\n",
    ]
    for name, help, type, value in _readings():
        lines += header(name, help, type), f"{name} {number(value)}\n"
    return "".join(lines)


def _readings() -> list[tuple[str, str, str, float]]:
    virtual, resident = (int(field) * _PAGE for field in Path("/proc/self/statm").read_text().split()[:2])
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    most = float("inf") if limit == resource.RLIM_INFINITY else float(limit)
    return [
        ("process_cpu_seconds_total", "Processor time used, user and system", "counter", time.process_time()),
        ("process_virtual_memory_bytes", "Virtual memory", "gauge", float(virtual)),
        ("process_resident_memory_bytes", "Resident memory", "gauge", float(resident)),
        ("process_open_fds", "Open file descriptors", "gauge", float(len(os.listdir("/proc/self/fd")))),
        ("process_max_fds", "Most file descriptors allowed", "gauge", most),
        ("process_start_time_seconds", "Unix time of the start", "gauge", start_time()),
    ]


def start_time() -> float:
    """When this process started, as a Unix time to a hundredth of a second (proc(5): stat, field 22)."""
    # The command name (field 2) may hold spaces and brackets: count from the last bracket.
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    since_boot = int(fields[19]) / _TICKS
    return round(time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + since_boot, 2)
