"""What the SMSC makes of messages by its options, without a socket."""

from collections import Counter

import pytest

from edge.simulate.smsc import Options, Style
from edge.simulate.smsc.behaviour import Behaviour
from edge.simulate.smsc.receipts import wanted

OK, FULL, THROTTLED, SYSTEM_ERROR = 0x00, 0x14, 0x58, 0x08


def test_by_default_everything_is_taken_at_once() -> None:
    behaviour = Behaviour(Options())
    assert {behaviour.judge(10_000, 0.0) for _ in range(1000)} == {OK}
    assert behaviour.wait() == 0.0
    assert not behaviour.silent


def test_a_full_window() -> None:
    behaviour = Behaviour(Options(window_full=2))
    assert [behaviour.judge(waiting, 0.0) for waiting in (0, 1, 2, 3)] == [OK, OK, FULL, FULL]


def test_throttling_counts_by_plain_seconds() -> None:
    behaviour = Behaviour(Options(throttle_rate=2))
    times = (10.0, 10.1, 10.2, 10.9, 11.0, 11.1, 11.2)
    assert [behaviour.judge(0, now) for now in times] == [OK, OK, THROTTLED, THROTTLED, OK, OK, THROTTLED]


def test_errors_come_at_their_rate_and_of_the_statuses_given() -> None:
    behaviour = Behaviour(Options(error_rate=0.25, error_status=(0x08, 0x45), seed=1))
    seen = Counter(behaviour.judge(0, 0.0) for _ in range(4000))
    assert set(seen) == {OK, 0x08, 0x45}
    assert 900 < seen[0x08] + seen[0x45] < 1100
    assert min(seen[0x08], seen[0x45]) > 400


def test_the_same_seed_gives_the_same_chances() -> None:
    def run() -> list[int]:
        behaviour = Behaviour(Options(error_rate=0.5, seed=7))
        return [behaviour.judge(0, 0.0) for _ in range(50)]

    assert run() == run()


def test_silence_from_the_start_and_behind_some_messages() -> None:
    assert Behaviour(Options(silent="messages")).silent == "messages"
    assert not Behaviour(Options(silent="messages")).mute
    assert Behaviour(Options(silent="connect")).mute
    behaviour = Behaviour(Options(silent_after=2))
    seen = []
    for _ in range(3):
        behaviour.arrives()
        seen.append(behaviour.silent)
    assert seen == ["", "", "all"]


def test_options_can_be_changed_on_the_way() -> None:
    options = Options()
    behaviour = Behaviour(options)
    options.silent = "all"
    assert behaviour.mute
    options.silent = ""
    options.delay = (0.2, 0.2)
    assert behaviour.wait() == 0.2


def test_cuts_come_at_every_so_many_messages() -> None:
    behaviour = Behaviour(Options(disconnect_messages=3))
    assert [behaviour.arrives() for _ in range(7)] == [False, False, True, False, False, True, False]


def test_delays_stay_in_their_span_and_late_answers_in_their_share() -> None:
    behaviour = Behaviour(Options(delay=(0.1, 0.3), answer_late=45.0, answer_late_share=0.5, seed=3))
    waits = [behaviour.wait() for _ in range(400)]
    late = [wait for wait in waits if wait == 45.0]
    assert 150 < len(late) < 250
    assert all(0.1 <= wait <= 0.3 for wait in waits if wait != 45.0)


def test_receipt_states_come_by_weight() -> None:
    behaviour = Behaviour(Options(receipt_states={2: 90.0, 5: 10.0}, seed=5))
    seen = Counter(behaviour.final_state() for _ in range(2000))
    assert set(seen) == {2, 5}
    assert 120 < seen[5] < 280


@pytest.mark.parametrize(
    ("receipts", "asked", "state", "expected"),
    [
        ("asked", 0, 2, False),
        ("asked", 1, 2, True),
        ("asked", 1, 5, True),
        ("asked", 2, 2, False),
        ("asked", 2, 5, True),
        ("asked", 3, 2, True),
        ("asked", 3, 5, False),
        ("asked", 0x11, 2, True),
        ("asked", 0x10, 2, False),
        ("always", 0, 2, True),
        ("never", 1, 2, False),
    ],
)
def test_who_gets_a_receipt(receipts: str, asked: int, state: int, expected: bool) -> None:
    assert wanted(Options(receipts=receipts), asked, state) is expected


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (Options(silent="sometimes"), "silent is one of messages, all, connect, not 'sometimes'"),
        (Options(receipts="maybe"), "receipts is one of always, asked, never"),
        (Options(receipt_form="xml"), "the form of receipts is one of both, text, tlv"),
        (Options(remember=0), "at least one message must be remembered"),
        (Options(error_status=()), "needs at least one"),
        (Options(receipt_states={}), "needs at least one"),
        (Options(ids=Style("uuid"), receipt_ids=Style("decimal")), "only where both are numbers"),
        (Options(ids=Style("hex"), receipt_ids=Style("text")), "only where both are numbers"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options: Options, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        options.check()


def test_ids_may_differ_where_both_are_numbers() -> None:
    Options(ids=Style("hex", 8), receipt_ids=Style("decimal")).check()
    Options(ids=Style("uuid"), receipt_ids=Style("uuid")).check()
