"""One pass over a folded text: its tokens, the sketch of its wording, the sums of its weights.

A token is one integer (64 bits): its low half tells it apart from all others, its high half is what it is as a
neighbour: any name, any amount, any link, any number of about that length is the same there. Pairs are made of high
halves, so that what a template fills into its slots does not change its pairs.
Hashes are the same in every process (FNV-1a, finished as MurmurHash3 does), and not to be steered by whoever does not
try for it. All is compiled (`edge.policy.compiled`), and in one file, since what is kept on disk is told from what is
stale by the file's age.
"""

from math import exp, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from edge.policy.compiled import compiled

Codes = npt.NDArray[np.uint32] | npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Kinds = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float32]
U64 = np.uint64

# Characters of a token that tell it apart from others; the 16 smallest pairs are the sketch (docs/detection.md).
WORD_LENGTH = 24
SIZE = 16
# Of a feature's column in the weights' table.
BITS = 18
# What a character is. Every digit counts as "0", every currency's sign as "$".
SEPARATOR, LETTER, DIGIT, MONEY, LINK, CALL, QUESTION = range(7)
# `marks`: what stands for a name, money, a link; numbers by length; traits of the whole text.
NAME_MARK, MONEY_MARK, LINK_MARK, NUMBER_MARK, LENGTH_MARK, CALL_MARK, CALLS_MARK, ASKS_MARK = 0, 1, 2, 3, 8, 17, 18, 19
MARKS = 20
# Digits of a day or an hour; a year or a time; a short code or a one-time code; a reference. More: a telephone number.
_LENGTHS = (2, 4, 6, 9)
_BASIS, _PRIME = U64(0xCBF29CE484222325), U64(0x100000001B3)
_MIX, _MIX_AGAIN = U64(0xFF51AFD7ED558CCD), U64(0xC4CEB9FE1A85EC53)
_BOTH, _HIGH, _HALF = U64(0x1_0000_0001), U64(0xFFFFFFFF_00000000), U64(32)
# An odd number spreads the 32 bits of a neighbour over 64; the shift tells the second of a pair from the first.
_ODD, _SHIFT, _ALL = U64(0x9E3779B97F4A7C15), U64(7), U64(33)
_ZERO, _ONE, _PAIR = U64(0), U64(1), U64(64 - BITS)
_COLUMN = U64((1 << BITS) - 1)
_SIX, _LAST = U64(6), U64(63)
_SPACE, _DOT, _COMMA, _NOUGHT, _HASH = 32, 46, 44, 48, 35
_SEAMS = (46, 44, 58, 47, 45)  # . , : / - between digits hold a number together, and a space before three more
_SEAM_SPACE = 115


@compiled
def _mixed(state: Any) -> Any:
    """Every bit of a hash depends on all that went in."""
    state ^= state >> _ALL
    state *= _MIX
    state ^= state >> _ALL
    state *= _MIX_AGAIN
    return state ^ state >> _ALL


@compiled
def hashed(codes: Codes) -> Any:
    """The hash of a token, of at most `WORD_LENGTH` characters."""
    state = _BASIS
    for code in codes[:WORD_LENGTH]:
        state = (state ^ U64(code)) * _PRIME
    return _mixed(state)


@compiled
def contains(table: Hashes, value: Any) -> bool:
    """Whether an open table (a power of two in size, 0 where it is free, never full) has `value`."""
    mask = U64(table.size - 1)
    position = value & mask
    while table[position] != _ZERO:
        if table[position] == value:
            return True
        position = position + _ONE & mask
    return False


@compiled
def marked(bits: Hashes, value: Any) -> bool:
    """Whether the bit of `value` is set in `bits`, which is a power of two in size; higher bits of it do not count."""
    at = U64(value) & U64(64 * bits.size - 1)
    return bool((bits[at >> _SIX] >> (at & _LAST)) & _ONE)


@compiled
def _kind(code: Any, kinds: Kinds) -> int:
    """Beyond the table there are letters in two planes only: those of Chinese."""
    if code < kinds.size:
        return int(kinds[code])
    return LETTER if 0x20000 <= code < 0x40000 else SEPARATOR


