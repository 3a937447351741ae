"""Transactions seen before."""

from hypothesis import given
from hypothesis import strategies as st

from edge.channels.mm4.codec.address import read
from edge.channels.mm4.codec.pdu import parse
from edge.channels.mm4.codec.transactions import Claim, Seen, Transactions, transaction

from . import samples

ONE, TWO = b"1" * 16, b"2" * 16


def test_a_repetition_hears_what_the_first_heard() -> None:
    table: Transactions[str] = Transactions()
    assert table.claim(ONE, 0.0) == (Seen.NEW, None)
    assert table.claim(ONE, 1.0) == (Seen.OPEN, None)
    table.settle(ONE, "250", 2.0)
    assert table.claim(ONE, 3.0) == (Seen.DONE, "250")
    assert table.claim(TWO, 3.0) == (Seen.NEW, None)
    assert (table.repeated, len(table)) == (2, 2)


def test_what_came_to_nothing_is_new_again() -> None:
    table: Transactions[str] = Transactions()
    table.claim(ONE, 0.0)
    table.release(ONE)
    assert table.claim(ONE, 1.0).seen is Seen.NEW


def test_a_day_and_no_longer() -> None:
    table: Transactions[str] = Transactions(keep=100.0)
    for at in (0.0, 99.0, 100.0, 150.0):
        table.settle(b"%16d" % int(at), "ok", at)
    assert table.claim(b"%16d" % 0, 99.9).seen is Seen.DONE
    assert table.claim(b"%16d" % 0, 100.0).seen is Seen.NEW
    assert table.claim(b"%16d" % 99, 198.9).seen is Seen.DONE
    table.settle(TWO, "ok", 201.0)
    assert table.claim(b"%16d" % 150, 249.9).seen is Seen.DONE
    assert len(table) == 4  # of 100, 150 and 201, and the one claimed anew; 0 and 99 are gone


def test_room_for_so_many_under_way() -> None:
    table: Transactions[int] = Transactions(open_cap=1)
    table.claim(ONE, 0.0)
    assert table.claim(TWO, 0.0) == Claim(Seen.FULL)
    assert table.refused == 1
    table.settle(ONE, 1, 0.0)
    assert table.claim(TWO, 0.0).seen is Seen.NEW


def test_a_full_table_forgets_its_older_half_and_says_so() -> None:
    table: Transactions[int] = Transactions(cap=10)
    for number in range(11):
        table.settle(b"%16d" % number, number, float(number))
    assert (table.forgotten, len(table)) == (5, 6)
    assert table.claim(b"%16d" % 4, 12.0).seen is Seen.NEW
    assert table.claim(b"%16d" % 5, 12.0) == (Seen.DONE, 5)


def test_which_messages_are_one_transaction() -> None:
    pdu = parse(samples.AGGREGATOR)
    own = transaction("north", pdu, read("+14165550622/TYPE=PLMN"))
    quoted = parse(samples.AGGREGATOR.replace(b"Id: SM8001", b'Id: "SM8001"'))
    assert transaction("north", quoted, read("14165550622@mms.east.example")) == own
    others = [
        transaction("south", pdu, read("+14165550622")),
        transaction("north", pdu, read("+14165550623")),
        transaction("north", parse(samples.AGGREGATOR.replace(b"Id: SM8001", b"Id: SM8002")), read("+14165550622")),
        transaction("north", parse(samples.AGGREGATOR.replace(b"<SM8001@", b"<SM8002@")), read("+14165550622")),
        transaction("north", parse(samples.AGGREGATOR.replace(b"_forward", b"_delivery_report")), read("14165550622")),
    ]
    assert len({own, *others}) == 6
    assert len(own) == 16


STEPS = st.lists(
    st.tuples(st.sampled_from(["claim", "settle", "release"]), st.integers(0, 3), st.integers(0, 60)), max_size=40
)


@given(STEPS)
def test_as_a_plain_list_of_times_would_say(steps: list[tuple[str, int, int]]) -> None:
    table: Transactions[float] = Transactions(keep=100.0)
    opened: set[int] = set()
    done: dict[int, float] = {}
    now = 0.0
    for step, number, pause in steps:
        now += pause
        id = b"%16d" % number
        if step == "release":
            table.release(id)
            opened.discard(number)
        elif step == "settle" and number in opened:
            table.settle(id, now, now)
            opened.discard(number)
            done[number] = now
        elif step == "claim":
            if number in opened:
                expected: Claim[float] = Claim(Seen.OPEN)
            elif number in done and now - done[number] < 100.0:
                expected = Claim(Seen.DONE, done[number])
            else:
                expected = Claim(Seen.NEW)
                opened.add(number)
            assert table.claim(id, now) == expected
