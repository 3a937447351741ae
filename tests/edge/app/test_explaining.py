"""Every rule's word on a message that an operator describes, and a past decision by its id."""

from types import SimpleNamespace

import pytest

from edge.app.desk import Desk
from edge.app.explaining import explained, remembered, submission_from, ton_of
from edge.config.loading import load
from edge.console.control import CommandError
from edge.core.decision import Decision
from edge.core.facts import Facts
from edge.core.metrics import Metrics
from edge.core.submission import Direction

from .stage import Conf

GOOD = {"account": "acme", "from": "+14165550100", "to": "+14165550301", "text": "See you at 2."}


@pytest.fixture
def desk(tmp_path):
    audit = SimpleNamespace(record=lambda decision: None)
    return Desk(load(Conf(tmp_path, 1).directory, {}), Metrics(), SimpleNamespace(facts=Facts()), audit)


@pytest.mark.parametrize(
    ("address", "ton"),
    [("+14165550100", 1), ("14165550100", 0), ("(416) 555-0100", 0), ("911", 0), ("ACME", 5), ("4Sale", 5), ("", 0)],
)
def test_the_type_of_number_as_an_esme_would_send_it(address, ton):
    assert ton_of(address) == ton


def test_a_message_as_it_is_described(desk):
    made = submission_from(desk, GOOD | {"destinations": 3, "protocol_id": 64})
    assert (made.account.name, made.origin, made.end_user) == ("acme", "acme", "acme")
    assert (made.source.key, made.destination.key) == (14165550100, 14165550301)
    assert (made.body.text, made.destinations, made.protocol_id) == ("See you at 2.", 3, 64)
    assert made.direction is Direction.MT


def test_an_mo_finds_its_account_by_the_number(desk):
    request = {"direction": "mo", "from": "+14165550301", "to": "+14165550100", "text": "hi"}
    made = submission_from(desk, request)
    assert (made.account.name, made.origin, made.direction) == ("acme", "carrier", Direction.MO)
    assert submission_from(desk, request | {"carrier": "north"}).origin == "north"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"account": "acne"}, "no account is called 'acne'; there are: acme"),
        ({"from": ""}, "a message has a from and a to"),
        ({"to": None}, "a message has a from and a to"),
        ({"account": ""}, "whose message is it? give the account"),
        ({"account": "", "direction": "mo", "to": "+12125550100"}, "whose message is it? give the account"),
    ],
)
def test_what_is_missing_is_said(desk, change, says):
    with pytest.raises(CommandError, match="^" + says.replace("?", r"\?")):
        submission_from(desk, GOOD | change)


def test_a_message_that_passes(desk):
    answer = explained(desk, GOOD, 1000.0)
    assert (answer["verdict"], answer["rule"], answer["clause"], answer["detail"]) == ("allow", "", "", "")
    assert answer["sentence"] == "Accepted."
    assert answer["source"] == {
        "text": "+14165550100",
        "kind": "long-code",
        "number": "+14165550100",
        "country": "CA",
    }
    assert answer["conf"] == desk.conf.version
    rules = {one["rule"]: one for one in answer["rules"]}
    assert rules["rate-sender"]["outcome"] == "pass"
    assert rules["rate-sender"]["limit"] > 0
    assert rules["image-hash"]["outcome"] == "does not apply"
    assert answer["folded"] == "see you at 2."
    assert set(answer["scores"]) == {"marketing", "phishing", "harassment", "violating"}
    assert all(one["action"] == "" for one in answer["rules"])


def test_a_message_that_does_not(desk):
    answer = explained(desk, GOOD | {"to": "911"}, 1000.0)
    assert (answer["verdict"], answer["rule"], answer["clause"]) == ("bounce", "emergency-destination", "emergency")
    assert answer["destination"] == {"text": "911", "kind": "short-code", "number": "911", "country": ""}
    (hit,) = [one for one in answer["rules"] if one["outcome"] == "hit"]
    assert (hit["rule"], hit["action"]) == ("emergency-destination", "bounce")


def test_explaining_counts_nothing(desk):
    for _ in range(200):
        assert explained(desk, GOOD, 1000.0)["verdict"] == "allow"
    assert desk.metrics.messages.values == {}


def reader(decision):
    asked = []
    return SimpleNamespace(by_id=lambda wanted: asked.append(wanted) or decision, asked=asked)


def test_a_past_decision_by_its_id():
    decision = Decision("18bcfe5680000001", 5.0, account="acme", clause="fraud", status=0x66)
    books = reader(decision)
    plain = remembered(books, "18BCFE5680000001")["decision"]
    assert books.asked == ["18bcfe5680000001"]
    assert (plain["id"], plain["account"], plain["status_name"]) == ("18bcfe5680000001", "acme", "ESME_RX_R_APPN")
    assert plain["heading"] == "Engaging in fraud, phishing or sending of sensitive data"


def test_a_past_decision_without_a_clause():
    assert remembered(reader(Decision("18bcfe5680000001", 5.0)), "18bcfe5680000001")["decision"]["heading"] == ""


@pytest.mark.parametrize(
    ("written", "says"), [("nonsense", "is no decision id"), ("18bcfe5680000001", "no decision .* is on record")]
)
def test_a_past_decision_that_cannot_be_had(written, says):
    with pytest.raises(CommandError, match=says):
        remembered(reader(None), written)