@compiled
def _digits(codes: Codes, kinds: Kinds, start: int, count: int) -> bool:
    """Whether `count` digits begin at `start`."""
    if start + count > codes.size:
        return False
    found = 0
    while found < count and _kind(codes[start + found], kinds) == DIGIT:
        found += 1
    return found == count


@compiled
def _seam(codes: Codes, kinds: Kinds, at: int) -> int:
    """What goes into the hash for the character at `at` if it holds a number together, else 0."""
    if at < codes.size:
        if codes[at] == _SPACE and _digits(codes, kinds, at + 1, 3):
            return _SEAM_SPACE
        for seam in _SEAMS:
            if codes[at] == seam and _digits(codes, kinds, at + 1, 1):
                return seam
    return 0


@compiled
def _number(codes: Codes, kinds: Kinds, start: int) -> tuple[int, Any, int]:
    """(its end, its hash, how many digits) of the number that begins at `start`."""
    state = (_BASIS ^ U64(_HASH)) * _PRIME
    at, digits, length = start, 0, 0
    while True:
        while at < codes.size and _kind(codes[at], kinds) == DIGIT:
            digits += 1
            at += 1
            if length < WORD_LENGTH:
                state = (state ^ U64(_NOUGHT)) * _PRIME
                length += 1
        seam = _seam(codes, kinds, at)
        if seam == 0:
            return at, _mixed(state), digits
        if length < WORD_LENGTH:
            state = (state ^ U64(seam)) * _PRIME
            length += 1
        at += 1


@compiled
def _word(codes: Codes, kinds: Kinds, start: int) -> tuple[int, Any]:
    """(its end, its hash) of the word that begins at `start`."""
    state = _BASIS
    at = start
    while at < codes.size:
        kind = _kind(codes[at], kinds)
        if kind not in (LETTER, DIGIT):
            break
        if at - start < WORD_LENGTH:
            state = (state ^ U64(_NOUGHT if kind == DIGIT else codes[at])) * _PRIME
        at += 1
    return at, _mixed(state)


@compiled
def _amount(codes: Codes, kinds: Kinds, at: int) -> int:
    """The end of the sum of money whose sign is before `at`."""
    start = at + 1 if at < codes.size and codes[at] == _SPACE else at
    if not _digits(codes, kinds, start, 1):
        while at < codes.size and _kind(codes[at], kinds) == MONEY:
            at += 1
        return at
    while start < codes.size and (
        _kind(codes[start], kinds) == DIGIT or codes[start] == _DOT or codes[start] == _COMMA
    ):
        start += 1
    return start


@compiled
def tokenise(
    codes: Codes,
    length: int,
    traits: Hashes,
    kinds: Kinds,
    names: Hashes,
    marks: Hashes,
    sequence: Hashes,
    seen: Hashes,
) -> tuple[int, int]:
    """Fills `sequence` with the tokens, in their order, and `seen` with what else is said of the text: tokens, kinds
    of numbers, `traits`, and traits of the whole, `length` (characters) among them. Returns how many of either.

    `sequence` has room for as many as there are `codes`, `seen` for twice that, all `traits` and 3 more.
    """
    tokens = noted = calls = asks = 0
    at = 0
    while at < codes.size:
        kind = _kind(codes[at], kinds)
        if kind == DIGIT:
            at, state, digits = _number(codes, kinds, at)
            which = NUMBER_MARK
            for limit in _LENGTHS:
                which += digits > limit
            sequence[tokens] = (marks[which] & _HIGH) | (state >> _HALF)
            seen[noted] = marks[which]
            noted += 1
        elif kind == LETTER:
            at, state = _word(codes, kinds, at)
            sequence[tokens] = marks[NAME_MARK] if contains(names, state) else (state >> _HALF) * _BOTH
        elif kind == MONEY:
            at = _amount(codes, kinds, at + 1)
            sequence[tokens] = marks[MONEY_MARK]
        elif kind == LINK:
            at += 1
            sequence[tokens] = marks[LINK_MARK]
        else:
            at += 1
            calls += kind == CALL
            asks += kind == QUESTION
            continue
        seen[noted] = sequence[tokens]
        noted += 1
        tokens += 1
    for trait in traits:
        seen[noted] = trait
        noted += 1
    seen[noted] = marks[LENGTH_MARK + min(length >> 5, 8)]
    noted += 1
    if calls:
        seen[noted] = marks[CALL_MARK if calls == 1 else CALLS_MARK]
        noted += 1
    if asks:
        seen[noted] = marks[ASKS_MARK]
        noted += 1
    return tokens, noted


