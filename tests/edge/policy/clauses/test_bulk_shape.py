"""How much one number sends, to how many, in what order, and how little comes back; and what must pass."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.facts import Fact, FactKind
from edge.core.verdict import Action, Reason, Verdict
from edge.policy import looking
from edge.policy.clauses.bulk.volume import parse_volume
from edge.policy.signals.reading import Reading

DAY = 86400.0
HOUR = 3600.0


def person(position: int) -> str:
    """Subscribers far from each other, none of them ours."""
    exchange = 222 + position % 7 + position // 4 % 70 * 10
    return f"+1{(416, 604, 212, 312)[position % 4]}{exchange}{position * 37 % 10000:04}"


def chatter(position: int) -> str:
    """Words that no other text has in this order."""
    choose = Random(position)
    return " ".join("".join(choose.choices("aeioubcdfghklmnprst", k=choose.randint(2, 9))) for _ in range(7))


def number(position: int) -> str:
    return f"+141655501{position:02}"


def run(world: Any, count: int, start: int = 0, after: float = 1.0, people: int = 0, **fields: Any) -> list[Verdict]:
    """`count` different texts, to as many people or to `people` in turn."""
    return [
        world.send(destination=person(start + (p % people if people else p)), text=chatter(p), after=after, **fields)
        for p in range(count)
    ]


def rules(verdicts: list[Verdict]) -> list[str]:
    """Rules that fired, in order of first appearance, with "" for what passed."""
    return list(dict.fromkeys(verdict.rule for verdict in verdicts))


def opened(world: Any, days: float) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], opened=world.state.unix(world.now) - days * DAY)


@pytest.fixture
def shape(world: Any) -> Iterator[Any]:
    """Acme is a business, Jo a person."""
    world.accounts["jo"] = Account("jo", kind="consumer", country="CA", numbers=((14165550200, 14165550299),))
    yield world
    assert world.state.last_errors == {}


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is a one-time code."""
    read = looking.read

    def classified(text: str, *known: Any) -> Reading:
        reading = read(text, *known)
        reading.traffic = "otp"
        return reading

    monkeypatch.setattr(looking, "read", classified)


# -- volume --------------------------------------------------------------------------------------


def test_any_24_hours_count(shape: Any) -> None:
    shape.only("volume")
    shape.tune("volume", limit="10/1d")
    assert rules(run(shape, 10, after=HOUR)) == [""]
    assert [v.rule for v in run(shape, 20, after=HOUR)] == ["volume"] * 14 + [""] * 6
    verdict = shape.send(after=0.0)
    assert (verdict.action, verdict.hit.reason, verdict.hit.detail) == (
        Action.THROTTLE,
        Reason.PACING,
        "10/1d is used up",
    )


@pytest.mark.parametrize(("limit", "passed"), [("0/1d", 0), ("1/1d", 1), ("2/1d", 2), ("3/1d burst 1", 3), ("5/1h", 5)])
def test_small_limits(shape: Any, limit: str, passed: int) -> None:
    shape.only("volume")
    shape.tune("volume", limit=limit)
    assert shape.actions(run(shape, passed + 4)) == {"throttle": 4} | ({"allow": passed} if passed else {})


@pytest.mark.parametrize("value", ["2000000/1d", "10/2d", "10", 10])
def test_what_cannot_be_counted(value: Any) -> None:
    with pytest.raises(ValueError):
        parse_volume(value)


def test_who_goes_on_is_held(shape: Any) -> None:
    """What was throttled counts once a message: who tries the same again is no worse."""
    shape.only("volume")
    shape.tune("volume", limit="100/1d", hold=150)
    run(shape, 100)
    assert shape.actions([shape.send(destination=person(500), text=chatter(500)) for _ in range(300)]) == {
        "throttle": 300
    }
    verdicts = run(shape, 60, start=600)
    assert [verdict.action for verdict in verdicts] == [Action.THROTTLE] * 49 + [Action.QUARANTINE] * 11
    assert (verdicts[49].hit.value, verdicts[49].hit.limit) == (151, 150)


def test_who_is_answered_is_only_slowed(shape: Any) -> None:
    shape.only("volume")
    shape.tune("volume", limit="100/1d", hold=150)
    run(shape, 100)
    for position in range(10):
        shape.receive(person(position), number(1))
    assert shape.actions(run(shape, 90, start=600)) == {"throttle": 90}


