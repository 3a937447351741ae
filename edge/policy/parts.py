"""What is kept of messages that come in parts: their texts until the last is there, and their fate for ten minutes.

Bounded twice: by the number of messages, and by the characters kept of all of them together.
"""

from typing import Any

import msgspec

from edge.core.verdict import Verdict
from edge.policy.table import Table

# After the last part of a reference, verdict and texts are kept this long; a part that contradicts another within the
# shorter time does so on purpose (policy.md B.2). Seconds.
PART_SPAN = 600.0
PART_LIVE = 30.0
# Messages whose parts are remembered; characters kept of one (all of 255 parts), and of all together.
CAP_PARTS = 100_000
PART_TEXT = 41_000
TEXTS_TOTAL = 32_000_000
# Identical copies of a part that an incomplete message may have before a copy is a message that pays.
REPEATS_MAX = 3
# Characters kept of what a subscriber says in parts: a revocation has eight words.
SAID_MAX = 400
# Parts kept of one incomplete message though their number came again with another text.
SUPERSEDED_MAX = 4


class Piece(msgspec.Struct, frozen=True, gc=False):
    """One part as it came. `raw` are UCS-2 octets that make no whole characters by themselves, else empty."""

    number: int
    text: str
    other: str = ""
    raw: bytes = b""


class Part(msgspec.Struct, frozen=True, gc=False):
    """What is known of a reference. Part numbers are bits.

    `seen` are the parts that went on: a phone has them, or will have them once they are released. `tried` are those
    that were judged since the message began; the last of them came at `last`. `refused` is the verdict that every
    later part shares, as long as `epoch` is the state's. `pieces` are the parts that went on, in the order they came,
    until the last one is there; a number may be there twice with different texts. `prints` has four octets for every
    number tried, by which copies are known, and `repeats` counts copies. `said` are the parts of a short inbound
    message as they came, also those that were refused, each once; they stay when the last one is there. `size` is what
    it all counts for in the bound on characters.
    """

    tried: int
    seen: int
    last: float
    refused: Verdict | None
    epoch: int
    pieces: tuple[Piece, ...] = ()
    prints: bytes = b""
    repeats: int = 0
    size: int = 0
    said: tuple[Piece, ...] = ()


class Parts(Table[Part]):
    """A table of parts that also turns early when half of `total` characters are young."""

    __slots__ = ("size", "total")

    def __init__(self, cap: int, discarded: list[dict[Any, Any]], total: int = TEXTS_TOTAL) -> None:
        super().__init__(cap, PART_SPAN, discarded)
        self.total = total
        self.size = 0

    def put(self, key: Any, value: Part) -> None:
        """Remember `value` for `key`."""
        before = self.young.get(key)
        self.size += value.size - (before.size if before is not None else 0)
        self.young[key] = value
        if len(self.young) >= self.half or self.size * 2 >= self.total:
            self.turn_early()

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self.size = 0

    def _drop(self) -> None:
        super()._drop()
        self.size = 0
