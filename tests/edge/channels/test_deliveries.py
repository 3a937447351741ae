"""What waits for customers: in turn over their binds, bounded, and never kept where nobody can receive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.channels.deliveries import Deliveries, Taken
from edge.core.metrics import Metrics

from .books import RIVAL, acme

ACME = acme(receipt_queue=2)


class Receiver:
    """A bind with room for so many; None: it has no place for it at all."""

    def __init__(self, room=100):
        self.room = room
        self.got = []
        self.told = []

    def take(self, delivery, now):
        if self.room is None:
            return Taken.NEVER
        if not self.room:
            return Taken.BUSY
        self.room -= 1
        self.got.append(delivery.raw)
        return Taken.SENT

    def notify(self, raw):
        self.told.append(raw)


class Office:
    """Deliveries and what became of each."""

    def __init__(self):
        self.metrics = Metrics()
        self.deliveries = Deliveries(self.metrics, timeout=60.0)
        self.ended = []

    def offer(self, raw, now=0.0, account=ACME):
        self.deliveries.offer(account, raw, lambda status, at: self.ended.append((raw, status, at)), now)


@pytest.fixture
def office():
    return Office()


def test_without_a_bind_the_carrier_keeps_it(office):
    office.offer(b"1", 5.0)
    assert office.ended == [(b"1", 0x64, 5.0)]
    assert not office.deliveries.bound("acme")


def test_binds_get_their_deliveries_in_turn(office):
    one, two, three = Receiver(), Receiver(), Receiver()
    for receiver in (one, two, three):
        office.deliveries.join("acme", receiver)
    for number in range(6):
        office.offer(b"%d" % number)
    assert office.ended == []
    assert sorted((one.got, two.got, three.got)) == [[b"0", b"3"], [b"1", b"4"], [b"2", b"5"]]


def test_a_full_bind_is_passed_over(office):
    full, free = Receiver(0), Receiver()
    office.deliveries.join("acme", full)
    office.deliveries.join("acme", free)
    for number in range(3):
        office.offer(b"%d" % number)
    assert free.got == [b"0", b"1", b"2"]


def test_with_every_window_full_they_queue_in_order_up_to_the_cap(office):
    receiver = Receiver(1)
    office.deliveries.join("acme", receiver)
    for number in range(4):
        office.offer(b"%d" % number, 7.0)
    assert office.ended == [(b"3", 0x64, 7.0)]
    assert office.metrics.caps.values == {("receipt-queue",): 1}
    assert office.deliveries.depths() == {"acme": 2}
    receiver.room = 1
    office.deliveries.room("acme", 8.0)
    assert receiver.got == [b"0", b"1"]
    assert office.deliveries.sizes() == {"queued": 1, "receivers": 1}


def test_nothing_overtakes_what_waits(office):
    receiver = Receiver(0)
    office.deliveries.join("acme", receiver)
    office.offer(b"0")
    receiver.room = 9
    office.offer(b"1")
    assert receiver.got == []
    office.deliveries.room("acme", 1.0)
    assert receiver.got == [b"0", b"1"]


def test_the_last_bind_to_go_gives_back_what_waits(office):
    one, two = Receiver(0), Receiver(0)
    office.deliveries.join("acme", one)
    office.deliveries.join("acme", two)
    office.offer(b"0")
    office.offer(b"1")
    office.deliveries.leave("acme", one, 3.0)
    assert office.ended == []
    office.deliveries.leave("acme", two, 4.0)
    assert office.ended == [(b"0", 0x64, 4.0), (b"1", 0x64, 4.0)]
    assert not office.deliveries.bound("acme")
    assert office.deliveries.sizes() == {"queued": 0, "receivers": 0}


def test_going_twice_or_without_having_come_is_nothing(office):
    one, two = Receiver(), Receiver()
    office.deliveries.leave("acme", one, 0.0)
    office.deliveries.join("acme", one)
    office.deliveries.leave("acme", two, 0.0)
    assert office.deliveries.bound("acme")
    office.deliveries.room("nobody", 0.0)


def test_when_a_bind_in_the_middle_goes_the_turn_goes_on(office):
    receivers = [Receiver(), Receiver(), Receiver()]
    for receiver in receivers:
        office.deliveries.join("acme", receiver)
    office.offer(b"0")
    office.offer(b"1")
    office.deliveries.leave("acme", receivers[2], 0.0)
    office.offer(b"2")
    office.offer(b"3")
    assert {receivers[0].got[-1], receivers[1].got[-1]} == {b"2", b"3"}
    assert office.ended == []


def test_one_stalled_account_stalls_nobody_else(office):
    stalled, other = Receiver(0), Receiver()
    office.deliveries.join("acme", stalled)
    office.deliveries.join("rival", other)
    for number in range(5):
        office.offer(b"%d" % number)
        office.offer(b"r%d" % number, account=RIVAL)
    assert len(other.got) == 5
    assert office.deliveries.depths() == {"acme": 2, "rival": 0}


def test_what_waits_too_long_goes_back(office):
    receiver = Receiver(0)
    office.deliveries.join("acme", receiver)
    office.offer(b"0", 10.0)
    office.offer(b"1", 20.0)
    office.deliveries.tick(70.0)
    assert office.ended == []
    office.deliveries.tick(70.1)
    assert office.ended == [(b"0", 0x64, 70.1)]
    receiver.room = 1
    office.deliveries.tick(71.0)
    assert receiver.got == [b"1"]


def test_a_request_without_an_answer_goes_to_one_bind(office):
    assert not office.deliveries.notify("acme", b"alert")
    one, two = Receiver(), Receiver()
    office.deliveries.join("acme", one)
    office.deliveries.join("acme", two)
    assert office.deliveries.notify("acme", b"alert")
    assert one.told + two.told == [b"alert"]


@given(st.lists(st.sampled_from(["offer", "room", "tick", "join", "leave"]), max_size=60))
def test_every_delivery_ends_once_or_is_taken_once(steps):
    office = Office()
    receivers, offered, now = [], [], 0.0
    everyone = []
    for step in steps:
        now += 7.0
        if step == "offer":
            offered.append(b"%d" % len(offered))
            office.offer(offered[-1], now)
        elif step == "room" and receivers:
            receivers[0].room += 1
            office.deliveries.room("acme", now)
        elif step == "join" and len(receivers) < 3:
            receivers.append(Receiver(1))
            everyone.append(receivers[-1])
            office.deliveries.join("acme", receivers[-1])
        elif step == "leave" and receivers:
            office.deliveries.leave("acme", receivers.pop(), now)
        else:
            office.deliveries.tick(now)
    for receiver in receivers:
        office.deliveries.leave("acme", receiver, now)
    taken = [raw for receiver in everyone for raw in receiver.got]
    assert sorted(taken + [raw for raw, _, _ in office.ended]) == sorted(offered)
    for receiver in everyone:
        assert receiver.got == sorted(receiver.got, key=int)


def test_what_no_bind_could_ever_take_goes_back_for_good_and_one_that_is_busy_is_waited_for():
    office, old, new = Office(), Receiver(room=None), Receiver(room=0)
    office.deliveries.join("acme", old)
    office.offer(b"a")
    assert office.ended == [(b"a", 0x65, 0.0)]
    office.deliveries.join("acme", new)
    office.offer(b"b")
    assert office.ended == [(b"a", 0x65, 0.0)]
    new.room = 1
    office.deliveries.room("acme", 1.0)
    assert new.got == [b"b"]
