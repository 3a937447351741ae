"""Whatever a sender writes: at the carrier octet by octet, in no event but as base64, and nothing of it is run."""

import random

import pytest

from tests.asterisk.stage import TO, Stage, until

FORGED = b"hi\r\nActionID: pwn\r\nResponse: Success\r\n\r\nEvent: Fake\r\nUserEvent: SmsReleased\r\n\r\n."
EXPRESSIONS = b"${SHELL(touch /tmp/pwned)} $[1+1] ${GLOBAL(SMS_SEQ)} ${EXTEN} ${DB_DELETE(smsq/1)} $(id) `id` %n%s"
PUNCTUATION = b"),(\\ \" ' ; , | = & {x} <y> ~ ^ !"
BODIES = [
    FORGED,
    EXPRESSIONS,
    PUNCTUATION,
    b"a,Verdict: pass,Status: SUCCESS",
    b"1|acme-phone|MTE=|x|y|5|aGk=",
    b"caf\xe9 \xff\xfe \x80\x81 latin-1, not UTF-8",
    "Ωδ € 😀 Ρаураl e\u0301 \u202eevil".encode(),
    b"\x01\x02\x03\x07\x08\x1b[31m\x7f",
    b"  spaces before and after  ",
    b"\r\n.\r\n\n\n--END COMMAND--\r\nx",
    b"thanks :) see you at 5:30",
    b")))) :0:0 ((( :1:2 }}} ${ ] $[",
    b")" * 500 + b":0:1" + b")" * 500,
    b'"quoted" \\"escaped\\" \\\\',
    b"%0D%0A %00 \\x41 &#65;",
]
SENDERS = [
    b'"A, B; |x" <sip:+14165550110@127.0.0.2>',
    b'"${SHELL(touch /tmp/pwned)} $[1+1]" <sip:+14165550110@127.0.0.2>',
    b'"hi%0D%0AEvent: Fake" <sip:+14165550110@127.0.0.2>',
    b'"\\"q\\" ),( \\\\ = &" <sip:+14165550110@127.0.0.2>',
    b'"<sip:+14165559999@evil>" <sip:+14165550110@127.0.0.2>',
    b'"+14165559999@evil;" <sip:+14165550110@127.0.0.2>',
    b'"Bob :) 5:30" <sip:+14165550110@127.0.0.2>',
    b'"Status: SUCCESS,Sid: 1" <sip:+14165550110@127.0.0.2>',
]
CALL_IDS = [b'a,b|c${EXTEN}"', b"x%0d%0aEvent:%20Fake", b"${SHELL(touch%20/tmp/pwned)}", b"y" * 2000, b"a)b:0:1"]
DIALLED = [
    "15551%2CVerdict",
    "1%0D%0AEvent%3A%20Fake",
    "1%24%7BSHELL(touch%20/tmp/pwned)%7D",
    "1%22%20%7C%201",
    "1)%7D%2C%24%5B1+1%5D",
    "1%7C2%7C3",
    "1;x=%22",
    "1)2:3",
]
NAMES = {"SmsSubmit", "SmsReleased"}


def nothing_forged(stage: Stage) -> None:
    """Only our own events, each with exactly its own headers; nothing was run."""
    for block in stage.manager.blocks:
        assert block.get("ActionID", "lab-").startswith("lab-"), block
        if "Event" not in block:
            assert "Response" in block, block
            continue
        assert block["Event"] in ("UserEvent", "DBGetTreeResponse", "DBGetTreeComplete"), block
        if block["Event"] == "UserEvent":
            assert block["UserEvent"] in NAMES, block
            own = set(block) - COMMON
            assert own == ({"Sid", "Rec"} if block["UserEvent"] == "SmsSubmit" else {"Sid", "Route", "Status", "By"}), (
                block
            )
            assert "\r" not in "".join(block.values())
    assert not stage.asterisk.inside("tmp/pwned").exists()


COMMON = {
    *("Event", "Privilege", "Timestamp", "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName"),
    *("ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority", "Uniqueid"),
    *("Linkedid", "UserEvent"),
}


async def carried(stage: Stage, sid: str) -> tuple[bytes, bytes]:
    """Release a message: From and body at the carrier."""
    before = len(stage.north.messages)
    assert await stage.manager.release(sid) == "SUCCESS"
    await until("delivery", lambda: len(stage.north.messages) > before)
    message = stage.north.messages[-1]
    return message.get("from").rpartition(b";tag=")[0], message.body


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_bodies(stage: Stage, body: bytes) -> None:
    sid, record = await stage.submit(body)
    assert record.body == body
    assert (await carried(stage, sid))[1] == body
    nothing_forged(stage)


async def test_random_octets(stage: Stage) -> None:
    chance = random.Random(4)
    for _ in range(30):
        body = bytes(chance.randrange(1, 256) for _ in range(chance.randrange(1, 1023))) + b"."
        sid, record = await stage.submit(body)
        assert record.body == body
        assert (await carried(stage, sid))[1] == body
    nothing_forged(stage)


@pytest.mark.parametrize("sender", SENDERS, ids=range(len(SENDERS)))
async def test_senders(stage: Stage, sender: bytes) -> None:
    sid, record = await stage.submit(sender=sender)
    assert (record.sender, record.endpoint) == (sender, "acme-desk")
    assert (await carried(stage, sid))[0] == sender
    nothing_forged(stage)


async def test_a_name_of_look_alikes(stage: Stage) -> None:
    """Asterisk 22 writes a space for each octet of a name that is not ASCII, 16 keeps it: never other letters."""
    name = "Раураl Ѕuрроrt \u2066evil\u2069"
    octets = f'"{name}" <sip:+14165550110@127.0.0.2>'.encode()
    spaces = bytes(octet if octet < 0x80 else 0x20 for octet in octets)
    sid, record = await stage.submit(sender=octets)
    assert record.sender in (octets, spaces)
    assert (await carried(stage, sid))[0] == record.sender
    nothing_forged(stage)


@pytest.mark.parametrize("call_id", CALL_IDS, ids=range(len(CALL_IDS)))
async def test_call_ids(stage: Stage, call_id: bytes) -> None:
    sid, record = await stage.submit(call_id=call_id)
    assert record.call_id == (call_id[:255] if len(call_id) < 500 else record.call_id)
    assert len(record.call_id) <= 255
    assert record.body == b"hello"
    await carried(stage, sid)
    nothing_forged(stage)


@pytest.mark.parametrize("dialled", DIALLED)
async def test_numbers(stage: Stage, dialled: str) -> None:
    sid, record = await stage.submit(to=dialled)
    assert record.dialled.startswith(b"1")
    assert record.body == b"hello"
    assert await stage.manager.release(sid) == "BADDST"
    assert not stage.north.messages
    nothing_forged(stage)


async def test_the_longest_of_everything_is_held_whole(stage: Stage) -> None:
    sender = b'"' + b"n" * 460 + b'" <sip:+14165550110@127.0.0.2>'
    sid, record = await stage.submit(b"\xff" * 1023, "1" * 200, sender, b"y" * 480)
    assert (record.body, record.sender, len(record.dialled)) == (b"\xff" * 1023, sender, 79)
    assert (await stage.spooled())[sid] == record
    assert await stage.manager.release(sid, to=TO) == "SUCCESS"
    await until("delivery", lambda: bool(stage.north.messages))
    assert stage.north.messages[0].body == b"\xff" * 1023
    nothing_forged(stage)
