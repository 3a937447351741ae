"""A Manager's life against a scripted Asterisk: when it is logged in, what ends that, and that nothing ends it."""

import asyncio
import logging
from dataclasses import replace
from time import sleep

import pytest

from ami.action import Action
from ami.errors import Busy, NotConnected, Unanswered
from ami.manager import Manager, State

from .fake import Fake, packet, submit, until, value
from .rig import LIVELY, QUICK, Told, logged_in, manager_of

# -- login ---------------------------------------------------------------------------------------


async def test_logs_in_by_challenge_and_asks_for_user_events_only() -> None:
    async with logged_in() as (fake, manager, told):
        (login,) = fake.all("Login")
        assert value(login, "Username") == "edge"
        assert value(login, "Events") == "user"
        assert b"edge-secret" not in fake.call.octets
        assert told.order == ["up"]
        assert (manager.version, manager.counters.logins, manager.counters.connections) == ("11.0.0", 1, 1)


async def test_the_secret_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with logged_in() as (fake, manager, _):
            shown = repr(manager.settings) + repr(manager) + str(manager.reason)
            fake.refuse = True
            fake.call.cut()
            await until(lambda: manager.state is State.REFUSED)
            shown += manager.reason
    assert "edge-secret" not in shown + caplog.text
    assert "logged in as edge" in caplog.text


async def test_refused_login_is_a_state_tried_again_and_left() -> None:
    told = Told()
    async with Fake() as fake:
        fake.refuse = True
        manager = manager_of(fake, told)
        manager.start()
        await until(lambda: manager.counters.refused >= 3)
        assert manager.state is State.REFUSED
        assert "Authentication failed" in manager.reason
        since = manager.since
        with pytest.raises(NotConnected):
            await manager.ping()
        assert manager.since == since
        assert told.order == []
        fake.refuse = False
        await until(lambda: manager.state is State.UP)
        assert told.order == ["up"]
        assert manager.since > since
        await manager.stop()
        assert manager.state is State.DOWN


async def test_asterisk_that_is_not_there_yet() -> None:
    told = Told()
    fake = Fake()
    await fake.open()
    await fake.close()
    manager = manager_of(fake, told)
    manager.start()
    await until(lambda: manager.reason)
    assert manager.state in (State.DOWN, State.CONNECTING)
    assert manager.counters.connections == 0
    await fake.open()
    await until(lambda: manager.state is State.UP)
    await manager.stop()
    await fake.close()


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"Asterisk Call Manager/1", b"\r\n"])
async def test_who_does_not_greet_is_left(greeting: bytes) -> None:
    async with Fake() as fake:
        fake.greeting = greeting
        manager = manager_of(fake, Told(), replace(QUICK, login=0.05))
        manager.start()
        await until(lambda: len(fake.calls) >= 3)
        assert manager.state in (State.DOWN, State.CONNECTING)
        fake.greeting = b"Asterisk Call Manager/11.0.0\r\n"
        await until(lambda: manager.state is State.UP)
        await manager.stop()


async def test_silence_after_the_greeting() -> None:
    async with Fake() as fake:
        fake.deaf = True
        manager = manager_of(fake, Told(), replace(QUICK, login=0.05))
        manager.start()
        await until(lambda: len(fake.all("Challenge")) >= 3)
        assert manager.counters.logins == 0
        fake.deaf = False
        await until(lambda: manager.state is State.UP)
        await manager.stop()


async def test_what_follows_the_login_in_one_segment_is_told_after_up() -> None:
    told = Told()
    async with Fake() as fake:

        async def login(call, headers) -> None:
            identity = value(headers, "ActionID")
            call.say(packet(("Response", "Success"), ("ActionID", identity)) + submit("12") + submit("13"))

        fake.handlers["Login"] = login
        manager = manager_of(fake, told)
        manager.start()
        await until(lambda: len(told.events) == 2)
        assert told.order[0] == "up"
        await manager.stop()


