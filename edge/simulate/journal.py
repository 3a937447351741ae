"""A log of JSON lines that outlives its writer: what was added is with the kernel once `flush` returns.

kill -9 of the process loses nothing that was flushed; a power cut may.
"""

import os
from pathlib import Path
from typing import Any

import msgspec


class Journal:
    """Lines gathered by `add` and written together by `flush`. Raises OSError where the file cannot be had."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._encode = msgspec.json.Encoder().encode
        self._waiting: list[bytes] = []

    def add(self, line: dict[str, Any]) -> None:
        """One line more for the next flush."""
        self._waiting.append(self._encode(line))

    def flush(self) -> None:
        """Write what was added. Raises OSError: then nothing of it may be acknowledged."""
        if not self._waiting:
            return
        self._waiting.append(b"")
        data = memoryview(b"\n".join(self._waiting))
        self._waiting.clear()
        while data:
            data = data[os.write(self._file, data) :]

    def close(self) -> None:
        """Flush and close."""
        try:
            self.flush()
        finally:
            os.close(self._file)
