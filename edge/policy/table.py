"""A capped map that forgets by generations: no timer and no time stamp per entry.

An entry lives at least `span` seconds and at most twice that, less only where the cap is hit.
"""

from typing import Any, Generic, TypeVar

V = TypeVar("V")
# Dropped generations that may wait to be freed in slices; one more is freed at once.
DISCARDED_MAX = 8


class Table(Generic[V]):
    """Two dicts: entries are written to the young one; at each turn it becomes the old one, which is dropped.

    `cap` bounds both together. When half of it is young, the table turns early: what was in the old
    generation is forgotten before its time, which is counted in `cap_hits`. Hot readers may use `young` and
    `old` directly: the young one has the last word. Dropped generations are handed to `discarded`, whose
    owner frees them at leisure (freeing a million entries at once stalls the loop for tens of milliseconds).
    """

    __slots__ = ("cap", "cap_hits", "discarded", "due", "half", "old", "span", "young")

    def __init__(self, cap: int, span: float, discarded: list[dict[Any, Any]]) -> None:
        self.cap = cap
        self.half = max(1, cap // 2)
        self.span = span
        self.discarded = discarded
        self.due = 0.0
        self.cap_hits = 0
        self.young: dict[Any, V] = {}
        self.old: dict[Any, V] = {}

    def __len__(self) -> int:
        """Entries held; one in both generations counts twice, as it does in memory."""
        return len(self.young) + len(self.old)

    def get(self, key: Any) -> V | None:
        """The last value put for `key`, or None."""
        value = self.young.get(key)
        return self.old.get(key) if value is None else value

    def put(self, key: Any, value: V) -> None:
        """Remember `value` for `key`."""
        self.young[key] = value
        if len(self.young) >= self.half:
            self.turn_early()

    def turn_early(self) -> None:
        """Half the cap is young: make room."""
        self.cap_hits += 1
        self._drop()
        # What has just grown old is to live its full span still.
        self.due += self.span

    def turn(self, now: float) -> None:
        """The young grow old, the old are dropped."""
        self._drop()
        self.due = now + self.span

    def clear(self) -> None:
        """Forget everything."""
        self.young, self.old = {}, {}

    def _drop(self) -> None:
        if self.old and len(self.discarded) < DISCARDED_MAX:
            self.discarded.append(self.old)
        self.old, self.young = self.young, {}
