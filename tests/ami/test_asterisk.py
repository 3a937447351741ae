"""The package on a real Asterisk with the shipped configuration: SMSEDGE_ASTERISK=1 (see tests/asterisk)."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ami.action import LINE_LONGEST, Action
from ami.errors import Denied, NotConnected, Refused
from ami.events import SmsDelivered, SmsDiscarded, SmsReleased, SmsSubmit
from ami.inspection import dialplan, endpoint, permitted, variable, versions
from ami.manager import Manager, State
from ami.record import Record, parse_record
from ami.settings import Settings, Timeouts
from tests.asterisk import tree as trees
from tests.asterisk.instance import Asterisk
from tests.asterisk.peer import Peer
from tests.asterisk.shipped import ASTERISK_HOST, DESK_HOST, NORTH_HOST, SECRET

from .fake import until
from .rig import Told

pytestmark = [
    pytest.mark.skipif(not os.environ.get("SMSEDGE_ASTERISK"), reason="real Asterisk: SMSEDGE_ASTERISK=1"),
    pytest.mark.timeout(900),  # the first may have to make the tree
]

SOON = Timeouts(keepalive=0.5, silence=1.0, reconnect_min=0.1, reconnect_max=0.5)
TO = "+14165550301"


@pytest.fixture(scope="module")
def asterisk() -> Iterator[Asterisk]:
    try:
        made = Asterisk(trees.tree())
    except trees.Missing as missing:
        if os.environ.get("SMSEDGE_REQUIRE_PEERS"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    try:
        made.start()
        yield made
    finally:
        made.remove()


@asynccontextmanager
async def logged_in(asterisk: Asterisk, secret: str = SECRET, timeouts: Timeouts = SOON):
    told = Told()
    settings = Settings("real", ASTERISK_HOST, asterisk.ports.ami, "smsedge", secret, timeouts)
    manager = Manager(settings, told.event, told.up, told.down)
    manager.start()
    try:
        await until(lambda: manager.state in (State.UP, State.REFUSED))
        yield manager, told
    finally:
        await manager.stop()


@pytest.fixture
async def desk(asterisk: Asterisk) -> AsyncIterator[Peer]:
    peer = Peer(DESK_HOST, asterisk.ports.desk, asterisk.ports.sip)
    await peer.open()
    yield peer
    peer.close()


@pytest.fixture
async def north(asterisk: Asterisk) -> AsyncIterator[Peer]:
    peer = Peer(NORTH_HOST, asterisk.ports.north, asterisk.ports.sip)
    await peer.open()
    yield peer
    peer.close()


async def emptied(manager: Manager, told: Told) -> None:
    """Take everything out of the spool, fifty at a time."""
    while entries := list((await manager.db_tree("smsq")).entries):
        for sid in entries[:50]:
            await manager.originate(f"Local/{sid}@sms-discard/n", {})
        wanted = {SmsDiscarded(sid, "OK") for sid in entries[:50]}
        await until(lambda wanted=wanted: wanted <= set(told.events))


async def sent(desk: Peer, count: int) -> None:
    """So many messages into the spool, twenty at a time."""
    for start in range(0, count, 20):
        answers = [desk.text(TO, f"text {start + at}".encode()) for at in range(min(20, count - start))]
        assert set(await asyncio.gather(*answers)) == {202}


async def test_login_and_refused_login(asterisk: Asterisk) -> None:
    async with logged_in(asterisk) as (manager, told):
        assert (manager.state, told.order) == (State.UP, ["up"])
        assert manager.version.split(".")[0].isdigit()
        await manager.ping()
    async with logged_in(asterisk, "wrong-secret") as (manager, told):
        await until(lambda: manager.counters.refused >= 2)
        assert (manager.state, told.order) == (State.REFUSED, [])
        assert "Authentication failed" in manager.reason


async def test_a_message_is_told_read_released_once_and_gone(asterisk: Asterisk, desk: Peer, north: Peer) -> None:
    body = "Ωδ € \r\n 😀 ${SHELL(id)} $[1+1] ),(\\ \" ' ; , | = & {x}".encode()
    async with logged_in(asterisk) as (manager, told):
        await emptied(manager, told)
        told.order.clear()
        assert await desk.text(TO, body, b'"A, B; |x" <sip:+14165550110@127.0.0.2>', b"call,1|2") == 202
        await until(lambda: told.events)
        (event,) = told.events
        assert isinstance(event, SmsSubmit)
        record = parse_record(event.record)
        assert record == Record("acme-desk", TO.encode(), record.sender, b"call,1|2", len(body), body)
        assert record.sender.startswith(b'"A, B; |x" <sip:+14165550110@127.0.0.2>')
        assert (await manager.db_tree("smsq")).entries == {event.sid: event.record}
        for times in (2, 1):  # two at once, one of them while the other sends; and one when all is over
            before = len(told.events)
            for _ in range(times):
                await manager.originate(f"Local/{event.sid}@sms-release/n", {"__ROUTE": "carrier-north"})
            await until(lambda before=before, times=times: len(told.events) == before + times)
        assert {type(each) for each in told.events[1:]} == {SmsReleased}
        first, second, third = (each.status for each in told.events[1:])
        assert {first, second} in ({"SUCCESS", "GONE"}, {"SUCCESS", "UNKNOWN"})
        assert third == "GONE"
        await until(lambda: north.messages)
        assert [each.body for each in north.messages] == [body]
        assert (await manager.db_tree("smsq")).entries == {}
        assert (manager.counters.bugs, manager.counters.malformed) == (0, 0)


async def test_discard_and_a_context_that_is_not_there(asterisk: Asterisk) -> None:
    async with logged_in(asterisk) as (manager, told):
        await manager.originate("Local/1-2-3@no-such-context/n", {})  # accepted, and nothing more is heard of it
        await manager.originate("Local/1-2-3@sms-discard/n", {})
        await until(lambda: told.events)
        assert told.events == [SmsDiscarded("1-2-3", "GONE")]


async def test_a_body_in_pieces_reaches_the_desk(asterisk: Asterisk, desk: Peer) -> None:
    asterisk.cli("database deltree smsmo")  # where the ids that were used are kept
    async with logged_in(asterisk) as (manager, told):
        pieces = {"__B1": "QUJD" * 250, "__B2": "REVG" * 80}
        variables = {"__ENDPOINT": "acme-desk", "__FROM": "14165550301", "__OCTETS": "990", "__TO": "14165550110"}
        await manager.originate("Local/1-mo@sms-mo/n", variables | pieces)
        await until(lambda: told.events)
        assert told.events == [SmsDelivered("1-mo", "mo", "acme-desk", "SUCCESS", "")]
        await until(lambda: desk.messages)
        assert desk.messages[0].body == b"ABC" * 250 + b"DEF" * 80


async def test_1000_records_survive_kill_9_and_are_read_after_the_login(asterisk: Asterisk, desk: Peer) -> None:
    async with logged_in(asterisk, timeouts=replace(SOON, silence=3.0)) as (manager, told):
        await emptied(manager, told)
        told.order.clear()
        await sent(desk, 1000)
        await until(lambda: len(told.events) == 1000)
        submitted = {event.sid: event.record for event in told.events}
        assert (await manager.db_tree("smsq")).entries == submitted
        await asyncio.sleep(1.5)  # AstDB commits once a second
        asterisk.kill()
        await until(lambda: manager.state is not State.UP)
        with pytest.raises(NotConnected):
            await manager.db_tree("smsq")
        await asyncio.to_thread(asterisk.start)
        await until(lambda: manager.state is State.UP)
        assert (await manager.db_tree("smsq")).entries == submitted
        assert {parse_record(each).body for each in submitted.values()} == {b"text %d" % at for at in range(1000)}
        few = Manager(replace(manager.settings, entries=100), told.event)
        few.start()
        await until(lambda: few.state is State.UP)
        tree = await few.db_tree("smsq")
        assert (len(tree.entries), tree.left_out) == (100, 900)
        await few.stop()
        await emptied(manager, told)


async def test_a_stopped_asterisk_is_noticed(asterisk: Asterisk) -> None:
    async with logged_in(asterisk) as (manager, told):
        asterisk.freeze()
        try:
            await until(lambda: manager.state is not State.UP)
            assert manager.counters.silences == 1
            assert "Ping not answered" in told.order[-1][1]
            await until(lambda: "no login" in manager.reason)  # its kernel takes the connection, nobody greets
        finally:
            asterisk.thaw()
        await until(lambda: manager.state is State.UP)
        await manager.ping()


async def test_what_it_is_and_what_we_may(asterisk: Asterisk) -> None:
    async with logged_in(asterisk) as (manager, _):
        found = await versions(manager)
        assert found.asterisk.startswith(trees.version(Path(trees.tree())))
        assert found.ami == manager.version
        assert len(found.started) == len("2026-11-25 21:56:07")
        allowed = await permitted(manager)
        assert {"Ping", "Originate", "DBGetTree", "CoreSettings", "ShowDialPlan", "Getvar"} <= allowed
        assert not {"Command", "DBPut", "DBDel", "MessageSend", "Redirect", "Setvar", "UserEvent"} & allowed
        steps = await dialplan(manager, "sms-discard")
        assert {step.extension for step in steps} == {"_X."}
        assert [step.data.partition(",")[0] for step in steps if step.application == "UserEvent"] == ["SmsDiscarded"]
        assert await dialplan(manager, "no-such-context") == ()
        assert await endpoint(manager, "acme-desk", "message_context") == "sms-from-acme-desk"
        assert await endpoint(manager, "no-such-endpoint", "message_context") == ""
        assert await variable(manager, "DIALPLAN_EXISTS(sms-release,10)") == "1"
        for name in ("Command", "DBDel", "MessageSend", "UserEvent", "PJSIPShowEndpoints"):
            with pytest.raises(Denied):
                await manager.request(Action(name))
        shell = Action("Originate", (("Channel", "Local/1-2@sms-seen"), ("Application", "System"), ("Data", "id")))
        with pytest.raises(Denied):
            await manager.request(shell)


async def test_what_getvar_gives_away(asterisk: Asterisk) -> None:
    """Why an operator must not give other managers' secrets to a file that this Asterisk reads and we may ask for."""
    async with logged_in(asterisk) as (manager, _):
        assert await variable(manager, "AST_CONFIG(manager.conf,smsedge,secret)") == SECRET
        with pytest.raises(Denied):
            await variable(manager, "SHELL(id)")
        assert await variable(manager, "DB_DELETE(smsctl/refused)") == ""


async def test_the_limits_are_asterisks(asterisk: Asterisk) -> None:
    async with logged_in(asterisk) as (manager, _):
        await manager.request(Action("Ping", (("X", "a" * (LINE_LONGEST - 3)),)))
        await manager.request(Action("Ping", (("H", "1"),) * 126))
        with pytest.raises(Refused, match="unknown command"):
            await manager.request(Action("NoSuchAction"))
