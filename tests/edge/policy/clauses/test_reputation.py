"""List quality by receipts, complaints, and opt-outs: what they stop, and whom they must not be used against."""

from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.facts import Fact, FactKind
from edge.core.ladder import Ladder
from edge.core.verdict import Action, Verdict

ME, OTHER = "+14165550101", "+14165550102"
KEY = 14165550101
DAY = 86400.0


@pytest.fixture(autouse=True)
def alone(world: Any) -> None:
    """Of the same text to many, other rules have something to say."""
    world.only("list-quality", "complaint", "opt-out-rate", "blocked", "suspended", "opt-out")


def person(number: int) -> str:
    """Subscribers who are no neighbours."""
    return f"+{16476000000 + 137 * number}"


def send_to(world: Any, count: int, first: int = 0, every: float = 60.0, source: str = ME) -> list[Verdict]:
    return [world.send(source, person(first + i), f"Order {first + i} is ready.", after=every) for i in range(count)]


# -- list quality ------------------------------------------------------------------------------


def receipts(world: Any, good: int, bad: int, error: str = "001", stat: str = "UNDELIV", key: Any = KEY) -> None:
    for _ in range(good):
        world.state.windows.receipt(key, "DELIVRD", "000", world.now)
    for _ in range(bad):
        world.state.windows.receipt(key, stat, error, world.now)


@pytest.mark.parametrize(
    ("good", "bad", "action"),
    [
        (41, 9, Action.ALLOW),  # 18 %
        (40, 10, Action.FLAG),
        (36, 14, Action.FLAG),
        (35, 15, Action.QUARANTINE),
        (0, 49, Action.ALLOW),  # too few to tell
        (0, 50, Action.QUARANTINE),
    ],
)
def test_a_harvested_list(world: Any, good: int, bad: int, action: Action) -> None:
    """Scenario V010."""
    receipts(world, good, bad)
    verdict = world.send()
    assert (verdict.action, verdict.rule) == (action, "" if action is Action.ALLOW else "list-quality")


@pytest.mark.parametrize(
    ("stat", "error", "counts"),
    [
        ("UNDELIV", "001", True),
        ("UNDELIV", "1", True),
        ("UNDELIV", "011", True),
        ("REJECTD", "005", True),
        ("UNDELIV", "027", False),  # absent subscriber
        ("UNDELIV", "000", False),
        ("UNDELIV", "", False),
        ("EXPIRED", "001", False),
        ("ENROUTE", "001", False),
        ("nonsense", "001", False),
    ],
)
def test_what_says_that_there_is_no_such_subscriber(world: Any, stat: str, error: str, counts: bool) -> None:
    receipts(world, 30, 30, error, stat)
    assert (world.send().action is Action.QUARANTINE) == counts


def test_the_operators_error_codes(world: Any) -> None:
    world.tune("list-quality", errors=["A1", "0EE"])
    receipts(world, 20, 15, "0a1")
    receipts(world, 0, 15, "EE")
    receipts(world, 0, 15, "001")
    assert world.send().hit.value == pytest.approx(100 * 30 / 65)


def test_other_numbers_and_a_day_later(world: Any) -> None:
    receipts(world, 30, 30)
    assert world.send(OTHER).action is Action.ALLOW
    assert world.send(after=12 * 3600.0).action is Action.QUARANTINE
    assert world.send(text="next day", after=36 * 3600.0).action is Action.ALLOW


def test_a_short_code_has_a_list_too(world: Any) -> None:
    receipts(world, 30, 30, key="54321")
    assert world.send("54321").rule == "list-quality"


def test_more_error_codes_than_are_told_apart(world: Any) -> None:
    for error in range(200):
        receipts(world, 0, 1, f"9{error}")
    receipts(world, 100, 300)
    record = world.state.windows.reputation.account(KEY)
    assert len(record.failed) <= 33


def test_a_doubtful_number_is_held_and_an_operator_can_free_it(world: Any) -> None:
    receipts(world, 30, 30)
    [held] = world.send().facts
    assert (held.kind, held.subject, held.by, held.account) == (FactKind.HOLD, ME, "ladder", "acme")
    assert held.expires == held.at + DAY
    assert world.send(text="2").rule == "blocked/held"
    world.state.facts.apply(Fact(FactKind.FREE, ME, world.state.unix(world.now) + 1.0))
    assert world.send(text="3", after=2.0).action is Action.ALLOW


# -- complaints --------------------------------------------------------------------------------


