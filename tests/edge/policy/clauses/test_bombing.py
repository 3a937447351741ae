"""Bombing: one sender, many senders, one-time codes; and the conversations and alerts that are none."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.clause import Clause
from edge.core.facts import FactKind
from edge.core.verdict import Action, Reason, Verdict
from edge.policy.engine import decide
from edge.policy.rule import Mode
from edge.policy.signals.reading import CODE, Reading

VICTIM = "+14165550405"
ME = "+14165550101"


def bomb(world: Any, count: int, every: float, **fields: Any) -> list[Verdict]:
    return [world.send(destination=VICTIM, text=f"{world.now:.3f} {i}", after=every, **fields) for i in range(count)]


def say(world: Any, reading: Reading, source: str = ME, to: str = VICTIM, after: float = 1.0, **fields: Any) -> Verdict:
    """Send a text that was read already."""
    message = world.message(source, to, reading.plain, **fields)
    world.now += after
    return decide(world.ruleset, world.state, replace(message, body=replace(message.body, read=reading)), world.now)


def count_allowed(verdicts: list[Verdict]) -> int:
    return sum(verdict.action.passes for verdict in verdicts)


# -- one sender, one recipient -----------------------------------------------------------------


def test_forty_in_a_minute_without_a_reply(world: Any) -> None:
    """Scenario V150."""
    world.only("bomb-pair")
    verdicts = bomb(world, 40, 1.5)
    assert [verdict.action for verdict in verdicts] == [Action.ALLOW] * 10 + [Action.REJECT] * 30
    hit = verdicts[10].hit
    assert (hit.rule, hit.clause, hit.reason) == ("bomb-pair", Clause.HARASSMENT, Reason.CONTENT)
    assert (hit.value, hit.limit, hit.detail) == (11, 10, "11 messages in 1 minute without a reply")


def test_a_period_slides(world: Any) -> None:
    world.only("bomb-pair")
    bomb(world, 10, 1.0)
    assert bomb(world, 1, 50.9)[0].action is Action.REJECT
    assert bomb(world, 1, 0.2)[0].action is Action.ALLOW
    assert bomb(world, 1, 0.2)[0].action is Action.REJECT
    assert count_allowed(bomb(world, 5, 1.1)) == 5


@pytest.mark.parametrize(("every", "allowed"), [(7.0, 30), (30.0, 60), (61.0, 60 + 100 - 60)])
def test_the_longer_periods(world: Any, every: float, allowed: int) -> None:
    """Thirty in ten minutes, sixty in an hour, a hundred in a day."""
    world.only("bomb-pair")
    verdicts = bomb(world, 130, every)
    first = next(i for i, verdict in enumerate(verdicts) if not verdict.action.passes)
    assert first == allowed


def test_an_hour_without_a_reply_ends_a_hold(world: Any) -> None:
    world.only("bomb-pair", "blocked")
    verdicts = bomb(world, 11, 1.0)
    [held] = verdicts[10].facts
    assert (held.kind, held.subject, held.other, held.by) == (FactKind.REFUSE_PAIR, ME, VICTIM, "ladder")
    assert held.expires == held.at + 3600.0
    assert bomb(world, 1, 61.0)[0].rule == "blocked/pair"
    assert world.send(destination="+14165550406", text="somebody else").action is Action.ALLOW
    assert world.send("+14165550102", VICTIM, "another of our numbers").action is Action.ALLOW
    assert bomb(world, 1, 3600.0 - 61.1)[0].rule == "blocked/pair"
    assert bomb(world, 1, 0.2)[0].action is Action.ALLOW


def test_a_reply_ends_a_hold(world: Any) -> None:
    world.only("bomb-pair", "blocked")
    bomb(world, 11, 1.0)
    world.receive(VICTIM, "+14165550102", "not to this number", after=1.0)
    assert bomb(world, 1, 1.0)[0].rule == "blocked/pair"
    world.receive(VICTIM, ME, "what is it?", after=1.0)
    assert bomb(world, 1, 1.0)[0].action is Action.ALLOW


def test_a_conversation_is_no_bombing(world: Any) -> None:
    """Scenario N031: thirty in five minutes with 28 replies; here they come in bursts."""
    for round_ in range(15):
        for i in range(10):
            assert world.send(destination=VICTIM, text=f"{round_} {i}", after=1.0).action is Action.ALLOW
        assert world.receive(VICTIM, ME, f"no {round_}", after=0.5).action is Action.ALLOW


def test_after_a_lively_chat_somebody_may_go_on_for_a_while(world: Any) -> None:
    world.only("bomb-pair")
    for i in range(28):
        world.send(destination=VICTIM, text=f"line {i}", after=5.0)
        world.receive(VICTIM, ME, f"answer {i}", after=5.0)
    assert count_allowed(bomb(world, 25, 2.0)) == 25
    world.now += 600.0  # and now nobody has answered for ten minutes
    assert count_allowed(bomb(world, 25, 2.0)) == 10


def test_few_replies_are_no_conversation_but_begin_the_count_anew(world: Any) -> None:
    world.only("bomb-pair")
    assert count_allowed(bomb(world, 30, 1.0)) == 10
    world.receive(VICTIM, ME, "who is this", after=1.0)
    assert count_allowed(bomb(world, 30, 1.0)) == 10


def test_replies_of_others_do_not_help(world: Any) -> None:
    world.only("bomb-pair")
    for i in range(10):
        world.send(destination=VICTIM, text=str(i))
    world.receive("+14165550406", ME)
    world.receive(VICTIM, "+14165550102")
    assert world.send(destination=VICTIM, text="11").action is Action.REJECT


def test_whoever_wrote_once_is_not_somebody_who_never_replied(world: Any) -> None:
    world.only("bomb-pair")
    world.receive(VICTIM, ME, "keep me posted")
    world.now += 5 * 86400.0
    assert count_allowed(bomb(world, 130, 61.0)) == 130


def test_a_business_that_writes_to_its_customer_now_and_then(world: Any) -> None:
    world.only("bomb-pair")
    assert count_allowed(bomb(world, 40, 3600.0)) == 40


def test_alarms_with_their_times(world: Any) -> None:
    """Scenario N046: twenty in an hour, all different by their times alone."""
    for i in range(20):
        text = f"AlarmCo: motion detected Front Door 14:{i:02}:11"
        assert world.send(destination=VICTIM, text=text, after=170.0).action is Action.ALLOW


def alerting(world: Any) -> None:
    world.accounts["acme"] = replace(world.accounts["acme"], classes=frozenset({"alerting"}))
    world.ruleset = world.compiled()


def alert(world: Any, number: int, after: float, text: str = "") -> Verdict:
    text = text or f"[P1] db-03 replication lag {number}s ack? 1=yes"
    return say(world, Reading(text, text, traffic="alerting"), after=after)


def test_approved_alerts_may_be_many(world: Any) -> None:
    """Scenario N048: 120 an hour, a thousand a day."""
    world.only("bomb-pair", "blocked")
    alerting(world)
    assert count_allowed([alert(world, i, 3.0) for i in range(120)]) == 120
    refused = alert(world, 121, 3.0)
    assert (refused.rule, refused.facts) == ("bomb-pair/alerting", ())
    assert alert(world, 122, 3600.0 - 362.0).rule == "bomb-pair/alerting"
    assert alert(world, 123, 3.0).action is Action.ALLOW
    world.now += 3600.0
    assert count_allowed([alert(world, i, 31.0) for i in range(2000)]) == 1000 - 121


def test_the_class_must_be_granted(world: Any) -> None:
    world.only("bomb-pair")
    assert count_allowed([alert(world, i, 1.4) for i in range(40)]) == 10


def test_one_text_again_and_again(world: Any) -> None:
    """Scenario V043, more slowly."""
    world.only("bomb-pair")
    verdicts = [world.send(destination=VICTIM, text="answer me", after=121.0) for _ in range(20)]
    assert count_allowed(verdicts) == 20
    world.now += 600.0
    verdicts = [
        world.send(destination=VICTIM, text="answer me" if i % 2 else "ANSWER ME", after=61.0) for i in range(7)
    ]
    assert [verdict.rule for verdict in verdicts] == [""] * 5 + ["bomb-pair/identical"] * 2
    assert world.send(destination=VICTIM, text="answer me please", after=1.0).action is Action.ALLOW


def test_ok_ok_ok_in_a_conversation(world: Any) -> None:
    for _ in range(12):
        assert world.send(destination=VICTIM, text="ok", after=10.0).action is Action.ALLOW
        world.receive(VICTIM, ME, "ok?", after=1.0)


def test_approved_classes_may_repeat_themselves(world: Any) -> None:
    world.only("bomb-pair")
    alerting(world)
    assert count_allowed([alert(world, 0, 20.0, "disk full on db-03") for _ in range(25)]) == 25


def test_names_and_short_codes_bomb_too(world: Any) -> None:
    world.only("bomb-pair")
    for source in ("54321", "ACMEDENTAL"):
        sent = [world.send(source, VICTIM, f"code {i}") for i in range(12)]
        assert world.actions(sent) == {"allow": 10, "reject": 2}


def test_service_codes_are_nobody_to_bomb(world: Any) -> None:
    world.only("bomb-pair", "bomb-recipient")
    assert world.actions([world.send(destination="988", text=str(i)) for i in range(100)]) == {"allow": 100}


def test_a_message_of_many_parts_is_one(world: Any) -> None:
    world.only("bomb-pair")
    for reference in range(9):
        for part in (1, 2, 3):
            sent = world.send(destination=VICTIM, text=f"{reference} {part}", part=(part, 3, reference), after=0.1)
            assert sent.action is Action.ALLOW
    assert count_allowed(bomb(world, 3, 1.0)) == 1


def test_refused_messages_do_not_count(world: Any) -> None:
    world.only("bomb-pair")
    bomb(world, 60, 0.5)  # ten in the first five seconds
    assert count_allowed(bomb(world, 1, 35.1)) == 1


def test_the_operators_settings(world: Any) -> None:
    world.only("bomb-pair")
    world.tune("bomb-pair", limit="3/1m", identical="2/1m", accounts={"acme": {"limit": "5/1m"}})
    assert count_allowed(bomb(world, 9, 1.0)) == 5
    rival = [world.send("+12125550101", VICTIM, f"n{i}", account="rival") for i in range(9)]
    assert count_allowed(rival) == 3
    world.tune("bomb-pair", limit="1/1m burst 1", action=Action.THROTTLE)
    verdicts = [world.send("+14165550103", VICTIM, str(i)) for i in range(2)]
    assert (verdicts[0].action, verdicts[1].hit.reason) == (Action.ALLOW, Reason.PACING)
    assert verdicts[1].facts == ()
    world.tune("bomb-pair", limit="100000/1s", medium="1000/1h", long="1000/1d", unanswered="1000/1d")
    assert count_allowed(bomb(world, 200, 0.0, source="+14165550104")) == 200


def test_monitor_mode_neither_refuses_nor_holds(world: Any) -> None:
    world.tune("bomb-pair", mode=Mode.MONITOR)
    verdicts = bomb(world, 12, 1.0)
    assert count_allowed(verdicts) == 12
    assert [hit.rule for hit in verdicts[11].would_have] == ["bomb-pair"]
    assert not world.state.facts.stopped_pairs


def test_explain_says_how_near_it_is(world: Any) -> None:
    bomb(world, 7, 1.0)
    finding = next(f for f in world.explain(destination=VICTIM).findings if f.rule == "bomb-pair")
    assert (finding.outcome, finding.value, finding.limit, finding.detail) == ("pass", 7, 10, "10/1m to one recipient")


def test_context_knows_who_wrote_when(world: Any) -> None:
    world.receive(VICTIM, ME)
    world.send("+14165550102", VICTIM, after=100.0)
    assert world.state.context.heard == pytest.approx(100.0, abs=0.1)
    world.receive(VICTIM, "+14165550103", after=50.0)
    assert world.state.context.heard == pytest.approx(50.0, abs=0.1)
    world.send("+12125550101", VICTIM, account="rival")
    assert world.state.context.heard == float("inf")
    world.send("+14165550102", VICTIM, after=30 * 86400.0)
    assert world.state.context.heard == float("inf")


# -- many senders, one recipient ---------------------------------------------------------------


def crowd(world: Any, count: int, every: float = 1.0, **fields: Any) -> list[Verdict]:
    return [world.send(f"+141655501{i:02}", VICTIM, f"hi {i} {world.now}", after=every, **fields) for i in range(count)]


def test_an_account_with_ten_numbers(world: Any) -> None:
    world.only("bomb-recipient", "suspended")
    verdicts = crowd(world, 12)
    assert [verdict.rule for verdict in verdicts] == [""] * 9 + ["bomb-recipient/account"] + ["suspended"] * 2
    kinds = [(fact.kind, fact.subject, fact.by) for fact in verdicts[9].facts]
    assert kinds == [(FactKind.BLOCK, "+14165550109", "ladder"), (FactKind.SUSPEND, "acme", "ladder")]
    assert "10 numbers of the account to one recipient" in verdicts[9].facts[1].reason
    assert world.send("+12125550101", VICTIM, account="rival").action is Action.ALLOW


def test_nine_numbers_and_ten_over_a_longer_time(world: Any) -> None:
    world.only("bomb-recipient", "suspended")
    for _ in range(2):
        assert count_allowed(crowd(world, 9, 6.0)) == 9
    assert count_allowed(crowd(world, 30, 70.0)) == 30


def test_agents_whom_the_customer_wrote_to(world: Any) -> None:
    """Ten agents of a shop, one customer: who was written to is no stranger."""
    world.only("bomb-recipient", "suspended")
    for i in range(15):
        world.receive(VICTIM, f"+141655501{i:02}", f"hello agent {i}", after=60.0)
    assert count_allowed(crowd(world, 15)) == 15


def test_an_answer_makes_a_sender_known(world: Any) -> None:
    world.only("bomb-recipient", "suspended")
    crowd(world, 9)
    world.receive(VICTIM, "+14165550103", "yes?")
    verdicts = [world.send(f"+141655501{i}", VICTIM, f"and I {i}", after=1.0) for i in (50, 51)]
    assert [verdict.rule for verdict in verdicts] == ["", "bomb-recipient/account"]


def many_accounts(world: Any, count: int) -> list[tuple[str, str]]:
    for i in range(count):
        number = 12125551000 + i
        world.accounts[f"a{i}"] = Account(name=f"a{i}", country="US", numbers=((number, number),))
    world.ruleset = world.compiled()
    return [(f"a{i}", f"+{12125551000 + i}") for i in range(count)]


def test_a_flood_from_everywhere(world: Any) -> None:
    """Twenty senders and thirty messages; who keeps on is blocked, who wrote once is only refused."""
    world.only("bomb-recipient", "blocked")
    accounts = many_accounts(world, 25)
    for round_ in range(2):
        for name, number in accounts[:14]:
            assert world.send(number, VICTIM, f"you {round_}", account=name, after=2.0).action is Action.ALLOW
    later = [world.send(number, VICTIM, "me too", account=name, after=2.0) for name, number in accounts[14:]]
    assert [verdict.rule for verdict in later] == [""] * 5 + ["bomb-recipient/edge"] * 6
    assert all(verdict.facts == () for verdict in later)
    name, number = accounts[0]
    third = world.send(number, VICTIM, "and again", account=name, after=1.0)
    assert third.rule == "bomb-recipient/flood"
    assert [(fact.kind, fact.subject, fact.account) for fact in third.facts] == [(FactKind.BLOCK, number, "a0")]


def test_birthday_wishes(world: Any) -> None:
    """Thirty friends in ten minutes: those the person wrote to before, and a few who send one."""
    world.only("bomb-recipient", "blocked")
    accounts = many_accounts(world, 33)
    for name, number in accounts[:25]:
        world.receive(VICTIM, number, "see you on Sunday", account=name, after=60.0)
    world.now += 86400.0
    for text in ("happy birthday!", "and many more"):
        for name, number in accounts:
            assert world.send(number, VICTIM, f"{text} {name}", account=name, after=5.0).action is Action.ALLOW


def test_a_radio_that_answers_its_listeners(world: Any) -> None:
    world.only("bomb-recipient", "blocked")
    for name, number in many_accounts(world, 60):
        assert world.send(number, VICTIM, f"WIN {name}", account=name, after=2.0).action is Action.ALLOW
        world.receive(VICTIM, number, "thanks, you are in", account=name, after=0.5)


def test_the_rates_hold_besides(world: Any) -> None:
    world.only("bomb-recipient")
    world.tune("bomb-recipient", limit="20/1m burst 20", senders=50)
    verdicts = crowd(world, 25, 0.0)
    assert world.actions(verdicts) == {"allow": 20, "reject": 5}
    assert verdicts[-1].rule == "bomb-recipient"
    world.tune("bomb-recipient", limit="1000/1m burst 1000", edge="60/1m burst 30", senders=50, edge_senders=50)
    victim = "+14165550406"
    sent = [world.send(f"+141655501{i:02}", victim, f"hi {i}") for i in range(20)]
    sent += [world.send(f"+121255501{i:02}", victim, f"hi {i}", account="rival") for i in range(20)]
    assert world.actions(sent) == {"allow": 30, "reject": 10}


def test_a_refused_message_pays_neither_limit(world: Any) -> None:
    world.only("bomb-recipient")
    world.tune("bomb-recipient", limit="1000/1m burst 1000", edge="60/1m burst 1")
    world.send(destination=VICTIM, text="1")
    for i in range(5):
        world.send(destination=VICTIM, text=f"again {i}")
    finding = next(f for f in world.explain(destination=VICTIM).findings if f.rule == "bomb-recipient")
    assert (finding.value, finding.limit) == (1.0, 1.0)
    key = world.state.account_index("acme") << 50 | 14165550405
    assert world.state.recipient_rate.get(key) == pytest.approx(world.now + 0.06)


# -- one-time codes ----------------------------------------------------------------------------


@pytest.fixture
def code(world: Any) -> Callable[..., Verdict]:
    """Sends a one-time code, told by its reading."""

    def send(number: int, after: float = 1.0, brand: str = "", **fields: Any) -> Verdict:
        text = f"Your {brand or 'Acme'} code is {number:06}"
        reading = Reading(text, text, CODE, traffic="otp", brands=(brand,) if brand else ())
        return say(world, reading, after=after, **fields)

    return send


def test_codes_of_one_sender(world: Any, code: Callable[..., Verdict]) -> None:
    world.only("bomb-otp")
    verdicts = [code(i, 60.0) for i in range(6)]
    assert count_allowed(verdicts) == 5
    hit = verdicts[5].hit
    assert (hit.rule, hit.action, hit.reason, hit.value, hit.limit) == (
        "bomb-otp",
        Action.THROTTLE,
        Reason.PACING,
        6,
        5,
    )
    assert verdicts[5].facts == ()
    assert code(7, 1790.0).rule == "bomb-otp/paused"
    assert code(8, 1.0, to="+14165550406").action is Action.ALLOW
    assert world.send(destination=VICTIM, text="Lunch?").action is Action.ALLOW
    assert code(9, 10.0).action is Action.ALLOW


def test_a_pause_is_not_renewed_by_those_who_wait(world: Any, code: Callable[..., Verdict]) -> None:
    world.only("bomb-otp")
    for i in range(6):
        code(i, 10.0)
    assert {code(i, 60.0).rule for i in range(29)} == {"bomb-otp/paused"}
    assert code(99, 61.0).action is Action.ALLOW


def test_people_mistype_and_ask_again(world: Any, code: Callable[..., Verdict]) -> None:
    world.only("bomb-otp")
    assert count_allowed([code(i, 130.0) for i in range(14)]) == 14


def test_codes_of_many_brands(world: Any, code: Callable[..., Verdict]) -> None:
    """Scenario V045: subscription bombing, here through accounts of their own and through one for several brands."""
    world.only("bomb-otp")
    accounts = many_accounts(world, 4)
    for name, number in accounts:
        assert code(1, source=number, account=name).action is Action.ALLOW
    verdict = code(2)
    assert (verdict.rule, verdict.action) == ("bomb-otp", Action.THROTTLE)
    assert verdict.hit.detail == "codes of 5 brands to one recipient"
    brands = [code(3, brand=brand, to="+14165550406", source=f"+141655501{i:02}") for i, brand in enumerate("abcde")]
    assert [verdict.action.passes for verdict in brands] == [True] * 4 + [False]


def test_fifteen_codes_in_an_hour(world: Any, code: Callable[..., Verdict]) -> None:
    world.only("bomb-otp")
    verdicts = [code(i, 200.0, source=f"+141655501{i:02}") for i in range(16)]
    assert count_allowed(verdicts) == 15
    assert verdicts[15].hit.detail == "16 codes in 1 hour"


def test_senders_of_codes_are_not_blamed(world: Any, code: Callable[..., Verdict]) -> None:
    for i in range(60):
        assert code(i, 20.0).facts == ()
    assert not world.state.facts.blocked


def test_a_conf_that_refuses_pauses_too(world: Any, code: Callable[..., Verdict]) -> None:
    world.only("bomb-otp")
    world.tune("bomb-otp", action=Action.REJECT)
    for i in range(6):
        code(i, 10.0)
    assert code(7, 700.0).rule == "bomb-otp/paused"
