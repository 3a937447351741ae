"""Header blocks: where fields stand, and what is refused because two readers would differ on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.errors import Malformed
from edge.channels.mm4.codec.header import FIELDS_CAP, HEADERS_CAP, block, read_head, scan

from . import samples


def test_names_are_compared_without_case_and_values_unfolded() -> None:
    octets = b"X-MMS-Transaction-Id:\tabc \r\nTo: a,\r\n\tb,\r\n  c\r\nEmpty:\r\n\r\nbody: no field\r\n"
    head = read_head(octets)
    assert head.first == {b"x-mms-transaction-id": b"abc", b"to": b"a,\tb,  c", b"empty": b""}
    assert octets[head.body :] == b"body: no field\r\n"
    assert [octets[start:end] for _, start, _, end in head.fields] == [
        b"X-MMS-Transaction-Id:\tabc \r\n", b"To: a,\r\n\tb,\r\n  c\r\n", b"Empty:\r\n"
    ]  # fmt: skip


def test_the_same_octets_are_read_once() -> None:
    octets, other = bytearray(b"To: a\r\n\r\n"), b"To: b\r\n\r\n"
    one, equal = bytes(octets), bytes(octets)
    head = read_head(one)
    assert read_head(one) is head
    assert read_head(equal) is not head
    assert read_head(equal).octets is equal
    assert read_head(other).one(b"to") == b"b"
    large = one + b"x" * 100_000
    assert read_head(large) is not read_head(large)
    with pytest.raises(Malformed):
        read_head(b"no field\r\n\r\n")
    assert read_head(one).first == head.first


def test_obsolete_syntax_is_read_as_the_standard_says() -> None:
    head = read_head(b"Subject \t: x\r\nTo: a\r\n \r\n b\r\n\r\n")
    assert head.first == {b"subject": b"x", b"to": b"a  b"}


def test_a_message_may_end_with_its_headers() -> None:
    for octets in (b"A: b\r\n", b"A: b"):
        head = read_head(octets)
        assert (head.one(b"a"), head.body) == (b"b", len(octets))
    assert (read_head(b"").fields, read_head(b"\r\nbody").body) == ([], 2)


@pytest.mark.parametrize(
    "octets",
    [
        b"no field\r\n\r\n",
        b"From mms@north.example Tue Mar  3\r\nA: b\r\n\r\n",  # an mbox's line
        b" continues nothing\r\nA: b\r\n\r\n",
        b": no name\r\n\r\n",
        b"A: b\nX-Mms-Sender-Visibility: Hide\r\n\r\n",  # bare LF
        b"A: b\rX-Mms-Sender-Visibility: Hide\r\n\r\n",  # bare CR
        b"A: b\n\nbody",
        b"A: b\0\r\n\r\n",
        b"N\xe4me: b\r\n\r\n",
        b"A b: c\r\n\r\n",
        b"A: b\r\n" * (FIELDS_CAP + 1) + b"\r\n",
        b"A: " + b"b" * HEADERS_CAP + b"\r\n\r\n",
        b"a" * (HEADERS_CAP - 100) + b"\r\n\r\n",
        b"a" + b" " * (HEADERS_CAP - 100) + b"\r\n\r\n",
    ],
)
def test_what_two_readers_would_take_for_two_messages_is_malformed(octets: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        read_head(octets)
    assert caught.value.reply.startswith("554 5.6.0 ")


def test_a_reply_does_not_quote_the_peer() -> None:
    with pytest.raises(Malformed) as caught:
        read_head(b"A: b\r\nsecret 4165550100\r\n\r\n")
    assert caught.value.reply == "554 5.6.0 line 2 of the headers is no header field"


def test_a_field_twice() -> None:
    head = read_head(b"A: 1\r\nB: 2\r\na: 1\r\nb: 3\r\n\r\n")
    assert (head.all(b"a"), head.all(b"b"), head.all(b"c")) == ([b"1", b"1"], [b"2", b"3"], [])
    head.single((b"a", b"c"))
    with pytest.raises(Malformed):
        head.single((b"a", b"b"))


def test_block_of_a_part() -> None:
    octets = b"--b\r\nA: b\r\n\r\ntext\r\n\r\n"
    assert block(octets, 5) == (11, 13)
    assert block(octets, 13) == (len(octets) - 2, len(octets))
    assert block(octets, 5, 10) == (10, 10)
    assert block(octets, 5, None, 3) is None
    assert scan(octets, 5, 11, 13)[0].first == {b"a": b"b"}


@given(st.lists(st.tuples(
    st.from_regex(rb"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True),
    st.from_regex(rb"[ \t]?[!-~\xe9]{0,20}(\r\n[ \t][!-~]{1,9}){0,3}", fullmatch=True),
), max_size=20), st.binary(max_size=60))  # fmt: skip
def test_fields_cover_the_block_octet_for_octet(pairs: list[tuple[bytes, bytes]], body: bytes) -> None:
    octets = b"".join(b"%s:%s\r\n" % pair for pair in pairs) + b"\r\n" + body
    head = read_head(octets)
    assert b"".join(octets[start:end] for _, start, _, end in head.fields) + b"\r\n" + body == octets
    assert [name for name, *_ in head.fields] == [name.lower() for name, _ in pairs]
    for name, value in pairs:
        assert value.replace(b"\r\n", b"").strip(b" \t") in head.all(name.lower())


@given(st.one_of(st.binary(max_size=200), st.lists(st.sampled_from(
    [b"A", b":", b" ", b"\r\n", b"\r", b"\n", b"\t", b"\0", b"B: c\r\n", b"\xff"]), max_size=40).map(b"".join)
))  # fmt: skip
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    try:
        head = read_head(octets)
    except Malformed:
        return
    assert sum(end - start for _, start, _, end in head.fields) <= head.body <= len(octets)
    assert b"\0" not in octets[: head.body].replace(b"\r\n", b"")
    assert not {b"\r", b"\n"} & {*map(bytes, zip(octets[: head.body].replace(b"\r\n", b"")))}


def test_every_sample_is_read() -> None:
    for octets in samples.ALL:
        head = read_head(octets)
        assert octets[head.body - 4 : head.body] == b"\r\n\r\n"
