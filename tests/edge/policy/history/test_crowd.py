"""Distinct recipients within a day, against a list of all that was noted."""

from hypothesis import given
from hypothesis import strategies as st

from edge.policy.history.clock import DAY, HOUR
from edge.policy.history.crowd import AGREED, MARKS, TALKING, Crowd

START = 300_000
notes = st.lists(
    st.tuples(
        st.integers(0, 12), st.sampled_from((0, 0, 0, 1, 7, 59, 61, 700, 1500)), st.integers(0, 3), st.booleans()
    ),
    max_size=60,
)


@given(notes, st.integers(1, 15))
def test_counts_are_those_of_the_list(noted: list[tuple[int, int, int, bool]], cap: int) -> None:
    """Whatever is counted in between. Of more than `cap`, those written to last."""
    crowd, minute = Crowd(), START
    last: dict[int, int] = {}
    agreed: set[int] = set()
    for recipient, gap, marks, counted in noted:
        minute += gap
        if counted:
            crowd.count(minute)
            for gone in [key for key, value in last.items() if value >> MARKS <= minute - DAY]:
                del last[gone]
                agreed.discard(gone)
        crowd.note(recipient, minute << MARKS | marks, cap)
        before = last.get(recipient, minute << MARKS) >> MARKS
        if before <= minute - DAY:
            agreed.discard(recipient)
        if before < minute:
            last.pop(recipient, None)  # within a minute the order stays
        last[recipient] = minute << MARKS | marks
        if marks & AGREED:
            agreed.add(recipient)
        for gone in list(last)[:-cap]:
            del last[gone]
            agreed.discard(gone)
        assert list(crowd.seen) == list(last)
    crowd.count(minute)
    fresh = {key: value for key, value in last.items() if value >> MARKS > minute - DAY}
    assert crowd.day == len(fresh)
    assert crowd.hour == sum(value >> MARKS > minute - HOUR for value in fresh.values())
    assert crowd.talking == sum(value & TALKING > 0 for value in fresh.values())
    assert crowd.agreed == len(agreed & set(fresh))
    for recipient in range(14):
        hour = {key for key, value in fresh.items() if value >> MARKS > minute - HOUR}
        assert crowd.hour_with(recipient) == len(hour | {recipient})


@given(notes)
def test_kept_up_within_the_minute(noted: list[tuple[int, int, int, bool]]) -> None:
    kept, fresh, minute = Crowd(), Crowd(), START
    for recipient, gap, marks, _ in noted:
        minute += gap
        kept.count(minute)
        for crowd in (kept, fresh):
            crowd.note(recipient, minute << MARKS | marks, 9)
    fresh.count(minute)
    kept.count(minute)
    assert [getattr(kept, name) for name in ("day", "hour", "agreed", "talking")] == [
        getattr(fresh, name) for name in ("day", "hour", "agreed", "talking")
    ]


@given(notes, st.integers(-5000, 5000))
def test_written_and_read(noted: list[tuple[int, int, int, bool]], minutes: int) -> None:
    crowd, minute = Crowd(), START
    for recipient, gap, marks, _ in noted:
        minute += gap
        crowd.note(recipient, minute << MARKS | marks, 9)
    back = Crowd.read(crowd.written(), minutes)
    assert list(back.seen.items()) == [(key, value + (minutes << MARKS)) for key, value in crowd.seen.items()]


def test_an_answer_stays() -> None:
    crowd = Crowd()
    crowd.note(7, START << MARKS, 9)
    crowd.count(START)
    crowd.answered(7)
    crowd.answered(8)
    assert crowd.agreed == 1
    crowd.note(7, START << MARKS, 9)
    crowd.count(START + 1)
    assert crowd.agreed == 1
