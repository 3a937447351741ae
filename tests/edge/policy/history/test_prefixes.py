"""Codes by prefix: ten minutes exactly, a week as an average, the same after a restart."""

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.submission import Party, PartyKind
from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.codecs import Shift
from edge.policy.history.prefixes import KEEP, WINDOW, Prefix, PrefixCodec, Prefixes, empty, prefix_of
from edge.policy.windows import Windows

DAY = 86400.0


def prefixes() -> Prefixes:
    return Windows().prefixes


def test_prefixes_at_home_and_abroad() -> None:
    home = Party("", 1, 1, PartyKind.LONG_CODE, 14165550311, 14165550311)
    abroad = Party("", 1, 1, PartyKind.INTERNATIONAL, 37121234567, 37121234567)
    assert (prefix_of(home), prefix_of(abroad)) == (1416555, 3712123)


@given(st.lists(st.integers(0, 2 * WINDOW), max_size=KEEP))
def test_ten_minutes_are_exact(steps: list[int]) -> None:
    entry, tick, times = empty(), 10**8, []
    for number, step in enumerate(steps):
        tick += step
        entry.add(tick, number)
        times.append((tick, number))
    assert entry.recent(tick) == [number for at, number in times if tick - at < WINDOW]


def test_what_is_kept_is_bounded() -> None:
    entry = empty()
    for number in range(1000):
        entry.add(10**8 + number, number)
    assert entry.recent(10**8 + 1000) == list(range(1000 - KEEP, 1000))


def test_what_is_usual_is_known_after_a_day() -> None:
    found = prefixes()
    for hour in range(24):
        found.sent(1, 1416555, 14165550000 + hour, hour * 3600.0)
    entry = found.get(1, 1416555)
    assert entry is not None
    assert found.usual(entry, 1, 23 * 3600.0) is None
    assert found.usual(entry, 1, DAY) == pytest.approx(24 / 144, rel=0.1)
    assert found.get(2, 1416555) is None
    assert found.usual(entry, 2, DAY) is None


def test_the_average_fades() -> None:
    found = prefixes()
    for minute in range(0, 14 * 1440, 60):
        found.sent(1, 1416555, 14165550000, minute * 60.0)
    entry = found.get(1, 1416555)
    assert entry is not None
    now = 14 * DAY
    before = found.usual(entry, 1, now)
    assert before == pytest.approx(1 / 6, rel=0.05)
    later = found.usual(entry, 1, now + 7 * DAY)
    assert later is not None
    assert later == pytest.approx(before * exp(-1) * (1 - exp(-2)) / (1 - exp(-3)), rel=0.02)


def test_a_stop_is_remembered_where_there_were_codes() -> None:
    found = prefixes()
    found.stop(1, 1416555, 5.0)
    assert found.get(1, 1416555) is None
    found.sent(1, 1416555, 14165550000, 5.0)
    found.stop(1, 1416555, 6.0)
    entry = found.get(1, 1416555)
    assert entry is not None
    assert entry.stopped == tick_of(6.0)


@given(
    st.dictionaries(
        st.integers(0, 2**60 - 1),
        st.tuples(st.floats(0, 1e6), st.integers(10**7, 2**32 - 10**7), st.booleans()),
    ),
    st.integers(-1000, 1000),
)
def test_the_average_comes_back(table: dict[int, tuple[float, int, bool]], seconds: int) -> None:
    entries = []
    for key, (weight, tick, stopped) in table.items():
        entry = empty()
        entry.add(tick, 5)
        entry.weight, entry.stopped = weight, tick if stopped else 0
        entries.append((key, entry))
    codec = PrefixCodec()
    chunk = codec.encode(entries)
    again = dict(codec.decode(chunk, Shift(float(seconds))))
    moved = seconds * TICKS
    assert {key: (one.weight, one.weighed, one.stopped, list(one.ticks)) for key, one in again.items()} == {
        key: (weight, tick + moved, tick + moved if stopped else 0, [])
        for key, (weight, tick, stopped) in table.items()
    }
    assert all(isinstance(one, Prefix) for one in again.values())
    if chunk:
        with pytest.raises(ValueError):
            list(codec.decode(chunk[:-1], Shift(0.0)))