@compiled
def pair(first: Any, second: Any) -> Any:
    """The hash (64 bits) of two tokens that are neighbours."""
    return (first >> _HALF) * _ODD + ((second >> _HALF) * _ODD >> _SHIFT)


@compiled
def columns(sequence: Hashes, tokens: int, seen: Hashes, noted: int, found: Codes) -> int:
    """Fills `found` (room for `tokens` and `noted`) with the rows of the weights' table that a text adds up: what was
    seen, each once, then all pairs. Returns how many.
    """
    size = 16
    while size < 2 * noted:
        size *= 2
    taken = np.zeros(size, np.uint32)
    count = 0
    for token in seen[:noted]:
        column = np.uint32(token & _COLUMN)
        position = int(column) & size - 1
        while taken[position] != 0 and taken[position] != column + 1:
            position = position + 1 & size - 1
        if taken[position] == 0:
            taken[position] = column + 1
            found[count] = column
            count += 1
    for position in range(tokens - 1):
        found[count] = pair(sequence[position], sequence[position + 1]) >> _PAIR
        count += 1
    return count


@compiled
def sketch(sequence: Hashes, tokens: int, common: Hashes, perhaps: Hashes, least: Hashes) -> int:
    """Fills `least` (SIZE) with the smallest different pairs that are not `common`, sorted. Returns how many.

    `perhaps` has the bits of all that is common (`marked`): most of what is not shows there, in a small array.
    """
    kept = 0
    for position in range(tokens - 1):
        value = pair(sequence[position], sequence[position + 1])
        if kept == SIZE and value >= least[SIZE - 1]:
            continue
        if marked(perhaps, value) and contains(common, value):
            continue
        place = kept
        while place > 0 and least[place - 1] > value:
            place -= 1
        if place > 0 and least[place - 1] == value:
            continue
        for move in range(min(kept, SIZE - 1), place, -1):
            least[move] = least[move - 1]
        least[place] = value
        kept = min(kept + 1, SIZE)
    return kept


@compiled
def exact(codes: Codes, kinds: Kinds) -> Any:
    """The hash (64 bits) of all characters, digits masked."""
    state = _BASIS
    for code in codes:
        state = (state ^ U64(_NOUGHT if _kind(code, kinds) == DIGIT else code)) * _PRIME
    return _mixed(state)


@compiled
def _chance(odds: float) -> float:
    return 1.0 / (1.0 + exp(-odds)) if odds > -40.0 else 0.0


@compiled
def digest(
    codes: Codes, length: int, traits: Hashes, kinds: Kinds, names: Hashes, marks: Hashes,
    weighed: Hashes, rows: Rows, table: Floats, offsets: npt.NDArray[np.float64], common: Hashes, perhaps: Hashes,
    least: Hashes,
) -> tuple[int, int, Any, float, float, float]:  # fmt: skip
    """(tokens, pairs in `least`, `exact`, and the chances that the text is violating, phishing, harassment).

    `weighed` has the bits of the columns that have a row, `rows` says which row of `table` it is. A row is three scores
    and the square of a feature's weight; the scores are added up, over the root of the sum of squares. Phishing is
    asked of what is violating only.
    """
    sequence = np.empty(codes.size + 1, np.uint64)
    seen = np.empty(2 * codes.size + traits.size + 3, np.uint64)
    tokens, noted = tokenise(codes, length, traits, kinds, names, marks, sequence, seen)
    found = np.empty(tokens + noted, np.uint32)
    either = kind = harassment = squares = 0.0
    for column in found[: columns(sequence, tokens, seen, noted, found)]:
        if marked(weighed, column):
            row = rows[column]
            either += table[row, 0]
            kind += table[row, 1]
            harassment += table[row, 2]
            squares += table[row, 3]
    size = sqrt(squares) if squares > 0.0 else 1.0
    violating = _chance(either / size + offsets[0])
    phishing = violating * _chance(kind / size + offsets[1])
    kept = sketch(sequence, tokens, common, perhaps, least)
    return tokens, kept, exact(codes, kinds), violating, phishing, _chance(harassment / size + offsets[2])
