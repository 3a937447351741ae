"""Asterisk killed, the edge away or stopped, the message thread held up."""

import asyncio
from collections.abc import Callable

from tests.asterisk.instance import Asterisk
from tests.asterisk.manager import Manager, record
from tests.asterisk.peer import Peer
from tests.asterisk.shipped import CLOG_HOST
from tests.asterisk.stage import TO, Stage, until

WRITTEN = 2.5  # seconds; AstDB commits within one


async def send(peer: Peer, count: int, prefix: bytes = b"n") -> None:
    """`count` messages, 50 at a time; each must be taken."""
    for start in range(0, count, 50):
        turn = range(start, min(start + 50, count))
        assert set(await asyncio.gather(*(peer.text(TO, prefix + b"%d" % number) for number in turn))) == {202}


def bodies(count: int, prefix: bytes = b"n") -> set[bytes]:
    return {prefix + b"%d" % number for number in range(count)}


async def test_kill_with_300_held_loses_none(own: Callable[[dict[str, str]], Asterisk]) -> None:
    asterisk = own({})
    stage = Stage(asterisk)
    await stage.open()
    await stage.manager.close()
    await send(stage.desk, 300)
    await asyncio.sleep(WRITTEN)
    await stage.close()
    asterisk.kill()
    asterisk.start()
    stage = Stage(asterisk)
    await stage.open()
    try:
        held = await stage.spooled()
        assert {each.body for each in held.values()} == bodies(300)
        for sid in held:
            assert await stage.manager.release(sid) == "SUCCESS"
        await until("delivery", lambda: len(stage.north.messages) >= 300)
        assert sorted(message.body for message in stage.north.messages) == sorted(bodies(300))
    finally:
        await stage.close()


async def test_kill_in_the_middle_of_releases_loses_none(own: Callable[[dict[str, str]], Asterisk]) -> None:
    """Each is at the carrier, held, or in flight. What was released in the last second may be held again."""
    asterisk = own({})
    stage = Stage(asterisk)
    await stage.open()
    await send(stage.desk, 300)
    await wait_held(stage, 300)
    await asyncio.sleep(WRITTEN)
    for sid in await stage.spooled():
        await stage.manager.originate(f"{sid}@sms-release", {"__ROUTE": "carrier-north"})
        if len(stage.north.messages) > 150:
            break
    asterisk.kill()
    await asyncio.sleep(0.1)
    carried = [message.body for message in stage.north.messages]
    await stage.close()
    asterisk.start()
    stage = Stage(asterisk)
    await stage.open()
    try:
        held = {each.body for each in (await stage.spooled()).values()}
        flying = {record(text).body for text in (await stage.manager.tree("smsfly")).values()}
    finally:
        await stage.close()
    again = len(held & set(carried))
    print(f"carried {len(carried)}, held {len(held)}, in flight {len(flying)}; carried and held again {again}")
    assert len(carried) == len(set(carried)) > 150
    assert set(carried) | held | flying == bodies(300)


async def test_an_edge_that_is_away_or_stopped_disturbs_nothing(stage: Stage) -> None:
    """700 held, nobody reading: OPTIONS and calls are answered, and an edge that comes finds all."""
    await stage.manager.close()
    deaf = Manager(stage.asterisk.ports.ami)
    assert await deaf.login() == "Success"
    deaf.stop_reading()
    await send(stage.desk, 700)
    options = stage.desk.request("OPTIONS", stage.desk.uri(TO), "+14165550110")
    assert (await stage.desk.send(options)).status in (200, 404)
    await stage.desk.hang_up(await stage.desk.call(f"2{TO}"))
    await deaf.close()
    stage.manager = Manager(stage.asterisk.ports.ami)
    assert await stage.manager.login() == "Success"
    await wait_held(stage, 700)
    assert {each.body for each in (await stage.spooled()).values()} == bodies(700)


async def test_options_are_answered_with_700_messages_waiting_in_asterisk(stage: Stage) -> None:
    """Something else holds up the one message thread: with the default overload trigger calls stop at 500."""
    clog = Peer(CLOG_HOST, stage.asterisk.ports.desk, stage.asterisk.ports.sip)
    await clog.open()
    try:
        assert await clog.text("17", b"for 7 seconds") == 202
        await send(stage.desk, 700)
        waiting = stage.asterisk.cli("core show taskprocessors like ast_msg_queue")
        options = stage.desk.request("OPTIONS", stage.desk.uri(TO), "+14165550110")
        assert (await stage.desk.send(options)).status in (200, 404)
        await stage.desk.hang_up(await stage.desk.call(f"2{TO}"))
        queue = next(line.split() for line in waiting.splitlines() if "ast_msg_queue" in line)
        assert int(queue[2]) >= 500, waiting
        await wait_held(stage, 700)
    finally:
        clog.close()


async def test_a_stopped_asterisk_goes_on_where_it_was(own: Callable[[dict[str, str]], Asterisk]) -> None:
    stage = Stage(own({}))
    await stage.open()
    try:
        sid, _ = await stage.submit(b"before")
        stage.asterisk.freeze()
        during = asyncio.ensure_future(stage.desk.text(TO, b"during"))
        await asyncio.sleep(1.2)
        assert not during.done()
        stage.asterisk.thaw()
        assert await during == 202
        await wait_held(stage, 2)
        assert [each.body for each in (await stage.spooled()).values()].count(b"during") == 1
        assert await stage.manager.release(sid) == "SUCCESS"
    finally:
        await stage.close()


async def wait_held(stage: Stage, count: int) -> None:
    for _ in range(100):
        if len(await stage.spooled()) >= count:
            break
        await asyncio.sleep(0.2)
    assert len(await stage.spooled()) == count
