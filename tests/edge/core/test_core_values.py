"""The values of the core: what they show of themselves, and the little they can tell."""

import pytest

from edge.core.account import Account, Bind
from edge.core.carrier import Carrier, Route
from edge.core.clause import HEADINGS, Clause
from edge.core.conf import Asterisk, Listen
from edge.core.verdict import ALLOWED, Action, Hit, Reason, Verdict


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Bind("acme", "hunter2", ()), "Bind('acme')"),
        (Account("acme", binds=(Bind("acme", "hunter2", ()),)), "Account('acme')"),
        (Carrier("north", "n", "h", 1, "us", "hunter2"), "Carrier('north')"),
        (Asterisk("sbc", "h", secret="hunter2"), "Asterisk('sbc')"),
    ],
)
def test_nothing_shows_a_secret(value, shown):
    assert repr(value) == str(value) == shown
    assert f"{value}" == shown


def test_accounts_are_told_apart_by_identity():
    """They are compared on the path, and two confs have an account of the same name."""
    assert Account("acme") != Account("acme")
    account = Account("acme")
    assert len({account, account}) == 1


def test_an_address_as_an_operator_writes_it():
    assert str(Listen("127.0.0.1", 2775)) == "127.0.0.1:2775"
    assert str(Listen("::1", 2775)) == "[::1]:2775"


@pytest.mark.parametrize(
    "key",
    [{"account": "a"}, {"country": "CA"}, {"prefix": "1"}, {"sender": "long-code"}, {"traffic_class": "otp"}],
)
def test_a_route_with_any_key_does_not_catch_all(key):
    assert not Route(("north",), **key).catches_all


def test_a_route_without_one_does():
    assert Route(("north",)).catches_all
    assert Route(("north",), strategy="round-robin").catches_all


def test_every_clause_has_a_heading():
    assert set(HEADINGS) == set(Clause)
    assert Clause.FRAUD.heading == "Engaging in fraud, phishing or sending of sensitive data"
    assert len({clause.heading for clause in Clause}) == len(Clause)


def test_which_actions_let_a_message_pass():
    assert {action for action in Action if action.passes} == {Action.ALLOW, Action.FLAG, Action.REROUTE}


def test_the_rule_of_a_verdict():
    assert ALLOWED.rule == ""
    hit = Hit("sensitive-data/pan", Clause.FRAUD, Action.REJECT, Reason.CONTENT)
    assert Verdict(Action.REJECT, hit).rule == "sensitive-data/pan"
