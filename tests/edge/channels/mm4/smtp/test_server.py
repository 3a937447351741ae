"""The server as peers meet it: who is let in, what is taken, what is said, within which limits."""

import asyncio
import smtplib
import subprocess

import aiosmtplib
import msgspec
import pytest

from edge.channels.mm4.smtp import house
from edge.channels.mm4.smtp.seam import Reply
from edge.channels.mm4.smtp.stream import LINE_MAX
from edge.channels.notices import Notices

from .stage import PEER, TAKEN, Stage

BODY = b"Subject: x\r\n\r\n.a dot\r\n..two\r\nlast\r\n"


async def test_a_message_as_smtplib_sends_it(stage: Stage):
    server = await stage.server()

    def send():
        with smtplib.SMTP("127.0.0.1", server.ports[0], "north.example") as client:
            code, _ = client.ehlo()
            assert code == 250
            assert (client.esmtp_features["size"], "pipelining" in client.esmtp_features) == ("1500000", True)
            assert {"8bitmime", "smtputf8"} <= client.esmtp_features.keys()
            assert not {"xclient", "help", "auth", "starttls"} & client.esmtp_features.keys()
            return client.sendmail(
                "system@north.example", ["+14165550100/TYPE=PLMN@edge.example", "nobody@edge.example"], BODY
            )

    refused = await asyncio.to_thread(send)
    assert refused == {"nobody@edge.example": (550, b"5.1.1 nobody")}
    [envelope] = stage.taken.envelopes
    assert envelope.sender == "system@north.example"
    assert envelope.recipients == ("+14165550100/TYPE=PLMN@edge.example",)
    assert envelope.content == BODY
    assert envelope.helo == "north.example"
    assert stage.taken.sizes == [len(BODY)]
    [session] = stage.taken.sessions
    assert (session.peer.name, session.host, session.tls) == ("north", "127.0.0.1", False)


async def test_many_messages_over_one_connection(stage: Stage):
    server = await stage.server()
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=server.ports[0], start_tls=False)
    await client.connect()
    contents = [b"%d" % n + b"\r\n" + b"\xff" * n * 997 + b"\r\n" for n in range(0, 300, 37)]
    for content in contents:
        await client.sendmail("", ["v@edge.example"], content)
    await client.quit()
    assert [each.content for each in stage.taken.envelopes] == contents
    assert {each.sender for each in stage.taken.envelopes} == {""}
    assert server.sizes()["octets"] == 0
    assert server.house.memory.peak > 260_000


async def test_swaks(stage: Stage):
    server = await stage.server()
    command = ["swaks", "--server", f"127.0.0.1:{server.ports[0]}", "--from", "a@north.example", "--to", "b@c.example"]
    try:
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=30)
    except FileNotFoundError:
        pytest.skip("swaks is not installed")
    assert done.returncode == 0, done.stdout
    assert b"This is a test mailing" in stage.taken.envelopes[0].content


async def test_all_at_once(stage: Stage):
    """A peer that sends ahead even what it must wait with: every command and both messages in one packet."""
    server = await stage.server()
    wire = await stage.wire(server)
    one = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n%s\r\n.\r\n"
    wire.send(b"EHLO n.example\r\n" + one % b"first" + one % b"second" + b"NOOP\r\nQUIT\r\n")
    codes = [(await wire.reply())[:3] for _ in range(11)]
    assert codes == ["250", "250", "250", "354", "250", "250", "250", "354", "250", "250", "221"]
    assert [each.content for each in stage.taken.envelopes] == [b"first\r\n", b"second\r\n"]


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r.\r\n", b"\r\n\0.\r\n", b"\r\n.\r", b"\n\n.\r\n"]
)
async def test_smuggling(stage: Stage, end):
    server = await stage.server()
    wire = await stage.wire(server)
    await wire.ready()
    inner = b"MAIL FROM:<admin@edge.example>\r\nRCPT TO:<v@edge.example>\r\nDATA\r\nsmuggled\r\n.\r\n"
    wire.send(b"Subject: x\r\n\r\nharmless" + end + inner)
    assert await wire.reply() == "554 5.6.0 lines end with CR LF; a bare CR or LF, or a NUL, is not taken"
    assert (await wire.ask("NOOP"))[:3] == "250"
    assert not stage.taken.envelopes
    assert stage.count("smsedge_protocol_errors_total", "mm4", "data-lines") == 1


