"""What a worker may not."""

import subprocess
import sys

SCRIPT = """
import os, resource
from edge.core.examination import Examination
from edge.media import fence
fence.close(Examination(memory=100_000_000, unfolded=1_000_000))
print("nice", os.nice(0) >= 10)
print("core", resource.getrlimit(resource.RLIMIT_CORE)[0])
try:
    bytearray(200_000_000)
    print("memory taken")
except MemoryError:
    print("memory kept")
descriptor = os.memfd_create("x")
try:
    while True:
        os.write(descriptor, bytes(500_000))
except OSError as error:
    print("file", error.strerror, os.fstat(descriptor).st_size <= 1_000_000 + fence.FILE_ROOM)
fence.allow(1.0)
while True:
    pass
"""


def test_limits() -> None:
    done = subprocess.run((sys.executable, "-u", "-c", SCRIPT), capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split("\n")[:4] == ["nice True", "core 0", "memory kept", "file File too large True"]
    assert done.returncode == -24  # SIGXCPU
