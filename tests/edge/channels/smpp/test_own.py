"""A silent drop: ROK only once the record is on disk, and an honest receipt."""

import pytest

from edge.audit.errors import AuditError
from edge.core.clause import Clause
from edge.core.verdict import Action
from smpp.consts import CommandId as C

from ..books import EPOCH, RIVAL, acme, verdict
from ..pdus import THEM, US, accepted, data, refused, resp, submit
from ..rig import World


@pytest.fixture
def world():
    with World(accounts=(acme(drop=True), RIVAL)) as world:
        world.desk.rule = lambda submission: verdict(Action.DROP, clause=Clause.FRAUD)
        yield world


def on_disk(world, error=None):
    """The audit has written what was waiting, or failed."""
    waiting, world.desk.to_disk = world.desk.to_disk, []
    for done in waiting:
        world.loop.do(done, error)


def test_the_answer_waits_for_the_disk(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(submit(7))
    esme.sees()
    assert (world.record.verdict, world.record.status, world.record.message_id) == ("drop", 0, "01")
    on_disk(world)
    esme.sees(accepted(7, b"01"))
    north.sees()


def test_without_a_record_there_is_no_acknowledgement(world):
    esme = world.esme()
    esme.sends(submit(7, registered_delivery=1))
    on_disk(world, AuditError("the disk is full"))
    esme.sees(refused(7, 0x08))


def test_data_sm_is_dropped_as_itself(world):
    esme = world.esme()
    esme.sends(data(7))
    on_disk(world)
    esme.sees(resp(C.DATA_SM, 7, message_id=b"01"))


def test_a_receipt_that_was_asked_for_says_rejected(world):
    esme = world.esme()
    esme.sends(submit(7, registered_delivery=1))
    on_disk(world)
    answer, receipt = esme.looks()
    assert (answer.command_id, answer.status) == (C.SUBMIT_SM_RESP, 0)
    assert (receipt.fields["source_addr"], receipt.fields["destination_addr"]) == (THEM, US)
    assert receipt.fields["esm_class"] == 0x04
    assert receipt.fields["short_message"].startswith(b"id:01 sub:001 dlvrd:000 ")
    assert b" stat:REJECTD err:0A5 " in receipt.fields["short_message"]
    assert receipt.tlvs == ((0x001E, b"01\0"), (0x0427, b"\x08"))
    esme.answers()
    assert world.count("caps", "own-receipt-lost") == 0


@pytest.mark.parametrize(
    ("clause", "error"),
    [
        (Clause.UNSOLICITED, b"0A1"),
        (Clause.BULK, b"0A2"),
        (Clause.HARASSMENT, b"0A3"),
        (Clause.EMERGENCY, b"0A4"),
        (Clause.FRAUD, b"0A5"),
        (Clause.IDENTITY, b"0A6"),
        (Clause.IMAGES, b"0A7"),
        (Clause.CARRIAGE, b"0A2"),
    ],
)
def test_the_receipt_tells_the_clause(world, clause, error):
    esme = world.esme()
    world.desk.rule = lambda submission: verdict(Action.DROP, clause=clause)
    esme.sends(submit(7, registered_delivery=1))
    on_disk(world)
    _, receipt = esme.looks()
    assert b" err:" + error + b" " in receipt.fields["short_message"]


def test_a_receipt_that_nobody_takes_waits_for_a_bind(world):
    esme = world.esme(command=C.BIND_TRANSMITTER)
    esme.sends(submit(7, registered_delivery=1))
    on_disk(world)
    esme.sees(accepted(7, b"01"))
    world.passes(30)
    receiver = world.esme(command=C.BIND_RECEIVER)
    world.passes(6)
    assert b"stat:REJECTD" in receiver.looks()[0].fields["short_message"]
    assert world.count("caps", "own-receipt-lost") == 0


def test_a_receipt_that_nobody_takes_for_a_day_is_counted(world):
    world.service.owed._next = 10.0**9  # the rounds of a day, in one
    esme = world.esme(command=C.BIND_TRANSMITTER)
    esme.sends(submit(7, registered_delivery=1))
    on_disk(world)
    world.service.owed._next = 0.0
    world.loop.do(world.service.owed.tick, world.clock.now)
    assert world.count("caps", "own-receipt-lost") == 0
    owed = world.service.owed._waiting.pop()
    world.service.owed._waiting.append(owed._replace(until=world.clock.now))
    world.passes(6)
    assert world.count("caps", "own-receipt-lost") == 1


def test_a_customer_that_is_gone_when_the_record_is_on_disk(world):
    esme = world.esme()
    esme.sends(submit(7, registered_delivery=1))
    esme.hangs_up()
    on_disk(world)
    assert len(world.service.owed) == 1
    assert world.in_flight() == {}


def test_what_waits_for_the_disk_counts_in_the_window(world):
    esme = world.esme()
    esme.sends(*[submit(number) for number in range(1, 12)])
    esme.sees(refused(11, 0x14))
    on_disk(world)
    assert len(esme.looks()) == 10
    esme.sends(submit(12))
    esme.sees()


def test_the_times_in_the_receipt_are_those_of_the_decision(world):
    esme = world.esme()
    esme.sends(submit(7, registered_delivery=1))
    on_disk(world)
    _, receipt = esme.looks()
    assert EPOCH + world.clock.now == 1_700_001_000.0
    assert b" submit date:2311142230 done date:2311142230 " in receipt.fields["short_message"]
