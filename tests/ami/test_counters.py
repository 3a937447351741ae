"""Log lines that a broken peer cannot make a flood."""

import logging

import pytest

from ami.counters import Counters, Notices


def test_counters_begin_at_nothing() -> None:
    assert {getattr(Counters(), name) for name in Counters.__slots__} == {0}


def test_the_same_is_said_ever_less_often(caplog: pytest.LogCaptureFixture) -> None:
    notices = Notices("sbc-1")
    for _ in range(1000):
        notices.say("connect", "no connection")
    assert len(caplog.records) == 10
    assert caplog.records[0].getMessage() == "asterisk sbc-1: no connection"
    assert caplog.records[-1].getMessage() == "asterisk sbc-1: no connection (time 512)"
    notices.forget("connect", "never said")
    notices.say("connect", "no connection")
    assert caplog.records[-1].getMessage() == "asterisk sbc-1: no connection"


def test_a_fault_says_where_and_not_what(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("hidden words")
    except ValueError as error:
        Notices("sbc-1").fault("bug", error)
    Notices("sbc-1").fault("bug", KeyError("hidden words"))
    assert "ValueError at" in caplog.text
    assert "test_counters.py" in caplog.text
    assert "hidden words" not in caplog.text
    assert caplog.records[0].levelno == logging.ERROR
