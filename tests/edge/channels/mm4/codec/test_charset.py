"""Charsets."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.charset import CODECS, decode, known


def test_every_codec_is_pythons_and_of_text() -> None:
    for name, codec in CODECS.items():
        assert codecs.lookup(codec)
        assert decode(b"", name) == ("", True)


@pytest.mark.parametrize(
    ("octets", "charset", "text", "good"),
    [
        (b"caf\xc3\xa9", "", "caf\u00e9", True),
        (b"caf\xc3\xa9", "US-ASCII", "caf\u00e9", True),
        (b"caf\xe9", "utf-8", "caf\u00e9", False),
        (b"caf\xe9", "ISO-8859-1", "caf\u00e9", True),
        (b"\x00a", "utf-16", "a", True),
        (b"\xff\xfea\x00", "utf-16", "a", True),
        (b"\xfe\xff\x00a", "utf-16", "a", True),
        (b"\x00a", "iso-10646-ucs-2", "a", True),
        (b"\x00a\x00", "utf-16be", "a\ufffd", False),
        (b"caf\xc3\xa9", "nowhere", "caf\u00e9", False),
        (b"\\u0041", "unicode_escape", "\\u0041", False),
    ],
)
def test_decode(octets: bytes, charset: str, text: str, good: bool) -> None:
    assert decode(octets, charset) == (text, good)


def test_cut_within_a_character() -> None:
    assert decode(b"caf\xc3", "utf-8", cut=True) == ("caf", True)
    assert decode(b"caf\xc3", "utf-8") == ("caf\u00c3", False)
    assert decode(b"\xff\xff\xc3", "utf-8", cut=True) == ("\u00ff\u00ff\u00c3", False)
    assert decode(b"\x00a\x00", "utf-16be", cut=True) == ("a", True)


@given(st.binary(max_size=100), st.sampled_from([*CODECS, "nowhere", "punycode", "rot13", "zlib"]), st.booleans())
def test_anything_is_text(octets: bytes, charset: str, cut: bool) -> None:
    text, good = decode(octets, charset, cut)
    assert isinstance(text, str)
    assert not good or known(charset)
