"""The spool: held until released, released once, to where the edge says."""

import asyncio

import pytest

from tests.asterisk.peer import Peer
from tests.asterisk.stage import TO, Stage, until


async def test_a_message_is_held_until_it_is_released(stage: Stage) -> None:
    sid, announced = await stage.submit("Grüße, мир 😀".encode())
    assert await stage.spooled() == {sid: announced}
    assert announced.endpoint == "acme-desk"
    assert announced.dialled == TO.encode()
    assert not stage.north.messages
    assert await stage.manager.release(sid) == "SUCCESS"
    await until("delivery", lambda: bool(stage.north.messages))
    (carried,) = stage.north.messages
    assert (carried.user, carried.body) == (TO, "Grüße, мир 😀".encode())
    assert carried.get("from").startswith(b"<sip:+14165550110@127.0.0.2>")
    assert carried.get("x-edge-sid").decode() == sid
    assert await stage.spooled() == {}
    assert await stage.manager.tree("smsfly") == {}


async def test_a_second_release_sends_nothing(stage: Stage) -> None:
    sid, _ = await stage.submit()
    assert [await stage.manager.release(sid) for _ in range(3)] == ["SUCCESS", "GONE", "GONE"]
    assert await stage.manager.discard(sid) == "GONE"
    await until("delivery", lambda: bool(stage.north.messages))
    assert len(stage.north.messages) == 1


async def test_of_many_at_once_exactly_one_gets_it(stage: Stage) -> None:
    sids = [(await stage.submit(b"%d" % number))[0] for number in range(10)]
    since = len(stage.manager.blocks)
    for sid in sids:
        for _ in range(3):
            await stage.manager.originate(f"{sid}@sms-release", {"__ROUTE": "carrier-north"})
            await stage.manager.originate(f"{sid}@sms-discard")
    names = ("SmsReleased", "SmsDiscarded")
    await until("every answer", lambda: sum(b.get("UserEvent") in names for b in stage.manager.blocks[since:]) == 60)
    outcomes = [(b["Sid"], b["Status"]) for b in stage.manager.blocks[since:] if b.get("UserEvent") in names]
    assert sorted(sid for sid, status in outcomes if status in ("SUCCESS", "OK")) == sorted(sids)
    assert {status for _, status in outcomes} <= {"SUCCESS", "OK", "GONE", "UNKNOWN"}
    released = {sid for sid, status in outcomes if status == "SUCCESS"}
    await until("delivery", lambda: len(stage.north.messages) >= len(released))
    assert {m.get("x-edge-sid").decode() for m in stage.north.messages} == released
    assert len(stage.north.messages) == len(released)


async def test_a_discarded_message_reaches_nobody(stage: Stage) -> None:
    sid, _ = await stage.submit()
    assert [await stage.manager.discard(sid), await stage.manager.discard(sid)] == ["OK", "GONE"]
    assert await stage.manager.release(sid) == "GONE"
    assert await stage.spooled() == {}
    assert not stage.north.messages


async def test_the_edge_chooses_the_carrier_and_the_number(stage: Stage) -> None:
    sid, _ = await stage.submit(b"south", to="+1-416-555-0301")
    assert await stage.manager.release(sid, "carrier-south") == "BADDST"
    assert await stage.manager.release(sid, "carrier-south", to=TO) == "SUCCESS"
    await until("delivery", lambda: bool(stage.south.messages))
    assert [(m.user, m.body) for m in stage.south.messages] == [(TO, b"south")]
    assert not stage.north.messages


@pytest.mark.parametrize("route", ["carrier-west", "", "carrier-north/x"])
async def test_an_unknown_carrier_leaves_the_message_held(stage: Stage, route: str) -> None:
    sid, announced = await stage.submit()
    assert await stage.manager.release(sid, route) == "NOROUTE"
    assert await stage.spooled() == {sid: announced}
    assert not stage.north.messages