async def test_who_waits_for_an_end_that_is_none_is_told(stage: Stage):
    server = await stage.server(data_timeout=0.05)
    wire = await stage.wire(server)
    await wire.ready()
    wire.send(b"a\n.\n")
    assert (await wire.reply())[:9] == "554 5.6.0"
    assert await wire.ended()


async def test_too_large(stage: Stage):
    server = await stage.server(max_size=100_000)
    wire = await stage.wire(server)
    assert (await wire.ask("EHLO n.example", "MAIL FROM:<a@b.example> SIZE=100001"))[:9] == "552 5.3.4"
    assert (await wire.ask("MAIL FROM:<a@b.example> SIZE=x"))[:3] == "501"
    assert (await wire.ask("MAIL FROM:<a@b.example> SIZE=" + "9" * 30))[:3] == "501"
    await wire.ready()
    for _ in range(50):
        wire.send((b"x" * 998 + b"\r\n") * 1000)  # 50 MB
        await wire.writer.drain()
    wire.send(b".\r\n")
    assert (await wire.reply())[:9] == "552 5.3.4"
    assert server.house.memory.peak < 500_000  # the limit and one read
    await wire.ready()
    wire.send(b"small\r\n.\r\n")
    assert (await wire.reply())[:3] == "250"


async def test_memory_for_all(stage: Stage):
    server = await stage.server(memory=100_000, max_size=90_000)
    first, second, third = [await stage.wire(server) for _ in range(3)]
    await first.ready()
    first.send(b"x" * 80_000)
    while server.sizes()["octets"] < 80_000:
        await asyncio.sleep(0.01)
    await second.ready()
    second.send(b"y" * 50_000 + b"\r\n.\r\n")
    assert (await second.reply())[:9] == "452 4.3.1"
    first.send(b"x" * 9_000 + b"\r\n.\r\n")
    assert (await first.reply())[:3] == "250"
    await third.ready()
    third.send(b"z" * 80_000)
    while server.sizes()["octets"] < 80_000:
        await asyncio.sleep(0.01)
    third.close()
    while server.sizes()["octets"]:
        await asyncio.sleep(0.01)
    assert stage.count("smsedge_cap_hits_total", "mm4-memory") == 1
    assert stage.count("smsedge_mm4_smtp_received_total", "north", "cut") == 1


async def test_recipients_have_a_cap(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example", "MAIL FROM:<a@b.example>")
    codes = [await wire.ask(f"RCPT TO:<r{n}@edge.example>") for n in range(102)]
    assert {code[:3] for code in codes[:100]} == {"250"}
    assert {code[:9] for code in codes[100:]} == {"452 4.5.3"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RCPT TO:<a@b.example>", "503"),
        ("DATA", "503"),
        ("MAIL", "501"),
        ("MAIL FROM: ", "553"),
        ("MAIL FROM:<a b@c.example>", "553"),
        ("MAIL FROM:<a@b.example> FOO=1", "555"),
        ("MAIL FROM:<a@b.example> BODY=BINARYMIME", "501"),
        ("MAIL FROM:<bad@b.example>", "550"),
        (f"MAIL FROM:<{'a' * 600}@b.example>", "553"),
        ("MAIL FROM:<\xe9@b.example> SMTPUTF8", "250"),
        ("MAIL FROM:<> SIZE=10 BODY=8BITMIME", "250"),
        ("mail from:<a@b.example>", "250"),
        ("EHLO", "501"),
        ("VRFY x", "252"),
        ("EXPN x", "500"),
        ("HELP", "500"),
        ("XCLIENT ADDR=1.2.3.4", "500"),
        ("BDAT 10 LAST", "500"),
        ("", "500"),
        ("AUTH PLAIN AAAA", "538"),
        ("STARTTLS", "454"),
        ("GET / HTTP/1.1", "421"),
    ],
)
async def test_replies(stage: Stage, line, code):
    server = await stage.server()
    wire = await stage.wire(server)
    assert (await wire.ask("EHLO n.example", line))[:3] == code


