"""Undoes what is done to words in plain characters: leet, letters set apart, stretched letters (policy.md A.8, 7 to 9).

Works on folded text (lower case, no accents). Whoever calls asks `HINTS` first: nearly no text has anything to undo,
and finding that out costs half a microsecond.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, product
from operator import add

from edge.policy.signals.patterns import Pattern, PatternSet
from edge.policy.signals.vocabulary import CAREFUL, SHORT, known, listed, plausible, segmented

LEET, SPACED, STRETCHED, CONTROL = 1, 2, 4, 8

_LETTER_SIGNS = "013457@$!|"
HINTS = PatternSet(
    (
        Pattern("leet", r"[a-z][013457@$!|]{1,3}[a-z]"),
        # At the beginning of a word, but for hours, ordinals and the like ("4pm", "5th"), and at its end.
        Pattern("leet", r"(?:^|[^a-z0-9])[013457@$|][a-z]{3}"),
        Pattern(
            "leet",
            r"(?:^|[^a-z0-9])(?:[0@$][a-z]{2}|3nd|4(?:ll|nd|ny|re|sk)|5(?:ay|ee|he|et|ix)|7(?:en|he|wo)|1(?:ts|ow|ot))",
        ),
        Pattern("leet", r"[a-z]{2}[013457$]{1,2}(?:[^a-z0-9]|$)"),
        Pattern("spaced", r"(?:^|[^a-z0-9])[a-z0-9@$|](?:[ ._*\-\n]{1,3}[a-z0-9@$!|']){3}(?:[^a-z0-9]|$)"),
        Pattern(
            "stretched", "|".join(f"[a-z]{letter}{{3}}|{letter}{{3}}[a-z]" for letter in "abcdefghijklmnopqrstuvwxyz")
        ),
        Pattern("control", r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"),
    ),
    (LEET, LEET, LEET, LEET, SPACED, STRETCHED, CONTROL),
)

_READS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l"}
_TOKEN = re.compile(r"[a-z0-9@$!|']+")
_SIGNS = re.compile(r"[013457@$!|]")
_HAS_LETTER = re.compile(r"[a-z]")
# What is never leet: other digits, ordinals, hours and decades, and what has no letter.
_NO_LEET = re.compile(r".*[2689].*|\d*(?:1st|2nd|3rd|\dth)|\d+(?:am|pm|s|h)|[^a-z]*")
_HOUR = re.compile(r"\d{1,2}h\d{1,2}")
_POSTCODE = re.compile(r"[a-z]\d[a-z][ -]?\d[a-z]\d")
_WITHIN = re.compile(r"[a-z]{2,}(?:[013457][a-z]+)+|[013457][a-z]+(?:[013457][a-z]+)+")
# Words that a measure makes with its unit: five inches, seven each, four rooms.
_MEASURES = frozenset({"sin", "sea", "tea", "arm", "tin", "sam"})
LONGEST_TOKEN = 24
# More ones in a token than this are all i or all l; more tokens in a text than that are read without looking twice.
ONES_MAX = 4
TOKENS_MAX = 60
# Readings of all tokens of a text that are tried; once that many were, a token is read in the first way only.
VARIANTS_MAX = 80
# Tokens remembered with what they can be read as: the parts of one message bring the same ones again and again.
REMEMBERED = 4096
# Among so many leet words, what is no word of ours is one that the list does not have.
LEET_ALL_OVER = 3


def unleet(text: str) -> tuple[str, int]:
    """The text with leet words read as words, and how many there were.

    A token is read if that makes a word of it, or at least letters in an order in which words have them. Codes,
    references, measures and names of things ("b2b", "covid19", "50k") stay. Beside a leet word, tokens that could
    be something else ("7o", "gate5", "7h15") are words too.
    """
    pieces: list[str] = []
    doubtful: list[tuple[int, str, int]] = []
    at = count = tokens = tried = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token.isalpha() or not 1 < len(token) <= LONGEST_TOKEN or not _SIGNS.search(token):
            continue
        core = token.strip("'").rstrip("!|'")
        start = match.start() + token.index(core)
        tokens += 1
        tried += _ways(core)
        careful = tokens <= TOKENS_MAX and tried <= VARIANTS_MAX
        word, beside = _read(core, text, start) if careful else (core.translate(_AS_I), 0)
        pieces.append(text[at:start])
        if word and not beside:
            count += 1
        elif word:
            doubtful.append((len(pieces), word, beside))
        pieces.append(core if beside else word or core)
        at = start + len(core)
    beside_these = count
    for place, word, needed in doubtful:
        if beside_these >= needed:
            pieces[place] = word
            count += 1
    return "".join((*pieces, text[at:])), count


def _read(core: str, text: str, start: int) -> tuple[str, int]:
    """(the word that a token stands for, "" for none; beside how many leet words it does)"""
    word, listed_one, likely = _readings(core)
    if listed_one:
        return word, 1 if len(core) == 2 or _could_be_else(core, word, text, start) else 0
    if not word or _in_address(text, start, start + len(core)) or len(_HAS_LETTER.findall(core)) * 2 < len(core):
        return "", 0
    if likely and len(core) > 5 and _WITHIN.fullmatch(core):
        # One short code in three hundred reads like a word.
        return word, 0 if len(core) > 7 else 1
    return word, LEET_ALL_OVER


@lru_cache(maxsize=REMEMBERED)
def _readings(core: str) -> tuple[str, bool, bool]:
    """(the best reading of a token, "" for what is never one; whether it is a word; whether it could be one)"""
    if _NO_LEET.fullmatch(core) or not _SIGNS.search(core):
        return "", False, False
    variants = list(_variants(core))
    if len(core) == 2:
        word = next((word for word in variants if word in SHORT), "")
        return word, bool(word), False
    for word in variants:
        if _is_word(word):
            return word, True, False
    likely = next((word for word in variants if plausible(word)), "")
    return likely or variants[0], False, bool(likely)


def _ways(core: str) -> int:
    """How many readings there are to try (see `_variants`)."""
    ones = core.count("1")
    return 1 + (ones > 0) + (2**ones if 1 < ones <= ONES_MAX else 0)


def _could_be_else(core: str, word: str, text: str, start: int) -> bool:
    """A numbered thing ("gate5"), an hour ("7h15"), a measure ("5in") or half a postcode ("k1a 0b1")."""
    stem = core.rstrip("0134578")
    if 1 < len(stem) < len(core) and known(stem):
        return True
    if len(core) == 3:
        postcode = _POSTCODE.match(text, start) or _POSTCODE.match(text, max(0, start - 4))
        return postcode is not None or (core[0].isdigit() and word in _MEASURES)
    return _HOUR.fullmatch(core) is not None


def _in_address(text: str, start: int, end: int) -> bool:
    """Whether a token is part of a link or an e-mail address."""
    return text[start - 1 : start] in _BEFORE or (text[end : end + 1] in _BEFORE and text[end + 1 : end + 2].isalnum())


_BEFORE = frozenset("/@=&#?%_.-")


def _is_word(word: str) -> bool:
    """Whether it is a word, or one with a tail ("won't", "you're", "bank's")."""
    base, mark, tail = word.partition("'")
    if not mark:
        return known(word)
    return known(base.removesuffix("n")) if tail == "t" else known(base) and tail in ("s", "re", "ll", "ve", "d", "m")


_AS_I = str.maketrans({**_READS, "1": "i"})
_AS_L = str.maketrans({**_READS, "1": "l"})


def _variants(core: str) -> Iterator[str]:
    """What a token can be read as: 1 is i or l, the same everywhere first. At most 18."""
    yield core.translate(_AS_I)
    ones = core.count("1")
    if ones:
        yield core.translate(_AS_L)
    if 1 < ones <= ONES_MAX:
        pieces = core.translate(_BUT_ONES).split("1")
        for letters in product("il", repeat=ones):
            yield "".join(map(add, pieces, (*letters, "")))


_BUT_ONES = str.maketrans({sign: letter for sign, letter in _READS.items() if sign != "1"})


# Single characters between spaces, four and more; and single characters between dots and the like, three and more. A
# sign or two may stand behind the last ("S A L E!").
_ENDS = r"(?=[.,:;!?)\]]{0,3}(?:\s|$))"
_APART = re.compile(rf"(?<!\S)\S(?:[ \n]{{1,3}}\S(?!\S)){{2,}}[ \n]{{1,3}}\S{_ENDS}")
_DOTTED = re.compile(rf"(?<!\S)\S(?:[._*\-]\S){{2,}}[._*\-]?{_ENDS}")
_PAIR = re.compile(r"(?<!\S)([a-z])[._*\-]([a-z])(?!\w)")
_WORDS_AND_SIGNS = re.compile(r"[a-z0-9@$|']+!*|[^a-z0-9@$|']+")
_WORDS_SIGNS_AND_NUMBERS = re.compile(r"\d{2,}|[2689]|(?:[a-z@$|']|[013457](?!\d))+!*|[^a-z0-9@$|']+")
_CROWDED = re.compile(
    r"(?<=[a-z][,:;!?])(?=[a-z])|(?<=[a-z]\.)(?=[a-z]{3})|(?<=\d)(?=[a-z])|(?<=[a-z])(?=[$\u00a3\u20ac]?\d)"
)
# Of letters set apart, this share must belong to words of three letters and more, and this one to any word; of
# a long run, which is no list and no initials, less will do.
_SHARES = ((0, 0.5, 0.6), (12, 0.3, 0.4))
LONG_PIECE = 14


def unspace(text: str) -> tuple[str, int]:
    """The text with words written letter by letter joined, and how many there were.

    Initials, lists and spelled-out codes make no words and stay. Where nothing but single spaces parts the letters,
    the words are found again by the list, `CAREFUL` letters of them with care.
    """
    count, careful = 0, CAREFUL

    def joined(match: re.Match[str]) -> str:
        nonlocal count, careful  # of all runs together
        pieces = _pieces(match[0])
        whole = len(pieces) > 1
        words: list[str] = []
        text = " ".join(_rejoined(piece, whole, words, careful) for piece in pieces)
        careful = max(0, careful - sum(map(len, words)))
        if not _make_sense(words, whole):
            return match[0]
        count += sum(len(word) > 1 for word in words)
        return text

    text = _APART.sub(joined, text)
    dotted: list[str] = []
    read = {match[0]: _rejoined(match[0][::2], True, dotted) for match in _DOTTED.finditer(text)}
    if dotted and _make_sense(dotted, True):
        text = _DOTTED.sub(lambda match: read[match[0]], text)
        text, pairs = _PAIR.subn(r"\1\2", text)
        count += sum(len(word) > 1 for word in dotted) + pairs
    return text, count


def _pieces(run: str) -> list[str]:
    """Characters between the wider gaps; all of them where all gaps are alike."""
    characters = run.split()
    gaps = _GAP.findall(run)
    least = min(map(len, gaps))
    if least * len(gaps) + len(characters) == len(run):
        return ["".join(characters)]
    pieces = [characters[0]]
    for gap, character in zip(gaps, characters[1:], strict=True):
        if len(gap) > least:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


_GAP = re.compile(r"[ \n]+")


def _rejoined(piece: str, whole: bool, words: list[str], careful: int = CAREFUL) -> str:
    """A piece with its letters cut into words, which are added to `words`; signs and numbers stay where they are.

    `whole` says that the piece ends where a word does; as many letters as `careful` says are cut with care.
    """
    groups = []
    careful -= sum(map(len, words))
    for group in (_WORDS_AND_SIGNS if whole else _WORDS_SIGNS_AND_NUMBERS).findall(piece):
        core = group.rstrip("!|'")
        if len(core) == 1 or not _HAS_LETTER.search(core):
            groups.append(group)
            words += core if core.isalpha() else ""
            continue
        cut = _cut(core, whole, min(max(0, careful), len(core)))
        careful -= len(core)
        words.extend(cut)
        groups.append(" ".join(cut) + group[len(core) :])
    text = "".join(groups)
    return text if whole else _CROWDED.sub(" ", text)


@lru_cache(maxsize=REMEMBERED)
def _cut(piece: str, whole: bool, careful: int) -> tuple[str, ...]:
    """Letters as words. Remembered: further parts of a message bring most of the same again."""
    if len(_HAS_LETTER.findall(piece)) * 2 < len(piece) or _NO_LEET.fullmatch(piece):
        return (piece,)
    variants = list(islice(_variants(piece), 3 if len(piece) < 100 else 1))
    for letters in variants:
        if listed(letters):
            return (letters,)
    if whole and len(piece) < LONG_PIECE:
        # "I" stands as near to "w i l l" as its own letters do.
        alone = next((letters for letters in variants if letters[0] == "i" and listed(letters[1:])), "")
        return ("i", alone[1:]) if alone else (variants[0],)
    return min((tuple(segmented(letters, careful)) for letters in variants), key=len)


def _make_sense(words: list[str], whole: bool) -> bool:
    """Whether enough of it are words. Where gaps told the words (`whole`), unlisted ones count too."""
    total = sum(map(len, words))
    of_words, of_all = next((one, other) for least, one, other in reversed(_SHARES) if total >= least)
    real = [word for word in words if listed(word) or (plausible(word) if whole and len(word) > 5 else _is_word(word))]
    long = [len(word) for word in real if len(word) > 2]
    if len(long) < 2 and max(long, default=0) < 4:
        return False
    return sum(long) >= of_words * total and sum(map(len, real)) >= of_all * total


_WORD = re.compile(r"[a-z]{4,}")
_RUN = re.compile(r"([a-z])\1{2,}")
# More stretches than this in a word, and more such words in a text, and every stretch is one letter.
RUNS_MAX = 3
STRETCHED_MAX = 30


def unstretch(text: str) -> str:
    """The text with letters that come more than twice in a row written once or twice, whichever makes a word."""
    words = 0

    def short(match: re.Match[str]) -> str:
        nonlocal words
        word = match[0]
        if not _RUN.search(word):
            return word
        words += 1
        return _shortened(word) if words <= STRETCHED_MAX else _RUN.sub(_once, word)

    return _WORD.sub(short, text)


@lru_cache(maxsize=REMEMBERED)
def _shortened(word: str) -> str:
    """A word with runs of letters as it is meant."""
    if len(set(word)) == 1:
        return word
    runs = len(_RUN.findall(word))
    if runs <= RUNS_MAX:
        for times in product((2, 1), repeat=runs):
            left = iter(times)
            shorter = _RUN.sub(lambda run: run[1] * next(left), word)  # noqa: B023 - used up at once
            if known(shorter):
                return shorter
    return _RUN.sub(_once, word)


def _once(run: re.Match[str]) -> str:
    return run[1]
