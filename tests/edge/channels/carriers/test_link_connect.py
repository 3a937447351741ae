"""How a bind to a carrier comes up, and that it always comes back. (What it carries: test_link.)"""

import random

import msgspec
import pytest

from edge.channels.carriers.link import bind_pdu
from edge.core.carrier import Carrier
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import carrier
from ..pdus import bind, deliver, nack, resp, submit
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


# -- up ----------------------------------------------------------------------------------------


def test_a_link_dials_binds_and_is_up():
    with by_hand(system_type="VMA", address_range="^1416", version=0x34) as world:
        assert world.dials == [("north", 2775, None)]
        north = world.links["north/1"]
        north.sees(bind(0, TRX, system_id=b"us", system_type=b"VMA", address_range=b"^1416"))
        assert not world.pools["north"].bound
        north.answers(system_id=b"smsc")
        assert world.pools["north"].bound
        assert world.link("north/1").bound


def test_a_pair_is_two_binds_and_only_the_transmitter_carries_submissions():
    with by_hand(mode="tx+rx") as world:
        transmitter = world.links["north/1t"]
        assert list(world.links) == ["north/1t"]  # one attempt at a time
        transmitter.sees(bind(0, C.BIND_TRANSMITTER, system_id=b"us"))
        transmitter.answers(system_id=b"smsc")
        receiver = world.links["north/1r"]
        receiver.sees(bind(0, C.BIND_RECEIVER, system_id=b"us"))
        receiver.answers(system_id=b"smsc")
        assert (world.link("north/1t").sends, world.link("north/1r").sends) == (True, False)
        esme = world.esme()
        esme.sends(submit(1), submit(2))
        assert len(transmitter.looks()) == 2
        receiver.sees()
        receiver.sends(deliver(9))
        esme.sees(deliver(0))
        esme.answers()
        receiver.sees(resp(C.DELIVER_SM, 9, message_id=b""))
        transmitter.hangs_up()
        assert not world.pools["north"].bound


def test_numbers_may_begin_near_the_wrap():
    with World(first_sequence=0x7FFFFFFE) as world:
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1), submit(2), submit(3))
        assert [pdu.sequence for pdu in north.looks()] == [0x7FFFFFFF, 1, 2]
        north.hangs_up()
        world.passes(2.1)
        esme.sends(submit(4))
        assert world.links["north/1"].looks()[-1].sequence == 0x7FFFFFFF


# -- not up ------------------------------------------------------------------------------------


def test_a_carrier_that_cannot_be_reached_is_tried_again_with_growing_pauses():
    with World(carriers=(carrier(reconnect_min=1.0, reconnect_max=10.0),), bound=False) as world:
        world.unreachable["north"] = ConnectionRefusedError("no")
        world.connect()
        tries = []
        for second in range(60):
            world.passes(1.0)
            if len(world.dials) > len(tries):
                tries += [second + 1] * (len(world.dials) - len(tries))
        assert tries == [1, 2, 6, 14, 24, 34, 44, 54]
        del world.unreachable["north"]
        world.accepting = True
        world.passes(10.0)
        assert world.pools["north"].bound


def test_pauses_are_jittered(monkeypatch):
    asked = []
    monkeypatch.setattr(random, "uniform", lambda low, high: asked.append((low, high)) or low)
    with World(carriers=(carrier(),), bound=False) as world:
        world.unreachable["north"] = OSError()
        world.connect()
        world.passes(0.9)
        assert len(world.dials) == 1
        world.passes(0.2)
        assert len(world.dials) == 2
    assert asked[0] == (0.5, 1.0)


def test_a_carrier_that_does_not_answer_the_connection_is_given_up_in_time():
    with World(carriers=(carrier(connect_timeout=5.0),), bound=False) as world:
        world.unreachable["north"] = None
        world.connect()
        world.passes(6.9)
        assert len(world.dials) == 1
        world.passes(0.2)
        assert len(world.dials) == 2


def test_a_carrier_that_does_not_answer_the_bind_is_given_up_in_time():
    with by_hand(connect_timeout=5.0) as world:
        world.passes(5.2)
        assert world.links["north/1"].closed
        assert world.count("protocol_errors", "carrier", "timeout-init-timeout") == 1
        world.passes(2.1)
        assert len(world.dials) == 2


@pytest.mark.parametrize(
    "answer",
    [
        lambda sequence: resp(TRX, sequence, 0x0D),
        lambda sequence: resp(TRX, sequence, 0x05),
        lambda sequence: resp(TRX, sequence, 0x0D, system_id=b"smsc"),
        lambda sequence: nack(sequence, 0x03),
        lambda sequence: nack(sequence, 0x00),
    ],
)
def test_a_bind_that_is_refused_is_tried_again_later(answer):
    with by_hand() as world:
        north = world.links["north/1"]
        north.sends(answer(1))
        north.sees_the_end(bind(0, TRX, system_id=b"us"))
        assert not world.pools["north"].bound
        world.passes(1.9)
        assert len(world.dials) == 1
        world.passes(0.2)
        world.links["north/1"].answers(system_id=b"smsc")
        assert world.pools["north"].bound


def test_a_good_bind_ends_the_growing_of_the_pauses():
    with by_hand() as world:
        for pause in (2.0, 4.0, 8.0, 16.0):
            world.links["north/1"].answers(status=0x0D)
            world.passes(pause + 0.1)
        world.links["north/1"].answers(system_id=b"smsc")
        world.links["north/1"].hangs_up()
        dials = len(world.dials)
        world.passes(1.1)
        assert len(world.dials) == dials + 1


def test_one_attempt_at_a_time_over_all_links():
    with World(carriers=(carrier(links=3),), bound=False) as world:
        world.connect()
        assert len(world.dials) == 1
        world.passes(1.0)
        assert len(world.dials) == 1
        world.links["north/1"].answers(system_id=b"smsc")
        assert len(world.dials) == 2
        world.links["north/2"].answers(status=0x0D)
        assert len(world.dials) == 3
        world.links["north/3"].answers(system_id=b"smsc")
        assert [world.link(f"north/{number}").bound for number in (1, 2, 3)] == [True, False, True]


def test_carriers_do_not_wait_for_each_other():
    with World(carriers=(carrier("north"), carrier("south")), bound=False) as world:
        world.connect()
        assert [host for host, _, _ in world.dials] == ["north", "south"]


def test_a_delivery_right_behind_the_bind_in_the_same_read():
    with by_hand() as world:
        esme, north = world.esme(), world.links["north/1"]
        north.sends(resp(TRX, 1, system_id=b"smsc"), deliver(5, b"x" * 200, tlvs=((0x0424, b"y" * 2000),)))
        assert world.pools["north"].bound
        north.looks()
        assert esme.looks() == []  # text in two places: refused
        north.sends(deliver(6))
        esme.sees(deliver(0))


def test_a_bind_pdu_is_the_tables_and_has_room_for_passwords_that_the_table_has_not():
    north = Carrier("n", "n", "h", 1, "sipstack", "secret", "vma", address_range="^1416")
    fields = {
        "system_id": b"sipstack",
        "password": b"secret",
        "system_type": b"vma",
        "interface_version": 0x34,
        "address_range": b"^1416",
    }
    assert bind_pdu(north, C.BIND_TRANSMITTER) == build(C.BIND_TRANSMITTER, 0, 0, fields)
    long = bind_pdu(msgspec.structs.replace(north, password="a password too long"), C.BIND_TRANSMITTER)
    assert int.from_bytes(long[:4]) == len(long)
    assert b"\0a password too long\0" in long