async def test_up_may_ask_at_once() -> None:
    told = Told()
    tasks: list[asyncio.Task] = []
    async with Fake() as fake:
        fake.db = {"/smsq/12": "r"}
        manager = manager_of(fake, told)
        up = lambda: tasks.append(asyncio.get_running_loop().create_task(manager.db_tree("smsq")))  # noqa: E731
        manager = Manager(manager.settings, told.event, up, told.down)
        manager.start()
        await until(lambda: tasks)
        assert (await tasks[0]).entries == {"12": "r"}
        await manager.stop()


# -- losses --------------------------------------------------------------------------------------


async def test_reconnects_for_ever_and_says_so_each_time() -> None:
    async with logged_in() as (fake, manager, told):
        for times in range(2, 6):
            fake.call.cut()
            await until(lambda times=times: manager.counters.logins == times)
        assert [each if each == "up" else each[0] for each in told.order] == ["up", "down"] * 4 + ["up"]
        assert manager.counters.losses == 4


async def test_half_closed_is_lost() -> None:
    async with logged_in() as (fake, manager, told):
        fake.call.writer.write_eof()
        await until(lambda: manager.counters.logins == 2)
        assert told.order[1][0] == "down"


async def test_silence_is_noticed_and_a_new_connection_made() -> None:
    async with logged_in(LIVELY) as (fake, manager, _):
        await until(lambda: len(fake.all("Ping")) >= 3)
        assert manager.counters.losses == 0
        fake.deaf = True
        await until(lambda: manager.state is not State.UP)
        assert manager.counters.silences == 1
        assert "Ping not answered" in manager.reason
        await until(lambda: fake.calls[0].over)
        fake.deaf = False
        await until(lambda: manager.state is State.UP)


async def test_who_says_other_things_is_not_silent() -> None:
    async with logged_in(replace(LIVELY, silence=0.5, listing=60.0)) as (fake, manager, _):
        fake.deaf = True
        await until(lambda: fake.all("Ping"))
        for _ in range(100):
            fake.call.say(packet(("Event", "Other")))
            await asyncio.sleep(0.02)  # all in all longer than the silence that would have been the end
        assert (manager.state, manager.counters.silences) == (State.UP, 0)


async def test_who_says_other_things_must_answer_in_the_end() -> None:
    async with logged_in(replace(LIVELY, silence=0.5, listing=0.5)) as (fake, manager, _):
        fake.deaf = True
        while manager.state is State.UP:
            fake.call.say(packet(("Event", "Other")))
            await asyncio.sleep(0.02)
        assert manager.counters.silences == 1


async def test_a_loop_that_stood_still_is_not_asterisks_silence() -> None:
    """A process that was stopped finds its timers due before it has read what came meanwhile (uvloop more so)."""
    async with logged_in(replace(LIVELY, silence=0.2)) as (fake, manager, _):
        for _ in range(3):
            before = len(fake.all("Ping"))
            await until(lambda before=before: len(fake.all("Ping")) > before)
            asyncio.get_running_loop().call_soon(sleep, 0.5)
            await asyncio.sleep(0.1)
        await manager.ping()
        assert (manager.counters.silences, manager.counters.losses) == (0, 0)


async def test_an_asterisk_that_reads_nothing_is_left_and_costs_bounded_memory() -> None:
    async with logged_in(LIVELY, outstanding=1_000_000) as (fake, manager, _):
        fake.call.reader._transport.pause_reading()  # a stopped process: the kernel's buffers fill
        big = Action("Big", tuple((f"H{at}", "x" * 1000) for at in range(100)))
        tasks = []
        for _ in range(300):
            tasks.append(asyncio.get_running_loop().create_task(manager.request(big)))
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        kinds = {type(each) for each in outcomes}
        assert kinds <= {Busy, Unanswered, NotConnected}
        assert Busy in kinds
        await until(lambda: manager.counters.silences == 1)