def test_new_accounts_are_held_at_their_part(shape: Any) -> None:
    shape.only("volume")
    opened(shape, 2)
    verdicts = run(shape, 400)
    assert shape.actions(verdicts) == {"allow": 250, "throttle": 125, "quarantine": 25}


def test_an_approved_class_has_no_volume(shape: Any, codes: None) -> None:
    """Scenario N022. Without the grant it has."""
    shape.only("volume", "fan-out", "bulk", "no-consent", "snowshoe", "sequential")
    shape.accounts["acme"] = replace(shape.accounts["acme"], classes=frozenset({"otp"}))
    assert rules(run(shape, 1300)) == [""]
    shape.accounts["acme"] = replace(shape.accounts["acme"], classes=frozenset())
    shape.only("volume")
    assert shape.actions(run(shape, 1300)) == {"allow": 1000, "throttle": 300}


def test_a_limit_of_ones_own(shape: Any) -> None:
    """`[limits] volume = "1200/1d"`, and one that an old conf writes with a burst."""
    shape.only("volume")
    shape.tune("volume", accounts={"acme": {"limit": "1200/1d burst 1200"}})
    assert shape.actions(run(shape, 1210)) == {"allow": 1200, "throttle": 10}


# -- fan-out -------------------------------------------------------------------------------------


def test_a_hundred_recipients_in_an_hour(shape: Any) -> None:
    shape.only("fan-out")
    verdicts = run(shape, 120)
    assert [verdict.action for verdict in verdicts] == [Action.ALLOW] * 100 + [Action.QUARANTINE] * 20
    assert (verdicts[-1].rule, verdicts[100].hit.value, verdicts[100].hit.limit) == ("fan-out", 101, 100)
    assert run(shape, 1, after=HOUR)[0].action is Action.ALLOW


def test_two_hundred_in_a_day(shape: Any) -> None:
    shape.only("fan-out")
    verdicts = run(shape, 230, after=300.0)
    assert [verdict.rule for verdict in verdicts] == [""] * 200 + ["fan-out"] * 30
    assert (verdicts[200].hit.value, verdicts[200].hit.limit) == (201, 200)


def test_many_messages_to_few(shape: Any) -> None:
    shape.only("fan-out")
    assert rules(run(shape, 900, people=90)) == [""]


def test_new_accounts_a_quarter(shape: Any) -> None:
    shape.only("fan-out")
    opened(shape, 3)
    assert [verdict.rule for verdict in run(shape, 30)] == [""] * 25 + ["fan-out"] * 5


def test_a_support_desk(shape: Any) -> None:
    """Hundreds of people an hour, who all wrote first."""
    shape.only("fan-out", "imbalance", "bulk", "no-consent")
    for position in range(500):
        shape.receive(person(position), number(1), chatter(position))
        assert shape.send(number(1), person(position), chatter(9000 + position), after=2.0).action is Action.ALLOW
    assert rules(run(shape, 20, start=2000)) == [""]


def test_answers_make_room(shape: Any) -> None:
    """Of 150 that a shop writes to, one in ten answers."""
    shape.only("fan-out")
    for position in range(150):
        assert shape.send(destination=person(position), text=chatter(position), after=4.0).action is Action.ALLOW
        if position % 10 == 5:
            shape.receive(person(position), number(1))


def test_one_who_answers_a_lot_is_one(shape: Any) -> None:
    shape.only("fan-out")
    run(shape, 90)
    for _ in range(50):
        shape.receive(person(3), number(1))
    assert rules(run(shape, 30, start=200)) == ["", "fan-out"]


def test_order_notices_to_people_who_agreed(shape: Any) -> None:
    """Scenario N012: 900 a day."""
    shape.only("fan-out")
    unix = shape.state.unix(shape.now)
    for position in range(900):
        shape.state.facts.apply(Fact(FactKind.OPT_IN, person(position), unix, account="acme"))
    assert rules(run(shape, 900, after=60.0)) == [""]


def test_toll_free_numbers_and_short_codes_fan_out(shape: Any) -> None:
    shape.only("fan-out")
    assert rules(run(shape, 150, source="+18335550120")) == [""]
    assert rules(run(shape, 150, source="54321")) == [""]


def test_a_held_number_is_free_again(shape: Any) -> None:
    """What was held counted as sent; an hour later only the day counts."""
    shape.only("fan-out")
    run(shape, 150)
    assert run(shape, 1, start=300, after=HOUR + 60.0)[0].action is Action.ALLOW


