"""Handing on to relays: good ones, real ones, and those that misbehave at every step."""

import asyncio
import email
import ssl

import msgspec
import pytest
from aiosmtpd.smtp import AuthResult

from edge.channels.mm4.smtp import pool
from edge.channels.mm4.smtp.seam import Reply, Result, Sent
from edge.channels.notices import Notices
from edge.core.conf import Listen

from .conftest import Files
from .stage import Stage, Talk, good, to

BODY = b"Subject: x\r\n\r\n.a dot\r\n..two\r\nlast\r\n"
FROM = "system@edge.example"
TO = ("+14165550100/TYPE=PLMN@north.example",)


def kinds(results):
    return [result.sent for result in results]


async def test_byte_exact_with_a_reply_for_each(stage: Stage, unused_tcp_port):
    keeper = stage.controller(unused_tcp_port)
    peer = to(unused_tcp_port)
    relays = stage.relays(peer)
    picture = b"Content-Type: image/jpeg\r\n\r\n" + bytes(n for n in range(256) if n not in (0, 10, 13)) * 3 + b"\r\n"
    for content in (BODY, picture, b".\r\n"):
        results = await relays.send(peer, FROM, ("nobody@n.example", *TO, "later@n.example"), content)
        assert results == (
            Result(Sent.REFUSED, Reply(550, "5.1.1", "nobody here")),
            Result(Sent.TAKEN, Reply(250, "2.6.0", "kept")),
            Result(Sent.LATER, Reply(451, "4.2.1", "not now")),
        )
    assert [came[:3] for came in keeper.came] == [(FROM, list(TO), each) for each in (BODY, picture, b".\r\n")]
    assert kinds(await relays.send(peer, FROM, ("nobody@n.example",), BODY)) == [Sent.REFUSED]
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "opened") == 1
    assert stage.count("smsedge_mm4_smtp_sent_total", "north", "taken") == 4
    assert relays.sizes() == {"idle": 1, "busy": 0, "waiting": 0, "closing": 0}


