"""Strangers and codes of one person: few bytes for most, exact for the crowded, over in an hour."""

from typing import Any

from edge.core.facts import Facts
from edge.policy.history.clock import TICKS
from edge.policy.history.recipients import CODES_KEEP, CROWD_KEEP
from edge.policy.signals.reading import Reading
from edge.policy.state import PolicyState

VICTIM, KEY = "+14165550405", 14165550405


def test_the_first_message_is_one_integer(world: Any) -> None:
    recipients = world.state.windows.recipients
    world.send(destination=VICTIM)
    assert recipients.crowd(KEY) is None
    assert world.state.sizes()["recipient_latest"][0] == 1
    world.send("+14165550102", VICTIM, after=5.0)
    first, second = recipients.crowd(KEY)
    assert (second[0] - first[0], first[1], second[1]) == (5 * TICKS, 14165550101, 14165550102)
    assert first[2] == second[2] == world.state.account_index("acme")


def test_ten_minutes_apart_is_no_crowd(world: Any) -> None:
    for number in range(5):
        world.send(f"+141655501{number:02}", VICTIM, after=600.0)
    assert world.state.windows.recipients.crowd(KEY) is None


def test_names_count_as_senders_too(world: Any) -> None:
    world.only()
    world.send("54321", VICTIM)
    world.send("ACMEDENTAL", VICTIM)
    crowd = world.state.windows.recipients.crowd(KEY)
    assert len({message[1] for message in crowd}) == 2


def test_known_senders_are_left_out(world: Any) -> None:
    world.receive(VICTIM, "+14165550101")
    world.send("+14165550101", VICTIM)
    world.send("+14165550102", VICTIM)
    world.send("+14165550101", VICTIM, "again")
    assert [message[1] for message in world.state.windows.recipients.crowd(KEY)] == [14165550102]
    world.receive(VICTIM, "+14165550102")
    assert world.state.windows.recipients.crowd(KEY) == ()


def test_what_is_kept_is_bounded(world: Any) -> None:
    world.only()
    recipients = world.state.windows.recipients
    message = world.message("+14165550101", VICTIM)
    for number in range(300):
        world.send(f"+141655501{number % 100:02}", VICTIM)
        recipients.coded(message, world.state.context, world.state, world.now)
    assert len(recipients.crowd(KEY)) == CROWD_KEEP
    assert len(recipients.codes(KEY)) == CODES_KEEP


def test_codes_are_forgotten_after_an_hour(world: Any) -> None:
    recipients = world.state.windows.recipients
    world.send()
    context = world.state.context
    context.reading = Reading("", "", brands=("northbank",))
    message = world.message("+14165550101", VICTIM)
    for _ in range(3):
        recipients.coded(message, context, world.state, world.now)
        world.now += 1900.0
    codes = recipients.codes(KEY)
    assert len(codes) == 2
    assert len({code[2] for code in codes}) == 1
    assert codes[0][2] != world.state.account_index("acme")


def test_tables_are_capped(world: Any) -> None:
    world.only()
    caps = dict.fromkeys(("recipient_latest", "recipient_crowds"), 1024)
    world.state = PolicyState(Facts(), 1_700_000_000.0, caps)
    for number in range(4000):
        for source in ("+14165550101", "+14165550102"):
            world.send(source, f"+1416{5550000 + number}")
    for name in caps:
        entries, cap, hits = world.state.sizes()[name]
        assert entries <= cap
        assert hits > 0
