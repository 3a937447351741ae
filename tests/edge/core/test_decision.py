"""Decision ids: of one width, growing, unique across restarts; and as operators type them."""

from itertools import islice, pairwise

import pytest

from edge.core.decision import decision_id, decision_ids


def test_ids_start_at_the_clock_and_grow_one_by_one() -> None:
    ids = list(islice(decision_ids(1795500000.25), 3 * 4096))
    first = 1795500000250 << 20
    assert ids[0] == "1a20c23c3fa00000"
    assert [int(one, 16) for one in ids] == list(range(first, first + 3 * 4096))
    assert {len(one) for one in ids} == {16}
    assert all(one < other for one, other in pairwise(ids))


def test_a_restart_a_millisecond_later_is_beyond_a_million_decisions() -> None:
    before = decision_ids(1795500000.25)
    last = next(islice(before, 1_000_000, None))
    assert last < next(decision_ids(1795500000.251))


@pytest.mark.parametrize("written", ["1a20c23c3fa00000", "1A20C23C3FA00000"])
def test_an_id_in_any_case(written: str) -> None:
    assert decision_id(written) == "1a20c23c3fa00000"


def test_leading_zeros_may_be_left_out() -> None:
    assert decision_id("b7") == "00000000000000b7"


@pytest.mark.parametrize("written", ["", "0x1a", "1_0", "g", " 1", "1\n", "1a20c23c3fa000000", "\uff11", "-1"])
def test_anything_else_is_no_id(written: str) -> None:
    with pytest.raises(ValueError, match="16 hexadecimal digits"):
        decision_id(written)
