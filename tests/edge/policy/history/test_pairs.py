"""Who wrote to whom: exact within a day, known for thirty, capped, and the same after a restart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core.facts import Facts
from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.codecs import Shift
from edge.policy.history.pairs import (
    DAY,
    KEEP,
    MONTH,
    TEXT_BITS,
    MomentCodec,
    Pair,
    PairCodec,
    TickCodec,
    fresh,
)
from edge.policy.state import PolicyState

ME, YOU = "+14165550101", "+14165550311"


def pair_of(world: Any, source: str = ME, to: str = YOU) -> Pair:
    return world.state.windows.conversations.pair(world.message(source, to))


@given(st.lists(st.tuples(st.integers(0, 3000), st.booleans()), max_size=80), st.integers(1, 2000))
def test_a_pair_counts_exactly(steps: list[tuple[int, bool]], period: int) -> None:
    pair, tick = fresh(), 10**9
    sent, replies = [], []
    for step, reply in steps:
        tick += step
        if reply:
            pair.answer(tick)
            replies.append(tick)
        else:
            pair.add(tick << TEXT_BITS | 7)
            sent.append(tick)
    since = tick - period
    assert pair.count(since) == sum(one > since for one in sent)
    assert pair.replied(since) == sum(one > since for one in replies)
    assert pair.last_reply() == (replies[-1] if replies else 0)
    assert pair.same(tick << TEXT_BITS | 7, since) == pair.count(since)
    assert pair.same(tick << TEXT_BITS | 8, since) == 0


def test_a_pair_forgets_after_a_day_and_is_bounded() -> None:
    pair = fresh()
    for number in range(5):
        pair.add(number << TEXT_BITS)
    pair.add(DAY + 2 << TEXT_BITS)
    assert [moment >> TEXT_BITS for moment in pair.sent] == [3, 4, DAY + 2]
    for number in range(10_000):
        pair.add(DAY + 3 + number << TEXT_BITS)
        pair.answer(DAY + 3 + number)
    assert len(pair.sent) <= KEEP
    assert len(pair.replies) <= 128
    assert pair.sent[-1] >> TEXT_BITS == DAY + 10_002


def test_texts_that_are_not_known_are_never_the_same() -> None:
    pair = fresh()
    pair.add(5 << TEXT_BITS)
    assert pair.same(6 << TEXT_BITS, 0) == 0


def test_one_message_makes_no_busy_pair(world: Any) -> None:
    world.send()
    conversations = world.state.windows.conversations
    assert (len(conversations.wrote), len(conversations.busy)) == (1, 0)
    assert pair_of(world).count(0) == 1
    world.send(text="and one more", after=86_401.0)
    assert len(conversations.busy) == 0
    world.send(text="and a third", after=3600.0)
    assert pair_of(world).count(0) == 2


def test_a_reply_before_the_pair_was_busy_is_known(world: Any) -> None:
    world.send()
    world.receive(YOU, ME, "hello", after=10.0)
    world.send(text="how are you?", after=10.0)
    assert pair_of(world).last_reply() == tick_of(world.now - 10.0)


def test_who_wrote_is_known_for_thirty_days(world: Any) -> None:
    conversations = world.state.windows.conversations
    world.receive(YOU, ME)
    known = (14165550101, 14165550311)
    assert conversations.known(*known, tick_of(world.now) + MONTH - 1)
    assert not conversations.known(*known, tick_of(world.now) + MONTH)
    assert not conversations.known(14165550102, 14165550311, tick_of(world.now))


def test_what_is_a_reply(world: Any) -> None:
    conversations = world.state.windows.conversations
    inbound = world.message(YOU, ME, inbound=True)
    assert not conversations.received(inbound, world.state, world.now)
    world.send()
    assert conversations.received(inbound, world.state, world.now)
    assert not conversations.received(world.message(YOU, "+14165550102", inbound=True), world.state, world.now)
    assert not conversations.received(inbound, world.state, world.now + 31 * 86400.0)


def test_an_inbound_message_to_nobody_of_ours(world: Any) -> None:
    assert world.send(YOU, "+16045550100", inbound=True, account="nobody").action.passes
    assert world.state.context.heard == float("inf")


def test_tables_are_capped(new_world: type[Any]) -> None:
    caps = dict.fromkeys(("account_wrote", "account_heard", "pair_wrote", "pair_heard", "pair_busy"), 1024)
    world = new_world()
    world.only()
    world.state = PolicyState(Facts(), 1_700_000_000.0, caps)
    for number in range(5000):
        to = f"+1416{5550000 + number}"
        world.send(destination=to)
        world.send(destination=to, text="b")
        world.receive(to, ME)
    for name in caps:
        entries, cap, hits = world.state.sizes()[name]
        assert entries <= cap
        assert hits > 0


# -- snapshots ---------------------------------------------------------------------------------

KEYS = st.integers(0, 2**60 - 1)
TICK = st.integers(10**7, 2**32 - 10**7)
SHIFTS = st.integers(-(10**4), 10**4).map(lambda seconds: Shift(float(seconds)))


@given(st.dictionaries(KEYS, TICK), SHIFTS)
def test_ticks_come_back(table: dict[int, int], shift: Shift) -> None:
    codec = TickCodec()
    again = dict(codec.decode(codec.encode(list(table.items())), shift))
    assert again == {key: tick + shift.ticks for key, tick in table.items()}


@given(st.dictionaries(KEYS, st.tuples(TICK, st.integers(0, 2**32 - 1))), SHIFTS)
def test_moments_come_back_without_their_texts(table: dict[int, tuple[int, int]], shift: Shift) -> None:
    codec = MomentCodec()
    entries = [(key, tick << TEXT_BITS | text) for key, (tick, text) in table.items()]
    again = dict(codec.decode(codec.encode(entries), shift))
    assert again == {key: (tick + shift.ticks) << TEXT_BITS for key, (tick, _) in table.items()}


@given(st.dictionaries(KEYS, st.tuples(st.lists(TICK), st.lists(TICK))), SHIFTS)
def test_busy_pairs_come_back(table: dict[int, tuple[list[int], list[int]]], shift: Shift) -> None:
    entries = []
    for key, (sent, replies) in table.items():
        pair = fresh()
        pair.sent.extend(tick << TEXT_BITS | 5 for tick in sent)
        pair.replies.extend(replies)
        entries.append((key, pair))
    codec = PairCodec()
    chunk = codec.encode(entries)
    again = {
        key: ([moment >> TEXT_BITS for moment in pair.sent], list(pair.replies))
        for key, pair in codec.decode(chunk, shift)
    }
    moved = shift.ticks
    assert again == {
        key: ([tick + moved for tick in sent], [tick + moved for tick in replies])
        for key, (sent, replies) in table.items()
    }
    for cut in (1, 8, 15):
        if chunk:
            with pytest.raises(ValueError):
                list(codec.decode(chunk[:-cut], shift))


def test_what_is_older_than_the_clock_stays_positive() -> None:
    [(_, tick)] = TickCodec().decode(TickCodec().encode([(1, 50)]), Shift(-1000.0 * TICKS))
    assert tick == 0
