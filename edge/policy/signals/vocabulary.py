"""Which letters make words: what tells "w1ll" from a reference number, and where words written letter by letter end."""

from collections.abc import Iterator
from functools import lru_cache
from math import inf, log

from edge.policy.signals.wordlist import COMMON, CONTENT, FOREIGN, NAMES

SHORT = frozenset(
    {"a", "am", "an", "as", "at", "be", "by", "do", "go", "he", "hi", "i", "if", "in", "is", "it", "me", "my", "no"}
    | {"of", "oh", "ok", "on", "or", "so", "to", "u", "up", "us", "we"}
)
"""Words of one or two letters; no other combination of so few is one."""

# What a word costs where letters are cut into words: its rank among the common ones, in the manner of Zipf.
_CONTENT, _INFLECTED, _RARE, _UNKNOWN, _LETTER = 9.0, 10.0, 10.5, 9.0, 4.0
LONGEST = 16
CAREFUL = 150
# Pieces remembered as they were cut: the parts of one message bring the same ones again and again.
REMEMBERED = 2048


def _inflected(word: str) -> Iterator[str]:
    stem = word[:-1] if word.endswith("e") else word
    yield from (word + "s", stem + "ed", stem + "ing", stem + "er", word + "ly")
    if word.endswith("y"):
        yield from (word[:-1] + "ies", word[:-1] + "ied")
    elif word.endswith(("s", "x", "ch", "sh")):
        yield word + "es"


def _costs() -> dict[str, float]:
    costs: dict[str, float] = {}
    for word in (*CONTENT.split(), *(word for word in COMMON.split() if len(word) > 3)):
        costs.update(dict.fromkeys(_inflected(word), _INFLECTED))
    costs.update(dict.fromkeys((*FOREIGN.split(), *NAMES.split()), _RARE))
    costs.update(dict.fromkeys(CONTENT.split(), _CONTENT))
    costs.update({word: 3.0 + log(rank) for rank, word in enumerate(COMMON.split(), 1)})
    return {word: cost for word, cost in costs.items() if len(word) > 2 or word in SHORT}


_COSTS = _costs()
_PREFIXES = frozenset(word[:size] for word in _COSTS for size in range(1, len(word) + 1))
_TRIGRAMS = frozenset(word[at : at + 3] for word in _COSTS for at in range(len(word) - 2))


def listed(word: str) -> bool:
    """Whether `word` (lower case, no accents) is on the list, as it is or inflected."""
    return word in _COSTS


def known(word: str) -> bool:
    """Whether `word` is listed, or two listed words written as one."""
    if word in _COSTS:
        return True
    return 6 < len(word) <= 2 * LONGEST and any(
        word[:cut] in _COSTS and word[cut:] in _COSTS for cut in range(3, len(word) - 2)
    )


def plausible(word: str) -> bool:
    """Whether every three letters in a row of `word` occur in some word: no reference number does that by chance."""
    return all(word[at : at + 3] in _TRIGRAMS for at in range(len(word) - 2))


def segmented(letters: str, careful: int = CAREFUL) -> list[str]:
    """Letters written without spaces -> words; what is no word stays in one piece.

    The likeliest cut (linear in the letters but for the length of the longest word); beyond `careful` letters, the
    longest word each time, which costs a quarter.
    """
    words = list(_likeliest(letters[:careful]))
    at = careful
    while at < len(letters):
        end = at + 1
        for further in range(end, min(at + LONGEST, len(letters)) + 1):
            piece = letters[at:further]
            if piece not in _PREFIXES:
                break
            if piece in _COSTS:
                end = further
        words.append(letters[at:end])
        at = end
    return words


@lru_cache(maxsize=REMEMBERED)
def _likeliest(letters: str) -> tuple[str, ...]:
    size = len(letters)
    best = [0.0] + [inf] * size
    cuts = [0] * (size + 1)
    stray_from = [-1] * (size + 1)  # where the letters that belong to no word begin, -1 after a word
    for start in range(size):
        base = best[start]
        begin = stray_from[start]
        # Letters that belong to no word are dear, and the first of them is dearer.
        stray = base + (_LETTER if begin >= 0 else _LETTER + _UNKNOWN)
        if stray < best[start + 1]:
            best[start + 1] = stray
            cuts[start + 1] = stray_from[start + 1] = begin if begin >= 0 else start
        for end in range(start + 1, size + 1):
            piece = letters[start:end]
            if piece not in _PREFIXES:
                break
            cost = _COSTS.get(piece)
            if cost is not None and base + cost < best[end]:
                best[end], cuts[end], stray_from[end] = base + cost, start, -1
    words: list[str] = []
    end = size
    while end:
        words.append(letters[cuts[end] : end])
        end = cuts[end]
    return tuple(words[::-1])
