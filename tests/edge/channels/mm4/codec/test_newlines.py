"""Bare CR and LF."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.newlines import bare


@pytest.mark.parametrize(
    ("octets", "at"),
    [
        (b"", -1),
        (b"a\r\n\r\nb\r\n", -1),
        (b"\r\n.\r\n", -1),
        # What is known to smuggle a message past one server or another.
        (b"a\r\n\n.\n", 3),
        (b"a\n.\r\n", 1),
        (b"a\r.\r\n", 1),
        (b"a\r\r\n.\r\n", 1),
        (b"a\r\n.\r\r\n", 4),
        (b"a\n\r\n", 1),
        (b"a\r\n\r", 3),
        (b"\n", 0),
        (b"\r", 0),
        (b"\r\n\0.\n", 4),
    ],
)
def test_bare(octets: bytes, at: int) -> None:
    assert bare(octets) == at


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"\0"]), max_size=30).map(b"".join))
def test_as_a_plain_search_finds_it(octets: bytes) -> None:
    found = re.search(rb"\r(?!\n)|(?<!\r)\n", octets)
    assert bare(octets) == (found.start() if found else -1)
