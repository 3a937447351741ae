"""The audit record of a message and the counters beside it."""

import pytest

from edge.channels import records
from edge.channels.records import close_decision, fill_verdict, open_decision, status_label
from edge.core.clause import Clause
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.core.verdict import ALLOWED, Action, Hit, Reason, Verdict
from edge.policy.signals.numbers import identify

from .books import EPOCH, Desk, acme, conf_of, verdict
from .simloop import Clock


@pytest.fixture
def desk():
    desk = Desk(conf_of((acme(),)), Clock())
    return desk


def submission(direction=Direction.MT, operation=Operation.SUBMIT):
    return Submission(
        Channel.SMPP,
        direction,
        operation,
        acme(),
        "acme",
        "acme",
        identify("14165550100", 1, 1, 1),
        identify("14165550301", 1, 1, 1),
        Body("grüße", b"gr\x7e\x1ee", 0, "", 9, 2, 3),
    )


def test_what_is_known_with_the_verdict(desk):
    decision = open_decision(desk, submission(), ALLOWED, acme(), "acme/1", 77, 1000.0)
    assert (decision.id, decision.at) == ("0000000000000001", EPOCH + 1000.0)
    assert (decision.channel, decision.direction, decision.operation) == ("smpp", "mt", "submit")
    assert (decision.account, decision.end_user, decision.session) == ("acme", "acme", "acme/1")
    assert (decision.source, decision.destination) == ("14165550100", "14165550301")
    assert (decision.length, decision.part, decision.parts) == (5, 2, 3)
    assert (decision.verdict, decision.rule, decision.conf, decision.sequence) == ("allow", "", "v1", 77)
    assert desk.metrics.messages.values == {("acme", "mt", "allow", ""): 1}


def test_what_nobody_of_ours_owns_has_no_account(desk):
    decision = open_decision(desk, submission(Direction.MO, Operation.REPLACE), ALLOWED, None, "", 1, 1000.0)
    assert (decision.account, decision.direction, decision.operation) == ("", "mo", "replace")
    assert desk.metrics.messages.values == {("", "mo", "allow", ""): 1}


def test_a_refusal_says_by_what_and_how_far_over(desk):
    refused = verdict(Action.REJECT, Reason.CONTENT, detail="12 alike", value=12.0, limit=10.0, clause=Clause.BULK)
    decision = open_decision(desk, submission(), refused, acme(), "acme/1", 1, 1000.0)
    assert (decision.verdict, decision.rule, decision.clause) == ("reject", "rule", "bulk")
    assert (decision.detail, decision.value, decision.limit) == ("12 alike", 12.0, 10.0)
    assert decision.would_have == ()
    assert desk.metrics.messages.values == {("acme", "mt", "reject", "rule"): 1}


def test_monitor_hits_are_recorded_and_counted(desk):
    hits = (
        Hit("bulk", Clause.BULK, Action.REJECT, Reason.CONTENT),
        Hit("phishing/link", Clause.FRAUD, Action.FLAG, Reason.CONTENT),
    )
    decision = open_decision(desk, submission(), Verdict(Action.ALLOW, None, hits), acme(), "acme/1", 1, 1000.0)
    fill_verdict(desk, decision, Verdict(Action.ALLOW, None, hits), "acme")
    assert decision.would_have == ("bulk=reject", "phishing/link=flag")
    assert decision.verdict == "allow"
    assert desk.metrics.would_have.values == {("acme", "bulk", "reject"): 2, ("acme", "phishing/link", "flag"): 2}


def test_the_answer_is_filled_in_counted_and_handed_to_the_audit(desk):
    decision = open_decision(desk, submission(), ALLOWED, acme(), "acme/1", 1, 1000.0)
    decision.carrier = "north"
    close_decision(desk, decision, 0x58, 1000.0, 1000.25)
    assert [(record.status, record.latency) for record in desk.records] == [(0x58, 0.25)]
    assert desk.metrics.answers.values == {("acme", "north", "0x00000058"): 1}
    assert (sum(desk.metrics.latency.buckets), desk.metrics.latency.sum) == (1, 0.25)
    close_decision(desk, decision, 0x58, 1000.0, 1000.25)
    assert desk.metrics.answers.values == {("acme", "north", "0x00000058"): 2}


def test_an_answer_may_wait_for_its_record(desk):
    decision = open_decision(desk, submission(), ALLOWED, acme(), "acme/1", 1, 1000.0)
    told = []
    close_decision(desk, decision, 0, 1000.0, 1000.0, told.append)
    assert (len(desk.records), told) == (1, [])
    desk.to_disk[0](None)
    assert told == [None]


def test_labels_of_statuses_are_hexadecimal_and_bounded(monkeypatch):
    monkeypatch.setattr(records, "_LABELS", {})
    monkeypatch.setattr(records, "_LABELS_CAP", 2)
    assert [status_label(status) for status in (0, 0x401, 0xFFFFFFFF, 0)] == [
        "0x00000000",
        "0x00000401",
        "other",
        "0x00000000",
    ]
