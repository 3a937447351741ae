"""A text to an emergency number is answered from the number that was dialled (47 CFR 9.10(q))."""

import logging

import pytest

from edge.core.verdict import Action, Reason, Verdict
from smpp.consts import CommandId as C

from ..books import verdict
from ..pdus import US, deliver, refused, submit
from ..rig import World

REPLY = "Texts to 911 are not delivered. Call 911 by voice."
BOUNCED = verdict(Action.BOUNCE, Reason.EMERGENCY, reply=REPLY)
COUNTER = "smsedge_bounces_total"


def to_911(sequence=7):
    return submit(sequence, destination_addr=b"911", dest_addr_ton=3)


def notice():
    return deliver(0, REPLY.encode(), source_addr=b"911", source_addr_ton=3, destination_addr=US, dest_addr_ton=1)


@pytest.fixture
def world():
    with World() as world:
        world.desk.rule = lambda submission: BOUNCED
        yield world


def test_refused_and_answered_at_once_on_the_same_bind(world):
    esme, north = world.esme(), world.links["north/1"]
    esme.sends(to_911())
    esme.sees(refused(7, 0x0B), notice())
    north.sees()
    esme.answers()
    assert world.count(COUNTER, "acme", "delivered") == 1
    assert (world.record.verdict, world.record.status) == ("bounce", 0x0B)


def test_the_notice_goes_to_any_receiving_bind_of_the_account(world):
    sender, receiver = world.esme(command=C.BIND_TRANSMITTER), world.esme(command=C.BIND_RECEIVER)
    sender.sends(to_911())
    sender.sees(refused(7, 0x0B))
    receiver.sees(notice())


def test_with_no_receiving_bind_it_is_counted_and_recorded(world):
    esme = world.esme(command=C.BIND_TRANSMITTER)
    esme.sends(to_911())
    esme.sees(refused(7, 0x0B))
    assert world.count(COUNTER, "acme", "undelivered") == 1
    assert world.record.verdict == "bounce"


def test_a_notice_that_the_customer_refuses_is_undelivered(world):
    esme = world.esme()
    esme.sends(to_911())
    esme.looks()
    esme.answers(status=0x45)
    assert world.count(COUNTER, "acme", "undelivered") == 1


@pytest.mark.parametrize("bare", [verdict(Action.BOUNCE, Reason.EMERGENCY), Verdict(Action.BOUNCE)])
def test_a_rule_that_failed_has_no_text(world, bare):
    esme = world.esme()
    world.desk.rule = lambda submission: bare
    esme.sends(to_911())
    (answer,) = esme.looks()
    assert answer.command_id == C.SUBMIT_SM_RESP
    assert COUNTER not in world.metrics.counters


def test_a_long_notice_comes_in_parts(world):
    esme = world.esme()
    world.desk.rule = lambda submission: verdict(Action.BOUNCE, Reason.EMERGENCY, reply="x" * 200)
    esme.sends(to_911())
    _, first, second = esme.looks()
    assert [pdu.fields["esm_class"] for pdu in (first, second)] == [0x40, 0x40]


def test_it_is_said_in_the_log(world, caplog):
    with caplog.at_level(logging.WARNING, logger="smsedge.emergency"):
        world.esme().sends(to_911(), to_911(8))
    assert [record.getMessage() for record in caplog.records if record.name == "smsedge.emergency"] == [
        "acme: text to 911: bounced"
    ]
