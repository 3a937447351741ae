"""The real desk: the rules in force, ids, and the clock on the wall."""

import time
from types import SimpleNamespace

import pytest

from edge.app import desk as module
from edge.app.desk import Desk
from edge.config.loading import load
from edge.core.decision import Decision
from edge.core.facts import Fact, FactKind, Facts
from edge.core.metrics import Metrics
from edge.core.submission import Body, Channel, Direction, Operation, Submission
from edge.core.verdict import ALLOWED, Action

from .stage import Conf


class Audit:
    """Keeps what it is given."""

    def __init__(self):
        self.kept = []
        self.waiting = []

    def record(self, decision):
        self.kept.append(decision)

    def record_durably(self, decision, done):
        self.waiting.append((decision, done))


@pytest.fixture
def written(tmp_path):
    return Conf(tmp_path, 1)


@pytest.fixture
def desk(written):
    ledger = SimpleNamespace(facts=Facts())
    return Desk(load(written.directory, {}), Metrics(), ledger, Audit())


def submission(desk, to="+14165550301"):
    account = desk.conf.accounts["acme"]
    source, destination = desk.party("+14165550100", 1, 1, 1), desk.party(to, 1, 1, 1)
    return Submission(
        Channel.SMPP,
        Direction.MT,
        Operation.SUBMIT,
        account,
        "acme",
        "acme",
        source,
        destination,
        Body("See you at 2.", b"See you at 2."),
    )


def test_the_rules_in_force_judge(desk):
    assert desk.judge(submission(desk), 1000.0) is ALLOWED
    assert desk.judge(submission(desk, "911"), 1000.0).action is Action.BOUNCE


def test_a_new_conf_holds_from_the_next_message_on(desk, written):
    assert desk.judge(submission(desk), 1000.0) is ALLOWED
    written.write("local.d/policy.conf", '[areas]\n"416" = "US"\n')
    loaded = load(written.directory, {})
    desk.adopt(loaded)
    assert desk.conf is loaded.conf
    assert desk.party("+14165550301", 1, 1, 1).country == "US"


def test_facts_of_the_ledger_hold_at_once(desk):
    desk.ledger.facts.apply(Fact(FactKind.SUSPEND, "acme", 0.0))
    assert desk.judge(submission(desk), 1000.0).rule == "suspended"


def test_ids_grow_and_begin_with_the_time(desk):
    ids = [desk.next_decision() for _ in range(3)]
    assert ids == sorted(set(ids))
    assert abs((int(ids[0], 16) >> 20) / 1000 - time.time()) < 60


def test_records_go_to_the_audit(desk):
    decision = Decision("0" * 16, 0.0)
    desk.record(decision)
    desk.record_durably(decision, print)
    assert (desk.audit.kept, desk.audit.waiting) == ([decision], [(decision, print)])


def test_the_tick_follows_the_clock_on_the_wall_and_lets_facts_expire(desk, monkeypatch):
    monkeypatch.setattr(module, "time", lambda: 5_000_000.0)
    desk.ledger.facts.apply(Fact(FactKind.BLOCK, "SPAM", 0.0, expires=5_000_001.0))
    desk.tick(1000.0)
    assert desk.unix_time(1001.0) == 5_000_001.0
    assert desk.state.wall_offset == 4_999_000.0
    assert "SPAM" in desk.ledger.facts.blocked
    monkeypatch.setattr(module, "time", lambda: 5_000_001.0)
    desk.tick(1001.0)
    assert desk.ledger.facts.blocked == {}


def test_the_tick_shows_the_errors_of_rules_as_metrics(desk):
    desk.state.note_error("loop", ValueError("x"), 1000.0, True)
    desk.state.note_error("loop", ValueError("x"), 1000.0, True)
    desk.tick(1000.0)
    assert desk.metrics.rule_errors.values == {("loop",): 2}
