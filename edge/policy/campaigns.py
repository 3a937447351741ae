"""Which texts are one campaign: groups texts that share wording, whatever names, numbers and links they carry.

A fixed table from hashes of word pairs to groups. It never grows and reads no clock: what is written over is forgotten.
Counting recipients and senders of a group is for the windows.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from edge.policy.compiled import compiled
from edge.policy.signals.digest import Hashes

SLOTS = 1 << 20  # 8 octets each: 8 MiB
SHARED = 3  # of the 16 hashes of a sketch; detection.md 2
SKETCH = 16
WORDS_MIN = 5  # shorter texts are the same campaign only if they are the same text
_GROUP_BITS = 44
_GROUP = np.uint64((1 << _GROUP_BITS) - 1)
_TAG = np.uint64(((1 << 64) - 1) ^ ((1 << _GROUP_BITS) - 1))
_ZERO = np.uint64(0)
PAGE = 8192  # slots


@compiled
def _shared(table: Hashes, sketch: Hashes) -> Any:
    """The group that most of the sketch's pairs belong to, the greater of two; 0 if fewer than `SHARED` do."""
    mask = np.uint64(table.size - 1)
    groups = np.zeros(SKETCH, np.uint64)
    votes = np.zeros(SKETCH, np.int64)
    found = 0
    for value in sketch[:SKETCH]:
        entry = table[value & mask]
        if entry != _ZERO and entry ^ value <= _GROUP:  # the same tag: nothing differs above the group
            group = entry & _GROUP
            place = 0
            while place < found and groups[place] != group:
                place += 1
            groups[place] = group
            votes[place] += 1
            found = max(found, place + 1)
    best, most = _ZERO, SHARED - 1
    for place in range(found):
        if votes[place] > most or (votes[place] == most and best != _ZERO and groups[place] > best):
            best, most = groups[place], votes[place]
    return best


@compiled
def _keep(table: Hashes, sketch: Hashes, group: Any) -> None:
    mask = np.uint64(table.size - 1)
    for value in sketch:
        table[value & mask] = (value & _TAG) | np.uint64(group)


class Campaigns:
    """The table. `slots` is a power of two."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._table = np.zeros(slots, np.uint64)
        # Compiled now, if it is not, and not when the first message comes.
        self.group(np.arange(SKETCH, dtype=np.uint64).tobytes(), 1, WORDS_MIN)
        self._table[:] = _ZERO

    def find(self, sketch: bytes, exact: int, tokens: int) -> int:
        """The group that a text belongs to, or would found: 44 bits, never 0, the same in every process.

        `sketch`, `exact` and `tokens` are those of its `Profile`. Changes nothing.
        """
        if tokens >= WORDS_MIN and len(sketch) >= 8 * SHARED:
            group = int(_shared(self._table, np.frombuffer(sketch, np.uint64)))
            if group:
                return group
        return exact >> 20 or 1

    def group(self, sketch: bytes, exact: int, tokens: int) -> int:
        """As `find`, and the text is remembered as one of its group."""
        group = self.find(sketch, exact, tokens)
        if tokens >= WORDS_MIN:
            self.keep(sketch, group)
        return group

    def keep(self, sketch: bytes, group: int) -> None:
        """Remember a text of at least `WORDS_MIN` words as one of the group that `find` gave."""
        if len(sketch) >= 8 * SHARED:
            _keep(self._table, np.frombuffer(sketch, np.uint64), group)

    def pages(self) -> Iterator[bytes]:
        """The table for a snapshot, in pages: number of slots and first slot (4 octets each), then the slots."""
        table = self._table
        for start in range(0, len(table), PAGE):
            page = table[start : start + PAGE].tobytes()
            if page.count(0) < len(page):
                yield len(table).to_bytes(4, "little") + start.to_bytes(4, "little") + page

    def load(self, page: bytes) -> int:
        """Take a page of a table of the same size, else nothing; returns how many slots it has.

        Raises ValueError for a page that is cut off.
        """
        slots, start = int.from_bytes(page[:4], "little"), int.from_bytes(page[4:8], "little")
        entries = np.frombuffer(page, np.uint64, offset=8)
        if slots != len(self._table) or start + len(entries) > slots:
            return 0
        self._table[start : start + len(entries)] = entries
        return len(entries)