async def test_a_large_one_to_a_reader_that_takes_its_time(stage: Stage):
    got = []

    async def slowly(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("DATA")
        await asyncio.sleep(0.05)
        got.append(await talk.message())
        await talk.say("250 ok")
        await talk.hear()

    peer = to(await stage.relay(slowly))
    content = (b"x" * 76 + b"\r\n") * 100_000
    assert kinds(await stage.relays(peer).send(peer, FROM, TO, content)) == [Sent.TAKEN]
    assert got == [content]


@pytest.mark.parametrize(
    ("mode", "offered", "sent", "secured"),
    [
        ("off", True, Sent.TAKEN, False),
        ("optional", True, Sent.TAKEN, True),
        ("optional", False, Sent.TAKEN, False),
        ("unverified", True, Sent.TAKEN, True),
        ("unverified", False, Sent.LATER, None),
        ("on", True, Sent.TAKEN, True),
        ("on", False, Sent.LATER, None),
    ],
)
async def test_starttls(stage: Stage, files: Files, unused_tcp_port, mode, offered, sent, secured):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    keeper = stage.controller(unused_tcp_port, **({"tls_context": context} if offered else {}))
    peer = to(unused_tcp_port, relay_tls=mode, relay_ca=files.ca if mode == "on" else "")
    assert kinds(await stage.relays(peer).send(peer, FROM, TO, BODY)) == [sent]
    assert [came[3] for came in keeper.came] == ([] if secured is None else [secured])


async def test_a_large_one_over_tls(stage: Stage, files: Files, unused_tcp_port):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    keeper = stage.controller(unused_tcp_port, tls_context=context)
    peer = to(unused_tcp_port, relay_tls="on", relay_ca=files.ca)
    content = (b"." * 76 + b"\r\n") * 20_000
    relays = stage.relays(peer)
    assert kinds(await relays.send(peer, FROM, TO, content)) == [Sent.TAKEN]
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    assert [came[2] for came in keeper.came] == [content, BODY]


async def test_tls_that_is_broken_is_done_without_where_it_is_optional(stage: Stage):
    async def broken(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("STARTTLS", "250-relay\r\n250 STARTTLS")
        await talk.say("220 go on")
        await talk.say("this is no TLS")

    for mode, sent in (("optional", Sent.TAKEN), ("unverified", Sent.LATER)):
        peer = to(await stage.relay(broken, good), relay_tls=mode)
        assert kinds(await stage.relays(peer).send(peer, FROM, TO, BODY)) == [sent]


async def test_a_certificate_that_is_not_the_relays(stage: Stage, files: Files, unused_tcp_port, tmp_path):
    import trustme

    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    keeper = stage.controller(unused_tcp_port, tls_context=context)
    peer = to(unused_tcp_port, relay_tls="on", relay_ca=str(tmp_path / "other.pem"))
    relays = stage.relays(peer)
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.LATER]
    assert "certificate" in relays.status()["north"][0]["reason"]
    assert not keeper.came


async def test_login(stage: Stage, files: Files, unused_tcp_port):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)
    seen = []

    def authenticate(server, session, envelope, mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    stage.controller(unused_tcp_port, tls_context=context, authenticator=authenticate, auth_required=True)
    for password, sent in (("secret", Sent.TAKEN), ("wrong", Sent.LATER)):
        peer = to(unused_tcp_port, relay_tls="unverified", relay_username="edge", relay_password=password)
        relays = stage.relays(peer)
        assert kinds(await relays.send(peer, FROM, TO, BODY)) == [sent]
        assert password not in str(relays.status())
    assert (b"edge", b"secret") in seen


async def refuses(talk: Talk, at: str, reply: str) -> None:
    """A relay that answers one command, or the message ("END"), with `reply`, always."""
    await talk.say(reply if at == "CONNECT" else "220 relay")
    while True:
        line = await talk.hear()
        word = line.partition(" ")[0]
        if word == at and reply == "close":
            return
        if word == "DATA" and at != "DATA":
            await talk.message()
            if at == "END" and reply == "close":
                return
            await talk.say(reply if at == "END" else "250 ok")
        else:
            await talk.say(reply if word == at else "250 ok")


@pytest.mark.parametrize(
    ("at", "reply", "sent"),
    [
        ("CONNECT", "554 5.3.2 no", Sent.LATER),
        ("CONNECT", "garbage", Sent.LATER),
        ("MAIL", "550 5.7.1 no", Sent.REFUSED),
        ("MAIL", "451 4.3.0 later", Sent.LATER),
        ("MAIL", "421 4.3.2 bye", Sent.LATER),
        ("MAIL", "close", Sent.LATER),
        ("MAIL", "garbage", Sent.LATER),
        ("MAIL", "354 what", Sent.LATER),
        ("RCPT", "552 5.2.2 full", Sent.REFUSED),
        ("RCPT", "450 4.2.0 later", Sent.LATER),
        ("RCPT", "999 what", Sent.LATER),
        ("RCPT", "close", Sent.LATER),
        ("DATA", "554 5.5.1 no", Sent.REFUSED),
        ("DATA", "451 4.3.0 later", Sent.LATER),
        ("DATA", "250 what", Sent.LATER),
        ("DATA", "close", Sent.LATER),
        ("END", "250 2.0.0 ok", Sent.TAKEN),
        ("END", "554 5.6.0 no", Sent.REFUSED),
        ("END", "452 4.3.1 later", Sent.LATER),
        ("END", "421 4.3.2 later", Sent.LATER),
        ("END", "close", Sent.UNKNOWN),
        ("END", "garbage", Sent.UNKNOWN),
        ("END", "354 again", Sent.UNKNOWN),
    ],
)
async def test_what_a_reply_means(stage: Stage, at, reply, sent):
    peer = to(await stage.relay(lambda talk: refuses(talk, at, reply)))
    relays = stage.relays(peer)
    for _ in range(2):
        results = await relays.send(peer, FROM, (*TO, "b@c.example"), BODY)
        assert kinds(results) == [sent] * 2
        if sent is Sent.REFUSED:
            assert str(results[0].reply) == reply
    assert relays.sizes()["busy"] == relays.sizes()["waiting"] == 0


async def mid_data(talk: Talk) -> None:
    """Hangs up when some of the message has come."""
    await talk.say("220 relay")
    await talk.until("DATA")
    await talk.say("354 go on")
    await talk.reader.read(1000)
    talk.writer.transport.abort()


async def test_hung_up_in_mid_data(stage: Stage):
    """As long as the end has not left us the relay has nothing."""
    peer = to(await stage.relay(mid_data))
    content = (b"x" * 76 + b"\r\n") * 400_000
    assert kinds(await stage.relays(peer).send(peer, FROM, TO, content)) == [Sent.LATER]


async def once(talk: Talk) -> None:
    """Takes one message, then leaves without a word."""
    await talk.say("220 relay")
    await talk.until("DATA")
    await talk.message()
    await talk.say("250 ok")


async def test_a_kept_connection_that_has_died(stage: Stage):
    peer = to(await stage.relay(once, good))
    relays = stage.relays(peer)
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    await asyncio.sleep(0.02)
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    assert relays.pools["north"].relays[0].open == 1


async def test_a_kept_connection_that_dies_under_a_message_is_replaced_once(stage: Stage):
    taken = []

    async def dies(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("DATA")
        await talk.message()
        await talk.say("250 ok")
        await talk.until("RCPT")

    async def lives(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("DATA")
        taken.append(await talk.message())
        await talk.say("250 ok")
        await talk.hear()

    peer = to(await stage.relay(dies, lives))
    relays = stage.relays(peer)
    for _ in range(2):
        assert kinds(await relays.send(peer, FROM, TO, b"x\r\n")) == [Sent.TAKEN]
    assert taken == [b"x\r\n"]
    assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "stale") == 1


async def test_an_unknown_outcome_is_not_tried_again(stage: Stage):
    messages = []

    async def swallows(talk: Talk) -> None:
        await talk.say("220 relay")
        for answer in ("250 ok", ""):
            await talk.until("DATA")
            messages.append(await talk.message())
            if answer:
                await talk.say(answer)

    peer = to(await stage.relay(swallows))
    relays = stage.relays(peer)
    assert kinds(await relays.send(peer, FROM, TO, b"1\r\n")) == [Sent.TAKEN]
    assert kinds(await relays.send(peer, FROM, TO, b"2\r\n")) == [Sent.UNKNOWN]
    assert messages == [b"1\r\n", b"2\r\n"]


async def silent(talk: Talk, at: str) -> None:
    """Says nothing any more from a command on."""
    if at != "CONNECT":
        await talk.say("220 relay")
        await talk.until(at if at != "END" else "DATA")
        if at == "END":
            await talk.message()
    await asyncio.sleep(30)


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ("CONNECT", Sent.LATER),
        ("EHLO", Sent.LATER),
        ("MAIL", Sent.LATER),
        ("RCPT", Sent.LATER),
        ("DATA", Sent.LATER),
        ("END", Sent.UNKNOWN),
    ],
)
async def test_a_relay_that_falls_silent(stage: Stage, at, sent):
    peer = to(await stage.relay(lambda talk: silent(talk, at)))
    relays = stage.relays(peer, response_timeout=0.05, connect_timeout=0.05)
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [sent]


