"""What operators ask of a running edge."""

import asyncio

import pytest

from edge.console.control import CommandError
from edge.console.control_client import ask
from edge.core.facts import Fact, FactKind

from .stage import customer, message, running, until


@pytest.fixture
def operations(edge):
    return edge.operations


# -- readiness and status ------------------------------------------------------------------------


async def test_it_is_ready_while_a_carrier_is_bound(edge, operations, north):
    assert operations.readiness() == []
    north.silent = True
    edge.pools["north"].links[0].line.abort()
    await until("lost", lambda: not edge.pools["north"].bound)
    assert operations.readiness() == ["no carrier is bound"]
    edge.service.draining = True
    assert operations.readiness() == ["stopping", "no carrier is bound"]


async def test_it_is_not_ready_while_the_audit_cannot_keep_up(edge, operations, monkeypatch):
    monkeypatch.setattr(edge.audit, "sizes", lambda: {"queue": 75, "queue_limit": 100})
    assert operations.readiness() == ["the audit cannot keep up"]
    monkeypatch.setattr(edge.audit, "sizes", lambda: {"queue": 74, "queue_limit": 100})
    assert operations.readiness() == []


async def test_an_edge_without_carriers_is_ready(conf):
    conf.write("local.d/none.conf", '[[carrier]]\nname = "north"\nenabled = false\n[[route]]\nenabled = false\n')
    async with running(conf.edge()) as edge:
        assert edge.operations.readiness() == []


async def test_status(conf, edge, operations):
    async with customer(conf.port) as client:
        await client.asks(message(7))
        status = operations.status({})
    assert (status["node"], status["conf"]) == ("edge-t", edge.desk.conf.version)
    assert status["listening"] == [f"smpp 127.0.0.1:{conf.port}"]
    assert status["not_ready"] == []
    (carrier,) = status["carriers"]
    assert (carrier["name"], carrier["links"], carrier["held"]) == ("north", {"north/1": "bound, 0/10"}, 0)
    (session,) = status["sessions"]
    assert session == {
        "name": "acme/1",
        "account": "acme",
        "peer": "127.0.0.1",
        "state": "bound_trx",
        "version": "0x34",
        "inflight": 0,
    }
    assert (status["blocked"], status["suspended"], status["parked"], status["rule_errors"]) == ([], [], [], {})
    assert all(isinstance(value, int) and value for value in status["tables"].values())


async def test_status_of_a_link_that_is_down(edge, operations):
    edge.pools["north"].links[0].line.abort()
    await until("lost", lambda: not edge.pools["north"].bound)
    assert operations.status({})["carriers"][0]["links"] == {"north/1": "down, 0/10"}


# -- reload ------------------------------------------------------------------------------------


async def test_reload_says_what_it_did(conf, edge, operations):
    assert await operations.reload({}) == {"reloaded": True, "conf": edge.desk.conf.version, "notes": []}
    conf.write("local.d/bad.conf", "[smpp]\nwindou = 1\n[node]\nnam = 1\n")
    answer = await operations.reload({})
    assert answer["reloaded"] is False
    assert [problem.partition(": ")[0] for problem in answer["problems"]] == [
        "local.d/bad.conf:2",
        "local.d/bad.conf:4",
    ]


# -- explain and trace ---------------------------------------------------------------------------


async def test_explain_a_message_and_a_decision(conf, edge, operations):
    described = {"account": "acme", "from": "+14165550100", "to": "911"}
    assert (await operations.explain(described))["rule"] == "emergency-destination"
    async with customer(conf.port) as client:
        await client.asks(message(7, to=b"911"))
    (one,) = (await operations.trace({"account": "acme"}))["decisions"]
    decision = (await operations.explain({"decision": one["id"]}))["decision"]
    assert (decision["rule"], decision["heading"][:16]) == ("emergency-destination", "Using SIPSTACK n")
    with pytest.raises(CommandError, match="is no decision id"):
        await operations.explain({"decision": "nonsense"})


async def test_trace_by_number_id_and_account_the_latest_first(conf, edge, operations):
    async with customer(conf.port) as client:
        for number in range(1, 4):
            await client.asks(message(number, b"text %d" % number))
        await client.asks(message(9, to=b"14165550399"))
    traced = (await operations.trace({"account": "acme"}))["decisions"]
    assert [one["sequence"] for one in traced] == [9, 3, 2, 1]
    assert [one["sequence"] for one in (await operations.trace({"number": "+14165550399"}))["decisions"]] == [9]
    (one,) = (await operations.trace({"message_id": "nm2"}))["decisions"]
    assert (one["sequence"], one["status_name"], len(one["id"])) == (2, "ESME_ROK", 16)
    assert [one["sequence"] for one in (await operations.trace({"account": "acme", "limit": 2}))["decisions"]] == [9, 3]
    assert (await operations.trace({"account": "acme", "since_hours": 1e-9}))["decisions"] == []
    assert (await operations.trace({"account": "nobody"}))["decisions"] == []


# -- facts -------------------------------------------------------------------------------------


