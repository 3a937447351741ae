"""What speaks against numbers and accounts: distinct, of a day, bounded, ended by an operator's word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.policy.history.clock import TICKS
from edge.policy.history.codecs import Shift
from edge.policy.history.evidence import (
    DAY,
    KEEP,
    Against,
    AgainstCodec,
    Behind,
    BehindCodec,
    Evidence,
    note,
    recent,
)
from edge.policy.windows import Windows


def evidence() -> Evidence:
    return Windows().evidence


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, DAY // 5)), max_size=60))
def test_distinct_within_a_day(script: list[tuple[int, int]]) -> None:
    seen: dict[int, int] = {}
    expected: dict[int, int] = {}
    tick = 10**9
    for key, step in script:
        tick += step
        new = tick - expected.get(key, 0) >= DAY
        if new:
            expected[key] = tick
        assert note(seen, key, tick) == new
        assert recent(seen, tick) == sum(tick - at < DAY for at in expected.values())


def test_what_is_kept_is_bounded() -> None:
    seen: dict[int, int] = {}
    for key in range(1000):
        assert note(seen, key, 10**9)
    assert list(seen) == list(range(1000 - KEEP, 1000))


def test_an_operators_word_ends_it() -> None:
    found = evidence()
    note(found.against(7, 0.0).severe, 1, 100)
    assert found.severe(7, 100, 0.0) == 1
    assert found.severe(7, 100, 50.0) == 0
    note(found.against(7, 50.0).severe, 2, 100)
    assert found.severe(7, 100, 50.0) == 1
    note(found.behind(1, 0.0).targets, 5, 100)
    assert recent(found.behind(1, 0.0).targets, 100) == 1
    assert recent(found.behind(1, 60.0).targets, 100) == 0


SEEN = st.dictionaries(st.integers(0, 2**60 - 1), st.integers(10**7, 2**32 - 10**7), max_size=8)


@given(st.dictionaries(st.integers(0, 2**50), st.tuples(SEEN, SEEN, SEEN, st.floats(0, 2e9))), st.integers(-999, 999))
def test_numbers_come_back(table: dict[int, tuple[dict[int, int], ...]], seconds: int) -> None:
    moved = seconds * TICKS
    codec = AgainstCodec()
    entries = [(key, Against(*(dict(seen) for seen in each[:3]), each[3])) for key, each in table.items()]
    again = dict(codec.decode(codec.encode(entries), Shift(float(seconds))))
    assert again == {
        key: Against(*({one: at + moved for one, at in seen.items()} for seen in each[:3]), each[3])
        for key, each in table.items()
    }
    with pytest.raises(ValueError):
        list(codec.decode(b"\x91\x01", Shift(0.0)))


@given(
    st.dictionaries(st.integers(0, 10**5), st.tuples(st.dictionaries(st.text(), SEEN), SEEN)), st.integers(-999, 999)
)
def test_accounts_come_back(table: dict[int, tuple[dict[str, dict[int, int]], dict[int, int]]], seconds: int) -> None:
    moved = seconds * TICKS
    codec = BehindCodec()
    entries = [
        (key, Behind({rule: dict(seen) for rule, seen in severe.items()}, dict(targets)))
        for key, (severe, targets) in table.items()
    ]
    again = dict(codec.decode(codec.encode(entries), Shift(float(seconds))))
    assert again == {
        key: Behind(
            {rule: {one: at + moved for one, at in seen.items()} for rule, seen in severe.items()},
            {one: at + moved for one, at in targets.items()},
        )
        for key, (severe, targets) in table.items()
    }