async def test_a_relay_that_does_not_read_costs_no_more_than_the_deadline(stage: Stage):
    async def deaf(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("DATA")
        talk.writer.transport.pause_reading()
        await talk.say("354 go on")
        await asyncio.sleep(30)

    peer = to(await stage.relay(deaf))
    relays = stage.relays(peer, send_timeout=0.3)
    assert kinds(await relays.send(peer, FROM, TO, b"x" * 30_000_000 + b"\r\n")) == [Sent.LATER]


async def test_more_than_may_wait(stage: Stage):
    go = asyncio.Event()

    async def waits(talk: Talk) -> None:
        await talk.say("220 relay")
        while True:
            await talk.until("DATA")
            await talk.message()
            await go.wait()
            await talk.say("250 ok")

    peer = to(await stage.relay(waits), connections=2, queue=3)
    relays = stage.relays(peer)
    sending = [asyncio.ensure_future(relays.send(peer, FROM, TO, BODY)) for _ in range(9)]
    await asyncio.sleep(0.05)
    assert relays.sizes() == {"idle": 0, "busy": 2, "waiting": 3, "closing": 0}
    go.set()
    results = [result for done in await asyncio.gather(*sending) for result in done]
    assert kinds(results).count(Sent.TAKEN) == 5
    assert {str(each.reply)[:9] for each in results if each.sent is Sent.LATER} == {"451 4.4.5"}
    assert stage.count("smsedge_cap_hits_total", "mm4-relay-queue") == 4
    assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "opened") == 2


