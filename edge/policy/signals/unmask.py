"""Undoes what is done to a text with characters beyond ASCII: invisible, stacked, styled and look-alike ones.

Ordinary accents, quotes, emoji and texts in any one script pass through here without a mark against them
(policy.md A.8, 3 to 6).
"""

import re
import unicodedata
from collections import Counter
from itertools import islice, pairwise

import msgspec

from edge.policy.signals.glyphs import (
    CHANGED,
    FOREIGN,
    FULLWIDTH,
    INVISIBLE,
    JOINER,
    KINDS,
    LOOKALIKE,
    MARK,
    OVERRIDE,
    READINGS,
    REGIONAL,
    SCRIPT_MARK,
    SMALL,
    STYLED,
    WIDE,
    lookalike,
)
from edge.policy.signals.vocabulary import known

_ASCII = frozenset(map(chr, range(128)))
_LATIN_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_KIND = KINDS.__getitem__
_STYLES = STYLED | SMALL | FULLWIDTH
_TRICKY = INVISIBLE | JOINER | MARK | SCRIPT_MARK | STYLED | SMALL | FULLWIDTH | REGIONAL | OVERRIDE
# No word is longer: what follows is not looked at for what a word is, and of longer ones all look-alikes are replaced.
WORD_MAX = 64
# Styled words counted; more are no more telling.
STYLED_MAX = 50
# More characters to change than this are changed in one pass over the text.
_FEW = 20


class Found(msgspec.Struct, gc=False):
    """What was undone, as `Evasion` counts it."""

    zero_width: int = 0
    homoglyph: int = 0
    math: int = 0
    combining: float = 0.0
    marks: float = 0.0


def unmask(text: str) -> tuple[str, Found | None]:
    """(the text without what hides it, lower case; what was found, None for nothing). For text that is not ASCII."""
    distinct = set(text)
    odd = distinct - _ASCII
    kinds = list(map(_KIND, odd))
    bits = 0
    for kind in set(kinds):
        bits |= kind
    found = None
    if bits & _TRICKY:
        found = Found()
        text = _untricked(text, bits, found, [one for one, kind in zip(odd, kinds, strict=True) if kind & _STYLES])
    if bits & MARK:
        text = text.translate(READINGS)  # composing has made new characters
    elif bits & CHANGED:
        text = _read_as(text, [character for character, kind in zip(odd, kinds, strict=True) if kind & CHANGED])
    if bits & LOOKALIKE and (bits & ~(LOOKALIKE | FOREIGN | CHANGED) or not _LATIN_LETTERS.isdisjoint(distinct)):
        text, words = _in_one_script(text)
        if words:
            found = found or Found()
            found.homoglyph = words
    return text.lower(), found


def _read_as(text: str, changed: list[str]) -> str:
    if len(changed) > _FEW:
        return text.translate(READINGS)
    for character in changed:
        text = text.replace(character, READINGS[ord(character)])
    return text


def _untricked(text: str, bits: int, found: Found, styled: list[str]) -> str:
    if styled:
        found.math = _styled_words(text, not bits & WIDE, frozenset(styled))
    if bits & REGIONAL:
        text, letters = _REGIONAL.subn(lambda match: _FLAG_LETTERS[match[0]], text)
        found.math += letters > 1
    if bits & (MARK | SCRIPT_MARK):
        text = _without_marks(text, bits, found)
    if bits & (INVISIBLE | JOINER):
        found.zero_width = len(_HIDDEN.findall(text))
        if bits & OVERRIDE:
            text, turned = _TURNED.subn(lambda match: match[1][::-1], text)
            found.zero_width += turned
        if bits & JOINER:
            text = _IDLE_JOINER.sub("", text)
    return text


# Letters and digits of scripts that are written without anything invisible.
_WESTERN = "0-9A-Za-z\u00aa-\u024f\u0370-\u0482\u048a-\u058f\u1e00-\u1fff\U0001d400-\U0001d7ff"
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_HIDDEN = re.compile(f"(?<=[{_WESTERN}])[{_IGNORABLE}]+(?=[{_WESTERN}])")
_TURNED = re.compile("[\u202d\u202e]([^\u202c-\u202e\u2066-\u2069\n]*[A-Za-z][^\u202c-\u202e\u2066-\u2069\n]*)")
_IDLE_JOINER = re.compile("(?<![^\x00-\u058f\u1d00-\u200b])[\u200c\u200d]+")

# A letter of a flag that stands alone is no flag.
_FLAG_LETTERS = {chr(0x1F1E6 + at): chr(ord("a") + at) for at in range(26)}
_FLAG = "\U0001f1e6-\U0001f1ff"
_REGIONAL = re.compile(f"(?<![{_FLAG}])[{_FLAG}](?![{_FLAG}])")


def _styled_words(text: str, latin: bool, letters: frozenset[str]) -> int:
    """Words in styled `letters`. Single ones are signs or emoji; a few small ones are ordinals or phonetics."""
    styled = STYLED | FULLWIDTH if latin else STYLED
    words = (word[:WORD_MAX] for word in text.split() if not letters.isdisjoint(word))
    return sum(islice((True for word in words if _is_styled(word, styled)), STYLED_MAX))


