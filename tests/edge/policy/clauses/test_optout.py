"""Nothing goes to somebody who said STOP, but one confirmation and one answer to HELP."""

import pytest
from msgspec.structs import replace

from edge.core.account import Account
from edge.core.clause import Clause
from edge.core.facts import Fact, FactKind
from edge.core.submission import Channel
from edge.core.verdict import Action, Reason
from edge.policy.engine import decide

WE, SHE = "+14165550101", "+14165550311"
CONFIRMATION = "Acme: You are unsubscribed and will receive no more messages. Reply START to resubscribe."
AGAIN = "Acme: you have been unsubscribed. Reply START to resume."


@pytest.fixture
def world(new_world):
    one = new_world()
    one.only("opt-out", "emergency-destination", "rate-account")
    one.receive(SHE, WE, "STOP")
    return one


def goes(world, text="Just following up!", source=WE, after=1.0, **fields):
    """Whether a message to her passes."""
    return world.send(source, SHE, text, after=after, **fields).action.passes


def test_nothing_goes_to_her(world):
    verdict = world.send(WE, SHE, "Just following up on my last message!", after=3 * 3600.0)
    assert (verdict.action, verdict.rule) == (Action.REJECT, "opt-out")
    assert verdict.hit is not None
    assert (verdict.hit.reason, verdict.hit.clause) == (Reason.OPTED_OUT, Clause.UNSOLICITED)
    assert verdict.hit.detail == "the recipient opted out 3 h ago"


@pytest.mark.parametrize("source", [WE, "+14165550150", "+18335550120", "54321", "ACMEDENTAL"])
@pytest.mark.parametrize("channel", list(Channel))
def test_from_no_number_and_by_no_channel(world, source, channel):
    message = replace(world.message(source, SHE, "hello"), channel=channel)
    assert decide(world.ruleset, world.state, message, world.now).rule == "opt-out"


def test_one_time_codes_included(world):
    assert not goes(world, "Your code is 123456")


def test_others_are_not_concerned(world):
    assert world.send(WE, "+14165550312").action is Action.ALLOW
    assert world.send("+12125550101", SHE, account="rival").action is Action.ALLOW
    assert world.receive(SHE, WE, "when do you open?").action is Action.ALLOW


def test_the_emergency_is_asked_before(world):
    world.state.facts.apply(Fact(FactKind.OPT_OUT, "911", 1.0, account="acme"))
    assert world.send(WE, "911", "help").action is Action.BOUNCE


def test_start_brings_her_back(world):
    assert not goes(world)
    world.receive(SHE, WE, "START")
    assert goes(world, after=0.0)  # what was refused a moment ago, too


# -- the confirmation --------------------------------------------------------------------------


def test_exactly_one_confirmation(world):
    assert not goes(world)
    assert goes(world, CONFIRMATION)
    assert not goes(world, AGAIN)
    assert not goes(world, CONFIRMATION)
    world.receive(SHE, WE, "STOP")
    assert not goes(world, AGAIN)  # a machine that answers every message with STOP gets no more of them


@pytest.mark.parametrize(("after", "passes"), [(299.0, True), (302.0, False)])
def test_within_five_minutes(world, after, passes):
    assert goes(world, CONFIRMATION, after=after) is passes


def test_as_long_as_the_conf_says(world):
    world.tune("opt-out", confirmation=20)
    assert not goes(world, CONFIRMATION, after=22.0)


@pytest.mark.parametrize(
    "text",
    [
        "You are unsubscribed. Before you go: 20% off your next order!",
        "You are unsubscribed. Reply START to resubscribe. http://acme-deals.com/now",
        "Are you sure?",
    ],
)
def test_a_confirmation_sells_nothing(world, text):
    assert not goes(world, text)
    assert goes(world, CONFIRMATION)


def test_a_confirmation_may_link_to_our_own_page(world):
    own = Account("own", numbers=((14165550200, 14165550299),), domains=("mapledental.com",))
    world.accounts["own"] = own
    world.ruleset = world.compiled()
    world.receive(SHE, "+14165550201", "STOP", account="own")
    text = "You are unsubscribed. Manage your messages at https://www.mapledental.com/sms"
    assert goes(world, text, "+14165550201", account="own")


def test_a_confirmation_that_met_another_refusal_was_not_sent(world):
    world.tune("rate-account", limit="1/10s burst 1")
    assert world.send(WE, "+14165550312").action is Action.ALLOW
    assert world.send(WE, SHE, CONFIRMATION).action is Action.THROTTLE
    assert goes(world, CONFIRMATION, after=10.0)


def test_a_confirmation_in_parts_is_one(world):
    first, second = "Acme: You are unsubscribed and will receive no more mes", "sages. Reply START to resubscribe."
    assert goes(world, first, part=(1, 2, 9))
    assert goes(world, second, part=(2, 2, 9))
    assert not goes(world, first, part=(1, 2, 10))
    assert not goes(world, CONFIRMATION)


def test_after_start_and_stop_there_is_another(world):
    assert goes(world, CONFIRMATION)
    world.receive(SHE, WE, "START")
    world.receive(SHE, WE, "STOP")
    assert goes(world, CONFIRMATION)


# -- HELP --------------------------------------------------------------------------------------

ANSWER = "Acme Dental, 416-555-0101. Msg&data rates may apply. Reply STOP to opt out."


def test_help_is_answered_once(world):
    assert not goes(world, ANSWER)
    world.receive(SHE, WE, "HELP")
    assert goes(world, ANSWER)  # though it was refused a moment ago
    assert not goes(world, ANSWER)
    world.receive(SHE, WE, "aide")
    assert goes(world, ANSWER)


@pytest.mark.parametrize(("after", "passes"), [(299.0, True), (301.0, False)])
def test_help_is_answered_within_five_minutes(world, after, passes):
    world.receive(SHE, WE, "INFO")
    assert goes(world, ANSWER, after=after) is passes


def test_an_answer_to_help_does_not_sell(world):
    world.receive(SHE, WE, "HELP")
    assert not goes(world, "Use code BACK10 for 10% off")
    assert goes(world, ANSWER)


def test_an_answer_to_help_in_parts(world):
    world.receive(SHE, WE, "HELP")
    assert goes(world, "Acme Dental, 416-555-", part=(1, 2, 9))
    assert goes(world, "0101. Reply STOP to opt out.", part=(2, 2, 9))
    assert not goes(world, ANSWER)


# -- explain -----------------------------------------------------------------------------------


def test_what_the_customer_may_be_told(world):
    explanation = world.explain(WE, SHE, "hello")
    assert explanation.sentence == "Refused under 'Sending unsolicited messages': the recipient has opted out."
    assert not goes(world, "hello again")
    for _ in range(3):  # looking uses nothing up
        assert world.explain(WE, SHE, CONFIRMATION).verdict.action.passes
    assert goes(world, CONFIRMATION)


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "5 s"), (119, "119 s"), (180, "3 min"), (7200, "2 h"), (86400 * 30, "30 d")]
)
def test_how_long_ago(world, seconds, words):
    verdict = world.send(WE, SHE, "hello", after=float(seconds))
    assert verdict.hit is not None
    assert verdict.hit.detail == f"the recipient opted out {words} ago"
