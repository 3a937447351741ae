"""Where a message ends, and the dots."""

import smtplib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.channels.mm4.smtp.transparency import Flaw, Memory, Transfer, stuff, unstuff

ROOM = 1 << 30

# Of what matters: line ends, dots, and something between.
lines = st.lists(st.sampled_from([b"", b".", b"..", b".x", b"x", b"a.b", b"\xff\xfe"]), max_size=12).map(b"\r\n".join)


def fed(octets, cuts=(), limit=ROOM, memory=None):
    """A transfer that has had `octets` in pieces, and what came behind its end (None: there is none)."""
    transfer = Transfer(limit, memory or Memory(ROOM))
    begin, rest = 0, None
    for end in [*sorted({cut % (len(octets) + 1) for cut in cuts}), len(octets)]:
        if rest is not None:
            rest += octets[begin:end]
        else:
            rest = transfer.feed(octets[begin:end])
        begin = end
    return transfer, rest


@given(lines, st.lists(st.integers(0, 200), max_size=8))
@example(b".", [1, 2, 3])
@example(b"", [])
def test_out_and_in_again(content, cuts):
    """Whatever the reads: what was stuffed comes back, and not an octet more is taken."""
    transfer, rest = fed(stuff(content) + b".\r\nRSET\r\n", cuts)
    assert rest == b"RSET\r\n"
    assert transfer.flaw is None
    ended = content if content.endswith(b"\r\n") or not content else content + b"\r\n"
    assert transfer.content() == ended


@given(lines)
def test_as_the_standard_library_stuffs(content):
    assert stuff(content + b"x\r\n") == smtplib._quote_periods(content + b"x\r\n")


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_only_one_end_there_is(octets, cuts):
    """Whatever octets: the end is where the first CR LF . CR LF is, however they are cut."""
    _, rest = fed(octets, cuts)
    at = (b"\r\n" + octets).find(b"\r\n.\r\n")
    assert rest == (None if at < 0 else octets[at + 3 :])


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r.\r\n", b"\r\n\0.\r\n", b"\r\n.\r", b"\n\n.\r\n"]
)
def test_what_others_take_for_an_end(end):
    """CVE-2023-51764 and its kin: none of them ends a message here, and none of them is passed on."""
    smuggled = b"one" + end + b"MAIL FROM:<x@y.example>\r\nRCPT TO:<v@w.example>\r\nDATA\r\ntwo\r\n.\r\nQUIT\r\n"
    transfer, rest = fed(smuggled, range(0, 60, 7))
    assert rest == b"QUIT\r\n"
    assert transfer.content() == b""
    assert transfer.flaw is Flaw.LINES


def test_dots_of_a_client_that_does_not_double_them():
    assert unstuff(b"\r\n.a\r\n..b\r\n") == b"\r\na\r\n.b\r\n"


def test_too_large_is_not_kept_but_its_end_is_found():
    memory = Memory(ROOM)
    transfer = Transfer(1000, memory)
    for _ in range(100):
        assert transfer.feed(b"x" * 998 + b"\r\n") is None
        assert memory.held <= 2000
    assert transfer.feed(b".\r\nQUIT\r\n") == b"QUIT\r\n"
    assert transfer.flaw is Flaw.SIZE
    assert (memory.held, memory.peak) == (0, 2000)


def test_the_limit_is_of_the_message_without_doubled_dots():
    content = b".\r\n" * 100
    transfer, _ = fed(stuff(content) + b".\r\n", limit=len(content))
    assert transfer.content() == content
    transfer, _ = fed(stuff(content) + b".\r\n", limit=len(content) - 1)
    assert transfer.flaw is Flaw.SIZE


def test_memory_is_common():
    memory = Memory(100)
    first, _ = fed(b"x" * 80, memory=memory)
    second, rest = fed(b"y" * 30 + b"\r\n.\r\n", memory=memory)
    assert (second.flaw, rest, memory.held) == (Flaw.MEMORY, b"", 80)
    first.drop()
    first.drop()
    assert memory.held == 0


def test_crooked_before_the_end():
    assert fed(b"a\n.\n")[0].crooked
    assert not fed(b"a\r\nb\r")[0].crooked
