"""What was seen in parts, kept for when they come again: the same picture goes to many."""

from collections import OrderedDict
from hashlib import sha256

from edge.channels.mm4.codec.mime import Part
from edge.media.wire import Seen

TEXT_MAX = 20_000
"""Characters of text that are kept of a part; one with more is looked at again."""

Key = tuple[bytes, str, str]


def key_of(part: Part) -> Key:
    """The same octets, encoded and declared the same. Of the encoded octets: nothing is decoded for it."""
    return sha256(part.raw).digest(), part.type, part.encoding_name


class Cache:
    """The last `size` parts by use. `hits` and `misses` count."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.hits = 0
        self.misses = 0
        self._seen: OrderedDict[Key, Seen] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def get(self, key: Key) -> Seen | None:
        """What was seen, if it is still known."""
        seen = self._seen.get(key)
        if seen is None:
            self.misses += 1
            return None
        self.hits += 1
        self._seen.move_to_end(key)
        return seen

    def put(self, key: Key, seen: Seen) -> None:
        """Keep it, unless it is only a part of the truth, or large."""
        if seen.partial or not self.size or sum(len(text) for _, text in seen.texts) > TEXT_MAX:
            return
        self._seen[key] = seen
        if len(self._seen) > self.size:
            self._seen.popitem(last=False)

    def clear(self) -> None:
        """Forget all: other models, other limits."""
        self._seen.clear()
