"""Sets of leading digits."""

from hypothesis import given
from hypothesis import strategies as st

from edge.policy.signals.prefixes import PrefixSet


def test_matches() -> None:
    subject = PrefixSet(["1900", "1416976", "14165550100", "881"])
    assert subject.matches(19005551234)
    assert subject.matches(14169761234)
    assert subject.matches(14165550100)
    assert subject.matches(8816123456789)
    assert not subject.matches(14165550101)
    assert not subject.matches(190)
    assert not subject.matches(0)


def test_empty_is_false() -> None:
    assert not PrefixSet([])
    assert not PrefixSet([]).matches(14165550100)
    assert PrefixSet(["1"])


@given(st.sets(st.integers(1, 99999).map(str), max_size=20), st.integers(1, 10**15))
def test_equals_startswith(prefixes: set[str], number: int) -> None:
    assert PrefixSet(prefixes).matches(number) == str(number).startswith(tuple(prefixes))
