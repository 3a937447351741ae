"""What is taken in: identity, sizes, and what happens when the spool is full."""

from collections.abc import Callable

import pytest

from tests.asterisk.instance import Asterisk
from tests.asterisk.peer import Peer
from tests.asterisk.shipped import PHONE_HOST, PHONE_PASSWORD
from tests.asterisk.stage import TO, Stage, until

Own = Callable[[dict[str, str]], Asterisk]


async def test_no_header_says_who_sent_it(stage: Stage) -> None:
    forged = [
        ("PJSIP_ENDPOINT", b"acme-phone"),
        ("PJSIP_RECVADDR", b"10.9.9.9:5060"),
        ("P-Asserted-Identity", b"<sip:+14165559999@x>"),
        ("SMS_ENDPOINT", b"acme-phone"),
        ("SMS_CONTEXT", b"sms-from-acme-phone"),
    ]
    _, record = await stage.submit(sender=b'"acme-phone" <sip:acme-phone@127.0.0.1>', extra=forged)
    assert record.endpoint == "acme-desk"
    assert record.sender == b'"acme-phone" <sip:acme-phone@127.0.0.1>'


async def test_a_telephone_is_known_by_its_password(stage: Stage) -> None:
    phone = Peer(PHONE_HOST, stage.asterisk.ports.desk, stage.asterisk.ports.sip)
    await phone.open()
    try:
        make = phone.request("MESSAGE", phone.uri(TO), b"<sip:acme-phone@127.0.0.5>", b"from a phone")
        assert (await phone.send(make)).status == 401
        wrong = phone.request("MESSAGE", phone.uri(TO), b"<sip:acme-phone@127.0.0.5>", b"from a thief")
        assert (await phone.authenticated(wrong, "acme-phone", "wrong")).status == 401
        right = phone.request("MESSAGE", phone.uri(TO), b"<sip:acme-phone@127.0.0.5>", b"from a phone")
        assert (await phone.authenticated(right, "acme-phone", PHONE_PASSWORD)).status == 202
    finally:
        phone.close()
    await stage.manager.event("SmsSubmit")
    assert [(r.endpoint, r.body) for r in (await stage.spooled()).values()] == [("acme-phone", b"from a phone")]


@pytest.mark.parametrize("size", [1, 755, 1022, 1023])
async def test_up_to_1023_octets_pass_whole(stage: Stage, size: int) -> None:
    body = ("я" * 600).encode()[: size - 1] + b"."
    sid, record = await stage.submit(body)
    assert (record.length, record.body) == (size, body)
    assert await stage.manager.release(sid) == "SUCCESS"
    await until("delivery", lambda: bool(stage.north.messages))
    assert stage.north.messages[0].body == body


@pytest.mark.parametrize("size", [1024, 1100, 3000])
@pytest.mark.parametrize("extra", [[], [("Content-Length", b"5")], [("X-Content-Length", b"5")]])
async def test_a_text_that_asterisk_drops_arrives_with_its_length(
    stage: Stage, size: int, extra: list[tuple[str, bytes]]
) -> None:
    """Asterisk takes no body above 1,023 octets: 202, and an empty text. The edge refuses by the length."""
    _, record = await stage.submit(b"x" * size, extra=extra)
    assert (record.length, record.body) == (size, b"")


@pytest.mark.parametrize(("sent", "held"), [(b"abc\0def", b"abc"), (b"abc\r\n\r\n", b"abc"), (b"\r\nabc", b"\r\nabc")])
async def test_what_asterisk_takes_off_is_off_for_judge_and_carrier(stage: Stage, sent: bytes, held: bytes) -> None:
    sid, record = await stage.submit(sent)
    assert (record.length, record.body) == (len(sent), held)
    assert await stage.manager.release(sid) == "SUCCESS"
    await until("delivery", lambda: bool(stage.north.messages))
    assert stage.north.messages[0].body == held


@pytest.mark.parametrize("dialled", ["alice", "%20911", "*99", "(416)5550301", "h", "submit"])
async def test_what_is_not_dialled_as_a_number_gets_404(stage: Stage, dialled: str) -> None:
    assert await stage.desk.text(dialled, b"hello") == 404


async def test_other_kinds_of_content_get_415(stage: Stage) -> None:
    message = stage.desk.request("MESSAGE", stage.desk.uri(TO), "+14165550110", b"<b>hello</b>")
    message.headers = [(n, b"text/html" if n == "Content-Type" else v) for n, v in message.headers]
    assert (await stage.desk.send(message)).status == 415


async def test_a_full_spool_tells_the_sender(own: Own) -> None:
    stage = Stage(own({"SMS_SPOOL_MAX=100000": "SMS_SPOOL_MAX=5"}))
    await stage.open()
    try:
        # Counted once a second at most: whatever came within that second is held as well.
        for number in range(5):
            await stage.submit(b"%d" % number)
        await until("refusal", lambda: bool(stage.manager.events("SmsRefused")), lambda: stage.desk.text(TO, b"more"))
        assert stage.manager.events("SmsRefused")[0]["Endpoint"] == "acme-desk"
        await until("notice", lambda: bool(stage.desk.messages))
        assert stage.desk.messages[0].user == "+14165550110"
        assert stage.desk.messages[0].get("from").startswith(f"<sip:{TO}@sms.example.net>".encode())
        assert stage.desk.messages[0].body.startswith(b"Your message was not sent")
        assert int((await stage.manager.tree("smsctl"))["refused"]) == len(stage.manager.events("SmsRefused"))

        assert await stage.desk.text("911", b"help") == 202
        await stage.manager.event("SmsEmergency")

        for sid in await stage.spooled():
            assert await stage.manager.discard(sid) == "OK"
        before = len(stage.manager.events("SmsSubmit"))
        await until(
            "intake", lambda: len(stage.manager.events("SmsSubmit")) > before, lambda: stage.desk.text(TO, b"again")
        )
    finally:
        await stage.close()
