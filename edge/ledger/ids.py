"""Message ids of our own: numbers from blocks that the store set aside before the first of them is used."""

import secrets
from collections import deque
from collections.abc import Callable

BLOCK = 100_000
REFILL_AT = BLOCK // 2
SPARE_BLOCKS = 4  # asked for one at a time; more can only pile up by mistake


class IdSupply:
    """Gives out ids on the loop; another thread adds blocks. Nothing here waits.

    An id is "0" and a decimal number: digits only, since receivers take ids for text, decimal or hexadecimal.
    `ask` is called on the loop when a new block is wanted. With no block left (the disk has failed for a
    hundred thousand ids) ids are random, "0x" and 80 bits: still never given out twice; `on_random` is told.
    """

    def __init__(self, ask: Callable[[], None], on_random: Callable[[], None]) -> None:
        self.wanted = False
        self._ask = ask
        self._on_random = on_random
        self._next = self._end = self._refill = 0
        self._blocks: deque[tuple[int, int]] = deque(maxlen=SPARE_BLOCKS)

    def add(self, first: int, end: int) -> None:
        """A block of numbers that are ours for ever: from `first` up to, not including, `end`. Any thread."""
        self._blocks.append((first, end))
        self.wanted = False

    def next_id(self) -> str:
        """An id never given out before."""
        number = self._next
        if number >= self._refill:
            if number >= self._end:
                return self._from_next_block()
            self._want()
        self._next = number + 1
        return f"0{number}"

    def _from_next_block(self) -> str:
        if not self._blocks:
            self._want()
            self._on_random()
            return f"0x{secrets.token_hex(10)}"
        first, self._end = self._blocks.popleft()
        self._refill = max(self._end - REFILL_AT, first)
        self._next = first + 1
        return f"0{first}"

    def _want(self) -> None:
        if not self.wanted and not self._blocks:
            self.wanted = True
            self._ask()
