"""Encoded words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.words import text, write


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"plain", "plain"),
        (b"=?UTF-8?B?VMSZY3phIG5hZCBtaWFzdGVt?=", "T\u0119cza nad miastem"),
        (b"=?utf-8?q?a_b=3F?=", "a b?"),
        (b"=?ISO-8859-1?Q?caf=E9?= au lait", "caf\u00e9 au lait"),
        (b"=?utf-8*fr?Q?=C3=A9?=", "\u00e9"),
        (b"=?utf-8?Q?a?= =?utf-8?Q?b?=\t=?utf-8?Q?c?= d", "abc d"),
        (b"=?utf-8?B?xA==?= =?utf-8?B?mQ==?=", "\u0119"),  # cut within a character
        (b"=?utf-8?Q?a?= =?koi8-r?Q?=C1?=", "a\u0430"),
        (b"x=?utf-8?Q?a?=y", "xay"),
        (b"=?utf-8?B?VM=?=", "T"),
        (b"=?utf-8?B?!?=", ""),
        (b"=?utf-8?B?V?=", "=?utf-8?B?V?="),
        (b"=?nowhere?Q?=C3=A9?=", "\u00e9"),
        (b"=?utf-7?Q?+AOk-?=", "\u00e9"),
        (b"=?punycode?Q?abc?=", "abc"),
        (b"=?utf-8?Q?no end", "=?utf-8?Q?no end"),
        (b"=?utf-8?X?a?=", "=?utf-8?X?a?="),
        (b"caf\xc3\xa9", "caf\u00e9"),
        (b"caf\xe9", "caf\u00e9"),
        (b"caf\xe9 =?utf-8?Q?=C3=A9?=", "caf\u00e9 \u00e9"),
    ],
)
def test_text(value: bytes, said: str) -> None:
    assert text(value) == said


def test_written_words_are_short_and_ascii() -> None:
    written = write("\u00e9" * 100)
    assert all(len(line) <= 76 for line in written.split(b"\r\n"))
    assert written.isascii()
    assert write("plain text") == b"plain text"
    for bad in ("a\r\nb", "a\nb", "a\0"):
        with pytest.raises(ValueError):
            write(bad)


@given(st.text(st.characters(blacklist_characters="\r\n\0", blacklist_categories=["Cs"]), max_size=120))
def test_what_is_written_is_read(said: str) -> None:
    assert text(write(said).replace(b"\r\n", b"")) == said


@given(st.one_of(st.binary(max_size=80), st.lists(st.sampled_from(
    [b"=?", b"?=", b"utf-8", b"iso-2022-jp", b"?", b"b", b"q", b"=", b" ", b"\xff", b"4Q", b"=E9", b"hz"]), max_size=20
).map(b"".join)))  # fmt: skip
def test_anything_is_text(value: bytes) -> None:
    assert isinstance(text(value), str)
