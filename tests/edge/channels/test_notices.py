"""A broken peer cannot flood the log."""

import logging

import pytest

from edge.channels import notices as module
from edge.channels.notices import Notices

from .simloop import Clock


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "monotonic", clock)
    return clock


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.DEBUG, logger="smsedge.test")
    return lambda: [(record.levelname, record.getMessage()) for record in caplog.records]


def test_the_same_of_the_same_peer_is_said_once_in_ten_seconds_with_a_count(clock, said):
    notices = Notices("smsedge.test")
    for _ in range(1000):
        notices.say("framing", "acme/1", "protocol fault")
        clock.now += 0.001
    assert said() == [("WARNING", "acme/1: protocol fault")]
    clock.now += 10.0
    notices.say("framing", "acme/1", "protocol fault")
    assert said()[1:] == [("WARNING", "acme/1: protocol fault (999 more like it since)")]
    clock.now += 10.0
    notices.say("framing", "acme/1", "protocol fault")
    assert said()[2:] == [("WARNING", "acme/1: protocol fault")]


def test_other_kinds_and_other_peers_are_told_apart(clock, said):
    notices = Notices("smsedge.test")
    notices.say("framing", "acme/1", "one")
    notices.say("framing", "acme/2", "two")
    notices.say("timeout", "acme/1", "three", logging.ERROR)
    assert said() == [("WARNING", "acme/1: one"), ("WARNING", "acme/2: two"), ("ERROR", "acme/1: three")]


def test_the_memory_of_what_was_said_is_bounded(clock, said, monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 2)
    notices = Notices("smsedge.test")
    for peer in ("a", "b", "c"):
        notices.say("framing", peer, "fault")
    notices.say("framing", "a", "fault")  # forgotten, so it may be said again
    assert [line for _, line in said()] == ["a: fault", "b: fault", "c: fault", "a: fault"]


def test_rare_things_are_said_each_time(clock, said):
    notices = Notices("smsedge.test")
    notices.info("acme/1", "bound")
    notices.info("acme/1", "bound")
    assert said() == [("INFO", "acme/1: bound")] * 2
