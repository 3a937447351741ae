"""Characters one by one."""

import sys
import unicodedata

import pytest

from edge.policy.signals import glyphs
from edge.policy.signals.confusables import LETTERS, LOOKALIKES, MARKS
from edge.policy.signals.glyphs import KINDS, READINGS, Kinds, Readings, look_up, lookalike
from edge.policy.signals.unmask import _ALIKE


@pytest.mark.parametrize(
    ("character", "kind", "reading"),
    [
        ("é", glyphs.LATIN, "e"),
        ("Ł", glyphs.LATIN, "L"),
        ("œ", glyphs.LATIN, "oe"),
        ("ﬁ", glyphs.LATIN, "fi"),
        ("а", glyphs.LOOKALIKE, "а"),
        ("ѐ", glyphs.LOOKALIKE, "ѐ"),
        ("ш", glyphs.FOREIGN, "ш"),
        ("ก", glyphs.FOREIGN, "ก"),
        ("漢", glyphs.WIDE, "漢"),
        ("ｱ", glyphs.WIDE, "ア"),
        ("\u200b", glyphs.INVISIBLE, ""),
        ("\u00ad", glyphs.INVISIBLE, ""),
        ("\U000e0041", glyphs.INVISIBLE, ""),
        ("\ufe0f", glyphs.INVISIBLE, ""),
        ("\u202e", glyphs.INVISIBLE | glyphs.OVERRIDE, ""),
        ("\u200d", glyphs.JOINER, "\u200d"),
        ("\u0301", glyphs.MARK, ""),
        ("\u20e3", 0, ""),
        ("\u0e31", glyphs.SCRIPT_MARK, "\u0e31"),
        ("𝐕", glyphs.STYLED | glyphs.LATIN, "V"),
        ("Ⓐ", glyphs.STYLED, "A"),
        ("🅐", glyphs.STYLED, "A"),
        ("🅰", glyphs.STYLED, "A"),
        ("⒜", glyphs.STYLED, "a"),
        ("ａ", glyphs.FULLWIDTH | glyphs.LATIN, "a"),
        ("ᵉ", glyphs.SMALL, "e"),
        ("ᴠ", glyphs.SMALL | glyphs.LATIN, "v"),
        ("🇦", glyphs.REGIONAL, "🇦"),
        ("٣", 0, "3"),
        ("❷", 0, "2"),
        ("½", 0, "1/2"),
        ("\u3000", 0, " "),
        ("\u2028", 0, "\n"),
        ("\x92", 0, "'"),
        ("\x81", glyphs.INVISIBLE, ""),
        ("’", 0, "'"),
        ("—", 0, "-"),
        ("…", 0, "..."),
        ("€", 0, "€"),
        ("😀", 0, "😀"),
        ("\ud800", 0, "\ud800"),
        ("\ue000", 0, "\ue000"),
        ("\U000f0000", 0, "\U000f0000"),
    ],
)
def test_look_up(character: str, kind: int, reading: str) -> None:
    assert look_up(character) == (kind, reading)


def test_every_character_can_be_looked_up() -> None:
    """None raises, and what they are read as needs no second reading."""
    for code in [*range(0x80, 0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200), 0x10FFFF]:
        kind, reading = look_up(chr(code))
        assert kind < glyphs.CHANGED
        assert len(reading) < 20
        assert all(one.isascii() or look_up(one)[1] == one for one in reading), hex(code)


def test_tables_are_made_of_single_letters() -> None:
    assert all(len(key) == 1 and not key.isascii() for key in (*LOOKALIKES, *LETTERS, *MARKS))
    assert all(len(value) == 1 and value.isascii() for value in LOOKALIKES.values())
    assert all(value.isascii() for value in (*LETTERS.values(), *MARKS.values()))
    for letter, latin in LOOKALIKES.items():
        assert "LATIN" not in unicodedata.name(letter), letter
        assert latin.isalnum()


def test_every_lookalike_is_in_a_block_that_is_looked_at() -> None:
    assert all(_ALIKE.fullmatch(look_up(letter)[1]) for letter in LOOKALIKES)


def test_lookalike_leaves_accents_out() -> None:
    assert [lookalike(one) for one in "аέϊш1"] == ["a", "e", "i", "", ""]


def test_what_is_remembered_is_bounded() -> None:
    kinds, readings = Kinds(), Readings()
    for code in (0xE9, 0x1F600, 0x20000, 0x2FFFF, 0x10FFFD):
        assert kinds[chr(code)] & ~glyphs.CHANGED == look_up(chr(code))[0]
        assert readings[code] == look_up(chr(code))[1]
    assert (len(kinds), len(readings)) == (2, 2)
    assert kinds["é"] & glyphs.CHANGED
    assert sys.getsizeof(KINDS) < 100 << 20
    assert READINGS[65] == "A"
