"""User data headers: bounds, concatenation in its three forms, shifts and ports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smpp.errors import AnswerAndContinue
from smpp.udh import Concat, build, concat_header, concat_of, elements, read, sar, split

RINVMSGLEN, RINVESMCLASS, RMISSINGOPTPARAM, RINVOPTPARAMVAL = 0x01, 0x43, 0xC3, 0xC4


def test_split() -> None:
    assert split(bytes.fromhex("050003AA0201") + b"hello") == (bytes.fromhex("0003AA0201"), b"hello")
    assert split(b"\x00hello") == (b"", b"hello")
    assert split(bytes.fromhex("050003AA0201")) == (bytes.fromhex("0003AA0201"), b"")


@pytest.mark.parametrize("octets", ["", "05", "050003AA02", "FF0003AA0201", "01", "0600"])
def test_header_longer_than_the_message(octets: str) -> None:
    for function in (split, read, concat_of):
        with pytest.raises(AnswerAndContinue) as caught:
            function(bytes.fromhex(octets))
        assert caught.value.status == RINVMSGLEN


@pytest.mark.parametrize("header", ["00", "0003", "0003AA02", "0003AA020124", "0003AA02012402FF", "70FF"])
def test_element_cut_short(header: str) -> None:
    with pytest.raises(AnswerAndContinue) as caught:
        elements(bytes.fromhex(header))
    assert caught.value.status == RINVMSGLEN


def test_elements_in_order() -> None:
    assert elements(bytes.fromhex("0504158A0000" + "0003AA0201" + "7000")) == (
        (0x05, bytes.fromhex("158A0000")),
        (0x00, bytes.fromhex("AA0201")),
        (0x70, b""),
    )
    assert elements(b"") == ()


@pytest.mark.parametrize(
    ("octets", "concat"),
    [
        ("050003AA0201", Concat(0xAA, 2, 1, 8)),
        ("050003AA020148656C6C6F", Concat(0xAA, 2, 1, 8)),
        ("050003FFFFFF", Concat(0xFF, 255, 255, 8)),
        ("060804ABCD0302", Concat(0xABCD, 3, 2, 16)),
        ("0B0504158A00000003AA0201", Concat(0xAA, 2, 1, 8)),
        ("080003AA0201250101", Concat(0xAA, 2, 1, 8)),
        ("0A0003AA02010003BB0202", Concat(0xBB, 2, 2, 8, True)),
        ("0B0003AA0201080400BB0202", Concat(0xBB, 2, 2, 16, True)),
        ("060504158A0000", None),
        ("00", None),
    ],
)
def test_concat_of(octets: str, concat: Concat | None) -> None:
    assert concat_of(bytes.fromhex(octets)) == concat
    assert read(bytes.fromhex(octets)).concat == concat


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        ("050003AA0001", RINVESMCLASS),
        ("050003AA0200", RINVESMCLASS),
        ("050003AA0203", RINVESMCLASS),
        ("060804ABCD0000", RINVESMCLASS),
        ("060804ABCD0304", RINVESMCLASS),
        ("040002AA02", RINVMSGLEN),
        ("05080300AA02", RINVMSGLEN),
        ("060004AA020100", RINVMSGLEN),
        ("0A0003AA02010003BB0003", RINVESMCLASS),
    ],
)
def test_parts_that_make_no_sense(octets: str, status: int) -> None:
    for function in (concat_of, read):
        with pytest.raises(AnswerAndContinue) as caught:
            function(bytes.fromhex(octets))
        assert caught.value.status == status


def test_read_tells_languages_ports_and_fill() -> None:
    header = read(bytes.fromhex("0B0003AA0201" + "240101" + "250103") + b"text")
    assert (header.locking, header.single, header.ports) == (3, 1, None)
    assert (header.octets, header.fill) == (12, 2)
    header = read(bytes.fromhex("060504158A23F0"))
    assert header.ports == (5514, 9200)
    assert header.elements == ((5, bytes.fromhex("158A23F0")),)
    assert read(bytes.fromhex("0404020F10")).ports == (15, 16)
    assert read(bytes.fromhex("050003AA0201")) == (((0, b"\xaa\x02\x01"),), 6, Concat(0xAA, 2, 1, 8), 0, 0, None)


def test_elements_of_the_wrong_length_mean_nothing() -> None:
    header = read(bytes.fromhex("09" + "24020101" + "2500" + "050101"))
    assert (header.locking, header.single, header.ports, header.concat) == (0, 0, None, None)


@given(st.binary(max_size=80))
def test_any_octets_are_read_or_refused(octets: bytes) -> None:
    try:
        header = read(octets)
    except AnswerAndContinue:
        with pytest.raises(AnswerAndContinue) as caught:
            concat_of(octets)
        assert caught.value.status in (RINVMSGLEN, RINVESMCLASS)
        return
    assert header.octets <= len(octets)
    assert build(header.elements) == octets[: header.octets]
    assert concat_of(octets) == header.concat


@given(st.integers(0, 0xFFFF), st.integers(1, 255), st.data(), st.booleans())
def test_built_headers_are_read(reference: int, total: int, data: st.DataObject, wide: bool) -> None:
    part = data.draw(st.integers(1, total))
    header = concat_header(reference, total, part, wide)
    assert len(header) == (7 if wide else 6)
    width = 16 if wide else 8
    assert concat_of(header + b"text") == Concat(reference & (2**width - 1), total, part, width)


def test_headers_that_cannot_be_built() -> None:
    for total, part in ((0, 0), (2, 0), (2, 3), (256, 1)):
        with pytest.raises(ValueError):
            concat_header(1, total, part)
    with pytest.raises(ValueError):
        build([(0x70, bytes(254))])
    assert build([(0x70, bytes(253))])[0] == 255


def test_sar() -> None:
    assert sar(None, None, None) is None
    assert sar(0xABCD, 3, 2) == Concat(0xABCD, 3, 2, 16)
    assert sar(0, 1, 1) == Concat(0, 1, 1, 16)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((1, 2, None), RMISSINGOPTPARAM),
        ((None, 2, 1), RMISSINGOPTPARAM),
        ((1, None, None), RMISSINGOPTPARAM),
        ((1, 0, 0), RINVOPTPARAMVAL),
        ((1, 0, 1), RINVOPTPARAMVAL),
        ((1, 2, 0), RINVOPTPARAMVAL),
        ((1, 2, 3), RINVOPTPARAMVAL),
        ((1, 256, 3), RINVOPTPARAMVAL),
        ((0x10000, 2, 1), RINVOPTPARAMVAL),
    ],
)
def test_sar_that_makes_no_sense(values: tuple[int | None, int | None, int | None], status: int) -> None:
    with pytest.raises(AnswerAndContinue) as caught:
        sar(*values)
    assert caught.value.status == status