async def test_stop_tells_whoever_waits_and_can_be_started_again() -> None:
    async with logged_in() as (fake, manager, told):
        fake.deaf = True
        asked = asyncio.get_running_loop().create_task(manager.ping())
        await until(lambda: manager.outstanding)
        await manager.stop()
        with pytest.raises(Unanswered, match="stopped"):
            await asked
        assert manager.state is State.DOWN
        assert told.order == ["up", ("down", "stopped")]
        await manager.stop()
        fake.deaf = False
        manager.start()
        with pytest.raises(RuntimeError):
            manager.start()
        await until(lambda: manager.state is State.UP)


@pytest.mark.parametrize("turns", range(6))
async def test_stop_in_the_turn_of_the_login(turns: int) -> None:
    """wait_for of Python 3.11 swallows a cancellation that comes with the answer: stop would never end."""
    stops: list[asyncio.Task] = []
    async with Fake() as fake:

        async def stop() -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            await manager.stop()

        def up() -> None:
            stops.append(asyncio.get_running_loop().create_task(stop()))

        manager = Manager(manager_of(fake, Told()).settings, Told().event, up)
        manager.start()
        await until(lambda: stops and stops[0].done())
        assert manager.state is State.DOWN


async def test_stop_while_connecting() -> None:
    async with Fake() as fake:
        fake.greeting = b""
        manager = manager_of(fake, Told())
        manager.start()
        await until(lambda: fake.calls)
        await manager.stop()
        assert manager.state is State.DOWN
        await until(lambda: fake.call.over)


@pytest.mark.parametrize("name", ["_connect", "_login", "_watch"])
async def test_a_fault_of_our_own_is_one_failed_connection(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    faults = [RuntimeError("hidden"), LookupError("hidden")]
    real = getattr(Manager, name)

    async def faulty(*arguments: object) -> object:
        if faults:
            raise faults.pop()
        return await real(*arguments)

    monkeypatch.setattr(Manager, name, faulty)
    told = Told()
    async with Fake() as fake:
        manager = manager_of(fake, told)
        manager.start()
        await until(lambda: manager.state is State.UP and not faults and manager.outstanding == 0)
        await manager.ping()
        assert manager.counters.bugs == 2
        await manager.stop()
    downs = [("down", "a fault of our own")] if name == "_watch" else []
    assert told.order == ["up", *downs] * (2 if downs else 0) + ["up", ("down", "stopped")]
    assert "hidden" not in caplog.text


# -- callbacks, several, loops -------------------------------------------------------------------


async def test_exceptions_of_callbacks_are_counted_and_cost_nothing(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[object] = []

    def bad(*arguments: object) -> None:
        seen.append(arguments)
        raise ValueError("hidden words")

    async with Fake() as fake:
        manager = Manager(manager_of(fake, Told()).settings, bad, bad, bad)
        manager.start()
        await until(lambda: manager.state is State.UP)
        fake.call.say(submit("12") + submit("13") + submit("14"))
        await until(lambda: len(seen) == 4)
        await manager.ping()
        fake.call.cut()
        await until(lambda: manager.counters.logins == 2)
        await manager.stop()
    assert manager.counters.callback_errors == 7
    assert "ValueError at" in caplog.text
    assert "hidden words" not in caplog.text


async def test_several_do_not_know_of_each_other() -> None:
    async with Fake() as one, Fake() as two:
        told = Told(), Told()
        managers = manager_of(one, told[0]), manager_of(two, told[1])
        for manager in managers:
            manager.start()
        await until(lambda: all(manager.state is State.UP for manager in managers))
        one.refuse = True
        one.call.cut()
        two.call.say(submit("12"))
        await until(lambda: managers[0].state is State.REFUSED and told[1].events)
        assert (managers[1].state, told[0].events) == (State.UP, [])
        assert (managers[0].counters.losses, managers[1].counters.losses) == (1, 0)
        await managers[1].ping()
        for manager in managers:
            await manager.stop()


async def test_a_peer_that_flaps_does_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with Fake() as fake:
        fake.refuse = True
        manager = manager_of(fake, Told())
        manager.start()
        await until(lambda: manager.counters.refused >= 40)
        await manager.stop()
    assert 1 <= len(caplog.records) <= 8