async def test_one_that_waits_too_long(stage: Stage):
    peer = to(await stage.relay(lambda talk: silent(talk, "END")), connections=1)
    relays = stage.relays(peer, send_timeout=0.1)
    results = await asyncio.gather(*(relays.send(peer, FROM, TO, BODY) for _ in range(2)))
    assert [kinds(each) for each in results] == [[Sent.UNKNOWN], [Sent.LATER]]
    assert relays.sizes()["busy"] == 0


async def test_failover_and_return(stage: Stage, unused_tcp_port):
    peer = to(unused_tcp_port, backup=(Listen("127.0.0.1", await stage.relay(good)),))
    relays = stage.relays(peer)
    for _ in range(3):
        assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    first, second = relays.status()["north"]
    assert (first["state"], second["state"], second["connections"]) == ("down", "up", 1)
    assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "failed") == 1
    await stage.relay(good, port=unused_tcp_port)
    relays.pools["north"].relays[0].down_until = 0.0
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    assert relays.status()["north"][0]["connections"] == 1


async def test_all_down(stage: Stage, unused_tcp_port):
    peer = to(unused_tcp_port)
    relays = stage.relays(peer)
    for _ in range(3):
        [result] = await relays.send(peer, FROM, TO, BODY)
        assert (result.sent, str(result.reply)[:9]) == (Sent.LATER, "451 4.4.1")
    assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "failed") == 1


async def test_a_relay_that_is_down_is_said(stage: Stage, unused_tcp_port, monkeypatch, caplog):
    monkeypatch.setattr(pool, "NOTICES", Notices("smsedge.mm4"))
    peer = to(unused_tcp_port)
    relays = stage.relays(peer)
    await relays.send(peer, FROM, TO, BODY)
    relays.pools["north"].relays[0].down_until = 0.0
    await relays.send(peer, FROM, TO, BODY)
    [line] = caplog.messages
    assert line.startswith(f"north: no connection to 127.0.0.1:{unused_tcp_port}: ")


async def test_addresses_that_cannot_be_sent(stage: Stage):
    peer = to(await stage.relay(good))
    results = await stage.relays(peer).send(
        peer, FROM, ("a@b.example\r\nDATA", "", "a b@c", "é@b.example", "\ud800@b.example", "ok@b.example"), BODY
    )
    assert [str(result.reply)[:9] for result in results] == [
        "553 5.1.3",
        "553 5.1.3",
        "553 5.1.3",
        "553 5.6.7",
        "553 5.1.3",
        "250 2.0.0",
    ]