def complain(world: Any, *by: int, about: str = ME, ago: float = 0.0, account: str = "acme") -> None:
    for number in by:
        at = world.state.unix(world.now) - ago
        world.state.facts.apply(
            Fact(FactKind.COMPLAINT, about, at, "smpp:north", "spam", account=account, other=person(number))
        )


def test_three_complainants_in_a_day(world: Any) -> None:
    """Scenario V008."""
    send_to(world, 42)
    complain(world, 1, 2)
    complain(world, 2, 2)
    assert world.send(after=1.0).action is Action.ALLOW
    complain(world, 3)
    verdict = world.send(text="Your order is ready for pickup.")
    assert (verdict.action, verdict.rule) == (Action.REJECT, "complaint")
    [block] = verdict.facts
    assert (block.kind, block.subject, block.account, block.expires) == (FactKind.BLOCK, ME, "acme", 0.0)
    assert block.reason == "complaint: 3 complainants in 24 hours, 30.0 of 1000 recipients"
    assert world.send(text="again").rule == "blocked"
    assert world.send(OTHER).action is Action.ALLOW


def test_one_complaint_is_counted_and_blocks_nobody(world: Any) -> None:
    """Scenario N012."""
    complain(world, 1)
    assert world.send().action is Action.ALLOW


def test_five_in_a_week(world: Any) -> None:
    for day in range(4):
        complain(world, day)
        assert world.send(text=str(day), after=DAY).action is Action.ALLOW
    complain(world, 4)
    assert world.send(text="x").hit.detail.startswith("5 complainants in 7 days")


def test_a_few_complaints_about_a_large_sender(world: Any) -> None:
    """Three phones must not do to block a number that reaches thousands."""
    record = world.state.windows.reputation.of(KEY, 0)
    record.today.reached = record.reached = 4990
    record.start = record.week = 1 << 40
    complain(world, 1, 2, 3, 4)
    assert world.send().action is Action.ALLOW
    complain(world, 5)
    assert world.send(text="b").rule == "complaint"


def test_one_who_complains_about_everybody(world: Any) -> None:
    """Five a day count of a complainant, whatever the number."""
    world.accounts["acme"] = replace(world.accounts["acme"], numbers=((14165550100, 14165550199),))
    world.ruleset = world.compiled()
    for number in range(10, 30):
        complain(world, 1, 2, 3, about=f"+141655501{number}")
    assert len(world.state.facts.complaints) == 5


def test_the_account_is_suspended_at_ten_complainants(world: Any) -> None:
    for number in range(9):
        complain(world, number, about=f"+141655501{number + 10}")
    assert world.send().action is Action.ALLOW
    complain(world, 100, about="+14165550177")
    verdict = world.send(text="b")
    assert (verdict.action, verdict.rule) == (Action.REJECT, "complaint/account")
    assert [(fact.kind, fact.subject) for fact in verdict.facts] == [(FactKind.SUSPEND, "acme")]
    assert world.send(OTHER, text="c").rule == "suspended"
    world.state.facts.apply(Fact(FactKind.RESTORE, "acme", world.state.unix(world.now) + 1.0))
    assert world.send(text="d", after=2.0).action is Action.ALLOW


def test_a_large_account_has_more_complaints(world: Any) -> None:
    record = world.state.windows.reputation.of(world.state.account_index("acme"), 0)
    record.reached, record.week = 19_990, 1 << 40
    for number in range(19):
        complain(world, number, about=f"+141655501{number + 10}")
    assert world.send().action is Action.ALLOW
    complain(world, 99, about="+14165550177")
    assert world.send(text="b").rule == "complaint/account"


def test_an_unblock_makes_old_complaints_count_no_more(world: Any) -> None:
    complain(world, 1, 2, 3)
    assert world.send().rule == "complaint"
    world.state.facts.apply(Fact(FactKind.UNBLOCK, ME, world.state.unix(world.now)))
    world.state.forget_refusals()
    assert world.send(after=1.0).action is Action.ALLOW
    complain(world, 4, 5)
    assert world.send(text="b", after=1.0).action is Action.ALLOW
    complain(world, 6)
    assert world.send(text="c", after=1.0).rule == "complaint"


