"""data_coding to text and back: every coding, second readings, splitting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.gsm import decode_packed, encode_gsm, encode_packed, is_gsm
from smpp.text import decode, encode, message_class, other_reading
from smpp.udh import read

HELLO_PACKED = bytes.fromhex("E8329BFD4697D9EC37")


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [
        (0, b"a\x00\x1b\x65", "a@€"),
        (1, b"a@$", "a@$"),
        (1, b"\xe9", "\ufffd"),
        (2, b"\xe9\x00", "é\x00"),
        (3, b"caf\xe9 @", "café @"),
        (4, b"\xe9\x00", "é\x00"),
        (5, "日本".encode("shift_jis"), "日本"),
        (6, b"\xbf\xe0\xd8", "При"),
        (7, b"\xf9\xec\xe5\xed", "שלום"),
        (8, b"\x04\x1f\xd8\x3d\xde\x00", "П😀"),
        (9, "日本".encode("shift_jis"), "日本"),
        (10, "日本".encode("iso2022_jp"), "日本"),
        (13, "日本".encode("euc_jp"), "日本"),
        (14, "한국".encode("euc_kr"), "한국"),
        # reserved in SMPP: read as TS 23.038
        (0x0B, b"\x04\x1f", "П"),
        (0x0C, b"\x00", "@"),
        (0x0F, b"\x00", "@"),
        # general data coding with a class: flash and its kin
        (0x10, b"\x00", "@"),
        (0x11, b"\x00", "@"),
        (0x14, b"\xe9", "é"),
        (0x18, b"\x04\x1f", "П"),
        (0x1B, b"\x04\x1f", "П"),
        (0x20, b"\x00", "@"),
        (0x28, b"\x04\x1f", "П"),
        # automatic deletion
        (0x40, b"\x00", "@"),
        (0x48, b"\x04\x1f", "П"),
        (0x54, b"\xe9", "é"),
        # reserved groups
        (0x80, b"\x00", "@"),
        (0x88, b"\x00", "@"),
        # message waiting
        (0xC0, b"\x00", "@"),
        (0xC8, b"\x00", "@"),
        (0xD0, b"\x00", "@"),
        (0xE0, b"\x04\x1f", "П"),
        (0xE8, b"\x04\x1f", "П"),
        # message class
        (0xF0, b"\x00", "@"),
        (0xF3, b"\x00", "@"),
        (0xF4, b"\xe9", "é"),
        (0xF6, b"\xe9", "é"),
        (0xF8, b"\x00", "@"),
        # one octet and no more
        (0x108, b"\x04\x1f", "П"),
    ],
)
def test_codings(coding: int, octets: bytes, text: str) -> None:
    assert decode(octets, coding) == text


@pytest.mark.parametrize(
    ("default", "octets", "text"),
    [
        ("gsm", b"@\x00", "¡@"),
        ("gsm-packed", HELLO_PACKED, "hellohello"),
        ("latin1", b"@\xe9", "@é"),
        ("ascii", b"@\xe9", "@\ufffd"),
        ("no such word", b"@\x00", "¡@"),
    ],
)
def test_the_peers_alphabet_is_that_of_7_bit_codings(default: str, octets: bytes, text: str) -> None:
    for coding in (0x00, 0x10, 0xC0, 0xF0):
        assert decode(octets, coding, default) == text
    assert decode(b"\x04\x1f", 8, default) == "П"
    assert decode(b"@\xe9", 3, default) == "@é"


def test_languages_and_fill() -> None:
    assert decode(b"\x04\x1bS", 0, locking=1, single=1) == "€Ş"
    assert decode(encode_packed("hello", 1), 0, "gsm-packed", fill=1) == "hello"
    assert decode(encode_packed("ğş", 1, 1, 1), 0, "gsm-packed", locking=1, single=1, fill=1) == "ğş"


def test_ucs2_that_is_cut() -> None:
    assert decode(b"\x00A\x00", 8) == "A\ufffd"
    assert decode(b"\x00A\xd8\x3d", 8) == "A\ufffd"
    assert decode(b"\xde\x00\x00A", 8) == "\ufffdA"
    assert decode(b"", 8) == ""


@given(
    st.binary(max_size=200), st.integers(0, 255), st.sampled_from(["gsm", "gsm-packed", "latin1", "ascii"]), st.data()
)
def test_any_octets_in_any_coding(octets: bytes, coding: int, default: str, data: st.DataObject) -> None:
    locking, single, fill = (data.draw(st.integers(0, top)) for top in (255, 255, 6))
    text = decode(octets, coding, default, locking, single, fill)
    assert len(text) <= len(octets) * 8 // 7 + 1
    other = other_reading(octets, coding, text, default, fill)
    assert other == "" or other != text


def test_message_class() -> None:
    with_class = {coding: message_class(coding) for coding in range(256) if message_class(coding) is not None}
    assert with_class == {
        **{coding: coding & 3 for coding in range(0x10, 0x20)},
        **{coding: coding & 3 for coding in range(0x30, 0x40)},
        **{coding: coding & 3 for coding in range(0x50, 0x60)},
        **{coding: coding & 3 for coding in range(0x70, 0x80)},
        **{coding: coding & 3 for coding in range(0xF0, 0x100)},
    }
    assert (message_class(0x10), message_class(0xF2), message_class(0), message_class(8)) == (0, 2, None, None)


# -- second readings -------------------------------------------------------------------------------


def other(octets: bytes, coding: int, default: str = "gsm", fill: int = 0) -> str:
    return other_reading(octets, coding, decode(octets, coding, default, fill=fill), default, fill)


@pytest.mark.parametrize(
    ("coding", "octets", "reading"),
    [
        # ASCII, UTF-8, Latin-1, little-endian called UCS2
        (8, b"Free prize at http://bad.example/x", "Free prize at http://bad.example/x"),
        (8, b"odd length ascii", "odd length ascii"),
        (0x18, b"Flash ascii text", "Flash ascii text"),
        (8, "Prix spécial aujourd'hui pour toi".encode(), "Prix spécial aujourd'hui pour toi"),
        (8, "Prix spécial aujourd'hui pour toi".encode("latin-1"), "Prix spécial aujourd'hui pour toi"),
        (8, "wrong way round".encode("utf-16-le"), "wrong way round"),
        (8, b"\xff\xfe" + "Привет".encode("utf-16-le"), "Привет"),
        # UTF-16 called 7-bit, ASCII, Latin-1, binary
        (0, "Call me now".encode("utf-16-be"), "Call me now"),
        (0, "Привет, мир".encode("utf-16-be"), "Привет, мир"),
        (0, "مرحبا بالعالم".encode("utf-16-be"), "مرحبا بالعالم"),
        (0, "नमस्ते दुनिया".encode("utf-16-be"), "नमस्ते दुनिया"),
        (1, "Call me now".encode("utf-16-be"), "Call me now"),
        (3, "Call me now".encode("utf-16-be"), "Call me now"),
        (3, "Привет".encode("utf-16-be"), "Привет"),
        (4, "שלום עולם".encode("utf-16-be"), "שלום עולם"),
        (0, "这是一条测试短信内容请查收谢谢".encode("utf-16-be"), "这是一条测试短信内容请查收谢谢"),
        (3, "这是一条测试短信内容请查收谢谢".encode("utf-16-be"), "这是一条测试短信内容请查收谢谢"),
        # packed called unpacked
        (0, HELLO_PACKED, "hellohello"),
        (0xF0, HELLO_PACKED, "hellohello"),
        (0, encode_packed("Your parcel is waiting, pay 2 EUR"), "Your parcel is waiting, pay 2 EUR"),
        # 8-bit text called 7-bit
        (0, "Café à la crème".encode("latin-1"), "Café à la crème"),
        (0, "Café à la crème".encode(), "Café à la crème"),
        (1, "Café à la crème".encode("latin-1"), "Café à la crème"),
        (3, "Café à la crème".encode(), "Café à la crème"),
        # ASCII called GSM
        (0, b"write to joe@bad.example", "write to joe@bad.example"),
        (0, b"http://bad.example/a_b", "http://bad.example/a_b"),
        (0, b"only $5", "only $5"),
    ],
)
def test_octets_that_are_something_else(coding: int, octets: bytes, reading: str) -> None:
    assert other(octets, coding) == reading


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "ok",
        "Your code is 482913. Do not share it.",
        "write to joe@good.example or call £5 [now] {or} never ~ ^ | \\ €",
        "@@@@@@@@@@",
        "Café à la crème, déjà vu, où?",
        "Grüße aus Österreich: schöne Ärzte",
        "¿Qué tal? ¡Hola! mañana",
        "ΔΦΓΛΩΠΨΣΘΞ ΔΦΓΛΩΠΨΣΘΞ",
        "Smørrebrød på Åland, æble",
        "èéùìòèéùìò",
    ],
)
def test_ordinary_gsm_has_one_reading(text: str) -> None:
    assert other(encode_gsm(text), 0) == ""


@pytest.mark.parametrize(
    ("text", "codec", "coding"),
    [
        ("plain", "latin-1", 3),
        ("Café à la crème, déjà vu", "latin-1", 3),
        ("ÉTÉ À L'ÎLE, ÇA VA ÊTRE BEAU", "latin-1", 3),
        ("plain", "ascii", 1),
        ("plain text", "utf-16-be", 8),
        ("Привет, как дела?", "utf-16-be", 8),
        ("Привет", "utf-16-be", 8),
        ("مرحبا بالعالم", "utf-16-be", 8),
        ("这是一条测试短信内容请查收谢谢", "utf-16-be", 8),
        ("一二三", "utf-16-be", 8),
        ("中文", "utf-16-be", 8),
        ("ありがとう", "utf-16-be", 8),
        ("😀😀", "utf-16-be", 8),
        ("Ā Latin extended first", "utf-16-be", 8),
        ("A", "utf-16-be", 8),
        ("", "utf-16-be", 8),
    ],
)
def test_ordinary_text_in_other_codings_has_one_reading(text: str, codec: str, coding: int) -> None:
    assert other(text.encode(codec), coding) == ""


def test_second_readings_under_other_defaults() -> None:
    assert other(b"plain ascii from a packing peer", 0, "gsm-packed") == "plain ascii from a packing peer"
    assert other(HELLO_PACKED, 0, "gsm-packed") == ""
    assert other(encode_packed("hello there", 1), 0, fill=1) == "hello there"
    assert other(b"joe@good.example", 0, "latin1") == ""
    assert other("Café".encode("latin-1"), 0, "latin1") == ""
    assert other("Café".encode(), 0, "latin1") == "Café"
    assert other("Café".encode("latin-1"), 0, "ascii") == "Café"
    assert other("Call me".encode("utf-16-be"), 0, "latin1") == "Call me"


# -- text to messages ------------------------------------------------------------------------------


def test_short_texts_are_one_message() -> None:
    assert encode("hello @") == (0, [b"hello \x00"], False)
    assert encode("") == (0, [b""], False)
    assert encode("привет") == (8, ["привет".encode("utf-16-be")], False)
    assert encode("a" * 160) == (0, [b"a" * 160], False)
    assert encode("€" * 80) == (0, [b"\x1be" * 80], False)
    assert encode("ж" * 70) == (8, ["ж".encode("utf-16-be") * 70], False)
    assert encode("\ud83d") == (8, [b"\x00?"], False)


@pytest.mark.parametrize(
    ("text", "wide", "sizes"),
    [
        ("a" * 161, False, [153, 8]),
        ("a" * 306, False, [153, 153]),
        ("a" * 307, False, [153, 153, 1]),
        ("a" * 161, True, [152, 9]),
        ("a" * 304, True, [152, 152]),
        ("a" * 152 + "€" * 10, False, [152, 20]),  # an escape does not straddle
        ("€" * 81, False, [152, 10]),
        ("ж" * 71, False, [134, 8]),
        ("ж" * 134, False, [134, 134]),
        ("ж" * 71, True, [132, 10]),
        ("ж" * 66 + "😀" * 4, False, [132, 16]),  # nor does a surrogate pair
        ("😀" * 36, False, [132, 12]),
    ],
)
def test_splitting(text: str, wide: bool, sizes: list[int]) -> None:
    coding, parts, udhi = encode(text, 0x1234, wide)
    assert udhi
    headers = [read(part) for part in parts]
    assert [len(part) - header.octets for part, header in zip(parts, headers, strict=True)] == sizes
    width, reference = (16, 0x1234) if wide else (8, 0x34)
    assert [header.concat for header in headers] == [
        (reference, len(parts), part, width, False) for part in range(1, len(parts) + 1)
    ]
    pieces = [decode(part[header.octets :], coding) for part, header in zip(parts, headers, strict=True)]
    assert "".join(pieces) == text


def test_latin1_and_ascii_peers() -> None:
    assert encode("café @_", default="latin1") == (0, [b"caf\xe9 @_"], False)
    assert encode("Δ", default="latin1") == (8, [b"\x03\x94"], False)
    assert encode("€5", default="latin1") == (8, [b"\x20\xac\x005"], False)
    assert encode("ê", default="latin1") == (8, [b"\x00\xea"], False)  # in Latin-1, but no SMSC can make GSM of it
    assert encode("a@b", default="ascii") == (0, [b"a@b"], False)
    assert encode("é", default="ascii") == (8, [b"\x00\xe9"], False)


def test_packing_peers() -> None:
    assert encode("hellohello", default="gsm-packed") == (0, [HELLO_PACKED], False)
    coding, parts, udhi = encode("b" * 161, 7, default="gsm-packed")
    assert (coding, udhi, [len(part) for part in parts]) == (0, True, [140, 6 + 8])
    assert [decode_packed(part[6:], 1) for part in parts] == ["b" * 153, "b" * 8]


def test_no_more_than_255_parts() -> None:
    assert len(encode("a" * 153 * 255).parts) == 255
    with pytest.raises(ValueError, match="256 parts"):
        encode("a" * (153 * 255 + 1))


@given(st.text(max_size=400), st.integers(0, 0xFFFF), st.booleans())
def test_text_survives(text: str, reference: int, wide: bool) -> None:
    coding, parts, udhi = encode(text, reference, wide)
    assert coding == (0 if is_gsm(text) else 8)
    bodies = [part[read(part).octets :] if udhi else part for part in parts]
    assert "".join(decode(body, coding) for body in bodies) == text
    assert max(map(len, parts)) <= (160 if coding == 0 else 140)