async def test_a_block_holds_from_the_answer_on_and_is_on_disk(conf, edge, operations):
    answer = await operations.standing.block({"number": "+1 416 555 0301", "reason": "spam", "by": "op", "ttl": 3600})
    assert (answer["done"], answer["subject"]) == ("block", "+14165550301")
    fact = edge.ledger.facts.blocked[14165550301]
    assert (fact.kind, fact.by, fact.reason, fact.expires) == (FactKind.BLOCK, "operator:op", "spam", answer["expires"])
    assert fact.expires == pytest.approx(fact.at + 3600)
    async with customer(conf.port) as client:
        assert (await client.asks(message(7))).status == 0x66
        assert (await operations.standing.unblock({"number": "14165550301"}))["done"] == "unblock"
        assert (await client.asks(message(8))).status == 0
    assert operations.status({})["blocked"] == []


@pytest.mark.parametrize(("written", "subject"), [("54321", "54321"), ("ACME", "ACME"), ("4165550301", "+14165550301")])
async def test_what_can_be_blocked(operations, written, subject):
    assert (await operations.standing.block({"number": written, "reason": "x"}))["subject"] == subject


@pytest.mark.parametrize("ttl", [-5, 1e300, float("nan"), float("inf")])
async def test_a_time_to_live_that_is_none(edge, operations, ttl):
    for command, request in (("block", {"number": "+14165550301"}), ("suspend", {"account": "acme"})):
        with pytest.raises(CommandError, match="the ttl is a number of seconds"):
            await getattr(operations.standing, command)({**request, "reason": "x", "ttl": ttl})
    assert operations.status({})["blocked"] == operations.status({})["suspended"] == []


async def test_a_suspension(conf, operations):
    answer = await operations.standing.suspend({"account": "acme", "reason": "unpaid", "by": "ann"})
    assert (answer["done"], answer["subject"], answer["expires"]) == ("suspend", "acme", 0.0)
    async with customer(conf.port) as client:
        assert (await client.asks(message(7))).status == 0x66
        status = operations.status({})
        assert status["suspended"] == ["acme"]
        (why,) = status["suspensions"]
        assert {**why, "at": 0} == {
            "account": "acme",
            "at": 0,
            "by": "operator:ann",
            "reason": "unpaid",
            "expires": 0.0,
        }
        assert (await operations.standing.restore({"account": "acme"}))["done"] == "restore"
        assert (await client.asks(message(8))).status == 0


async def test_facts_about_an_account_are_counted_as_its_own(edge, operations):
    await operations.standing.suspend({"account": "acme", "reason": "unpaid"})
    await operations.standing.restore({"account": "acme"})
    assert edge.metrics.counters["smsedge_facts_total"].values == {("suspend", "acme"): 1, ("restore", "acme"): 1}


async def test_what_the_ladder_does_to_numbers_and_accounts_is_logged(edge, caplog):
    facts = [
        Fact(FactKind.SUSPEND, "acme", 1.0, "ladder", "3 numbers blocked", 0.0, "acme", "", "threat/violence"),
        Fact(FactKind.SLOW, "+14165550100", 1.0, "ladder", "too many", 9.0, "acme", "", "volume"),
        Fact(FactKind.BLOCK, "+14165550101", 1.0, "operator:ann", "spam"),
    ]
    told = asyncio.Event()
    edge.desk.lay_down(facts, lambda error: told.set())
    await asyncio.wait_for(told.wait(), 10)
    said = [record.getMessage() for record in caplog.records if record.name == "smsedge.policy"]
    assert said == ["ladder: suspend acme (threat/violence): 3 numbers blocked"]


async def test_an_account_that_is_gone_from_the_conf_can_be_restored(conf, edge, operations):
    await operations.standing.suspend({"account": "acme", "reason": "unpaid"})
    conf.write("local.d/acme.conf", 'name = "acme"\nenabled = false\n')
    await edge.reload()
    assert list(edge.desk.conf.accounts) == []
    assert (await operations.standing.restore({"account": "acme"}))["done"] == "restore"
    with pytest.raises(CommandError, match="no account is called 'acme'"):
        await operations.standing.restore({"account": "acme"})


@pytest.mark.parametrize(
    ("name", "request_", "says"),
    [
        ("block", {}, "which number"),
        ("block", {"number": "+1", "reason": "x"}, r"\+1 is no number, short code or sender name: "),
        ("block", {"number": "+14165550301"}, "give a reason"),
        ("suspend", {"account": "acme"}, "give a reason"),
        ("suspend", {"account": "nobody", "reason": "x"}, "no account is called 'nobody'"),
        ("unblock", {"number": ""}, "which number"),
    ],
)
async def test_what_cannot_be_done_is_said(operations, name, request_, says):
    with pytest.raises(CommandError, match=says):
        await operations.handlers()[name](request_)


async def test_a_fact_that_is_not_on_disk_is_not_confirmed(edge, operations, monkeypatch):
    told = []

    def record(fact, done):
        done(OSError("the disk is full"))
        done(None)  # and late
        told.append(fact.subject)

    monkeypatch.setattr(edge.ledger, "record", record)
    with pytest.raises(OSError, match="the disk is full"):
        await operations.standing.suspend({"account": "acme", "reason": "x"})
    assert told == ["acme"]


# -- over the socket -----------------------------------------------------------------------------


async def test_over_the_control_socket(conf, edge):
    socket = conf.state / "control.sock"
    assert (await asyncio.to_thread(ask, socket, "status"))["node"] == "edge-t"
    done = await asyncio.to_thread(ask, socket, "block", number="54321", reason="spam")
    assert done == {"done": "block", "subject": "54321", "expires": 0.0}
