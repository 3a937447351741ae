"""GSM 7-bit text against TS 23.038: the tables, escapes, packing, national languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.gsm import (
    decode_gsm,
    decode_packed,
    encode_gsm,
    encode_packed,
    fill_bits,
    gsm_length,
    is_gsm,
    looks_packed,
    pack,
    unencodable,
    unpack,
)
from smpp.shift_tables import LANGUAGES, LOCKING, SINGLE

# TS 23.038 table 6.2.1, column by column as code points: written apart from the table under test.
# fmt: off
DEFAULT = [
    0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5,
    0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, None, 0xC6, 0xE6, 0xDF, 0xC9,
    0x20, 0x21, 0x22, 0x23, 0xA4, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E, 0x2F,
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F,
    0xA1, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F,
    0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0xC4, 0xD6, 0xD1, 0xDC, 0xA7,
    0xBF, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F,
    0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0xE4, 0xF6, 0xF1, 0xFC, 0xE0,
]
# fmt: on
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

gsm_texts = st.text(st.sampled_from([chr(point) for point in DEFAULT if point is not None] + [*"\f^{}\\[~]|€"]))


def test_default_alphabet_is_the_one_of_the_specification() -> None:
    for septet, point in enumerate(DEFAULT):
        if point is not None:
            assert decode_gsm(bytes([septet])) == chr(point)


def test_extension_table_and_the_rule_for_what_it_lacks() -> None:
    for septet in range(128):
        if septet != 0x1B:
            expected = EXTENSION.get(septet, decode_gsm(bytes([septet])))
            assert decode_gsm(bytes([0x1B, septet])) == expected


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"", ""),
        (b"a\x1b\x65b", "a€b"),
        (b"\x1bA", "A"),
        (b"a\x1b\x1bb", "a b"),
        (b"\x1b\x1b\x65", " e"),
        (b"\x1b\x1b\x1b\x65", " €"),
        (b"\x1b\x1b\x1b\x1b", "  "),
        (b"a\x1b", "a"),
        (b"\x1b", ""),
        (b"\x1b\x1b\x1b", " "),
        (b"\x1b\x65\x1b\x65", "€€"),
        (b"a\x80\xffb", "a\ufffd\ufffdb"),
        (b"\x1b\xe5", "\ufffd"),
    ],
)
def test_escapes_and_octets_that_are_no_septets(octets: bytes, text: str) -> None:
    assert decode_gsm(octets) == text


def test_at_sign_dollar_and_underscore_are_not_those_of_ascii() -> None:
    assert encode_gsm("a@b_c$") == b"a\x00b\x11c\x02"
    assert decode_gsm(b"@_$") == "¡§¤"


@given(gsm_texts)
def test_text_survives_unpacked(text: str) -> None:
    octets = encode_gsm(text)
    assert decode_gsm(octets) == text
    assert gsm_length(text) == len(octets)
    assert is_gsm(text)
    assert not looks_packed(octets)


@given(st.binary(max_size=300), st.integers(-1, 20), st.integers(-1, 20))
def test_any_octets_decode(octets: bytes, locking: int, single: int) -> None:
    assert len(decode_gsm(octets, locking, single)) <= len(octets)


def test_what_has_no_septet_is_reported() -> None:
    with pytest.raises(UnicodeEncodeError) as caught:
        encode_gsm("Zaž\u200b")
    assert (caught.value.start, caught.value.end) == (2, 3)
    with pytest.raises(UnicodeEncodeError):
        gsm_length("ж")
    assert not is_gsm("naïve ž")
    assert unencodable("žïaïž€") == "žï"
    assert unencodable("plain") == ""
    assert not is_gsm("\x1b")


def test_looks_packed() -> None:
    assert looks_packed(bytes.fromhex("E8329BFD4697D9EC37"))
    assert not looks_packed(b"hellohello")


# -- packing ---------------------------------------------------------------------------------------


def test_packing_of_the_well_known_example() -> None:
    assert encode_packed("hellohello") == bytes.fromhex("E8329BFD4697D9EC37")
    assert decode_packed(bytes.fromhex("E8329BFD4697D9EC37")) == "hellohello"


def bits_packed(septets: bytes, fill: int) -> bytes:
    """The definition, bit by bit: septets from the low bits of the first octet upwards."""
    bits = "0" * fill + "".join(format(septet, "07b")[::-1] for septet in septets)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))


@given(st.binary(max_size=170).map(lambda octets: bytes(octet & 0x7F for octet in octets)), st.integers(0, 6))
def test_packing_is_the_definition(septets: bytes, fill: int) -> None:
    padded = septets + b"\r" if (fill + 7 * len(septets)) % 8 == 1 else septets
    packed = pack(septets, fill)
    assert packed == bits_packed(padded, fill)
    assert unpack(packed, fill, len(septets)) == septets
    ends_on_last_bit = (fill + 7 * len(septets)) % 8 == 0
    if ends_on_last_bit and septets[-1:] in (b"\0", b"\r"):
        assert unpack(packed, fill) == septets[:-1]
    else:
        assert unpack(packed, fill) == septets


@given(st.binary(max_size=200), st.integers(0, 6), st.integers(0, 14), st.integers(0, 14))
def test_any_octets_unpack(octets: bytes, fill: int, locking: int, single: int) -> None:
    assert len(decode_packed(octets, fill, locking, single)) <= 8 * len(octets) // 7
    assert len(unpack(octets, fill, 10_000)) == max(0, 8 * len(octets) - fill) // 7


def test_seven_spare_bits_are_a_carriage_return() -> None:
    assert pack(b"1234567") == bytes.fromhex("31D98C56B3DD1A")
    assert decode_packed(bytes.fromhex("31D98C56B3DD1A")) == "1234567"
    # A peer that pads with zeros, and one whose text ends in '@' there: the same octets.
    assert decode_packed(bytes.fromhex("31D98C56B3DD00")) == "1234567"
    assert decode_packed(bytes.fromhex("31D98C56B3DD00"), count=8) == "1234567@"
    assert decode_packed(pack(b"123456\x00")) == "123456@"


def test_count_is_held_to_what_is_there() -> None:
    assert unpack(b"\x31", count=5) == b"1"
    assert unpack(b"\x31", count=-1) == b""
    assert unpack(b"", 3) == b""


@pytest.mark.parametrize(("header", "bits"), [(0, 0), (3, 4), (6, 1), (7, 0), (8, 6), (12, 2)])
def test_fill_bits(header: int, bits: int) -> None:
    assert fill_bits(header) == bits
    assert (8 * header + bits) % 7 == 0


# -- national languages ----------------------------------------------------------------------------


def test_every_language_has_its_tables() -> None:
    assert sorted(LANGUAGES) == list(range(1, 14))
    assert sorted(SINGLE) == list(range(14))
    assert sorted(LOCKING) == [0, 1, *range(3, 14)]  # Spanish has no locking table
    for table in LOCKING.values():
        assert len(table) == 128
        assert (table[0x0A], table[0x0D], table[0x1B], table[0x20]) == ("\n", "\r", "\x1b", " ")
    for extension in SINGLE.values():
        assert EXTENSION.items() <= extension.items()


def test_every_table_is_one_character_a_septet_and_none_twice() -> None:
    for table in LOCKING.values():
        characters = table.replace(" ", "")
        assert len(set(characters)) == len(characters)
    for language, extension in SINGLE.items():
        twice = {"¡", "*"} if language >= 4 else set()  # annex A has them twice for South Asia
        characters = "".join(extension.values())
        assert {character for character in characters if characters.count(character) > 1} == twice


@pytest.mark.parametrize(
    ("language", "points"),
    [
        (4, range(0x0980, 0x0A00)),
        (5, range(0x0A80, 0x0B00)),
        (6, range(0x0900, 0x0980)),
        (7, range(0x0C80, 0x0D00)),
        (8, range(0x0D00, 0x0D80)),
        (9, range(0x0B00, 0x0B80)),
        (10, range(0x0A00, 0x0A80)),
        (11, range(0x0B80, 0x0C00)),
        (12, range(0x0C00, 0x0C80)),
        (13, range(0x0600, 0x0700)),
    ],
)
def test_scripts_stay_in_their_blocks(language: int, points: range) -> None:
    danda = {0x0964, 0x0965} if 5 <= language <= 11 else set()
    letters = {ord(character) for character in LOCKING[language] if character > "\u02ff"}
    signs = {ord(character) for character in SINGLE[language].values() if character > "\u02ff"} - {0x20AC}
    assert letters <= set(points)
    assert signs <= set(points) | danda
    assert len(letters) > 45


@pytest.mark.parametrize("language", [4, 5, 6, 7, 8, 9, 10, 11, 12])
def test_indic_scripts_are_in_the_order_of_their_blocks(language: int) -> None:
    """ISCII order: a letter in the wrong place would break it."""
    points = [ord(character) for character in LOCKING[language][:0x60] if character > "\u02ff"]
    assert points == sorted(points)


@pytest.mark.parametrize(
    ("octets", "locking", "single", "text"),
    [
        (b"\x04\x07\x0b\x0c\x1c\x1d\x40\x60", 1, 0, "€ıĞğŞşİç"),
        (b"\x1bS\x1bs\x1bG\x1bg\x1bI\x1bi\x1bc", 0, 1, "ŞşĞğİıç"),
        (b"\x1b\x09\x1bA\x1bI\x1bO\x1bU\x1ba\x1bi\x1bo\x1bu", 0, 2, "çÁÍÓÚáíóú"),
        (b"\x1ba", 2, 2, "á"),
        (b"\x04\x08\x0b\x0e\x12\x13\x15\x16\x17\x18\x1a\x5b\x5c\x60\x7b\x7c\x7d", 3, 0, "êóÔÁªÇ∞^\\€|ÃÕ~ãõ`"),
        (b"\x1b\x05\x1b\x61\x1b\x7b\x1b\x7c\x1b\x7f\x1b\x18\x1b\x19", 0, 3, "êÂãõâΣΘ"),
        (b"\x15\x46\x18\x2c \x3d", 4, 4, "কলঘ, প"),
        (b"\x00\x15\x5a\x5c\x70\x7f", 5, 0, "\u0a81ક\u0ac8 p૱"),
        (b"\x39\x15\x4c\x4d", 6, 0, "9कसह"),
        (b"\x24\x3d\x40", 7, 0, "ಡಪಬ"),
        (b"\x48\x45\x1b\x30", 8, 8, "ഴറൻ"),
        (b"\x60\x1b\x2a", 9, 9, "\u0b56ୟ"),
        (b"\x7d\x7e\x7f\x1b\x1c", 10, 10, "ੲੳੴ੦"),
        (b"\x60\x3c\x1b\x2a", 11, 11, "ௐன௵"),
        (b"\x45\x1b\x65\x1b\x32", 12, 12, "ఱ€౿"),
        (b"\x00\x01\x4a\x56\x1b\x3f\x1b\x1c", 13, 13, "اآگہ۔۰"),
    ],
)
def test_samples_of_each_language(octets: bytes, locking: int, single: int, text: str) -> None:
    assert decode_gsm(octets, locking, single) == text


def test_escape_falls_back_on_the_locking_table_in_use() -> None:
    assert decode_gsm(b"\x1b\x0b", 1, 1) == "Ğ"
    assert decode_gsm(b"\x1b\x1b", 1, 1) == " "


def test_unknown_languages_mean_the_default() -> None:
    assert decode_gsm(b"\x04\x1bS", 14, 255) == "èS"
    assert encode_gsm("è€", 14, 255) == b"\x04\x1b\x65"


@given(st.data(), st.integers(0, 13), st.integers(0, 13))
def test_text_survives_in_every_pair_of_languages(data: st.DataObject, locking: int, single: int) -> None:
    characters = set(LOCKING.get(locking, LOCKING[0])) - {"\x1b"} | set(SINGLE[single].values())
    text = data.draw(st.text(st.sampled_from(sorted(characters))))
    assert decode_gsm(encode_gsm(text, locking, single), locking, single) == text
    septets = encode_gsm(text, locking, single)
    assert decode_packed(encode_packed(text, 1, locking, single), 1, locking, single, len(septets)) == text


def test_one_septet_is_preferred_to_an_escape() -> None:
    assert encode_gsm("ş", 1, 1) == b"\x1d"
    assert encode_gsm("ş", 0, 1) == b"\x1bs"
    assert encode_gsm("€", 3, 3) == b"\x18"
