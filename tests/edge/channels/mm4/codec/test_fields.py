"""Values of header fields."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec import fields as f
from edge.channels.mm4.codec.fields import Expiry, Kind


@pytest.mark.parametrize("spelled", ["MM4_forward.REQ", "mm4_FORWARD.req", "MM4_FORWARD_REQ", '"MM4_forward.REQ"'])
def test_words_are_compared_without_case_and_joints(spelled: str) -> None:
    assert f.word(f.KINDS, spelled.encode("ascii")) is Kind.FORWARD_REQ


def test_every_word_is_read_as_it_is_written() -> None:
    for table in (f.KINDS, f.CLASSES, f.PRIORITIES, f.VISIBILITIES, f.REQUEST_STATUSES, f.MM_STATUSES, f.EXTENSIONS,
                  f.READ_STATUSES):  # fmt: skip
        for member in set(table.values()):
            assert f.word(table, str(member.value).encode("ascii")) is member
    with pytest.raises(KeyError):
        f.word(f.PRIORITIES, b"urgent")


def test_responses() -> None:
    assert [kind.response for kind in Kind] == [
        Kind.FORWARD_RES,
        Kind.FORWARD_RES,
        Kind.DELIVERY_REPORT_RES,
        Kind.DELIVERY_REPORT_RES,
        Kind.READ_REPLY_REPORT_RES,
        Kind.READ_REPLY_REPORT_RES,
    ]


def test_flags() -> None:
    assert [f.flag(value) for value in (b"Yes", b"NO", b"1", b"0", b"True", b"128", b"129")] == [
        True, False, True, False, True, True, False
    ]  # fmt: skip
    with pytest.raises(KeyError):
        f.flag(b"maybe")


def test_ids() -> None:
    assert f.identity(b"a\xe4") == "a\u00e4"
    assert f.identity(b"a" * f.ID_CAP)
    with pytest.raises(ValueError):
        f.identity(b"a" * (f.ID_CAP + 1))
    assert {f.bare_id(text) for text in ("x@y", '"x@y"', "<x@y>", ' "<x@y>" ')} == {"x@y"}


def test_versions() -> None:
    assert f.version(b"6.10.0") == (6, 10, 0)
    assert f.version(b"1.2") == (1, 2)
    for bad in (b"", b"six", b"6.10.0.1", b"1234.0.0", b"6.", b"\xb26"):
        with pytest.raises(ValueError):
            f.version(bad)


def test_counters() -> None:
    assert f.counter(b"010") == 10
    assert f.counter(b"999999999") == f.COUNTER_CAP
    for bad in (b"", b"-1", b"+1", b"1 2", b"1234567890", b"\xb2"):
        with pytest.raises(ValueError):
            f.counter(bad)


NINE = datetime(2026, 3, 3, 9, 15, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "written",
    [
        b"Tue, 03 Mar 2026 09:15:00 +0000",
        b"Tue, 3 Mar 2026 04:15:00 -0500 (EST)",
        b"3 Mar 26 9:15 GMT",
        b"Tue, 03 Mar 2026 10:15:00 +01:00",
        b"Tuesday, 03-Mar-26 09:15:00 GMT",
        b"tue, 03 march 2026 04:15:00 est",
        b"Tue Mar  3 09:15:00 2026",
        b"2026-03-03T09:15:00Z",
        b"2026-03-03T04:15:00-05:00",
        b"20260303T091500",
        b"03 Mar 2026 09:15:00",
    ],
)
def test_dates(written: bytes) -> None:
    assert f.date(written) == NINE


@pytest.mark.parametrize(
    "written",
    [b"", b"soon", b"Tue, 32 Mar 2026 09:15:00 GMT", b"Tue, 03 Foo 2026 09:15:00 GMT", b"03 Mar 2026 25:15:00 GMT",
     b"03 Mar 1960 09:15:00 GMT", b"03 Mar 2026 09:15:00 XYZ", b"\xff\xfe", b"2026-13-03", b"1" * 100],
)  # fmt: skip
def test_no_dates(written: bytes) -> None:
    with pytest.raises((ValueError, KeyError)):
        f.date(written)


def test_expiry() -> None:
    assert f.expiry(b"259200") == Expiry(259200.0, False)
    assert f.expiry(b"+259199 sec") == Expiry(259199.0, False)
    assert f.expiry(b"1772529300") == Expiry(1772529300.0, True)
    assert f.expiry(b"Tue, 03 Mar 2026 09:15:00 GMT") == Expiry(NINE, True)
    assert Expiry(60.0, False).at(NINE) == NINE + 60
    assert Expiry(NINE, True).at(0) == NINE
    with pytest.raises(ValueError):
        f.expiry(b"-5")


@given(st.integers(0, 4_000_000_000))
def test_a_written_date_is_read(seconds: int) -> None:
    assert f.date(f.write_date(float(seconds)).encode("ascii")) == seconds


@given(st.integers(0, 999_999_999), st.booleans())
def test_a_written_expiry_is_read(seconds: int, absolute: bool) -> None:
    value = Expiry(float(seconds), absolute)
    assert f.expiry(f.write_expiry(value).encode("ascii")) == value


@given(st.one_of(st.binary(max_size=60), st.text("0123456789:-+, JanFebT(", max_size=40).map(str.encode)))
def test_anything_is_a_value_or_none(value: bytes) -> None:
    for read in (f.date, f.expiry, f.version, f.counter, f.flag, f.identity):
        try:
            read(value)
        except (ValueError, LookupError):
            continue