async def test_a_route_is_ignored_and_addresses_stay_as_written(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    await wire.ask("HELO n.example", "MAIL FROM:<@x.example,@y.example:User+Tag=1@North.example>")
    await wire.ask("RCPT TO:<+1(416)555/TYPE=PLMN@Edge.Example>", "DATA")
    wire.send(b".\r\n")
    assert (await wire.reply())[:3] == "250"
    [envelope] = stage.taken.envelopes
    assert envelope[:3] == ("User+Tag=1@North.example", ("+1(416)555/TYPE=PLMN@Edge.Example",), b"")


async def test_commands_with_bare_line_ends(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    wire.send(b"EHLO n.example\nNOOP\r\n")
    assert (await wire.reply())[:9] == "500 5.5.2"
    assert (await wire.reply())[:3] == "250"
    wire.send(b"MAIL FROM:<a@b.example>\rRCPT\r\n")
    assert (await wire.reply())[:9] == "500 5.5.2"
    wire.send(b"NOOP \xff\xfe\r\n")
    assert (await wire.reply())[:9] == "500 5.5.2"


async def test_a_line_without_end(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    wire.send(b"x" * 4 * LINE_MAX)
    assert (await wire.reply())[:9] in ("500 5.5.2", "")  # what it has still sent may cost it our words
    assert await wire.ended()


async def test_nonsense_ends_the_connection(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    replies = [await wire.ask("FOO") for _ in range(11)]
    assert {reply[:3] for reply in replies[:10]} == {"500"}
    assert replies[10][:3] == "421"
    assert await wire.ended()


async def test_commands_without_a_message_end_the_connection(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    wire.send(b"NOOP\r\n" * 1100)
    replies = [await wire.reply() for _ in range(1001)]
    assert replies[-1] == "421 4.7.0 too many commands"
    assert await wire.ended()


async def test_strangers(stage: Stage):
    server = await stage.server([msgspec.structs.replace(PEER, networks=("192.0.2.0/24",))])
    wire = await stage.wire(server, greeted=False)
    assert (await wire.reply())[:9] == "554 5.7.1"
    assert await wire.ended()
    assert stage.count("smsedge_mm4_smtp_connections_total", "", "stranger") == 1


async def test_a_stranger_is_named_in_the_log(stage: Stage, monkeypatch, caplog):
    monkeypatch.setattr(house, "NOTICES", Notices("smsedge.mm4"))
    server = await stage.server([msgspec.structs.replace(PEER, networks=("192.0.2.0/24",))])
    for _ in range(3):
        wire = await stage.wire(server, greeted=False)
        assert (await wire.reply())[:9] == "554 5.7.1"
    assert caplog.messages == ["mm4: 127.0.0.1 is no peer of ours"]


async def test_500_connections(stage: Stage):
    server = await stage.server(max_connections=300, peer_connections=200)
    wires = await asyncio.gather(*(stage.wire(server, greeted=False) for _ in range(500)))
    codes = [(await wire.reply())[:9] for wire in wires]
    assert (codes.count("220 edge."), codes.count("421 4.7.0")) == (200, 300)
    assert server.sizes()["connections"] == 200
    assert stage.count("smsedge_mm4_smtp_connections_total", "north", "peer-full") == 300
    wires[0].close()
    while server.sizes()["connections"] == 200:
        await asyncio.sleep(0.01)
    wire = await stage.wire(server)
    assert (await wire.ask("QUIT"))[:3] == "221"


async def test_the_longest_prefix_says_who_it_is(stage: Stage):
    wide = msgspec.structs.replace(PEER, name="wide", networks=("0.0.0.0/0",))
    server = await stage.server([wide, PEER])
    wire = await stage.wire(server)
    await wire.ready()
    wire.send(b"x\r\n.\r\n")
    await wire.reply()
    assert stage.taken.sessions[0].peer.name == "north"


async def test_a_silent_peer(stage: Stage):
    server = await stage.server(idle=0.05)
    wire = await stage.wire(server)
    assert (await wire.reply())[:9] == "421 4.4.2"
    assert await wire.ended()


async def test_time_begins_again_with_each_command_and_stands_still_while_we_work(stage: Stage):
    """One timer for all of it: a message and its taker may take longer than the silence that is allowed."""
    server = await stage.server(idle=0.8, data_timeout=1.8, deadline=9.0)

    async def slow(envelope):
        await asyncio.sleep(1.0)
        return TAKEN

    stage.taken.work = slow
    wire = await stage.wire(server)
    for _ in range(4):
        await asyncio.sleep(0.3)
        assert (await wire.ask("NOOP"))[:3] == "250"
    await wire.ready()
    await asyncio.sleep(1.0)
    wire.send(b"x\r\n.\r\n")
    assert await wire.reply() == "250 2.0.0 taken"
    assert (await wire.ask("NOOP"))[:3] == "250"
    assert (await wire.reply())[:9] == "421 4.4.2"
    assert await wire.ended()


async def test_a_slow_sender_is_cut(stage: Stage):
    server = await stage.server(data_timeout=0.2)
    wire = await stage.wire(server)
    await wire.ready()
    for _ in range(50):
        wire.send(b"x")
        await asyncio.sleep(0.02)
        if wire.reader.at_eof() or wire.reader._buffer:
            break
    assert (await wire.reply())[:9] == "421 4.4.2"
    assert await wire.ended()
    assert server.sizes() == {"connections": 0, "taking": 0, "octets": 0, "verifying": 0}


async def test_a_taker_that_is_late_still_has_a_reply(stage: Stage):
    server = await stage.server(deadline=0.05, idle=0.02)
    ended = asyncio.Event()

    async def slow(envelope):
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()

    stage.taken.work = slow
    wire = await stage.wire(server)
    await wire.ready()
    wire.send(b"x\r\n.\r\n")
    assert (await wire.reply())[:9] == "451 4.4.7"
    await ended.wait()


async def test_a_peer_that_leaves_does_not_stop_the_taker(stage: Stage):
    server = await stage.server()
    began, go = asyncio.Event(), asyncio.Event()
    finished = []

    async def work(envelope):
        began.set()
        await go.wait()
        finished.append(envelope.content)
        return TAKEN

    stage.taken.work = work
    wire = await stage.wire(server)
    await wire.ready()
    wire.send(b"x\r\n.\r\n")
    await began.wait()
    wire.reset()
    while server.sizes()["connections"]:
        await asyncio.sleep(0.01)
    assert server.sizes()["octets"] == len(b"x\r\n.\r\n")
    go.set()
    while server.sizes()["taking"]:
        await asyncio.sleep(0.01)
    assert finished == [b"x\r\n"]
    assert server.sizes()["octets"] == 0
    assert stage.count("smsedge_mm4_smtp_received_total", "north", "unheard") == 1


async def test_a_peer_that_only_stops_sending_gets_its_reply(stage: Stage):
    server = await stage.server()

    async def work(envelope):
        await asyncio.sleep(0.05)
        return TAKEN

    stage.taken.work = work
    wire = await stage.wire(server)
    await wire.ready()
    wire.send(b"x\r\n.\r\n")
    wire.writer.write_eof()
    assert await wire.reply() == "250 2.0.0 taken"
    assert await wire.ended()


async def test_a_taker_that_raises(stage: Stage):
    server = await stage.server()

    async def work(envelope):
        raise ZeroDivisionError

    stage.taken.work = work
    wire = await stage.wire(server)
    await wire.ready()
    wire.send(b"x\r\n.\r\n")
    assert (await wire.reply())[:9] == "451 4.3.0"
    assert (await wire.ask("NOOP"))[:3] == "250"


async def test_a_taker_that_raises_at_a_command(stage: Stage, monkeypatch):
    server = await stage.server()
    monkeypatch.setattr(stage.taken, "sender", lambda *_: 1 / 0)
    wire = await stage.wire(server)
    assert (await wire.ask("EHLO n.example", "MAIL FROM:<a@b.example>"))[:9] == "451 4.3.0"
    assert (await wire.ask("RCPT TO:<a@b.example>"))[:3] == "503"
    assert stage.count("smsedge_protocol_errors_total", "mm4", "fault") == 1


async def test_no_message_is_begun_where_there_is_no_room(stage: Stage):
    server = await stage.server(memory=50_000, max_size=50_000)
    first, second = await stage.wire(server), await stage.wire(server)
    await first.ready()
    first.send(b"x" * 50_000)
    while server.sizes()["octets"] < 50_000:
        await asyncio.sleep(0.01)
    reply = await second.ask("EHLO n.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA")
    assert reply[:9] == "452 4.3.1"
    assert (await second.ask("DATA"))[:3] == "503"


async def test_who_comes_while_we_leave(stage: Stage):
    server = await stage.server()
    server.house.draining = True
    wire = await stage.wire(server, greeted=False)
    assert (await wire.reply())[:9] == "421 4.3.2"


async def test_what_the_taker_says(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    for reply in (Reply(550, "5.7.1", "no"), Reply(451, "4.7.0", "later"), Reply(421, "4.3.2", "gone")):

        async def work(envelope, reply=reply):
            return reply

        stage.taken.work = work
        await wire.ready()
        wire.send(b"x\r\n.\r\n")
        assert await wire.reply() == str(reply)
    assert await wire.ended()


async def test_draining(stage: Stage):
    server = await stage.server()
    began, go = asyncio.Event(), asyncio.Event()

    async def work(envelope):
        began.set()
        await go.wait()
        return TAKEN

    stage.taken.work = work
    idle, sending, working = [await stage.wire(server) for _ in range(3)]
    await sending.ready()
    sending.send(b"half ")
    await working.ready()
    working.send(b"x\r\n.\r\n")
    await began.wait()
    stopping = asyncio.ensure_future(server.stop(5.0))
    assert await idle.reply() == "421 4.3.2 going away, try again later"
    sending.send(b"a message\r\n.\r\n")
    go.set()
    assert await working.reply() == "250 2.0.0 taken"
    assert await sending.reply() == "250 2.0.0 taken"
    assert (await working.reply())[:9] == (await sending.reply())[:9] == "421 4.3.2"
    await stopping
    assert set(server.sizes().values()) == {0}
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", server.ports[0] if server.ports else 1)


async def test_draining_has_an_end(stage: Stage):
    server = await stage.server()

    async def work(envelope):
        await asyncio.sleep(60)

    stage.taken.work = work
    wire = await stage.wire(server)
    await wire.ready()
    wire.send(b"x\r\n.\r\n")
    while not server.sizes()["taking"]:
        await asyncio.sleep(0.01)
    await server.stop(0.05)
    assert await wire.ended()
    assert set(server.sizes().values()) == {0}


async def test_a_reload(stage: Stage):
    other = msgspec.structs.replace(PEER, name="six", networks=("::1/128",))
    peer = msgspec.structs.replace(PEER, networks=("127.0.0.0/8",))
    server = await stage.server([peer, other])
    wire = await stage.wire(server)
    conf = server.house.conf
    domains = msgspec.structs.replace(peer, domains=("north.example",))
    server.renew(msgspec.structs.replace(conf, peers=(domains,), max_size=2000))
    assert "SIZE 2000" in await wire.ask("EHLO n.example")
    await wire.ready()
    wire.send(b"x\r\n.\r\n")
    assert (await wire.reply())[:3] == "250"
    assert stage.taken.sessions[0].peer.domains == ("north.example",)
    server.renew(msgspec.structs.replace(conf, peers=(msgspec.structs.replace(peer, name="south"),)))
    assert (await wire.reply())[:9] == "421 4.3.2"
    assert await wire.ended()
    assert (await (await stage.wire(server)).ask("NOOP"))[:3] == "250"