# -- sequential ----------------------------------------------------------------------------------


def row(world: Any, numbers: list[int], after: float = 2.0, **fields: Any) -> list[Verdict]:
    return [world.send(destination=f"+{one}", text=chatter(one % 10007), after=after, **fields) for one in numbers]


def test_ten_in_a_row(shape: Any) -> None:
    shape.only("sequential")
    verdicts = row(shape, list(range(14165550300, 14165550315)))
    assert [verdict.rule for verdict in verdicts] == [""] * 9 + ["sequential"] * 6
    assert (verdicts[-1].action, verdicts[-1].hit.value) == (Action.REJECT, 10)


@pytest.mark.parametrize("stride", [3, 10])
def test_with_steps_and_out_of_order(shape: Any, stride: int) -> None:
    shape.only("sequential")
    numbers = [14165550300 + stride * position for position in range(15)]
    Random(5).shuffle(numbers)
    assert "sequential" in rules(row(shape, numbers))


def test_two_exchanges_in_turn(shape: Any) -> None:
    shape.only("sequential")
    numbers = [one for position in range(12) for one in (14165550300 + position, 16045550300 + position)]
    assert "sequential" in rules(row(shape, numbers))


@pytest.mark.parametrize("stride", [11, 50])
def test_a_town_is_no_row(shape: Any, stride: int) -> None:
    """Numbers of one exchange, as the customers of a village shop have."""
    shape.only("sequential")
    assert rules(row(shape, [14165550300 + stride * position for position in range(40)])) == [""]


def test_slowly_or_few_or_again(shape: Any) -> None:
    shape.only("sequential")
    assert rules(row(shape, list(range(14165550300, 14165550330)), after=80.0)) == [""]
    assert rules(row(shape, list(range(16045550300, 16045550309)))) == [""]
    assert rules(row(shape, list(range(16045550300, 16045550306)) * 5)) == [""]


def test_colleagues_who_agreed_or_wrote(shape: Any) -> None:
    """A firm's extensions are a row; its people answer."""
    shape.only("sequential")
    for one in range(14165550300, 14165550320):
        shape.receive(f"+{one}", number(1))
    assert rules(row(shape, list(range(14165550300, 14165550320)))) == [""]


def test_an_alert_to_a_row(shape: Any, codes: None) -> None:
    shape.only("sequential")
    shape.accounts["acme"] = replace(shape.accounts["acme"], classes=frozenset({"otp"}))
    assert rules(row(shape, list(range(14165550300, 14165550330)))) == [""]


# -- imbalance -----------------------------------------------------------------------------------


def test_a_person_who_is_not_answered_is_flagged(shape: Any) -> None:
    shape.only("imbalance")
    verdicts = run(shape, 120, people=30, source="+14165550201", account="jo")
    assert [verdict.action for verdict in verdicts] == [Action.ALLOW] * 100 + [Action.FLAG] * 20
    assert verdicts[-1].would_have[0].rule == "imbalance"


def test_a_person_who_is_answered_is_not(shape: Any) -> None:
    shape.only("imbalance")
    for position in range(3):
        shape.receive(person(position), "+14165550201")
    assert shape.actions(run(shape, 140, people=30, source="+14165550201", account="jo")) == {"allow": 140}


def test_a_business_writes_more_than_it_reads(shape: Any) -> None:
    shape.only("imbalance")
    assert shape.actions(run(shape, 300, people=30)) == {"allow": 300}


# -- explain -------------------------------------------------------------------------------------


def test_value_against_limit(shape: Any) -> None:
    shape.only("volume", "fan-out", "sequential", "imbalance")
    row(shape, list(range(14165550300, 14165550305)))
    found = {f.rule: f for f in shape.explain(destination="+14165550305").findings}
    assert (found["volume"].value, found["volume"].limit, found["volume"].detail) == (5, 1000, "1000/1d")
    assert (found["fan-out"].value, found["fan-out"].limit) == (6, 100)
    assert found["fan-out"].detail == "100 recipients in an hour"
    assert (found["sequential"].value, found["sequential"].limit) == (6, 10)
    run(shape, 2, source="+14165550201", account="jo")
    found = {f.rule: f for f in shape.explain("+14165550201", account="jo").findings}
    assert (found["imbalance"].value, found["imbalance"].limit) == (2, 100)
