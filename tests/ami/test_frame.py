"""The stream's cuts: no segmentation matters, and what never ends is given up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami.errors import NotAmi
from ami.frame import PACKET_LONGEST, Framer

GREETING = b"Asterisk Call Manager/11.0.0\r\n"


def fed(framer: Framer, *pieces: bytes) -> bytes:
    return b"".join(framer.feed(piece) for piece in pieces)


@given(st.lists(st.binary(min_size=1, max_size=30).filter(lambda each: b"\r" not in each), max_size=8), st.data())
def test_any_segments(bodies: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(b"H: " + body + b"\r\n\r\n" for body in bodies)
    stream = GREETING + whole + b"Rest: 1\r\n"
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)))))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    framer = Framer()
    assert fed(framer, *pieces) == whole
    assert framer.version == "11.0.0"
    assert framer.feed(b"\r\n") == b"Rest: 1\r\n\r\n"


def test_octet_by_octet() -> None:
    framer = Framer()
    stream = GREETING + b"A: 1\r\n\r\nB: 2\r\n\r\n"
    assert fed(framer, *(bytes([each]) for each in stream)) == b"A: 1\r\n\r\nB: 2\r\n\r\n"


@pytest.mark.parametrize(
    "stream",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\r\n",
        b"Asterisk Call Managex",
        b"Asterisk Call Manager/" + b"1" * 200,
        b"SSH-2.0-OpenSSH\r\n",
    ],
)
def test_a_peer_that_is_no_asterisk(stream: bytes) -> None:
    for pieces in ([stream], [bytes([each]) for each in stream]):
        framer = Framer()
        with pytest.raises(NotAmi):
            fed(framer, *pieces)
        assert framer.version == ""


def test_a_packet_without_end_is_given_up() -> None:
    framer = Framer()
    assert framer.feed(GREETING) == b""
    framer.feed(b"x" * PACKET_LONGEST)
    with pytest.raises(NotAmi, match="131072"):
        framer.feed(b"x")


@given(st.binary(max_size=200))
def test_any_octets_are_packets_or_not_ami(data: bytes) -> None:
    framer = Framer()
    try:
        whole = framer.feed(data)
    except NotAmi:
        return
    assert whole == b"" or whole.endswith(b"\r\n\r\n")
