"""The sequence map: numbers, matching, expiry."""

from hypothesis import given
from hypothesis import strategies as st

from smpp.window import LAST_SEQUENCE, TOMBSTONES, Window

SUBMIT, SUBMIT_RESP, DATA_RESP, NACK = 0x04, 0x80000004, 0x80000103, 0x80000000


def test_numbers_begin_at_one_and_wrap_to_one():
    window = Window(10, first=LAST_SEQUENCE)
    assert window.open(SUBMIT, None, 0.0) == 0x7FFFFFFF
    assert window.open(SUBMIT, None, 0.0) == 1
    assert window.open(SUBMIT, None, 0.0) == 2


def test_a_number_that_still_waits_is_skipped_after_the_wrap():
    window = Window(10)
    assert window.open(SUBMIT, "old", 0.0) == 1
    window._next = LAST_SEQUENCE
    assert window.open(SUBMIT, None, 0.0) == LAST_SEQUENCE
    assert window.open(SUBMIT, None, 0.0) == 2
    assert window.resolve(SUBMIT_RESP, 1) == (SUBMIT_RESP, 0.0, "old")


def test_an_answer_is_matched_once_and_only_by_its_type():
    window = Window(10)
    sequence = window.open(SUBMIT, "context", 5.0)
    assert window.resolve(DATA_RESP, sequence) is None
    assert window.mismatched == 1
    assert window.resolve(SUBMIT_RESP, sequence) == (SUBMIT_RESP, 5.0, "context")
    assert window.resolve(SUBMIT_RESP, sequence) is None
    assert window.unasked == 1


def test_a_generic_nack_answers_any_request():
    window = Window(10)
    sequence = window.open(SUBMIT, "context", 5.0)
    assert window.resolve(NACK, sequence) == (SUBMIT_RESP, 5.0, "context")


def test_expiry_takes_the_oldest_and_a_late_answer_is_told_from_an_unasked_one():
    window = Window(10)
    for second in range(5):
        window.open(SUBMIT, second, float(second))
    assert [entry[2] for _, entry in window.expired(62.0, 60.0)] == [0, 1, 2]
    assert len(window) == 2
    assert window.resolve(SUBMIT_RESP, 1) is None
    assert window.resolve(SUBMIT_RESP, 77) is None
    assert (window.late, window.unasked) == (1, 1)
    assert window.expired(1000.0, 0) == []


def test_tombstones_are_capped():
    window = Window(10)
    for _ in range(TOMBSTONES + 10):
        window.open(SUBMIT, None, 0.0)
        window.expired(100.0, 60.0)
    assert len(window._expired) == TOMBSTONES
    window.resolve(SUBMIT_RESP, 1)
    assert (window.late, window.unasked) == (0, 1)


def test_older_leaves_what_it_finds():
    window = Window(10)
    window.open(SUBMIT, "old", 0.0)
    window.open(SUBMIT, "new", 9.0)
    assert [entry[2] for _, entry in window.older(10.0, 5.0)] == ["old"]
    assert len(window) == 2


def test_take_all_empties_it():
    window = Window(1)
    window.open(SUBMIT, "a", 0.0)
    assert window.full
    assert window.take_all() == [(1, (SUBMIT_RESP, 0.0, "a"))]
    assert not window.pending


@given(
    st.lists(st.sampled_from(["open", "answer", "expire"]), max_size=200),
    st.integers(LAST_SEQUENCE - 50, LAST_SEQUENCE),
)
def test_nothing_is_lost_and_nothing_found_twice(steps, first):
    window = Window(1000, first)
    waiting: dict[int, int] = {}
    now = 0.0
    for number, step in enumerate(steps):
        now += 1.0
        if step == "open":
            sequence = window.open(SUBMIT, number, now)
            assert 1 <= sequence <= LAST_SEQUENCE
            assert sequence not in waiting
            waiting[sequence] = number
        elif step == "answer" and waiting:
            sequence, context = waiting.popitem()
            entry = window.resolve(SUBMIT_RESP, sequence)
            assert entry is not None
            assert entry[2] == context
        elif step == "expire":
            for sequence, entry in window.expired(now, 20.0):
                assert waiting.pop(sequence) == entry[2]
    assert {sequence: entry[2] for sequence, entry in window.pending.items()} == waiting