def _is_styled(word: str, styled: int) -> bool:
    kinds = [KINDS[character] for character in word.replace("\ufe0f", "") if character > "\x7f"]
    # Letters in squares and circles are emoji where a variation selector says so.
    large = sum(kind & styled != 0 for kind in kinds) - word.count("\ufe0f")
    small = sum(kind & SMALL != 0 for kind in kinds)
    if large == 1:
        return any(KINDS[one] & styled and before.isalpha() for before, one in pairwise(word) if one > "\x7f")
    return large > 1 or (small > 2 and small * 5 > len(word) * 3)


_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20e2\u20e4-\u20ff\ufe20-\ufe2f"
# A run is cut before it is composed: sorting a long one takes quadratic time.
RUN_MAX = 8
_LONG_RUN = re.compile(f"([{_MARKS}]{{{RUN_MAX}}})[{_MARKS}]+")
_MARK = re.compile(f"[{_MARKS}]+")
# What scripts stack on one letter stays below this (Tibetan, Hebrew with cantillation).
STACK_MAX = 6
_NO_LETTERS = re.compile(rf"[^\w\s\x00-\x7f]{{{STACK_MAX + 1}}}")  # a cheap first look


def _without_marks(text: str, bits: int, found: Found) -> str:
    """Compose what can be composed (decomposed Vietnamese is no evasion), count and drop the rest."""
    if bits & SCRIPT_MARK and _NO_LETTERS.search(text):
        found.combining = float(max(map(len, _STACK.findall(text)), default=0))
    if not bits & MARK:
        return text
    text = unicodedata.normalize("NFC", _LONG_RUN.sub(r"\1", text))
    marks = bases = 0
    for word in text.split():
        bare = _MARK.sub("", word)
        here = len(word) - len(bare)
        marks += here
        bases += len(bare)
        if here:
            found.combining = max(found.combining, here / max(1, len(bare)))
    found.marks = marks / max(1, marks + bases)
    return _MARK.sub("", text)


def _stacks() -> re.Pattern[str]:
    """Non-spacing marks of scripts, more in a row than any script has. (Beyond the BMP, classes of `re` are slow.)"""
    codes = [code for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Me")]
    marks = "".join(chr(code) for code in codes if not KINDS[chr(code)] & (MARK | INVISIBLE))
    return re.compile(f"[{marks}]{{{STACK_MAX + 1},2000}}")


_STACK = _stacks()
_WORD = re.compile(r"([^\W\d_]+)")


_LATIN = re.compile("[A-Za-z]")
# Blocks of the scripts that have look-alikes, and their accented letters.
_LOOKALIKE_BLOCKS = (
    *((0x370, 0x600), (0x10A0, 0x1100), (0x13A0, 0x1680), (0x1C80, 0x1C90), (0x1F00, 0x2000), (0x2C80, 0x2D80)),
    *((0xA4D0, 0xA500), (0xA640, 0xA6A0), (0xAB70, 0xABC0)),
)
_LOOKALIKES = "".join(
    chr(code) for block in _LOOKALIKE_BLOCKS for code in range(*block) if KINDS[chr(code)] & LOOKALIKE
)
_ALIKE = re.compile(f"[A-Za-z{_LOOKALIKES}]+")
_IN_LATIN = {ord(one): lookalike(one) or one for one in _LOOKALIKES}


def _in_one_script(text: str) -> tuple[str, int]:
    """Words that mix Latin letters with look-alikes, written in Latin; and how many look like a disguise.

    Whole words of another script stay, but in a text that is mostly Latin, with no word that is truly foreign: there,
    those go that are all look-alikes beside mixed ones, or that read as Latin words and are not the only one. Beside
    foreign words, a mixed one is often just a Latin name with an ending ("SMSка") or a slip of the keyboard.
    """
    mixed: dict[str, bool] = {}
    alike: dict[str, int] = {}
    foreign = latin = 0
    others = 0
    pieces = _WORD.split(text)
    for word, count in Counter(pieces[1::2]).items():
        if word.isascii():
            latin += len(word) * count
            continue
        others += 1
        if not _ALIKE.fullmatch(word):
            foreign += len(word) * count
        elif not _LATIN.search(word):
            alike[word] = count
        elif len(word) > WORD_MAX or not _is_measure(word) or known(_in_latin(word).lower()):
            mixed[word] = True
    if foreign:
        mixed = {word: True for word in mixed if foreign < latin or _is_disguise(word)}
    if not mixed:
        alike = {word: count for word, count in alike.items() if known(_in_latin(word).lower())}
    letters = sum(len(word) * count for word, count in alike.items())
    if foreign or not (mixed or (sum(alike.values()) > 1 and latin > letters)):
        alike = {}
    words = {word: _in_latin(word) for word in (*mixed, *alike)}
    if not words:
        return text, 0
    if others == len(words):
        return text.translate(_IN_LATIN), others
    pieces[1::2] = [words.get(word, word) for word in pieces[1::2]]
    return "".join(pieces), len(words)


def _in_latin(word: str) -> str:
    return word.translate(_IN_LATIN)


def _is_measure(word: str) -> bool:
    """Micrometres, gamma rays, beta-hCG: one Greek letter before a short Latin name."""
    return "\u0370" <= word[0] < "\u0400" and word[1:].isascii() and len(word) < 5


def _is_disguise(word: str) -> bool:
    """Among foreign words: whether a mixed one is mostly Latin, and not just with an ending of theirs."""
    stem = word.rstrip("".join(one for one in word if one > "\x7f"))
    latin = len(word.encode("ascii", "ignore"))
    return latin * 2 >= len(word) and not (stem.isascii() and len(word) - len(stem) < 4)
