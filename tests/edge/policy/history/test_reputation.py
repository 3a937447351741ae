"""What came of a number's messages: counted over a sliding day and week, bounded, the same after a restart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.codecs import Shift
from edge.policy.history.reputation import (
    DAY,
    ERRORS_KEEP,
    WEEK,
    Day,
    Record,
    RecordCodec,
    Reputations,
    plain_error,
)
from edge.policy.windows import Windows

START = 10**8


def record() -> Record:
    return Record(START, START, Day(), Day())


def reputations() -> Reputations:
    return Windows().reputation


def test_a_day_slides() -> None:
    one = record()
    one.today.sent = 100
    assert one.day("sent", START + DAY - 1) == 100.0
    assert one.day("sent", START + DAY) == 100.0
    assert one.day("sent", START + DAY + DAY // 4) == 75.0
    one.today.sent = 10
    assert one.day("sent", START + DAY + DAY // 2) == 60.0
    assert one.day("sent", START + 2 * DAY) == 10.0
    assert one.day("sent", START + 4 * DAY) == 0.0


def test_a_week_slides() -> None:
    one = record()
    one.reached = 70
    assert one.reached_week(START + WEEK - 1) == 70.0
    assert one.reached_week(START + WEEK + WEEK // 7) == pytest.approx(60.0, abs=0.01)
    one.reached = 7
    assert one.reached_week(START + 2 * WEEK) == 7.0
    assert one.reached_week(START + 4 * WEEK) == 0.0


def test_failures_by_error_code() -> None:
    one = record()
    for error, count in (("1", 3), ("27", 5)):
        for _ in range(count):
            one.fail(error)
    assert one.failures(frozenset({"1", "2"}), START) == 3.0
    assert one.failures(frozenset({"1", "27"}), START + DAY + DAY // 2) == 4.0
    one.fail("1")
    assert one.failures(frozenset({"1"}), START + DAY + DAY // 2) == 2.5


def test_error_codes_are_bounded() -> None:
    one = record()
    for error in range(1000):
        one.fail(str(error))
    assert one.failed is not None
    assert len(one.failed) <= ERRORS_KEEP + 1
    assert sum(one.failed.values()) == 1000


@pytest.mark.parametrize(
    ("written", "plain"), [("001", "1"), ("1", "1"), ("000", "0"), ("", "0"), ("0a1", "A1"), (" 11 ", "11")]
)
def test_error_codes_as_carriers_write_them(written: str, plain: str) -> None:
    assert plain_error(written) == plain


def test_who_is_reached() -> None:
    found = reputations()
    now = tick_of(1000.0)
    for last in (0, now, now - DAY + 1, now - DAY, now - WEEK):
        found.sent(5, last, now)
    one = found.account(5)
    assert one is not None
    assert (one.today.sent, one.today.reached, one.reached) == (5, 3, 2)


def test_a_pardon_is_taken_once() -> None:
    found = reputations()
    one = found.of(7, START)
    one.today.opted_out = one.today.final = one.today.refused = one.today.sent = one.today.reached = 9
    one.fail("1")
    assert found.known(7, 0.0) is one
    found.known(7, 100.0)
    assert (one.today.opted_out, one.today.final, one.today.refused, one.failed) == (0, 0, 0, None)
    assert (one.today.sent, one.today.reached) == (9, 9)
    one.today.opted_out = 4
    assert found.known(7, 100.0) is one
    assert one.today.opted_out == 4
    assert found.known(8, 100.0) is None


@given(
    st.dictionaries(st.integers(0, 2**50), st.tuples(*[st.integers(0, 10**6)] * 5), max_size=20),
    st.integers(-1000, 1000),
)
def test_records_come_back(table: dict[int, tuple[int, ...]], seconds: int) -> None:
    entries = []
    for key, counts in table.items():
        one = record()
        one.today = Day(*counts)
        one.before = Day(*counts[::-1])
        one.failed = {"1": counts[0]}
        one.pardoned = float(counts[1])
        entries.append((key, one))
    codec = RecordCodec()
    chunk = codec.encode(entries)
    again = dict(codec.decode(chunk, Shift(float(seconds))))
    assert again.keys() == table.keys()
    for key, one in entries:
        other = again[key]
        assert (other.start, other.week) == (one.start + seconds * TICKS, one.week + seconds * TICKS)
        assert (other.today, other.before, other.failed, other.pardoned) == (
            one.today,
            one.before,
            one.failed,
            one.pardoned,
        )
    for bad in (b"", b"\xc1", chunk + b"x", b"\x91\x92\x01\x02"):
        with pytest.raises(ValueError):
            list(codec.decode(bad, Shift(0.0)))
