"""Accounts with `hold = true`: a concatenated message goes out whole, or not at all."""

import pytest

from edge.channels.smpp.assembly import TTL
from edge.core.verdict import ALLOWED, Action
from smpp.consts import Status

from ..books import RIVAL, acme, verdict
from ..pdus import accepted, refused, submit
from ..rig import World


@pytest.fixture
def world():
    with World(accounts=(acme(hold=True), RIVAL)) as world:
        yield world


def part(sequence, number, total=3, text=b"x", reference=7):
    return submit(sequence, bytes((5, 0, 3, reference, total, number)) + text, esm_class=0x40)


def numbers(peer):
    return [pdu.fields["short_message"][5] for pdu in peer.looks()]


def test_nothing_goes_out_before_the_last_part(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 3), part(2, 1))
    north.sees()
    assert not world.desk.judged
    esme.sends(part(3, 2))
    assert numbers(north) == [1, 2, 3]
    for number in range(3):
        north.answers(message_id=b"a%d" % number)
    assert sorted(pdu.sequence for pdu in esme.looks()) == [1, 2, 3]


def test_one_part_refused_is_the_whole_refused(world):
    world.desk.rule = lambda submission: verdict() if submission.body.part == 3 else ALLOWED
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1), part(2, 2), part(3, 3))
    esme.sees(*(refused(n, Status.ESME_RX_R_APPN) for n in (1, 2, 3)))
    north.sees()


def test_one_part_held_is_the_whole_held(world):
    world.desk.rule = lambda submission: verdict(Action.QUARANTINE) if submission.body.part == 2 else ALLOWED
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1), part(2, 2), part(3, 3))
    esme.sees(accepted(1, b"01"), accepted(2, b"02"), accepted(3, b"03"))
    north.sees()
    assert world.desk.ledger.quarantine.size() == 3


def test_a_set_that_stays_incomplete_is_judged_part_by_part(world):
    world.desk.rule = lambda submission: verdict() if submission.body.part == 2 else ALLOWED
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1), part(2, 2))
    world.passes(TTL - 1)
    esme.sees()
    world.passes(2)
    assert numbers(north) == [1]
    esme.sees(refused(2, Status.ESME_RX_R_APPN))


def test_a_part_that_comes_twice_ends_the_gathering(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1), part(2, 1, text=b"y"))
    assert [pdu.fields["short_message"][5:] for pdu in north.looks()] == [b"\1x", b"\1y"]


def test_more_parts_than_the_window_are_not_gathered(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1, total=200))
    assert len(north.looks()) == 1


def test_other_messages_do_not_wait(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1), submit(2))
    assert [pdu.fields["short_message"] for pdu in north.looks()] == [b"hi"]


def test_a_customer_that_is_gone_was_never_answered(world):
    first, second, north = world.esme(), world.esme(), world.links["north/1"]
    first.sends(part(1, 1, total=2))
    first.hangs_up()
    second.sends(part(1, 2, total=2))
    assert numbers(north) == [2]


def test_the_end_of_the_edge_waits_for_nobody(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1))
    world.service.draining = True
    world.passes(1)
    assert numbers(north) == [1]


def test_the_table_is_bounded(world, monkeypatch):
    monkeypatch.setattr("edge.channels.smpp.assembly.SETS_CAP", 1)
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(part(1, 1), part(2, 1, reference=8))
    assert len(north.looks()) == 1
    assert world.count("caps", "assembly") == 1
    assert len(world.service.assembly) == 1
