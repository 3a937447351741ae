"""The spool as the queue: replay, cuts, two edges, order, bounds, what crashes leave."""

import asyncio

import pytest

from edge.app.edge import Edge
from edge.channels.asterisk import gateway as gateways
from edge.channels.asterisk import orders
from tests.edge.app.stage import until

from .stage import LAX, Stage


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    """Nothing but who sends what is against a message."""
    stage.writes(policy=LAX)
    return stage


async def test_what_was_spooled_without_an_edge_goes_out_in_order(stage: Stage) -> None:
    for turn in range(100):
        stage.asterisk.submits(f"number {turn}", quiet=True)
    async with stage.runs():
        await stage.settled(100)
        assert [octets for _, _, octets in stage.asterisk.sent] == [f"number {turn}".encode() for turn in range(100)]
        assert stage.asterisk.family("smsq") == {}


async def test_an_event_that_was_missed_is_found_by_looking(stage: Stage, edge: Edge) -> None:
    stage.asterisk.submits(quiet=True)
    await stage.settled()
    assert len(stage.asterisk.sent) == 1


async def test_more_than_memory_takes_stays_in_the_spool(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "ITEMS_CAP", 20)
    monkeypatch.setattr(gateways, "LISTED", 35)
    for turn in range(100):
        stage.asterisk.submits(f"number {turn}", quiet=True)
    async with stage.runs() as edge:
        await stage.settled(100)
        assert len(stage.asterisk.sent) == 100
        assert [octets for _, _, octets in stage.asterisk.sent] == [f"number {turn}".encode() for turn in range(100)]
        assert ("asterisk-items",) in edge.metrics.caps.values


async def test_two_edges_send_nothing_twice(stage: Stage, edge: Edge) -> None:
    """A second edge of the same conf, with a ledger of its own."""
    from edge.channels.asterisk.service import Service

    other = Service(edge.desk, edge.router, edge.pools, edge.service.custody, edge.service.shared)
    other.adopt(edge.desk.conf)
    try:
        await until("the second", lambda: other.gateways["sbc-1"].up and other.gateways["sbc-1"].looked)
        for turn in range(50):
            stage.asterisk.submits(f"number {turn}", to=f"+1416555{3000 + turn}")
        await until("all sent", lambda: len(stage.asterisk.sent) >= 50)
        await until("all settled", lambda: not stage.gateway.items and not other.gateways["sbc-1"].items)
        assert stage.asterisk.family("smsq") == {}
        assert len(stage.asterisk.sent) == len(set(stage.asterisk.sent)) == 50
    finally:
        await other.stop(1.0)


async def test_only_the_edge_whose_discard_it_was_goes_on(stage: Stage) -> None:
    stage.writes(carriers='"north"', policy=LAX)
    async with stage.runs():
        sid = stage.asterisk.submits(quiet=True)
        # Another edge's discard: everybody hears it, and it is not ours.
        stage.asterisk.answers["sms-discard"] = ["GONE"]
        stage.asterisk.tells("SmsDiscarded", Sid=sid, Status="OK", By="e00n1")
        await stage.settled()
        assert stage.outcomes() == {"elsewhere": 1}
        assert stage.north.got == []
        assert stage.edge is not None
        assert stage.edge.ledger.quarantine.keyed() == {}


async def test_a_cut_connection_loses_and_doubles_nothing(stage: Stage, edge: Edge) -> None:
    stage.asterisk.mute = 3
    for turn in range(20):
        stage.asterisk.submits(f"number {turn}", to=f"+1416555{3000 + turn}")
    await until("orders", lambda: len(stage.asterisk.sent) >= 3)
    stage.asterisk.call.cut()
    for turn in range(20, 40):
        stage.asterisk.submits(f"number {turn}", to=f"+1416555{3000 + turn}", quiet=True)
    await stage.settled(40)
    assert len(stage.asterisk.sent) == len(set(stage.asterisk.sent)) == 40
    assert stage.outcomes() == {"released": 40}