async def test_what_mail_says(stage: Stage):
    heard = []

    async def offers(talk: Talk) -> None:
        await talk.say("220 relay")
        while True:
            heard.append(await talk.until("MAIL", "250-relay\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 SMTPUTF8"))
            await talk.say("550 5.7.1 no")

    peer = to(await stage.relay(offers))
    relays = stage.relays(peer)
    await relays.send(peer, "", TO, b"x\r\n")
    await relays.send(peer, "é@x.example", TO, b"\xff\r\n")
    assert heard == ["MAIL FROM:<> SIZE=3", "MAIL FROM:<é@x.example> SIZE=3 BODY=8BITMIME SMTPUTF8"]


async def test_a_relay_of_before_esmtp(stage: Stage):
    async def old(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.hear()
        await talk.say("500 what")
        assert (await talk.until("MAIL")) == f"MAIL FROM:<{FROM}>"
        await talk.say("250 ok")
        await talk.until("DATA")
        await talk.message()
        await talk.say("250 ok")
        await talk.hear()

    peer = to(await stage.relay(old))
    assert kinds(await stage.relays(peer).send(peer, FROM, TO, b"\xff\r\n")) == [Sent.TAKEN]


async def test_cancelled(stage: Stage):
    """A taker that is stopped leaves no slot taken and no connection in the middle of something."""
    peer = to(await stage.relay(lambda talk: silent(talk, "DATA"), good), connections=1)
    relays = stage.relays(peer)
    sending = asyncio.ensure_future(relays.send(peer, FROM, TO, BODY))
    await asyncio.sleep(0.03)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    assert relays.pools["north"].relays[0].open == 1


async def test_idle_ones_are_closed(stage: Stage):
    said = []

    async def listens(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("DATA")
        await talk.message()
        await talk.say("250 ok")
        said.append(await talk.hear())
        await talk.say("221 bye")

    peer = to(await stage.relay(listens))
    relays = stage.relays(peer)
    await relays.send(peer, FROM, TO, BODY)
    client = relays.pools["north"].relays[0].idle[0]
    relays.tick(client.idle_since + 29)
    assert relays.sizes()["idle"] == 1
    relays.tick(client.idle_since + 31)
    while relays.sizes()["closing"]:
        await asyncio.sleep(0.01)
    assert (said, relays.sizes()["idle"]) == (["QUIT"], 0)


async def test_one_that_stood_idle_is_asked_whether_it_lives(stage: Stage):
    heard = []

    async def listens(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("DATA")
        await talk.message()
        await talk.say("250 ok")
        heard.append(await talk.hear())
        await talk.say("250 ok")
        await talk.until("DATA")
        await talk.message()
        await talk.say("250 ok")
        await talk.hear()

    peer = to(await stage.relay(listens))
    relays = stage.relays(peer)
    await relays.send(peer, FROM, TO, BODY)
    relays.pools["north"].relays[0].idle[0].idle_since -= 20
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    assert heard == ["RSET"]


async def test_one_that_stood_idle_and_died(stage: Stage, monkeypatch):
    monkeypatch.setattr("edge.channels.mm4.smtp.transaction.PROBE", 0.05)

    async def mute(talk: Talk) -> None:
        await once(talk)
        await asyncio.sleep(30)

    peer = to(await stage.relay(mute, good))
    relays = stage.relays(peer)
    await relays.send(peer, FROM, TO, BODY)
    relays.pools["north"].relays[0].idle[0].idle_since -= 20
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]
    assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "lost") == 1
    assert relays.pools["north"].relays[0].open == 1


async def test_a_full_relay_is_not_down(stage: Stage):
    """One connection is all it takes: a second is sent away, and the first goes on."""

    async def full(talk: Talk) -> None:
        await talk.say("421 4.7.0 too many")

    go = asyncio.Event()

    async def slow(talk: Talk) -> None:
        await talk.say("220 relay")
        for _ in range(2):
            await talk.until("DATA")
            await talk.message()
            await go.wait()
            await talk.say("250 ok")
        await talk.hear()

    peer = to(await stage.relay(slow, full))
    relays = stage.relays(peer)
    first = asyncio.ensure_future(relays.send(peer, FROM, TO, BODY))
    await asyncio.sleep(0.05)
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.LATER]
    assert relays.status()["north"][0]["state"] == "up"
    go.set()
    assert kinds(await first) == [Sent.TAKEN]
    assert kinds(await relays.send(peer, FROM, TO, BODY)) == [Sent.TAKEN]


