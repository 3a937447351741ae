"""The other way: subscribers' messages and our notices, sent to an endpoint by the edge, each id once."""

import asyncio
import base64
import random
from collections.abc import Callable

import pytest

from tests.asterisk.instance import Asterisk
from tests.asterisk.manager import PIECE
from tests.asterisk.stage import Stage, until

BODIES = [
    b"hello",
    "Grüße, мир 😀".encode(),
    b"\r\n.\r\nAction: Originate\r\n\r\n",
    b"${SHELL(touch /tmp/pwned)} $[1+1] ,|;=\"'",
    b"thanks :) see you at 5:30",
    ("я" * 511 + ".").encode(),
    b"x" * 2700,
]


@pytest.mark.parametrize("context", ["sms-mo", "sms-notice"])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_a_text_in_pieces_arrives_whole(stage: Stage, body: bytes, context: str) -> None:
    event = await stage.manager.deliver("1-a", body, context)
    assert (event["Status"], event["Kind"], event["Endpoint"]) == ("SUCCESS", context.removeprefix("sms-"), "acme-desk")
    await until("delivery", lambda: bool(stage.desk.messages))
    (message,) = stage.desk.messages
    assert (message.user, message.body) == ("+14165550110", body)
    assert message.get("from").startswith(b"<sip:+14165550301@sms.example.net>")
    assert not stage.asterisk.inside("tmp/pwned").exists()


async def test_random_octets_arrive_whole(stage: Stage) -> None:
    chance = random.Random(5)
    for number in range(20):
        body = bytes(chance.randrange(1, 256) for _ in range(1023))
        assert (await stage.manager.deliver(f"{number}-r", body))["Status"] == "SUCCESS"
        await stage.heard(number + 1)
        assert stage.desk.messages[-1].body == body


async def test_the_pieces_fit_a_manager_line() -> None:
    """Asterisk takes 1,024 octets a line; the longest of ours has 900 in base64 and its name."""
    assert len(f"Variable: __B1={'A' * PIECE}\r\n") < 1024
    assert 4 * PIECE * 3 // 4 == 2700


async def test_an_id_is_sent_once(stage: Stage) -> None:
    first = await stage.manager.deliver("7-x", b"once")
    again = [await stage.manager.deliver("7-x", b"once") for _ in range(3)]
    assert first["Status"] == "SUCCESS"
    assert {(event["Status"], event["Was"]) for event in again} == {("DUP", "SENT")}
    assert (await stage.manager.deliver("7-x", b"a notice", "sms-notice"))["Status"] == "SUCCESS"
    await until("delivery", lambda: len(stage.desk.messages) >= 2)
    assert [message.body for message in stage.desk.messages] == [b"once", b"a notice"]


async def test_an_id_is_sent_once_by_many_at_once(stage: Stage) -> None:
    text = base64.b64encode(b"race").decode()
    variables = {"__ENDPOINT": "acme-desk", "__FROM": "15550", "__TO": "1", "__OCTETS": "4", "__B1": text}
    for _ in range(20):
        await stage.manager.originate("8-y@sms-mo", variables)
    await until("answers", lambda: len(stage.manager.events("SmsDelivered")) == 20)
    statuses = [event["Status"] for event in stage.manager.events("SmsDelivered")]
    assert sorted(statuses) == ["DUP"] * 19 + ["SUCCESS"]
    await asyncio.sleep(0.2)
    assert len(stage.desk.messages) == 1


async def test_an_id_survives_kill(own: Callable[[dict[str, str]], Asterisk]) -> None:
    asterisk = own({})
    stage = Stage(asterisk)
    await stage.open()
    assert (await stage.manager.deliver("9-z", b"once"))["Status"] == "SUCCESS"
    await asyncio.sleep(2.5)  # AstDB writes within a second
    await stage.close()
    asterisk.kill()
    asterisk.start()
    stage = Stage(asterisk)
    await stage.open()
    try:
        assert (await stage.manager.deliver("9-z", b"once"))["Status"] == "DUP"
    finally:
        await stage.close()


async def test_what_asterisk_could_not_send_may_be_tried_again(stage: Stage) -> None:
    assert (await stage.manager.deliver("3-f", b"hello", endpoint="acme-phone", to=""))["Status"] == "FAILURE"
    assert await stage.manager.tree("smsmo") == {}
    assert (await stage.manager.deliver("3-f", b"hello"))["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("identifier", "status", "fields"),
    [
        ("1" * 65, "BADID", {}),
        ("1_2", "BADID", {}),
        ("1-a", "NOROUTE", {"endpoint": "nobody"}),
        ("1-a", "NOROUTE", {"endpoint": ""}),
        ("1-a", "BADADDR", {"sender": ""}),
        ("1-a", "BADADDR", {"sender": "My Bank"}),
        ("1-a", "BADADDR", {"sender": "1@evil"}),
        ("1-a", "BADADDR", {"to": "1@evil"}),
        ("1-a", "BADADDR", {"to": "1/sip:x"}),
    ],
)
async def test_what_cannot_be_sent_says_why(stage: Stage, identifier: str, status: str, fields: dict[str, str]) -> None:
    since = len(stage.manager.blocks)
    task = asyncio.ensure_future(stage.manager.deliver(identifier, b"hello", **fields))
    event = await stage.manager.event("SmsDelivered", since)
    task.cancel()
    assert event["Status"] == status
    assert not stage.desk.messages
    assert await stage.manager.tree("smsmo") == {}


@pytest.mark.parametrize("octets", ["0", "4", "6", "1023", "five"])
async def test_a_lost_piece_is_noticed(stage: Stage, octets: str) -> None:
    assert (await stage.manager.deliver("1-a", b"hello", octets=octets))["Status"] == "BADBODY"
    assert not stage.desk.messages


@pytest.mark.parametrize("identifier", ["h", "i", "t", "s", "o", "x1"])
async def test_an_id_begins_with_a_digit(stage: Stage, identifier: str) -> None:
    """h would be run by hanging up, and any pattern that matched it would send once more."""
    since = len(stage.manager.blocks)
    await stage.manager.originate(
        f"{identifier}@sms-mo", {"__ENDPOINT": "acme-desk", "__FROM": "1", "__TO": "1", "__OCTETS": "1", "__B1": "eA=="}
    )
    await stage.manager.deliver("1-after", b"hello")
    assert [b.get("Id") for b in stage.manager.blocks[since:] if b.get("UserEvent")] == ["1-after"]


async def test_the_ids_remembered_are_bounded(own: Callable[[dict[str, str]], Asterisk]) -> None:
    stage = Stage(own({"SMS_IDS_KEPT=10000": "SMS_IDS_KEPT=3"}))
    await stage.open()
    try:
        for number in range(1, 6):
            assert (await stage.manager.deliver(f"{number}-b", b"x"))["Status"] == "SUCCESS"
        assert set(await stage.manager.tree("smsmo")) == {"mo-3-b", "mo-4-b", "mo-5-b"}
        assert len(await stage.manager.tree("smsring")) == 3
    finally:
        await stage.close()
