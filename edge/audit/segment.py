"""One JSONL file being written. All file writes of the audit are here; knows nothing of what the octets mean."""

import errno
import os
import time
from pathlib import Path

from edge.audit.layout import segment_name, segment_order, segments_in


class Segment:
    """An append-only file. `size` counts the octets that are wholly written; a failed write leaves no trace.

    `torn` says that a failed write could not be undone: give the segment up, readers skip the torn line.
    """

    def __init__(self, path: Path, opened: float) -> None:
        """Create `path` (it must not exist); `opened` is the Unix time. Raises OSError."""
        self.path = path
        self.opened = opened
        self.size = 0
        self.dirty = False
        self.torn = False
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        _sync_directory(path.parent)

    def write(self, data: bytes) -> int:
        """Append all of `data` and return its offset, or raise OSError with the file as it was before (or `torn`)."""
        offset = self.size
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            self.torn = True
            os.ftruncate(self._file, offset)
            self.torn = False
            raise
        self.size += len(data)
        self.dirty = True
        return offset

    def sync(self) -> None:
        """Put everything written on disk. Raises OSError, also where the file was deleted under our hands."""
        if self.dirty:
            if os.fstat(self._file).st_nlink == 0:
                raise FileNotFoundError(errno.ENOENT, "the segment was deleted while it was written", str(self.path))
            os.fdatasync(self._file)
            self.dirty = False

    def close(self) -> None:
        """Close the file. Does not sync."""
        os.close(self._file)


def open_segment(directory: Path, now: float) -> Segment:
    """A new segment that sorts after all others in `directory`, even if the clock went back. Raises OSError."""
    stamp, number = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now)), 1
    others = segments_in(directory)
    last = segment_order(others[-1].name) if others else None
    if last is not None and last[0] >= stamp:
        stamp, number = last[0], last[1] + 1
    return Segment(directory / segment_name(stamp, number), now)


def _sync_directory(directory: Path) -> None:
    """A new file's name is only durable once its directory is."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
