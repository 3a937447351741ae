"""Forgetting in the order of learning, at the same small cost every time: no table is ever dropped whole."""

from typing import Generic, TypeVar

K = TypeVar("K")


class Ring(Generic[K]):
    """The last `cap` keys that were pushed. `dropped` counts those that had to go."""

    __slots__ = ("_at", "_keys", "cap", "dropped")

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.dropped = 0
        self._keys: list[K | None] = [None] * cap
        self._at = 0

    def push(self, key: K) -> K | None:
        """Remember `key`; the key that was pushed `cap` pushes ago, for whose value there is no room any more."""
        at = self._at
        gone = self._keys[at]
        self._keys[at] = key
        self._at = at + 1 if at + 1 < self.cap else 0
        if gone is not None:
            self.dropped += 1
        return gone
