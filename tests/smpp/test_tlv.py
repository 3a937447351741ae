"""TLVs: walked to the last whole one, read with documented errors, replaced without touching their neighbours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp import tlv
from smpp.errors import AnswerAndContinue

tlvs = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=30)), max_size=8).map(tuple)

PORTS = bytes.fromhex("020a00021f901400000431323334020a00021f91")


def test_iterate_keeps_order_duplicates_and_unknown_tags() -> None:
    assert list(tlv.iterate(PORTS, 0, len(PORTS))) == [(0x020A, b"\x1f\x90"), (0x1400, b"1234"), (0x020A, b"\x1f\x91")]


def test_iterate_starts_and_ends_where_told() -> None:
    assert list(tlv.iterate(b"xx" + PORTS, 2, 2 + 6)) == [(0x020A, b"\x1f\x90")]


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_truncated_last_tlv_is_ignored(cut: int) -> None:
    vendor = bytes.fromhex("140000040a0b0c0d")
    raw = PORTS[:6] + vendor[:cut]
    assert list(tlv.iterate(raw, 0, len(raw))) == [(0x020A, b"\x1f\x90")]
    assert tlv.whole_until(raw, 0, len(raw)) == 6


def test_an_end_past_the_octets_is_the_end_of_the_octets() -> None:
    assert list(tlv.iterate(PORTS, 0, 10_000)) == list(tlv.iterate(PORTS, 0, len(PORTS)))
    assert list(tlv.iterate(PORTS, 10_000, 20_000)) == []


@pytest.mark.parametrize(
    ("rest", "begin"),
    [
        ("", 0),
        ("00", 1),
        ("0004240001 41", 1),
        ("0424000141", 0),
        ("000500 0101", 0),  # dest_addr_subunit: its tag begins with a NUL of its own
        ("00 0005000101", 1),
        ("0000", 0),  # two NULs are no TLV either way
        ("0004 24", 0),
    ],
)
def test_start_skips_one_nul_where_that_makes_the_rest_whole(rest: str, begin: int) -> None:
    raw = b"text" + bytes.fromhex(rest)
    assert tlv.start(raw, 4, len(raw)) == 4 + begin


def test_find_and_find_all() -> None:
    found = tuple(tlv.iterate(PORTS, 0, len(PORTS)))
    assert tlv.find(found, 0x020A) == b"\x1f\x90"
    assert tlv.find_all(found, 0x020A) == (b"\x1f\x90", b"\x1f\x91")
    assert tlv.find(found, 0x0424) is None
    assert tlv.find_all(found, 0x0424) == ()


def test_encode_is_the_wire_form() -> None:
    assert tlv.encode(0x0424, b"hi") == bytes.fromhex("042400026869")
    assert tlv.encode(0x130C, b"") == bytes.fromhex("130c0000")


@pytest.mark.parametrize(("tag", "value"), [(0x10000, b""), (-1, b""), (0x0424, bytes(65_536))])
def test_encode_refuses_what_16_bits_cannot_say(tag: int, value: bytes) -> None:
    with pytest.raises(ValueError):
        tlv.encode(tag, value)


def test_encode_takes_the_largest_payload() -> None:
    assert tlv.encode(0x0424, bytes(65_535))[:4] == b"\x04\x24\xff\xff"


@given(tlvs)
def test_iterate_reads_what_encode_all_wrote(given_tlvs: tuple[tlv.Tlv, ...]) -> None:
    raw = tlv.encode_all(given_tlvs)
    assert tuple(tlv.iterate(raw, 0, len(raw))) == given_tlvs


@given(st.binary(max_size=60), st.integers(0, 70), st.integers(0, 70))
def test_any_octets_can_be_walked(raw: bytes, offset: int, end: int) -> None:
    walked = sum(4 + len(value) for _, value in tlv.iterate(raw, offset, end))
    assert tlv.whole_until(raw, offset, end) == offset + walked
    assert tlv.start(raw, offset, end) in (offset, offset + 1)


def test_integers_are_read_by_their_size() -> None:
    found = ((0x0427, b"\x02"), (0x020A, b"\x1f\x90"), (0x0017, b"\0\0\0\x3c"))
    assert tlv.find_octet(found, 0x0427) == 2
    assert tlv.find_unsigned(found, 0x020A, 2) == 8080
    assert tlv.find_unsigned(found, 0x0017, 4) == 60
    assert tlv.find_octet(found, 0x0210) is None


@pytest.mark.parametrize("value", [b"", b"\0\x02", b"\0\0\0\x02"])
def test_an_integer_of_the_wrong_length_is_0xc2(value: bytes) -> None:
    with pytest.raises(AnswerAndContinue, match="0x0427") as raised:
        tlv.find_octet(((0x0427, value),), 0x0427)
    assert raised.value.status == 0xC2


@pytest.mark.parametrize(
    ("value", "text"), [(b"abc\0", b"abc"), (b"abc", b"abc"), (b"abc\0def", b"abc"), (b"", b""), (b"\0", b"")]
)
def test_text_ends_at_its_nul_or_its_length(value: bytes, text: bytes) -> None:
    assert tlv.find_text(((0x001E, value),), 0x001E) == text
    assert tlv.find_text((), 0x001E) is None


HEADER = bytes.fromhex("00000000 00000005 00000000 00000001")


def test_rewrite_replaces_every_one_and_keeps_the_rest() -> None:
    raw = tlv.with_length(HEADER + PORTS + b"\x04\x24\xff")
    assert tlv.rewrite(raw, 16, 0x020A, b"\x23") == bytes.fromhex(
        "00000025 00000005 00000000 00000001020a0001231400000431323334020a0001230424ff"
    )


def test_rewrite_without_the_tag_changes_nothing() -> None:
    raw = tlv.with_length(HEADER + PORTS)
    assert tlv.rewrite(raw, 16, 0x0424, b"x") == raw


@given(tlvs, st.integers(0, 0xFFFF), st.binary(max_size=40), st.integers(0, 9))
def test_rewrite_is_the_replacement_in_the_list(
    given_tlvs: tuple[tlv.Tlv, ...], tag: int, value: bytes, chosen: int
) -> None:
    if chosen < len(given_tlvs):
        tag = given_tlvs[chosen][0]
    raw = tlv.rewrite(tlv.with_length(HEADER + tlv.encode_all(given_tlvs)), 16, tag, value)
    assert list(tlv.iterate(raw, 16, len(raw))) == [(t, value if t == tag else v) for t, v in given_tlvs]
    assert int.from_bytes(raw[:4], "big") == len(raw)


def test_with_length_needs_a_header() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        tlv.with_length(b"\0" * 15)
