"""A fault of our own costs the PDU that met it: it is answered, counted and placed, and the link goes on."""

import logging

from edge.core.verdict import ALLOWED
from smpp.consts import CommandId as C

from .pdus import resp, submit
from .rig import World


def broken(submission):
    if "secret" in submission.body.text:
        raise KeyError(submission.body.text)
    return ALLOWED


def test_a_fault_while_a_request_is_read_costs_that_request(caplog):
    with World() as world, caplog.at_level(logging.ERROR):
        world.bugs_expected = True
        world.desk.rule = broken
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1, text=b"a secret"), submit(2, text=b"hello"))
        esme.sees(resp(C.SUBMIT_SM, 1, 0x08))
        assert len(north.looks()) == 1
        assert world.metrics.protocol_errors.values["edge", "bug"] == 1
    assert "KeyError at" in caplog.text
    assert "test_own_faults.py" in caplog.text
    assert "secret" not in caplog.text


def test_a_fault_while_an_answer_is_passed_on_costs_that_answer(monkeypatch):
    with World() as world:
        world.bugs_expected = True
        esme, north = world.esme(), world.links["north/1"]
        esme.sends(submit(1), submit(2))
        monkeypatch.setattr(world.metrics.latency, "buckets", [])
        north.answers(message_id=b"1")
        monkeypatch.undo()
        north.answers(message_id=b"2")
        assert world.metrics.protocol_errors.values["edge", "bug"] == 1
        assert [frame.sequence for frame in esme.looks()][-1] == 2
