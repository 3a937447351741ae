"""The faults of panoramisk 1.4, one by one: each is out of reach. (The list is that of the design's section 4.)"""

import ast
import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import ami
from ami.errors import NotConnected, Refused, Unanswered, UnsafeAction
from ami.events import SmsSubmit
from ami.manager import State
from ami.packet import Parser

from .fake import Fake, packet, submit, until, value
from .rig import QUICK, Told, logged_in, manager_of


async def test_1_a_character_split_between_two_reads_is_whole() -> None:
    async with logged_in() as (fake, _, told):
        await fake.call.say_in_octets(submit("12", "1|acme|Ωδ€😀"))
        await until(lambda: told.events)
        assert told.events == [SmsSubmit("12", "1|acme|Ωδ€😀")]


async def test_2_a_value_never_becomes_a_second_action() -> None:
    async with logged_in() as (fake, manager, _):
        for bad in ("x\r\n\r\nAction: Logoff", "x\n\nAction: Logoff", "x\r", "x\0"):
            with pytest.raises(UnsafeAction):
                await manager.originate("Local/12@sms-release/n", {"__ROUTE": bad})
            with pytest.raises(UnsafeAction):
                await manager.db_tree(bad)
        await manager.ping()
        names = [value(each, "Action") for each in fake.call.actions]
        assert names == ["Challenge", "Login", "Ping"]


async def test_3_an_event_under_our_action_id_resolves_nothing_and_is_told() -> None:
    async with logged_in() as (fake, manager, told):

        async def forged(call, headers) -> None:
            identity = value(headers, "ActionID")
            call.say(submit("12", ActionID=identity) + submit("13", ActionID=identity, Response="Success"))

        fake.handlers["Ping"] = forged
        with pytest.raises(Unanswered):
            await manager.ping()
        assert [event.sid for event in told.events] == ["12", "13"]


async def test_3_action_ids_cannot_be_guessed_from_others() -> None:
    async with logged_in() as (fake, manager, _):
        await manager.ping()
        fake.call.cut()
        await until(lambda: manager.counters.logins == 2)
        await manager.ping()
        prefixes = {value(each, "ActionID").partition("-")[0] for each in fake.all("Ping")}
        assert len(prefixes) == 2
        assert {len(each) for each in prefixes} == {16}


async def test_4_an_exception_in_a_callback_loses_nothing_of_the_segment() -> None:
    async with Fake() as fake:
        told = Told()
        manager = manager_of(fake, told)

        def once(event: object) -> None:
            told.event(event)
            if len(told.events) == 1:
                raise RuntimeError

        manager._on_event = once
        manager.start()
        await until(lambda: manager.state is State.UP)
        fake.call.say(submit("12") + submit("13") + submit("14"))
        await until(lambda: len(told.events) == 3)
        assert (manager.counters.callback_errors, manager.counters.losses) == (1, 0)
        await manager.stop()


async def test_5_nothing_is_written_twice() -> None:
    async with logged_in() as (fake, manager, _):
        fake.deaf = True
        asked = asyncio.get_running_loop().create_task(manager.originate("Local/12@sms-release/n", {"__ROUTE": "a"}))
        await until(lambda: fake.all("Originate"))
        fake.deaf = False
        fake.call.cut()
        with pytest.raises(Unanswered):
            await asked
        await until(lambda: manager.counters.logins == 2)
        fake.call.say(packet(("Event", "FullyBooted")))
        await manager.ping()
        assert len(fake.all("Originate")) == 1


async def test_6_nothing_is_queued_while_there_is_no_login() -> None:
    async with logged_in() as (fake, manager, _):
        await fake.close()
        await until(lambda: manager.state is not State.UP)
        for _ in range(5):
            with pytest.raises(NotConnected):
                await manager.originate("Local/12@sms-release/n", {"__ROUTE": "a"})
        assert manager.counters.unconnected == 5
        await fake.open()
        await until(lambda: manager.state is State.UP)
        fake.call.say(packet(("Event", "FullyBooted")))
        await manager.ping()
        assert fake.all("Originate") == []


async def test_7_a_ping_that_is_not_answered_ends_the_connection_and_leaks_nothing() -> None:
    async with logged_in(replace(QUICK, keepalive=0.02, silence=0.3)) as (fake, manager, told):
        await until(lambda: len(fake.all("Ping")) > 5)
        assert manager.outstanding <= 1
        fake.deaf = True
        await until(lambda: told.order[-1] != "up")
        assert manager.counters.silences == 1
        assert manager.outstanding == 0


async def test_8_before_during_and_after_a_connection_the_errors_are_typed() -> None:
    async with Fake() as fake:
        manager = manager_of(fake, Told())
        with pytest.raises(NotConnected, match="down"):
            await manager.ping()
        fake.refuse = True
        manager.start()
        await until(lambda: manager.state is State.REFUSED)
        with pytest.raises(NotConnected, match="refused"):
            await manager.ping()
        await manager.stop()
        with pytest.raises(NotConnected, match="down"):
            await manager.ping()


async def test_9_an_asynchronous_originate_waits_for_its_response_only() -> None:
    async with logged_in() as (_, manager, _):
        await manager.originate("Local/12@sms-release/n", {"__ROUTE": "a"})
        assert manager.outstanding == 0


async def test_9_a_list_that_is_denied_is_an_answer() -> None:
    """panoramisk with as_list=True waits for ever for the rows of an error."""
    async with logged_in() as (fake, manager, _):

        async def no(call, headers) -> None:
            call.respond(headers, ("Message", "Permission denied"), response="Error")

        fake.handlers["DBGetTree"] = no
        with pytest.raises(Refused):
            await manager.db_tree("smsq")


def test_10_a_trailing_empty_header_is_an_empty_one() -> None:
    (one,) = Parser().feed(b"Event: X\r\nY: 1\r\nZ: \r\n\r\n")
    assert one.get("Z") == ""


async def test_10_a_long_packet_in_many_reads_is_joined_once() -> None:
    async with logged_in(replace(QUICK, answer=20.0)) as (fake, _, told):
        data = submit("12", "x" * 100_000)
        for at in range(0, len(data), 100):
            fake.call.say(data[at : at + 100])
            await fake.call.writer.drain()
            await asyncio.sleep(0)
        await until(lambda: told.events)
        assert len(told.events[0].record) == 100_000


def test_only_one_file_knows_panoramisk_and_nothing_of_its_manager() -> None:
    foreign: dict[str, set[str]] = {}
    for path in Path(ami.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [str(node.module)]
            for name in names:
                if name.partition(".")[0] not in sys.stdlib_module_names | {"ami"}:
                    foreign.setdefault(path.name, set()).add(name)
    assert foreign == {"packet.py": {"panoramisk.actions", "panoramisk.ami_protocol"}}
