"""Which texts are one campaign: groups texts that share wording, whatever names, numbers and links they carry.

A fixed table from hashes of word pairs to groups. It never grows and reads no clock: what is written over is forgotten.
Counting recipients and senders of a group is for the windows.
"""

from array import array
from collections.abc import Iterator, Sequence

SLOTS = 1 << 20  # 8 octets each: 8 MiB
SHARED = 3  # of the 16 hashes of a sketch; detection.md 2
WORDS_MIN = 5  # shorter texts are the same campaign only if they are the same text
_GROUP_BITS = 44
_GROUP = (1 << _GROUP_BITS) - 1
_TAG = ((1 << 64) - 1) ^ _GROUP
_SPREAD = 0x9E3779B97F4A7C15
_WHOLE = (1 << 64) - 1
PAGE = 8192  # slots


class Campaigns:
    """The table. `slots` is a power of two."""

    def __init__(self, slots: int = SLOTS) -> None:
        self._table = array("Q", bytes(8 * slots))
        self._mask = slots - 1

    def find(self, sketch: Sequence[int], exact: int, tokens: int, scope: int = 0) -> int:
        """The group that a text belongs to, or would found: 44 bits, never 0, the same in every process.

        `sketch`, `exact` and `tokens` are those of its `Profile`. Texts of different `scope` (an account's index; 0 for
        all of the edge) never share a group. Changes nothing.
        """
        own = (exact + scope * _SPREAD & _WHOLE) >> 20 or 1
        if tokens < WORDS_MIN or len(sketch) < SHARED:
            return own
        table, mask = self._table, self._mask
        votes: dict[int, int] = {}
        for value in _scoped(sketch, scope) if scope else sketch:
            entry = table[value & mask]
            if entry ^ value <= _GROUP and entry:  # the same tag: nothing differs above the group
                group = entry & _GROUP
                votes[group] = votes.get(group, 0) + 1
        if not votes:
            return own
        best = max(votes, key=lambda group: (votes[group], group))
        return best if votes[best] >= SHARED else own

    def group(self, sketch: Sequence[int], exact: int, tokens: int, scope: int = 0) -> int:
        """As `find`, and the text is remembered as one of its group."""
        group = self.find(sketch, exact, tokens, scope)
        if tokens >= WORDS_MIN:
            self.keep(sketch, group, scope)
        return group

    def keep(self, sketch: Sequence[int], group: int, scope: int = 0) -> None:
        """Remember a text of at least `WORDS_MIN` words as one of the group that `find` gave."""
        if len(sketch) >= SHARED:
            table, mask = self._table, self._mask
            for value in _scoped(sketch, scope) if scope else sketch:
                table[value & mask] = value & _TAG | group

    def pages(self) -> Iterator[bytes]:
        """The table for a snapshot, in pages: number of slots and first slot (4 octets each), then the slots."""
        table = self._table
        for start in range(0, len(table), PAGE):
            page = table[start : start + PAGE].tobytes()
            if page.count(0) < len(page):
                yield len(table).to_bytes(4, "little") + start.to_bytes(4, "little") + page

    def load(self, page: bytes) -> int:
        """Take a page of a table of the same size, else nothing; returns how many slots it has."""
        slots, start = int.from_bytes(page[:4], "little"), int.from_bytes(page[4:8], "little")
        entries = array("Q", page[8:])
        if slots != len(self._table) or start + len(entries) > slots:
            return 0
        self._table[start : start + len(entries)] = entries
        return len(entries)


def _scoped(sketch: Sequence[int], scope: int) -> list[int]:
    shift = scope * _SPREAD & _WHOLE
    return [pair ^ shift for pair in sketch]
