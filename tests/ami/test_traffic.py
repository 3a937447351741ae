"""What goes over a Manager's connection: events, actions and lists, and the bounds of each."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from ami.errors import Busy, Denied, Malformed, Refused, Unanswered, UnsafeAction
from ami.events import SmsDiscarded, SmsReleased, SmsSubmit
from ami.manager import State

from .fake import garbage, packet, submit, until, value
from .rig import QUICK, logged_in

# -- events --------------------------------------------------------------------------------------


async def test_events() -> None:
    async with logged_in() as (fake, manager, told):
        fake.call.say(submit("12", "rec"))
        released = ("UserEvent", "SmsReleased"), ("Sid", "12"), ("Route", "north"), ("Status", "GONE")
        fake.call.say(packet(("Event", "UserEvent"), *released))
        fake.call.say(packet(("Event", "UserEvent"), ("UserEvent", "SmsDiscarded"), ("Sid", "12"), ("Status", "OK")))
        fake.call.say(packet(("Event", "UserEvent"), ("UserEvent", "Theirs")) + packet(("Event", "Newchannel")))
        fake.call.say(packet(("Event", "UserEvent"), ("UserEvent", "SmsSubmit"), ("Sid", "../x")))
        fake.call.say(submit("13"))
        await until(lambda: len(told.events) == 4)
        assert told.events[:3] == [
            SmsSubmit("12", "rec"),
            SmsReleased("12", "north", "GONE"),
            SmsDiscarded("12", "OK"),
        ]
        counters = manager.counters
        assert (counters.events, counters.ignored, counters.malformed) == (4, 2, 1)


async def test_a_flood_of_100000_events() -> None:
    async with logged_in(replace(QUICK, answer=60.0, keepalive=0.2, listing=60.0)) as (fake, manager, told):

        async def flood() -> None:
            for start in range(100_000, 200_000, 500):
                fake.call.say(
                    b"".join(submit(f"{sid}-1", "1|acme|MQ==||||" + "QUJD" * 100) for sid in range(start, start + 500))
                )
                await fake.call.writer.drain()

        task = asyncio.get_running_loop().create_task(flood())
        await manager.ping()
        await task
        await until(lambda: len(told.events) == 100_000)
        assert [event.sid for event in told.events] == [f"{sid}-1" for sid in range(100_000, 200_000)]
        assert manager.counters.losses == 0


async def test_garbage_after_login_costs_packets_or_the_connection_never_the_manager() -> None:
    async with logged_in() as (fake, manager, told):
        fake.call.say(garbage(5000) + b"\r\n\r\n" + submit("12"))
        await until(lambda: len(told.events) == 1)
        assert manager.counters.malformed >= 1
        fake.call.say(b"x" * 200_000)
        await until(lambda: manager.counters.logins == 2)
        assert "131072" in told.order[-2][1]
        assert manager.counters.bugs == 0


# -- actions -------------------------------------------------------------------------------------


async def test_originate() -> None:
    async with logged_in() as (fake, manager, _):
        await manager.originate("Local/1-2@sms-release/n", {"__ROUTE": "north"}, 5.0)
        (action,) = fake.all("Originate")
        assert ("Variable", "__ROUTE=north") in action
        assert ("Channel", "Local/1-2@sms-release/n") in action
        assert (manager.counters.actions, manager.counters.answered) == (3, 3)  # two are the login
        with pytest.raises(UnsafeAction):
            await manager.originate("Local/1-2@sms-release/n", {"__ROUTE": "north\r\n\r\nAction: Logoff"}, 5.0)
        assert len(fake.all("Originate")) == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Permission denied", Denied),
        ("Originate Access Forbidden: app or data blacklisted", Denied),
        ("Extension does not exist.", Refused),
        ("x" * 5000, Refused),
    ],
)
async def test_refusals_carry_asterisks_word(said: str, kind: type[Refused]) -> None:
    async with logged_in() as (fake, manager, _):

        async def no(call, headers) -> None:
            call.respond(headers, ("Message", said), response="Error")

        fake.handlers = {"Originate": no, "DBGetTree": no}
        for ask in (manager.originate("Local/12@a/n", {}), manager.db_tree("smsq")):
            with pytest.raises(Refused) as caught:
                await ask
            assert type(caught.value) is kind
            assert caught.value.said == said[:200]
        assert manager.counters.declined == 2
        assert manager.outstanding == 0


async def test_db_tree() -> None:
    async with logged_in() as (fake, manager, _):
        assert (await manager.db_tree("smsq")).entries == {}
        fake.db = {f"/smsq/{at}-1": f"1|acme|{at}" for at in range(1000)} | {"/smsqx/1-1": "other"}
        tree = await manager.db_tree("smsq")
        assert tree.entries == {f"{at}-1": f"1|acme|{at}" for at in range(1000)}
        assert tree.left_out == 0
        for family in ("", "a b", "smsq\r\n", "sms/q", "é"):
            with pytest.raises(UnsafeAction):
                await manager.db_tree(family)


async def test_db_tree_is_bounded_and_says_what_is_left_out() -> None:
    async with logged_in(entries=10) as (fake, manager, _):
        fake.db = {f"/smsq/{at}-1": "r" for at in range(25)}
        tree = await manager.db_tree("smsq")
        assert (len(tree.entries), tree.left_out, manager.counters.left_out) == (10, 15, 15)
    async with logged_in(octets=100) as (fake, manager, _):
        fake.db = {f"/smsq/{at}-1": "r" * 60 for at in range(10)}
        tree = await manager.db_tree("smsq")
        assert (len(tree.entries), tree.left_out) == (2, 8)


async def test_a_list_with_rows_missing_is_no_list() -> None:
    async with logged_in() as (fake, manager, _):

        async def short(call, headers) -> None:
            call.list(headers, "DBGetTreeResponse", "DBGetTreeComplete", [[("Key", "/smsq/12"), ("Val", "r")]], 2)

        fake.handlers["DBGetTree"] = short
        with pytest.raises(Malformed):
            await manager.db_tree("smsq")


async def test_a_list_without_end_and_a_list_that_is_none() -> None:
    async with logged_in(replace(QUICK, listing=0.1)) as (fake, manager, _):

        async def endless(call, headers) -> None:
            call.respond(headers, ("EventList", "start"))

        async def plain(call, headers) -> None:
            call.respond(headers)

        fake.handlers["DBGetTree"] = endless
        with pytest.raises(Unanswered):
            await manager.db_tree("smsq")
        fake.handlers["DBGetTree"] = plain
        with pytest.raises(Malformed):
            await manager.db_tree("smsq")
        assert manager.outstanding == 0


async def test_events_between_the_rows_of_a_list_are_told() -> None:
    async with logged_in() as (fake, manager, told):

        async def mixed(call, headers) -> None:
            identity = ("ActionID", value(headers, "ActionID"))
            call.respond(headers, ("EventList", "start"))
            call.say(packet(("Event", "DBGetTreeResponse"), ("Key", "/smsq/12"), ("Val", "r"), identity) + submit("13"))
            call.say(packet(("Event", "DBGetTreeComplete"), ("ListItems", "1"), identity))

        fake.handlers["DBGetTree"] = mixed
        assert (await manager.db_tree("smsq")).entries == {"12": "r"}
        assert [event.sid for event in told.events] == ["13"]


async def test_waiting_is_bounded_and_a_late_answer_is_counted() -> None:
    async with logged_in(replace(QUICK, answer=0.05)) as (fake, manager, _):
        held = []

        async def later(call, headers) -> None:
            held.append(headers)

        fake.handlers["Ping"] = later
        with pytest.raises(Unanswered):
            await manager.ping()
        assert (manager.outstanding, manager.counters.unanswered) == (0, 1)
        fake.call.respond(held[0])
        await until(lambda: manager.counters.late == 1)
        assert manager.state is State.UP


async def test_no_more_than_so_many_wait() -> None:
    async with logged_in(replace(QUICK, answer=30.0), outstanding=3) as (fake, manager, _):
        fake.deaf = True
        tasks = [asyncio.get_running_loop().create_task(manager.ping()) for _ in range(3)]
        await until(lambda: manager.outstanding == 3)
        with pytest.raises(Busy):
            await manager.ping()
        assert manager.counters.busy == 1
        fake.call.cut()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(each) for each in outcomes} == {Unanswered}


async def test_a_cancelled_asker_leaves_nothing_behind() -> None:
    async with logged_in() as (fake, manager, _):
        fake.deaf = True
        task = asyncio.get_running_loop().create_task(manager.ping())
        await until(lambda: manager.outstanding)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert manager.outstanding == 0
