"""Timers are functions of the clock's facts and of now."""

from smpp.timers import Clock, Due, Limits, due

LIMITS = Limits(session_init=10.0, enquire_link=30.0, response=60.0, inactivity=600.0)


def bound(**changes: float) -> Clock:
    clock = Clock.start(0.0)
    clock.bound = True
    for name, value in changes.items():
        setattr(clock, name, value)
    return clock


def test_a_session_that_does_not_bind_is_closed_even_if_it_talks():
    clock = Clock.start(0.0)
    clock.heard = 9.9  # enquire_link before the bind must not keep it open
    assert due(LIMITS, clock, 9.99) is Due.NOTHING
    assert due(LIMITS, clock, 10.0) is Due.INIT_TIMEOUT


def test_silence_is_asked_about_and_then_ended():
    clock = bound()
    assert due(LIMITS, clock, 29.9) is Due.NOTHING
    assert due(LIMITS, clock, 30.0) is Due.ENQUIRE
    clock.asked = 30.0
    assert due(LIMITS, clock, 89.9) is Due.NOTHING
    assert due(LIMITS, clock, 90.0) is Due.ENQUIRE_TIMEOUT


def test_any_sign_of_life_answers():
    clock = bound(asked=30.0, heard=31.0)
    assert due(LIMITS, clock, 60.0) is Due.NOTHING
    assert due(LIMITS, clock, 61.0) is Due.ENQUIRE


def test_inactivity_counts_messages_only():
    clock = bound(heard=599.0)
    assert due(LIMITS, clock, 600.0) is Due.INACTIVE


def test_zero_turns_a_timer_off():
    off = Limits(session_init=0.0, enquire_link=0.0, response=0.0, inactivity=0.0)
    assert due(off, Clock.start(0.0), 1e9) is Due.NOTHING
    assert due(off, bound(asked=1.0), 1e9) is Due.NOTHING
