"""One bind to a carrier: what it carries, what the carrier asks, how it ends. (How it comes up: test_link_connect.)"""

import random

import pytest

from edge.channels.carriers.link import UNBIND_WAIT
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import carrier
from ..pdus import accepted, bind, deliver, nack, refused, resp, submit
from ..rig import World

TRX = C.BIND_TRANSCEIVER


@pytest.fixture(autouse=True)
def no_jitter(monkeypatch):
    """Pauses are as long as they may be."""
    monkeypatch.setattr(random, "uniform", lambda low, high: high)


def unbind(sequence):
    return build(C.UNBIND, 0, sequence)


def by_hand(**changes):
    """A world whose carrier answers binds when the test says so."""
    world = World(carriers=(carrier(**changes),), bound=False)
    world.connect()
    world.passes(0.0)
    return world


# -- lost --------------------------------------------------------------------------------------


def test_a_lost_link_comes_back_with_a_new_generation(world):
    esme, north = world.esme(), world.links["north/1"]
    link = world.link("north/1")
    generation = link.generation
    esme.sends(submit(1))
    north.hangs_up(ConnectionResetError())
    esme.sees(refused(1, 0x08))
    assert not link.bound
    world.passes(1.1)
    assert (link.bound, link.generation) == (True, generation + 1)
    esme.sends(submit(2))
    world.links["north/1"].answers(message_id=b"1")
    esme.sees(accepted(2, b"n-1"))


def test_an_answer_of_the_customer_never_reaches_another_generation(world):
    esme, north = world.esme(), world.links["north/1"]
    north.sends(deliver(5))
    esme.looks()
    north.hangs_up()
    world.passes(1.1)
    esme.answers()
    world.links["north/1"].sees()


def test_a_carrier_that_loses_framing_is_told_and_left(world):
    north = world.links["north/1"]
    world.loop.do(north._feed, b"\0\0\0\x04" + bytes(12))
    north.sees_the_end(nack(0, 0x02))
    assert world.count("protocol_errors", "carrier", "framing") == 1
    world.passes(2.0)
    assert world.pools["north"].bound


def test_nothing_is_sent_on_a_link_that_is_about_to_be_closed():
    with World(carriers=(carrier("north", window=1), carrier("south"))) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1, b"sent"), submit(2, b"held"))
        (pdu,) = north.looks()
        world.loop.do(north._feed, accepted(pdu.sequence, b"1") + b"\0\0\0\x04" + bytes(12))
        north.sees_the_end(nack(0, 0x02))
        world.links["south/1"].sees(submit(0, b"held"))


def test_a_carrier_that_says_that_we_lost_framing_is_left(world):
    north = world.links["north/1"]
    north.sends(nack(0, 0x02))
    north.sees_the_end()


def test_a_silent_carrier_is_asked_and_then_left():
    with World(carriers=(carrier(enquire_link=30.0, response_timeout=60.0),)) as world:
        north = world.links["north/1"]
        north.lively = False
        world.passes(31.0)
        north.sees(build(C.ENQUIRE_LINK, 0, 0))
        world.passes(60.0)
        north.sees_the_end()
        world.passes(2.0)
        assert world.pools["north"].bound


def test_late_answers_are_counted_over_all_generations(world):
    esme, north = world.esme(), world.links["north/1"]
    link = world.link("north/1")
    for generation in (1, 2):
        esme.sends(submit(generation))
        world.passes(61.0)
        north = world.links["north/1"]
        north.took.rotate(1)
        north.answers(message_id=b"1")
        assert link.late + link.session.window.late == generation
        north.hangs_up()
        world.passes(2.0)


# -- the carrier asks --------------------------------------------------------------------------


def test_what_the_carrier_asks_and_cannot_be_read_is_refused(world):
    north = world.links["north/1"]
    long = deliver(3)[:16] + b"x" * 30
    north.sends(len(long).to_bytes(4) + long[4:])
    north.sees(resp(C.DELIVER_SM, 3, 0x15))
    assert world.count("protocol_errors", "carrier", "bad-pdu") == 1
    assert world.pools["north"].bound


def test_what_a_carrier_may_not_ask(world):
    north = world.links["north/1"]
    north.sends(submit(3), build(C.OUTBIND, 0, 4), bind(5))
    north.sees(refused(3, 0x04), nack(4, 0x04), resp(TRX, 5, 0x04))


def test_the_carrier_unbinds_and_is_bound_again(world):
    north = world.links["north/1"]
    north.sends(unbind(8))
    north.sees_the_end(resp(C.UNBIND, 8))
    world.passes(1.1)
    assert world.pools["north"].bound