async def test_an_order_without_an_answer_is_given_again(
    stage: Stage, edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PATIENCE", 0.2)
    stage.asterisk.deaf_to = {"sms-release"}
    stage.asterisk.submits()
    await until("an order", lambda: stage.asterisk.orders)
    stage.asterisk.deaf_to = set()
    await stage.settled()
    assert len(stage.asterisk.sent) == 1


async def test_asterisk_killed_with_messages_spooled(stage: Stage, edge: Edge) -> None:
    await stage.asterisk.close()
    await until("down", lambda: not stage.gateway.up)
    for turn in range(30):
        stage.asterisk.submits(f"number {turn}", quiet=True)
    await stage.asterisk.open()
    await stage.settled(30)
    assert len(stage.asterisk.sent) == 30


async def test_what_a_crash_brings_back_is_discarded(stage: Stage, edge: Edge) -> None:
    sid = stage.asterisk.submits(quiet=True)
    record = stage.asterisk.family("smsq")[sid]
    await stage.settled()
    stage.asterisk.spools(record, quiet=True, sid=sid)
    await until("undone", lambda: stage.outcomes().get("undone"))
    await until("gone", lambda: not stage.asterisk.family("smsq"))
    assert len(stage.asterisk.sent) == 1


async def test_and_so_it_is_by_the_next_life_of_the_edge(stage: Stage) -> None:
    sid = stage.asterisk.submits(quiet=True)
    record = stage.asterisk.family("smsq")[sid]
    async with stage.runs():
        await stage.settled()
    stage.asterisk.spools(record, quiet=True, sid=sid)
    async with stage.runs():
        await until("gone", lambda: not stage.asterisk.family("smsq"))
        assert len(stage.asterisk.sent) == 1


async def test_a_record_that_cannot_be_read_stays_for_a_person(stage: Stage, edge: Edge) -> None:
    sid = stage.asterisk.spools("2|from the future")
    stage.asterisk.submits()
    await stage.settled(2)
    assert stage.outcomes() == {"unreadable": 1, "released": 1}
    assert sid in stage.asterisk.family("smsq")
    assert edge.sip.status()[0]["unreadable"] == [sid]


async def test_of_one_pair_one_after_the_other(stage: Stage, edge: Edge) -> None:
    """A message that waits holds up those behind it to the same number, and nobody else."""
    stage.asterisk.answers["sms-release"] = ["BUSY"]
    for turn in range(3):
        stage.asterisk.submits(f"number {turn}")
    stage.asterisk.submits("another", to="+14165550302")
    await stage.settled(4)
    sent = [octets for _, _, octets in stage.asterisk.sent]
    assert sent == [b"another", b"number 0", b"number 1", b"number 2"]


async def test_a_fault_of_ours_costs_a_moment(stage: Stage, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "AGAIN", 0.1)
    faults = [ZeroDivisionError()]
    handle = gateways.handle

    async def faulty(gateway: gateways.Gateway, item: gateways.Item) -> float | None:
        if faults:
            raise faults.pop()
        return await handle(gateway, item)

    monkeypatch.setattr(gateways, "handle", faulty)
    stage.asterisk.submits()
    await stage.settled()
    assert edge.metrics.protocol_errors.values[("edge", "bug")] == 1
    assert len(stage.asterisk.sent) == 1


async def test_readiness_fails_when_the_spool_grows_old(stage: Stage) -> None:
    stage.writes(carriers='"nowhere"'.replace("nowhere", "trunk-a"), more='old = "10s"', policy=LAX)
    async with stage.runs() as edge:
        assert edge.operations.readiness() == []
        stage.asterisk.answers["sms-release"] = ["FAILURE"] * 100
        stage.asterisk.submits()
        await until("old", lambda: stage.gateway.items)
        [reason] = edge.operations.readiness()
        assert reason.startswith("asterisk sbc-1: a message has been held for ")


async def test_without_its_secret_it_is_not_ready(stage: Stage) -> None:
    stage.writes()
    text = (stage.conf.directory / "local.d/sip.conf").read_text(encoding="utf-8")
    stage.conf.write("local.d/sip.conf", text.replace('"edge-secret"', '"env:UNSET_SECRET"'))
    edge = stage.conf.edge()
    try:
        await edge.start()
        assert edge.sip.not_ready() == ["asterisk sbc-1: its secret is not set"]
    finally:
        await edge.stop()


async def test_a_reload_takes_endpoints_and_asterisks(stage: Stage, edge: Edge) -> None:
    first = stage.gateway
    stage.asterisk.submits(endpoint="late-desk", sender="+14165550130")
    account = (stage.conf.directory / "accounts.d/acme.conf").read_text(encoding="utf-8")
    stage.conf.write(
        "accounts.d/acme.conf",
        account + '[[endpoint]]\nname = "late-desk"\nasterisk = "sbc-1"\nnumbers = ["+14165550130"]\n',
    )
    await edge.reload()
    await stage.settled()
    assert stage.gateway is first
    stage.writes(more="parallel = 2", policy=LAX)
    await edge.reload()
    assert stage.gateway is not first
    await until("up", lambda: stage.gateway.up)
    stage.asterisk.submits()
    await stage.settled(2)
    assert stage.outcomes() == {"released": 2}


async def test_the_edge_stops_with_messages_waiting(stage: Stage) -> None:
    async with stage.runs():
        stage.asterisk.deaf_to = {"sms-release"}
        stage.asterisk.submits()
        await until("an order", lambda: stage.asterisk.orders)
        await asyncio.sleep(0)
    assert len(stage.asterisk.family("smsq")) == 1
