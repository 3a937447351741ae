"""What single characters are to a reader: which to take out, which to read as another, which only look like one.

Every character is looked up in Unicode's data once and remembered, up to a cap; nothing is computed for the text
as a whole, so that a text costs what its distinct characters cost.
"""

import re
import unicodedata

from edge.policy.signals.confusables import LETTERS, LOOKALIKES, MARKS

# Characters below this are remembered once met: some ten megabytes if somebody sends them all. What lies beyond are
# rare Chinese characters, tags and nothing: cheap to look up.
REMEMBERED = 0x20000

# What a character is, as bits. CHANGED: it is read as something else (`READ_AS`).
LATIN = 1  # a letter that reads as a Latin one, accents aside
LOOKALIKE = 2  # a letter of another script with a Latin look-alike
FOREIGN = 4  # a letter of another script without one
WIDE = 8  # Chinese, Japanese, Korean: full-width Latin is ordinary beside it
INVISIBLE = 16
JOINER = 32  # zero-width joiner and non-joiner: they have work to do in Arabic, Indic and emoji
MARK = 64  # a combining mark of no script
SCRIPT_MARK = 128  # a combining mark that a script needs
STYLED = 256  # mathematical, circled, squared letters
SMALL = 512  # small capitals, superscripts, phonetic letters: ordinary in ones and twos
FULLWIDTH = 1024
REGIONAL = 2048  # a letter of a flag
OVERRIDE = 4096  # makes text run from right to left whatever it is
CHANGED = 8192