def test_the_carrier_unbinds_while_answers_are_owed(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1), submit(2))
    north.looks()
    north.sends(unbind(8))
    esme.sends(submit(3))
    esme.sees(refused(3, 0x08))  # nothing new goes out on it
    north.sees()
    north.answers(message_id=b"1")
    assert not north.closed
    north.answers(message_id=b"2")
    north.sees_the_end(resp(C.UNBIND, 8))
    esme.sees(accepted(1, b"n-1"), accepted(2, b"n-2"))


def test_the_carrier_unbinds_and_never_answers(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1))
    north.looks()
    north.sends(unbind(8))
    world.passes(UNBIND_WAIT - 0.1)
    assert not north.closed
    world.passes(0.2)
    north.sees_the_end(resp(C.UNBIND, 8))
    esme.sees(refused(1, 0x08))
    assert world.record.outcome == "unknown"


def test_what_was_held_for_a_carrier_that_unbinds_goes_another_way():
    with World(carriers=(carrier("north", window=1), carrier("south"))) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1, b"sent"), submit(2, b"held"))
        north.sends(unbind(8))
        world.links["south/1"].sees(submit(0, b"held"))


def test_while_the_carrier_unbinds_what_it_asks_is_refused_for_now(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1))
    north.looks()
    north.sends(unbind(8), deliver(9))
    north.sees(resp(C.DELIVER_SM, 9, 0x08))


# -- credit ------------------------------------------------------------------------------------


def test_the_window_is_never_exceeded():
    with World(carriers=(carrier(window=3),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(*[submit(number) for number in range(1, 11)])
        for answered in range(8):
            assert len(north.looks()) == (3 if not answered else 1)
            north.answers(message_id=b"%d" % answered)
        assert len(esme.looks()) == 8


def test_a_carrier_that_does_not_read_gets_nothing_and_is_read(world):
    esme, north = world.esme(), world.links["north/1"]
    north.stops_reading()
    assert north.wire.reading
    esme.sends(submit(1))
    north.sees()
    north.reads_again()
    world.passes(0.1)
    north.sees(submit(0))


@pytest.mark.parametrize("status", [0x58, 0x14])
def test_a_throttle_pauses_the_link_and_reorders_nothing(status):
    with World(carriers=(carrier(throttle_pause=2.0),)) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1, b"first"))
        north.looks()
        north.answers(status)
        esme.sees(refused(1, status))
        esme.sends(submit(2, b"second"), submit(3, b"third"))
        world.passes(1.99)
        north.sees()
        world.passes(0.02)
        north.sees(submit(0, b"second"), submit(0, b"third"))
        assert world.count("caps", "carrier-throttle") == 1


def test_a_pause_is_the_links_own():
    with World(carriers=(carrier(throttle_pause=2.0, links=2),)) as world:
        esme = world.esme()
        esme.sends(submit(1), submit(2))
        world.links["north/1"].answers(0x58)
        esme.sends(submit(3), submit(4), submit(5))
        assert len(world.links["north/2"].looks()) == 4


# -- the end -----------------------------------------------------------------------------------


def retire(world, patience):
    task = world.loop.create_task(world.link("north/1").retire(patience))
    world.passes(0.0)
    return task


def test_a_link_that_retires_waits_for_answers_and_unbinds(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1))
    north.looks()
    task = retire(world, 10.0)
    world.passes(5.0)
    north.sees()
    north.answers(message_id=b"1")
    world.passes(0.1)
    esme.sees(accepted(1, b"n-1"))
    north.sees(unbind(0))
    north.answers()
    world.passes(0.1)
    assert task.done()
    world.passes(100.0)
    assert len(world.dials) == 1  # for good


def test_its_patience_is_bounded(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(1))
    north.looks()
    task = retire(world, 3.0)
    world.passes(3.1)
    north.sees(unbind(0))
    world.passes(3.0)
    assert task.done()
    assert north.closed
    esme.sees(refused(1, 0x08))


def test_a_link_that_is_not_connected_retires_at_once():
    with World(bound=False) as world:
        world.unreachable["north"] = OSError()
        world.connect()
        task = retire(world, 10.0)
        assert task.done()
        world.passes(100.0)
        assert len(world.dials) == 1


def test_a_link_whose_bind_is_not_answered_retires_too():
    with by_hand() as world:
        task = retire(world, 1.0)
        world.passes(1.1)
        assert task.done()
        assert world.links["north/1"].closed