async def test_room_is_made_for_the_relay_that_is_up(stage: Stage):
    first, second = await stage.relay(good), await stage.relay(good)
    peer = to(first, backup=(Listen("127.0.0.1", second),), connections=1)
    relays = stage.relays(peer)
    pool = relays.pools["north"]
    pool.relays[0].down_until = float("inf")
    await relays.send(peer, FROM, TO, BODY)
    assert [relay.open for relay in pool.relays] == [0, 1]
    pool.relays[0].down_until = 0.0
    await relays.send(peer, FROM, TO, BODY)
    assert [relay.open for relay in pool.relays] == [1, 0]


async def test_stopping_lets_what_is_on_its_way_end(stage: Stage):
    go = asyncio.Event()

    async def slow(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.until("DATA")
        await talk.message()
        await go.wait()
        await talk.say("250 ok")
        await talk.hear()

    peer = to(await stage.relay(slow))
    relays = stage.relays(peer)
    sending = asyncio.ensure_future(relays.send(peer, FROM, TO, BODY))
    await asyncio.sleep(0.05)
    stopping = asyncio.ensure_future(relays.stop(5))
    await asyncio.sleep(0.02)
    go.set()
    assert kinds(await sending) == [Sent.TAKEN]
    await stopping
    assert set(relays.sizes().values()) == {0}


async def test_a_reload(stage: Stage):
    one, two = to(await stage.relay(good)), to(await stage.relay(good), name="two")
    relays = stage.relays(one, two)
    for peer in (one, two):
        await relays.send(peer, FROM, TO, BODY)
    kept = relays.pools["north"]
    conf = relays._conf
    relays.renew(msgspec.structs.replace(conf, peers=(msgspec.structs.replace(one, domains=("x.example",)),)))
    assert relays.pools == {"north": kept}
    assert kinds(await relays.send(one, FROM, TO, BODY)) == [Sent.TAKEN]
    [gone] = await relays.send(two, FROM, TO, BODY)
    assert (gone.sent, str(gone.reply)[:9]) == (Sent.LATER, "451 4.4.4")
    other = to(await stage.relay(good))
    relays.renew(msgspec.structs.replace(conf, peers=(other,)))
    assert relays.pools["north"] is not kept
    assert kinds(await relays.send(other, FROM, TO, BODY)) == [Sent.TAKEN]
    await relays.stop(1.0)
    assert kept.sizes() == {"idle": 0, "busy": 0, "waiting": 0, "closing": 0}


async def test_through_both(stage: Stage, unused_tcp_port):
    """From smtplib through the server and out to a real one, octet for octet."""
    keeper = stage.controller(unused_tcp_port)
    peer = to(unused_tcp_port)
    relays = stage.relays(peer)

    async def work(envelope):
        results = await relays.send(peer, envelope.sender, envelope.recipients, envelope.content)
        return results[0].reply

    stage.taken.work = work
    edge = await stage.server([peer])
    message = email.message_from_bytes(BODY + b"\r\n" * 3 + b".\r\n" * 3)

    def send():
        import smtplib

        with smtplib.SMTP("127.0.0.1", edge.ports[0]) as client:
            client.sendmail(FROM, TO, message.as_bytes().replace(b"\n", b"\r\n").replace(b"\r\r", b"\r"))

    await asyncio.to_thread(send)
    assert keeper.came[0][2] == BODY + b"\r\n" * 3 + b".\r\n" * 3
