"""Texts to emergency numbers: answered by the dialplan itself, whether or not an edge is there."""

from collections.abc import Callable

import pytest

from tests.asterisk.instance import Asterisk
from tests.asterisk.manager import record
from tests.asterisk.peer import Peer
from tests.asterisk.shipped import PHONE_HOST, PHONE_PASSWORD
from tests.asterisk.sip import Message
from tests.asterisk.stage import TO, Stage, until

DIALLED = [
    ("911", "911"),
    ("112", "112"),
    ("9-1-1", "911"),
    ("9.1.1", "911"),
    ("9%201%201", "911"),
    ("1911", "911"),
    ("+1911", "911"),
    ("+911", "911"),
    ("1-911", "911"),
    ("911;phone-context=+1", "911"),
    ("+112", "112"),
    ("011911", "911"),
    ("00112", "112"),
]


async def test_without_an_edge_the_sender_is_told_to_call(stage: Stage) -> None:
    await stage.manager.close()
    for count, (dialled, number) in enumerate(DIALLED, 1):
        assert await stage.desk.text(dialled, b"help") == 202
        await stage.heard(count)
        answer = stage.desk.messages[-1]
        assert answer.user == "+14165550110"
        assert answer.get("from").startswith(f"<sip:{number}@sms.example.net>".encode())
        assert f"Make a voice call to {number} now".encode() in answer.body
        assert f"Appelez le {number}.".encode() in answer.body
    assert not stage.north.messages


async def test_the_edge_records_it_once_it_is_there(stage: Stage) -> None:
    assert await stage.desk.text("9-1-1", b"help") == 202
    event = await stage.manager.event("SmsEmergency")
    assert (event["Number"], event["Status"]) == ("911", "SUCCESS")
    kept = await stage.manager.tree("smsemg")
    assert kept == {event["Sid"]: event["Rec"]}
    assert (record(event["Rec"]).endpoint, record(event["Rec"]).dialled) == ("acme-desk", b"9-1-1")
    assert await stage.spooled() == {}
    for status in ("OK", "GONE"):
        since = len(stage.manager.blocks)
        await stage.manager.originate(f"{event['Sid']}@sms-seen")
        assert (await stage.manager.event("SmsSeen", since))["Status"] == status
    assert await stage.manager.tree("smsemg") == {}


@pytest.mark.parametrize("dialled", ["988", "911911", "9110", "+911123456789", "311", "+14169110000", "0911"])
async def test_what_only_looks_like_one_goes_to_the_edge(stage: Stage, dialled: str) -> None:
    _, held = await stage.submit(to=dialled)
    assert held.dialled == dialled.encode()
    assert not stage.manager.events("SmsEmergency")


@pytest.mark.parametrize(
    "sender",
    [
        b'"<sip:victim@x>" <sip:+14165550110@h.example>',
        b'"a@b:c" <sip:+14165550110@h.example>',
        b"<sip:+14165550110;tag=1@h.example>",
        b"sip:+14165550110@h.example",
    ],
)
async def test_the_answer_goes_back_where_it_came_from(stage: Stage, sender: bytes) -> None:
    assert await stage.desk.text("911", b"help", sender=sender) == 202
    await until("answer", lambda: bool(stage.desk.messages))
    assert stage.desk.messages[0].user.startswith("+14165550110")


async def test_a_telephone_gets_it_at_its_contact(stage: Stage) -> None:
    phone = Peer(PHONE_HOST, stage.asterisk.ports.desk, stage.asterisk.ports.sip)
    await phone.open()
    try:
        register = phone.request("REGISTER", f"sip:127.0.0.1:{phone.asterisk[1]}", b"<sip:acme-phone@127.0.0.1>")
        register.headers = [(n, b"<sip:acme-phone@127.0.0.1>" if n == "To" else v) for n, v in register.headers]
        register.headers.append(("Contact", f"<sip:x7f3;ob@{PHONE_HOST}:{phone.port}>".encode()))
        assert (await phone.authenticated(register, "acme-phone", PHONE_PASSWORD)).status == 200
        text = phone.request("MESSAGE", phone.uri("911"), b"<sip:acme-phone@127.0.0.1>", b"help")
        assert (await phone.authenticated(text, "acme-phone", PHONE_PASSWORD)).status == 202
        await until("answer", lambda: bool(phone.messages))
        assert phone.messages[0].user == "x7f3;ob"

        delivered = await stage.manager.deliver("1-mo", b"hello", endpoint="acme-phone", to="")
        assert delivered["Status"] == "SUCCESS"
        await until("delivery", lambda: len(phone.messages) == 2)
        assert (phone.messages[1].user, phone.messages[1].body) == ("x7f3;ob", b"hello")

        leave = Message(register.start, [p for p in register.headers if p[0] not in ("Via", "Contact", "CSeq")])
        leave.headers += [("Contact", b"*"), ("Expires", b"0"), ("CSeq", b"5 REGISTER")]
        assert (await phone.authenticated(leave, "acme-phone", PHONE_PASSWORD)).status == 200
    finally:
        phone.close()


async def test_what_waits_for_an_edge_is_bounded(own: Callable[[dict[str, str]], Asterisk]) -> None:
    stage = Stage(own({"SMS_EMERGENCY_KEPT=1000": "SMS_EMERGENCY_KEPT=3"}))
    await stage.open()
    try:
        for number in range(5):
            since = len(stage.manager.blocks)
            assert await stage.desk.text("911", b"%d" % number) == 202
            await stage.manager.event("SmsEmergency", since)
        await stage.heard(5)
        kept = [record(text).body for text in (await stage.manager.tree("smsemg")).values()]
        assert sorted(kept) == [b"2", b"3", b"4"]
        assert (await stage.manager.tree("smsctl"))["smsemg"] == "5"
        _, held = await stage.submit(to=TO)
        assert held.body == b"hello"
    finally:
        await stage.close()
