"""What is measured when somebody asks."""

import pytest

from edge.app.gauges import tables

from .stage import customer, message, until


def read(edge, name):
    return dict(edge.metrics.gauges[name].read())


async def test_every_gauge_reads_and_has_a_value_for_each_of_its_labels(edge):
    for name, gauge in edge.metrics.gauges.items():
        for labels, value in gauge.read():
            assert len(labels) == len(gauge.labels), name
            assert value >= 0


async def test_links_and_windows(conf, edge, north):
    assert read(edge, "smsedge_carrier_links") == {("north", "bound"): 1, ("north", "down"): 0}
    assert read(edge, "smsedge_window_size") == {("north", "north/1"): 10}
    north.silent = True
    async with customer(conf.port) as client:
        for number in range(1, 13):
            to, source = b"141655503%02d" % number, b"141655501%02d" % number
            client.writer.write(message(number, to=to, source=source))
        await until("sent", lambda: len(north.got) == 10)
        assert read(edge, "smsedge_window_used") == {("north", "north/1"): 10}
        await until("held", lambda: read(edge, "smsedge_held") == {("north",): 2})
        assert dict(tables(edge))[("customer-inflight",)] == 12
        assert dict(tables(edge))[("carrier-pending:north",)] == 10
    edge.pools["north"].links[0].line.abort()
    await until("lost", lambda: not edge.pools["north"].bound)
    assert read(edge, "smsedge_carrier_links") == {("north", "bound"): 0, ("north", "down"): 1}
    assert read(edge, "smsedge_late_answers") == {("north/1",): 0}


async def test_sessions_and_connections(conf, edge):
    assert read(edge, "smsedge_sessions") == {}
    async with customer(conf.port):
        assert read(edge, "smsedge_sessions") == {("acme", "acme"): 1}
        assert read(edge, "smsedge_connections") == {("unbound",): 0, ("bound",): 1}
        assert read(edge, "smsedge_delivery_queue") == {("acme",): 0}
    await until("gone", lambda: not edge.service.connections)
    assert read(edge, "smsedge_sessions") == {}


async def test_facts_and_the_reload(edge):
    await edge.operations.standing.block({"number": "54321", "reason": "x"})
    await edge.operations.standing.suspend({"account": "acme", "reason": "x"})
    assert read(edge, "smsedge_blocked_numbers") == {(): 1}
    assert read(edge, "smsedge_suspended_accounts") == {(): 1}
    before = read(edge, "smsedge_conf_reloaded_seconds")[()]
    await edge.reload()
    assert read(edge, "smsedge_conf_reloaded_seconds")[()] > before


async def test_a_rule_that_is_parked(edge):
    edge.desk.state.parked["bulk"] = 1e12
    assert read(edge, "smsedge_rule_parked") == {("bulk",): 1.0}


async def test_tables_of_the_rules_have_caps(edge):
    caps = read(edge, "smsedge_table_cap")
    assert caps
    assert all(value > 0 for value in caps.values())
    assert set(read(edge, "smsedge_table_cap_hits")) == set(caps)
    assert set(caps) <= set(dict(tables(edge)))


@pytest.mark.parametrize(
    "name", ["delivery-queued", "gate-lockouts", "router-ways", "doubts", "shared-senders", "audit-queue"]
)
async def test_tables_that_must_not_grow(edge, name):
    assert dict(tables(edge))[(name,)] == 0