@pytest.mark.parametrize(
    "dialled",
    ["15551%2CVerdict", "+1416555a0301", "1", "+", "4165550301%40127.0.0.1", "1%22%7C1", "1" * 21, "1%0D%0Ax"],
)
async def test_what_is_no_number_is_never_sent(stage: Stage, dialled: str) -> None:
    sid, announced = await stage.submit(to=dialled)
    assert await stage.manager.release(sid) == "BADDST"
    assert await stage.spooled() == {sid: announced}
    assert not stage.north.messages


@pytest.mark.parametrize("to", ["911", "+1911", "112", "1;2", "14165550301@x"])
async def test_the_edge_cannot_send_to_an_emergency_number_or_to_no_number(stage: Stage, to: str) -> None:
    sid, _ = await stage.submit()
    assert await stage.manager.release(sid, to=to) == "BADDST"


async def test_a_sender_that_is_no_sip_uri_is_never_sent(stage: Stage) -> None:
    status = await stage.desk.text(TO, b"from a telephone", sender=b"<tel:+14165550110>")
    if status == 416:  # Asterisk 16
        assert await stage.spooled() == {}
        return
    sid = (await stage.manager.event("SmsSubmit"))["Sid"]
    assert await stage.manager.release(sid) == "BADFROM"
    assert not stage.north.messages


async def test_what_asterisk_could_not_send_is_held_again(stage: Stage) -> None:
    sid, announced = await stage.submit()
    assert await stage.manager.release(sid, "acme-phone") == "FAILURE"  # it has not registered
    await until("return", lambda: bool(stage.manager.events("SmsReleased")))
    assert await stage.spooled() == {sid: announced}
    assert await stage.manager.tree("smsfly") == {}
    assert await stage.manager.release(sid) == "SUCCESS"


@pytest.mark.parametrize("answer", [403, 503, None])
async def test_the_carriers_refusal_is_not_seen(stage: Stage, answer: int | None) -> None:
    """As docs/asterisk.md says of Asterisk: once sent, what the carrier answers is known to nobody here."""
    stage.north.answer = answer
    sid, _ = await stage.submit()
    assert await stage.manager.release(sid) == "SUCCESS"
    await until("delivery", lambda: bool(stage.north.messages))


async def test_a_message_in_flight_is_settled_by_a_person_only(stage: Stage) -> None:
    (sent, first), (unsent, second) = await stage.submit(b"one"), await stage.submit(b"two")
    stored = await stage.manager.tree("smsq")
    for sid in (sent, unsent):  # as a crash between the claim and the end leaves them
        stage.asterisk.cli(f'database put smsfly {sid} "{stored[sid]}"')
    assert [await stage.manager.release(sid) for sid in (sent, unsent)] == ["UNKNOWN", "UNKNOWN"]
    assert await stage.manager.discard(sent) == "UNKNOWN"
    stage.asterisk.cli(f"database del smsq {sent}")
    assert await stage.manager.release(sent) == "UNKNOWN"
    assert not stage.north.messages
    assert set(await stage.manager.tree("smsfly")) == {sent, unsent}

    assert await settle(stage, sent, "forget") == "OK"
    assert await settle(stage, unsent, "send") == "BADACTION"
    assert await settle(stage, unsent, "requeue") == "OK"
    assert await settle(stage, unsent, "requeue") == "GONE"
    assert await stage.manager.tree("smsfly") == {}
    assert await stage.spooled() == {unsent: second}
    assert first.body == b"one"
    assert await stage.manager.release(unsent) == "SUCCESS"


async def settle(stage: Stage, sid: str, action: str) -> str:
    since = len(stage.manager.blocks)
    await stage.manager.originate(f"{sid}@sms-settle", {"__ACTION": action})
    return (await stage.manager.event("SmsSettled", since, Sid=sid))["Status"]


async def test_carriers_and_strangers_can_send_nothing(stage: Stage) -> None:
    assert await stage.north.text(TO, b"from a carrier") == 404
    stranger = Peer("127.0.0.7", stage.asterisk.ports.desk, stage.asterisk.ports.sip)
    await stranger.open()
    try:
        assert await stranger.text(TO, b"from nobody") == 401
    finally:
        stranger.close()
    await asyncio.sleep(0.1)
    assert await stage.spooled() == {}
