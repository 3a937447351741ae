"""Sharded tables: a map that is capped, forgets by time, and is copied while it changes."""

from collections import deque
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.core.submission import Party, PartyKind
from edge.policy.history.tables import NUMBER_BITS, SHARDS, Shards, is_number, pair_key, party_number


def table(cap: int = 1_000_000, span: float = 100.0) -> Shards[int]:
    return Shards(cap, span, [])


@given(st.lists(st.tuples(st.integers(0, 2**60 - 1), st.integers()), max_size=200))
def test_a_map(entries: list[tuple[int, int]]) -> None:
    shards = table()
    for key, value in entries:
        shards.put(key, value)
    assert {key: shards.get(key) for key, _ in entries} == dict(entries)
    assert len(shards) == len(dict(entries))
    assert {key: value for copy in shards.copies() for key, value in copy.items()} == dict(entries)


def test_entries_live_for_their_span_and_at_most_twice() -> None:
    shards = table()
    now = 1000.0
    shards.tick(now, SHARDS)
    shards.put(5, 1)
    shards.put(250, 1)
    alive = deque[tuple[float, bool, bool]]()
    while now < 1310.0:
        now += 0.5
        shards.tick(now, SHARDS)
        alive.append((now, shards.get(5) is not None, shards.get(250) is not None))
    assert all(five and other for at, five, other in alive if at <= 1100.0)
    assert not any(five or other for at, five, other in alive if at >= 1201.0)


def test_full_shards_forget_their_older_half_and_count_it() -> None:
    shards = table(cap=SHARDS * 20)
    for key in range(0, SHARDS * 1000, SHARDS):
        shards.put(key, key)
    assert len(shards) <= 20
    assert shards.cap_hits == 100
    assert shards.get(SHARDS * 999) == SHARDS * 999
    discarded: list[dict[Any, Any]] = shards.shards[0].discarded
    assert sum(map(len, discarded)) == 1000 - len(shards)


def test_what_was_put_again_is_the_last_word() -> None:
    shards = table()
    shards.put(1, 10)
    shards.shards[1].turn(0.0)
    assert shards.get(1) == 10
    shards.put(1, 11)
    assert shards.get(1) == 11
    assert [copy for copy in shards.copies() if copy] == [{1: 10}, {1: 11}]
    shards.pop(1)
    assert shards.get(1) is None


def test_making_room() -> None:
    shards = table()
    for key in range(SHARDS):
        shards.put(key, key)
    for _ in range(2 * SHARDS):
        shards.make_room()
    assert len(shards) == 0
    assert shards.cap_hits == 2 * SHARDS


def test_a_copy_may_be_taken_while_it_grows() -> None:
    shards = table()
    for key in range(1000):
        shards.put(key, key)
    seen: dict[int, int] = {}
    for position, copy in enumerate(shards.copies()):
        seen |= copy
        shards.put(10_000 + position, 0)
    assert {key: key for key in range(1000)}.items() <= seen.items()


def party(text: str, number: int) -> Party:
    return Party(text, 1, 1, PartyKind.LONG_CODE if number else PartyKind.SHORT_CODE, number, number or text)


def test_parties_as_numbers() -> None:
    assert party_number(party("+14165550100", 14165550100)) == 14165550100
    code, name = party_number(party("54321", 0)), party_number(party("ACME", 0))
    assert code != name
    assert is_number(999_999_999_999_999)
    for hashed in (code, name):
        assert not is_number(hashed)
        assert hashed < 1 << NUMBER_BITS


@given(st.integers(0, 20_000), st.integers(0, 10**15))
def test_pair_keys_fit(account: int, number: int) -> None:
    assert 0 <= pair_key(account, number) < 1 << 60
    assert pair_key(account, number) != pair_key(account + 1, number)
    assert pair_key(account, number) != pair_key(account, number + 1)
