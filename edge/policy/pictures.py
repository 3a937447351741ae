"""Which pictures are one: a ring of the perceptual hashes of pictures that went out lately, found by likeness.

It reads no clock and never grows: what is written over is forgotten. It is not kept across restarts; a picture is then
counted under itself, as it was before if it is the very one that others were like.
"""

import numpy as np
from numpy.typing import NDArray

from edge.core.media import Media, MediaKind
from edge.policy.history.texts import name_key

SLOTS = 8192
NEAR = 10
"""Bits of 64 by which hashes of one picture may differ (policy.md A.7)."""
# Of one message: pictures, and what of each (an animation has several hashes).
PICTURES_MAX = 4
HASHES_MAX = 2
_UNTOLD = frozenset({MediaKind.TEXT, MediaKind.LAYOUT, MediaKind.CARD})


class Pictures:
    """The ring. A lookup compares with all of it: 20 microseconds, for MMS alone."""

    __slots__ = ("_at", "_ring", "_used")

    def __init__(self, slots: int = SLOTS) -> None:
        self._ring: NDArray[np.uint64] = np.zeros(slots, np.uint64)
        self._at = 0
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def find(self, seen: int) -> int:
        """The picture that this one is like, or itself. Changes nothing."""
        if not self._used:
            return seen
        apart = np.bitwise_count(self._ring[: self._used] ^ np.uint64(seen))
        nearest = int(apart.argmin())
        return int(self._ring[nearest]) if apart[nearest] <= NEAR else seen

    def keep(self, seen: int) -> None:
        """Remember a picture that went out, unless one like it is known."""
        if self.find(seen) != seen or bool((self._ring[: self._used] == np.uint64(seen)).any()):
            return
        self._ring[self._at] = seen
        self._at = (self._at + 1) % len(self._ring)
        self._used = min(self._used + 1, len(self._ring))

    def groups(self, media: Media) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """(what the media of a message are counted under, the hashes among them).

        By likeness where there are pictures, by the very octets for sound and what else has no likeness.
        """
        keys: dict[int, None] = {}
        hashes: dict[int, None] = {}
        for item in [item for item in media.items if item.kind not in _UNTOLD][:PICTURES_MAX]:
            step = max(1, len(item.hashes) // HASHES_MAX)
            for each in item.hashes[::step][:HASHES_MAX]:
                like = self.find(each)
                hashes[like] = None
                keys[name_key("picture", f"{like:016x}")] = None
            if not item.hashes:
                keys[name_key("part", item.sha256.hex())] = None
        return tuple(keys), tuple(hashes)