# Default ignorable code points (Unicode's DerivedCoreProperties) that no category tells, and blanks that show nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0\ufffc")
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_MARK_BLOCKS = ((0x300, 0x36F), (0x483, 0x489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
# Kana, bopomofo and the jamo of Hangul; half-width forms.
_WIDE_BLOCKS = ((0x1100, 0x11FF), (0x3040, 0x30FF), (0x3105, 0x318F), (0x31A0, 0x31FF), (0xFF65, 0xFFDC))
_KEYCAP = "\u20e3"
_FONT_TAGS = {"<font>": STYLED, "<circle>": STYLED, "<square>": STYLED, "<wide>": FULLWIDTH}


def look_up(character: str) -> tuple[int, str]:
    """(bits, what it is read as, case kept) of one character that is not ASCII, from Unicode's data. Never raises."""
    code = ord(character)
    if 0x3400 <= code < 0xA000 or 0xAC00 <= code < 0xD7A4 or 0x20000 <= code < 0x40000:
        return WIDE, character
    if code >= 0x40000 and code >> 9 != 0x700:  # tags and variation selectors are U+E0000 to U+E01EF
        return 0, character
    if character in MARKS:
        return 0, MARKS[character]
    if character in LOOKALIKES:
        composed = _composed(character)
        return LOOKALIKE, composed if composed in LOOKALIKES else character
    if character in LETTERS:
        return (LATIN if code < 0x250 else LATIN | SMALL), LETTERS[character]
    category = unicodedata.category(character)
    if category[0] == "M":
        return _mark(character, code)
    if category[0] in "CZ" or character in _BLANK:
        return _unseen(character, category)
    if category in ("Nd", "No"):
        return 0, _number(character)
    return _letter(character, code, category)


def _mark(character: str, code: int) -> tuple[int, str]:
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or character in _BLANK:
        return INVISIBLE, ""
    if any(first <= code <= last for first, last in _MARK_BLOCKS):
        return (0 if character == _KEYCAP else MARK), ""
    return SCRIPT_MARK, character


def _unseen(character: str, category: str) -> tuple[int, str]:
    if category == "Zs":
        return 0, " "
    if category in ("Zl", "Zp"):
        return 0, "\n"
    if category == "Cc":
        return _windows(character)
    if character in "\u200c\u200d":
        return JOINER, character
    if category in ("Cs", "Co", "Cn") or character in _VISIBLE_FORMAT:
        return 0, character
    return (INVISIBLE | OVERRIDE if character in "\u202d\u202e" else INVISIBLE), ""


def _windows(character: str) -> tuple[int, str]:
    """C1 controls are nearly always punctuation of Windows-1252 in a text that calls itself Latin-1."""
    meant = character.encode("latin-1").decode("cp1252", "ignore")
    return look_up(meant) if meant else (INVISIBLE, "")


def _number(character: str) -> str:
    """Digits of all scripts, circled ones too, are read as ours; fractions and such as compatibility has it."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return _composed(character)


def _letter(character: str, code: int, category: str) -> tuple[int, str]:
    base = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    is_letter = category[0] == "L" and category != "Lm"
    if base and base.isascii():
        tag = unicodedata.decomposition(character).partition(" ")[0]
        if tag[0] != "<":
            return LATIN, base
        if tag == "<compat>" and len(base) == 3 and base[0] == "(":
            return STYLED, base[1]  # (a) in one character
        kind = _FONT_TAGS.get(tag, SMALL) if len(base) == 1 and base.isalpha() else 0
        return kind | (LATIN if is_letter else 0), base
    if any(first <= code <= last for first, last in _WIDE_BLOCKS):
        return WIDE, _composed(character)
    named = _named(character, code)
    if named:
        return named
    composed = _composed(character)
    if base in LOOKALIKES:
        return LOOKALIKE, composed
    return (FOREIGN if is_letter and unicodedata.decomposition(character)[:1] != "<" else 0), composed


def _composed(character: str) -> str:
    """As compatibility has it; what that gives is looked up in its turn."""
    composed = unicodedata.normalize("NFKC", character)
    if composed == character or composed.isascii():
        return composed
    return "".join(part if part.isascii() else look_up(part)[1] for part in composed)


def _named(character: str, code: int) -> tuple[int, str] | None:
    """Latin letters that only their names tell: squared and circled negatives, flags, and strokes and hooks."""
    if 0x1F100 <= code <= 0x1F1FF or 0x100 <= code <= 0x2AF or 0x1D00 <= code <= 0x1DBF or 0x1E00 <= code <= 0x1EFF:
        pass
    elif not (0x2C60 <= code <= 0x2C7F or 0xA720 <= code <= 0xA7FF or 0xAB30 <= code <= 0xAB6F):
        return None
    found = _NAME.fullmatch(unicodedata.name(character, ""))
    if found is None:
        return None
    if found["flag"]:
        return REGIONAL, character
    letter = found["letter"] if found["small"] is None else found["letter"].lower()
    return (STYLED if found["styled"] else LATIN | (SMALL if code >= 0x250 else 0)), letter


_NAME = re.compile(
    r"(?:(?P<flag>REGIONAL INDICATOR SYMBOL )|(?P<styled>NEGATIVE (?:CIRCLED|SQUARED) |CROSSED NEGATIVE SQUARED ))?"
    r"(?:LATIN )?(?:CAPITAL |(?P<small>SMALL |LETTER SMALL CAPITAL ))?(?:LETTER )?(?P<letter>[A-Z])(?: WITH .*)?"
)


_UNREMEMBERED = chr(REMEMBERED)


class Kinds(dict[str, int]):
    """Character -> its bits; looked up when first met."""

    def __missing__(self, character: str) -> int:
        kind, reading = look_up(character)
        if reading != character:
            kind |= CHANGED
        if character < _UNREMEMBERED:
            self[character] = kind
            READINGS[ord(character)] = reading
        return kind


class Readings(dict[int, str]):
    """Code point -> what it is read as, for `str.translate`; looked up when first met. ASCII stands for itself."""

    def __missing__(self, code: int) -> str:
        reading = look_up(chr(code))[1]
        if code < REMEMBERED:
            self[code] = reading
        return reading


KINDS = Kinds()
READINGS = Readings({code: chr(code) for code in range(128)})


def lookalike(character: str) -> str:
    """The Latin letter that a letter of another script looks like, accents left out; "" if there is none."""
    return LOOKALIKES.get(character) or LOOKALIKES.get(unicodedata.normalize("NFD", character)[0], "")
