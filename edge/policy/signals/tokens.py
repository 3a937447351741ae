"""Words of a folded text as numbers, as the classifier and the campaign sketch share them: what `digest` needs.

Links are found here, by expressions, and go in as one mark and as traits of the text; the rest is `digest`'s.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from edge.policy.data import entries
from edge.policy.signals import digest
from edge.policy.signals.digest import Codes, Hashes

# Links of one text that are looked at closely.
LINKS = 8
# Top-level domains, and a few other things said of links.
NAMES_KEPT = 4096

_ENDINGS = rf"\.(?=[a-z])(?:{'|'.join(entries('link-endings.txt'))})(?![\w@-])"
_ENDING = re.compile(_ENDINGS)
_LINK = re.compile(rf"(?:https?://|www\.)\S+|(?<![\w@.])[a-z0-9-]++(?:\.[a-z0-9-]++){{0,5}}{_ENDINGS}(?:[/?:]\S*)?")
_LINK_MARK = "\x02"
_DIGITS = str.maketrans("123456789", "000000000")
_SIGNS = "$£€₹"


def codes_of(text: str) -> Codes:
    """The code points of a text, in octets where these are enough."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def hash_of(name: str) -> int:
    """The hash (64 bits) of a token."""
    return int(digest.hashed(codes_of(name)))


def _kinds() -> npt.NDArray[np.uint8]:
    """What each character of the basic plane is."""
    kinds = np.fromiter((chr(code).isalnum() for code in range(1 << 16)), np.uint8, 1 << 16)  # LETTER is 1
    kinds[ord("0") : ord("9") + 1] = digest.DIGIT
    for signs, kind in ((_SIGNS, digest.MONEY), (_LINK_MARK, digest.LINK), ("!", digest.CALL), ("?", digest.QUESTION)):
        kinds[[ord(sign) for sign in signs]] = kind
    return kinds


def open_table(values: list[int]) -> Hashes:
    """`values` (different, none of them 0) as a table for `digest.contains`."""
    size = 1 << max(4, (2 * len(values)).bit_length())
    table = [0] * size
    for value in values:
        position = value % size
        while table[position]:
            position = (position + 1) % size
        table[position] = value
    return np.array(table, np.uint64)


@lru_cache(maxsize=NAMES_KEPT)
def _both(name: str) -> int:
    """What is the same by itself and as a neighbour. Remembered: links bring few different names."""
    return (hash_of(name) >> 32) * 0x1_0000_0001


def _marks() -> Hashes:
    """The tokens that stand for many, and traits of whole texts, in the order of `digest.MARKS`."""
    numbers = [f"<number {limit}>" for limit in (2, 4, 6, 9, 99)]
    lengths = [f"<length {size}>" for size in range(9)]
    names = ["<name>", "<money>", "<link>", *numbers, *lengths, "<!>", "<!!>", "<?>"]
    return np.array([_both(name) for name in names], np.uint64)


KINDS = _kinds()
NAMES = open_table(sorted({hash_of(name) for name in entries("given-names.txt")}))
MARKS = _marks()
NONE: Hashes = np.empty(0, np.uint64)
_DASH, _PATH, _PLAIN, _DEEP = (_both(f"<link {what}>") for what in ("dash", "path", "http", "deep"))


def without_links(skeleton: str) -> tuple[Codes, Hashes]:
    """A folded text with marks for its links, and the traits of these."""
    if "." not in skeleton or not ("://" in skeleton or "www." in skeleton or _ENDING.search(skeleton)):
        return codes_of(skeleton), NONE
    traits: list[int] = []
    text = _LINK.sub(lambda match: _link(match.group(), traits), skeleton.translate(_DIGITS))
    return codes_of(text), np.array(traits, np.uint64)


def _link(link: str, traits: list[int]) -> str:
    """Notes what kind of link it is; what takes its place in the text."""
    if len(traits) < 5 * LINKS:
        scheme, _, rest = link.rpartition("://")
        host, slash, path = rest.partition("/")
        host = host.partition("?")[0].partition(":")[0]
        traits.append(_both(f"<link .{host.rpartition('.')[2]}>"))
        if "-" in host:
            traits.append(_DASH)
        if host.count(".") > 2:
            traits.append(_DEEP)
        if slash and path:
            traits.append(_PATH)
        if scheme == "http":
            traits.append(_PLAIN)
    return f" {_LINK_MARK} "


class Tokens(NamedTuple):
    """`sequence`: the tokens in their order (n). `pairs`: of each two neighbours (n - 1). `columns`: the rows of the
    weights' table that the text adds up.
    """

    sequence: Hashes
    pairs: Hashes
    columns: npt.NDArray[np.uint32]


def tokens_of(skeleton: str) -> Tokens:
    """The tokens of a folded text, for training: `digest` does the same, and more, in one call."""
    codes, traits = without_links(skeleton)
    sequence = np.empty(codes.size + 1, np.uint64)
    seen = np.empty(2 * codes.size + traits.size + 3, np.uint64)
    tokens, noted = digest.tokenise(codes, len(skeleton), traits, KINDS, NAMES, MARKS, sequence, seen)
    columns = np.empty(tokens + noted, np.uint32)
    count = digest.columns(sequence, tokens, seen, noted, columns)
    neighbours = pairwise(sequence[:tokens])
    pairs = [int(digest.pair(first, second)) for first, second in neighbours]
    return Tokens(sequence[:tokens], np.array(pairs, np.uint64), columns[:count])