def test_a_complaint_about_a_number_that_threatened(world: Any) -> None:
    world.state.windows.evidence.against(KEY, 0.0).severe[1] = 10**9
    assert world.send().action is Action.ALLOW
    complain(world, 1)
    verdict = world.send(text="b")
    assert (verdict.rule, verdict.facts[0].kind) == ("complaint/severe", FactKind.BLOCK)
    world.tune("complaint", severe=False)
    world.state.facts.apply(Fact(FactKind.UNBLOCK, ME, 0.0))
    assert world.send(text="c").action is Action.ALLOW


def test_steps_can_be_taken_out(world: Any) -> None:
    world.tune("complaint", day=0, week=0, account_week=0)
    complain(world, *range(50))
    assert world.send().action is Action.ALLOW


def test_inbound_is_not_asked(world: Any) -> None:
    complain(world, 1, 2, 3)
    assert world.receive(person(1), ME, "STOP").action is Action.ALLOW


# -- opt-outs ----------------------------------------------------------------------------------


def opt_outs(world: Any, count: int, first: int = 0, number: str = ME) -> None:
    for i in range(first, first + count):
        world.receive(person(i), number, "STOP", after=1.0)


def test_a_tenth_opts_out(world: Any) -> None:
    """Scenario V009."""
    send_to(world, 100)
    opt_outs(world, 4)
    assert world.send(destination=person(500), text="a").action is Action.ALLOW
    opt_outs(world, 2, first=4)
    verdict = world.send(destination=person(501), text="b")
    assert (verdict.action, verdict.rule) == (Action.FLAG, "opt-out-rate")
    opt_outs(world, 5, first=6)
    verdict = world.send(destination=person(502), text="c")
    assert (verdict.action, verdict.rule) == (Action.REJECT, "opt-out-rate")
    [block] = verdict.facts
    assert (block.kind, block.subject) == (FactKind.BLOCK, ME)
    assert block.reason == "opt-out-rate: 10.8 % of 102 recipients of a day opted out"
    world.state.facts.apply(Fact(FactKind.UNBLOCK, ME, world.state.unix(world.now) + 1.0))
    assert world.send(destination=person(503), text="d", after=2.0).action is Action.ALLOW


def test_few_recipients_tell_nothing(world: Any) -> None:
    send_to(world, 49)
    opt_outs(world, 20)
    assert world.send(destination=person(500)).action is Action.ALLOW


def test_only_recipients_can_opt_out_and_only_once(world: Any) -> None:
    send_to(world, 60)
    opt_outs(world, 30, first=2000)  # whom nobody wrote to
    for _ in range(10):
        opt_outs(world, 2)
    assert world.send(destination=person(500)).action is Action.ALLOW


def test_the_number_that_was_answered_is_held_to_account(world: Any) -> None:
    send_to(world, 60)
    send_to(world, 60, first=100, source=OTHER)
    opt_outs(world, 20)
    assert world.send(OTHER, person(600)).action is Action.ALLOW
    assert world.send(ME, person(601)).rule == "opt-out-rate"


def test_a_recipient_counts_once_however_often_it_is_written_to(world: Any) -> None:
    world.only("opt-out-rate")
    for round_ in range(3):
        for i in range(60):
            world.send(destination=person(i), text=f"{round_} {i}", after=30.0)
    record = world.state.windows.reputation.account(KEY)
    assert (record.today.sent, record.today.reached, record.reached) == (180, 60, 60)


def test_the_settings_hold_by_account(world: Any) -> None:
    world.tune("opt-out-rate", accounts={"acme": {"block": 50, "flag": 40}})
    send_to(world, 60)
    opt_outs(world, 20)
    assert world.send(destination=person(500)).action is Action.ALLOW


def test_without_the_ladder_the_rule_goes_on_refusing(world: Any) -> None:
    world.ruleset = replace(world.ruleset, ladder=Ladder(on=False))
    complain(world, 1, 2, 3)
    for text in "abc":
        verdict = world.send(text=text)
        assert (verdict.rule, verdict.facts) == ("complaint", ())


def test_explain_says_how_near_it_is(world: Any) -> None:
    send_to(world, 100)
    opt_outs(world, 4)
    receipts(world, 45, 5)
    complain(world, 1, 2)
    findings = {finding.rule: finding for finding in world.explain(destination=person(500)).findings}
    assert (findings["opt-out-rate"].value, findings["opt-out-rate"].limit) == (pytest.approx(4.0, abs=0.1), 10)
    assert (findings["list-quality"].value, findings["list-quality"].limit) == (10.0, 30)
    assert (findings["complaint"].value, findings["complaint"].limit) == (2, 3)
