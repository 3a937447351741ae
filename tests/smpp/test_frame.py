"""Framing: whole PDUs out of any segments, and an end to what cannot be read on."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.errors import AnswerAndClose, CloseQuietly
from smpp.frame import BOUND_LIMIT, UNBOUND_LIMIT, Frame, Framer

ENQUIRE_LINK = bytes.fromhex("00000010 00000015 00000000 00000001")
SUBMIT_RESP = bytes.fromhex("00000014 80000004 00000058 7fffffff") + b"abc\0"


def pdu(body: bytes, command_id: int = 4, status: int = 0, sequence: int = 1) -> bytes:
    return struct.pack(">IIII", 16 + len(body), command_id, status, sequence) + body


def test_one_read_of_one_pdu() -> None:
    assert Framer().feed(ENQUIRE_LINK) == [Frame(0x15, 0, 1, ENQUIRE_LINK)]


def test_one_read_of_several() -> None:
    framer = Framer()
    assert framer.feed(SUBMIT_RESP + ENQUIRE_LINK + SUBMIT_RESP) == [
        Frame(0x80000004, 0x58, 0x7FFFFFFF, SUBMIT_RESP),
        Frame(0x15, 0, 1, ENQUIRE_LINK),
        Frame(0x80000004, 0x58, 0x7FFFFFFF, SUBMIT_RESP),
    ]
    assert framer.pending == 0


@pytest.mark.parametrize("sequence", [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_any_32_bits_are_a_sequence_number(sequence: int) -> None:
    (frame,) = Framer().feed(pdu(b"", sequence=sequence))
    assert frame.sequence == sequence


def test_command_id_and_status_are_unsigned() -> None:
    (frame,) = Framer().feed(pdu(b"", command_id=0xFFFFFFFF, status=0xFFFFFFFF))
    assert (frame.command_id, frame.status) == (0xFFFFFFFF, 0xFFFFFFFF)


@pytest.mark.parametrize("cut", range(1, 16))
def test_less_than_a_header_waits(cut: int) -> None:
    framer = Framer()
    assert framer.feed(ENQUIRE_LINK[:cut]) == []
    assert framer.error is None
    assert framer.pending == cut
    assert framer.feed(ENQUIRE_LINK[cut:]) == [Frame(0x15, 0, 1, ENQUIRE_LINK)]
    assert framer.pending == 0


def test_nothing_gives_nothing() -> None:
    framer = Framer()
    assert framer.feed(b"") == []
    assert framer.feed(ENQUIRE_LINK[:5]) == []
    assert framer.feed(b"") == []
    assert framer.feed(ENQUIRE_LINK[5:]) == [Frame(0x15, 0, 1, ENQUIRE_LINK)]


@given(
    st.lists(st.binary(max_size=60), min_size=1, max_size=12),
    st.lists(st.integers(1, 40), min_size=1, max_size=10),
)
def test_segments_do_not_matter(bodies: list[bytes], steps: list[int]) -> None:
    stream = b"".join(pdu(body, sequence=n) for n, body in enumerate(bodies))
    framer = Framer()
    frames: list[Frame] = []
    at = turn = 0
    while at < len(stream):
        step = steps[turn % len(steps)]
        frames += framer.feed(stream[at : at + step])
        at += step
        turn += 1
    assert frames == [Frame(4, 0, n, pdu(body, sequence=n)) for n, body in enumerate(bodies)]
    assert (framer.error, framer.pending) == (None, 0)


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_any_octets_end_in_frames_or_an_error(segments: list[bytes]) -> None:
    framer = Framer()
    for segment in segments:
        for frame in framer.feed(segment):
            assert 16 <= len(frame.raw) <= UNBOUND_LIMIT
        assert framer.error is None or isinstance(framer.error, AnswerAndClose | CloseQuietly)
        assert framer.pending < UNBOUND_LIMIT


def test_the_largest_pdu_in_segments_of_one_octet() -> None:
    raw = pdu(bytes(BOUND_LIMIT - 16))
    framer = Framer(BOUND_LIMIT)
    early = [framer.feed(raw[at : at + 1]) for at in range(len(raw) - 1)]
    assert early.count([]) == BOUND_LIMIT - 1
    assert framer.feed(raw[-1:]) == [Frame(4, 0, 1, raw)]


@pytest.mark.parametrize("length", [0, 1, 15, 1025, 70_000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_a_length_out_of_bounds_is_answered_and_closed(length: int) -> None:
    framer = Framer()
    assert framer.feed(struct.pack(">IIII", length, 4, 0, 9)) == []
    assert isinstance(framer.error, AnswerAndClose)
    assert framer.error.status == 0x02
    assert framer.pending == 0


def test_the_length_alone_is_enough_to_refuse() -> None:
    framer = Framer()
    assert framer.feed(b"\x7f\xff\xff") == []
    assert framer.error is None
    assert framer.feed(b"\xff") == []
    assert isinstance(framer.error, AnswerAndClose)


def test_what_was_whole_before_a_fault_is_returned() -> None:
    framer = Framer()
    assert framer.feed(ENQUIRE_LINK * 2 + b"\0\0\0\x0f") == [Frame(0x15, 0, 1, ENQUIRE_LINK)] * 2
    assert isinstance(framer.error, AnswerAndClose)


def test_after_a_fault_nothing_comes() -> None:
    framer = Framer()
    framer.feed(b"\0\0\0\x03")
    assert framer.feed(ENQUIRE_LINK) == []
    assert isinstance(framer.error, AnswerAndClose)
    assert framer.pending == 0


def test_the_limit_itself_is_allowed_and_can_be_raised() -> None:
    framer = Framer()
    assert len(framer.feed(pdu(bytes(1024 - 16)))) == 1
    framer.limit = BOUND_LIMIT
    assert len(framer.feed(pdu(bytes(70_000 - 16)))) == 1
    framer.feed(pdu(bytes(70_001 - 16)))
    assert isinstance(framer.error, AnswerAndClose)
    assert str(framer.error) == "command_length 70001 is outside of 16-70000 octets"


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http"),
        (b"POST /sms HTTP/1.0\r\n", "http"),
        (b"HEAD / HTTP/1.0\r\n", "http"),
        (b"HTTP/1.1 400 Bad Request\r\n", "http"),
        (b"PUT /x HTTP/1.1\r\n", "http"),
        (b"OPTIONS * HTTP/1.1\r\n", "http"),
        (b"CONNECT a:1 HTTP/1.1\r\n", "http"),
        (bytes.fromhex("16030102000100 01fc0303"), "tls"),
        (bytes.fromhex("160303007a0200 00760303"), "tls"),
    ],
)
@pytest.mark.parametrize("step", [1, 3, 100])
def test_strangers_are_closed_quietly(first: bytes, kind: str, step: int) -> None:
    framer = Framer(BOUND_LIMIT)
    for at in range(0, len(first), step):
        assert framer.feed(first[at : at + step]) == []
    assert isinstance(framer.error, CloseQuietly)
    assert framer.error.kind == kind


def test_a_stranger_after_a_pdu_is_lost_framing() -> None:
    framer = Framer()
    framer.feed(ENQUIRE_LINK)
    framer.feed(b"GET / HTTP/1.1\r\n")
    assert isinstance(framer.error, AnswerAndClose)


def test_a_stranger_in_the_same_read_after_a_pdu_is_lost_framing() -> None:
    framer = Framer()
    assert len(framer.feed(ENQUIRE_LINK + b"GET / HTTP/1.1\r\n")) == 1
    assert isinstance(framer.error, AnswerAndClose)


def test_a_frame_prints_without_its_body() -> None:
    (frame,) = Framer().feed(pdu(b"secret"))
    assert repr(frame) == "Frame(0x00000004, 0x0, #1, 22 octets)"
