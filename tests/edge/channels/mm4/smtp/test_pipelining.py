"""Commands sent ahead (RFC 2920), by us and by peers: what comes of them is what comes of them one by one."""

import asyncio
import smtplib
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.channels.mm4.smtp.seam import Sent
from edge.channels.mm4.smtp.talk import GARBAGE, LINE_MAX, REPLY_MAX, take_over

from .conftest import Files
from .stage import TAKEN, Stage, Talk, good, to

BODY = b"Subject: x\r\n\r\n.a dot\r\nlast\r\n"
FROM = "system@edge.example"
TWO = ("a@north.example", "b@north.example")
OFFER = "250-relay\r\n250 PIPELINING"


def kinds(results):
    return [result.sent for result in results]


class Script(NamedTuple):
    """What a relay says: "cut" hangs up. `slow`: octet by octet."""

    mail: str = "250 ok"
    rcpt: tuple[str, ...] = ("250 ok", "250 ok")
    data: str = "354 go on"
    end: str = "250 2.0.0 taken"
    offers: bool = True
    slow: bool = False


class Relay:
    """Plays a script, again and again. `taken` are (recipients, content) of what it was given to the end."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.taken: list[tuple[list[str], bytes]] = []
        self.connections = 0

    async def __call__(self, talk: Talk) -> None:
        self.connections += 1
        await talk.say("220 relay")
        assert (await talk.hear())[:4] == "EHLO"
        await talk.say(OFFER if self.script.offers else "250 relay")
        while await self._transaction(talk):
            pass

    async def _say(self, talk: Talk, reply: str) -> None:
        if reply == "cut":
            raise ConnectionError
        if not self.script.slow:
            await talk.say(reply)
            return
        for octet in f"{reply}\r\n":
            talk.writer.write(octet.encode())
            await asyncio.sleep(0)

    async def _transaction(self, talk: Talk) -> bool:
        recipients: list[str] = []
        while True:
            line = await talk.hear()
            word = line.partition(" ")[0]
            if word == "MAIL":
                script = self.script
                waiting = list(script.rcpt)
            if word == "QUIT":
                return False
            if word == "RSET":
                await talk.say("250 ok")
                return True
            if word == "DATA":
                break
            reply = script.mail if word == "MAIL" else waiting.pop(0)
            if word == "RCPT" and reply[:1] == "2":
                recipients.append(line)
            await self._say(talk, reply)
        await self._say(talk, script.data)
        if script.data[:3] == "354":
            content = b""
            while (line := await talk.reader.readuntil(b"\r\n")) != b".\r\n":
                content += line
            self.taken.append((recipients, content))
            await self._say(talk, script.end)
        return True


@pytest.mark.parametrize("offers", [False, True])
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize(
    ("script", "sent", "dots"),
    [
        (Script(), [Sent.TAKEN] * 2, []),
        (Script(mail="550 5.7.1 no"), [Sent.REFUSED] * 2, None),
        (Script(mail="451 4.3.0 later"), [Sent.LATER] * 2, None),
        (Script(mail="421 4.3.2 bye"), [Sent.LATER] * 2, None),
        (Script(mail="354 what"), [Sent.LATER] * 2, None),
        (Script(mail="cut"), [Sent.LATER] * 2, None),
        (Script(mail="550 5.7.1 no", rcpt=("503 no", "503 no"), data="503 no"), [Sent.REFUSED] * 2, None),
        (Script(mail="550 5.7.1 no", rcpt=("503 no", "503 no")), [Sent.REFUSED] * 2, [([], b"")]),
        (Script(mail="550 5.7.1 no", rcpt=("503 no", "cut")), [Sent.REFUSED] * 2, None),
        (Script(mail="550 5.7.1 no", rcpt=("503 no", "nonsense")), [Sent.REFUSED] * 2, None),
        (Script(rcpt=("550 no", "250 ok")), [Sent.REFUSED, Sent.TAKEN], []),
        (Script(rcpt=("250 ok", "450 later")), [Sent.TAKEN, Sent.LATER], []),
        (Script(rcpt=("550 no", "450 later"), data="554 none"), [Sent.REFUSED, Sent.LATER], None),
        (Script(rcpt=("550 no", "450 later")), [Sent.REFUSED, Sent.LATER], [([], b"")]),
        (Script(rcpt=("550 no", "450 later"), end="554 none"), [Sent.REFUSED, Sent.LATER], [([], b"")]),
        (Script(rcpt=("550 no", "450 later"), end="cut"), [Sent.REFUSED, Sent.LATER], [([], b"")]),
        (Script(rcpt=("550 no", "450 later"), data="cut"), [Sent.REFUSED, Sent.LATER], None),
        (Script(rcpt=("250 ok", "cut")), [Sent.LATER] * 2, None),
        (Script(rcpt=("550 no", "421 bye")), [Sent.LATER] * 2, None),
        (Script(rcpt=("250 ok", "nonsense")), [Sent.LATER] * 2, None),
        (Script(rcpt=("999 what", "250 ok")), [Sent.LATER] * 2, None),
        (Script(data="554 no"), [Sent.REFUSED] * 2, None),
        (Script(data="452 later"), [Sent.LATER] * 2, None),
        (Script(rcpt=("550 no", "250 ok"), data="452 later"), [Sent.REFUSED, Sent.LATER], None),
        (Script(data="250 what"), [Sent.LATER] * 2, None),
        (Script(data="421 bye"), [Sent.LATER] * 2, None),
        (Script(data="cut"), [Sent.LATER] * 2, None),
        (Script(end="554 no"), [Sent.REFUSED] * 2, []),
        (Script(end="452 later"), [Sent.LATER] * 2, []),
        (Script(end="421 later"), [Sent.LATER] * 2, []),
        (Script(end="cut"), [Sent.UNKNOWN] * 2, []),
        (Script(end="nonsense"), [Sent.UNKNOWN] * 2, []),
        (Script(end="354 what"), [Sent.UNKNOWN] * 2, []),
    ],
)
async def test_what_replies_mean(stage: Stage, script, sent, dots, slow, offers):
    """Ahead or one by one. `dots` is what it is given where nobody is taken; ahead only."""
    relay = Relay(script._replace(slow=slow, offers=offers))
    peer = to(await stage.relay(relay))
    relays = stage.relays(peer)
    for turn in (1, 2):
        results = await relays.send(peer, FROM, TWO, BODY)
        assert kinds(results) == sent
        if dots == []:
            accepted = [f"RCPT TO:<{at}>" for at, said in zip(TWO, script.rcpt, strict=True) if said[:1] == "2"]
            assert relay.taken == [(accepted, BODY.replace(b"\r\n.", b"\r\n.."))] * turn
        else:
            assert relay.taken == (dots or [] if offers else []) * turn
    assert relays.sizes()["busy"] == relays.sizes()["waiting"] == 0


async def test_no_message_for_one_who_was_taken_without_a_sender(stage: Stage):
    """MAIL is refused, RCPT and DATA are not: a lone dot would deliver an empty message, so it is cut off."""
    relay = Relay(Script(mail="550 5.7.1 no", rcpt=("250 ok", "503 no")))
    peer = to(await stage.relay(relay))
    relays = stage.relays(peer)
    assert kinds(await relays.send(peer, FROM, TWO, BODY)) == [Sent.REFUSED] * 2
    await asyncio.sleep(0.02)
    assert relay.taken == []
    assert relays.sizes()["idle"] == 0


async def test_what_is_clean_is_kept(stage: Stage):
    """The same connection serves on after refusals of every kind."""
    relay = Relay(Script())
    peer = to(await stage.relay(relay))
    relays = stage.relays(peer)
    for script in (
        Script(mail="550 no", rcpt=("503 no",) * 2, data="503 no"),
        Script(rcpt=("550 no",) * 2),
        Script(rcpt=("550 no",) * 2, data="554 none", end="554 none"),
        Script(data="452 later"),
        Script(end="554 no"),
        Script(),
    ):
        relay.script = script
        await relays.send(peer, FROM, TWO, BODY)
    stuffed = BODY.replace(b"\r\n.", b"\r\n..")
    assert [content for _, content in relay.taken] == [b"", stuffed, stuffed]
    assert (relay.connections, relays.sizes()["idle"]) == (1, 1)


async def test_sent_ahead_only_where_it_is_offered(stage: Stage):
    """A relay that says nothing before it has all commands; one that says nothing of pipelining hears one by one."""

    async def waits(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.hear()
        await talk.say(OFFER)
        heard = [(await talk.hear()).partition(" ")[0] for _ in range(4)]
        assert heard == ["MAIL", "RCPT", "RCPT", "DATA"]
        await talk.say("250 1\r\n250-2\r\n250 2\r\n250 3\r\n354 go on")
        await talk.reader.readuntil(b"\r\n.\r\n")
        await talk.say("250 taken")
        await talk.hear()

    async def early(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.hear()
        await talk.say("250 relay")
        for word in ("MAIL", "RCPT", "RCPT", "DATA"):
            assert (await talk.hear()).startswith(word)
            await asyncio.sleep(0.01)
            assert not talk.reader._buffer
            await talk.say("354 go on" if word == "DATA" else "250 ok")
        await talk.reader.readuntil(b"\r\n.\r\n")
        await talk.say("250 taken")
        await talk.hear()

    for script in (waits, early):
        peer = to(await stage.relay(script))
        assert kinds(await stage.relays(peer).send(peer, FROM, TWO, BODY)) == [Sent.TAKEN] * 2


@pytest.mark.parametrize("at", ["idle", "before the message", "in the message"])
async def test_a_reply_nobody_asked_for_is_taken_for_nothing(stage: Stage, at):
    """It would stand for the end of a message that the relay never took."""
    taken = []

    async def talks(talk: Talk) -> None:
        await talk.say("220 relay")
        await talk.hear()
        await talk.say(OFFER)
        while True:
            for reply in ("250 1", "250 2", "250 3"):
                await talk.hear()
                await talk.say(reply)
            await talk.hear()
            await talk.say("354 go on\r\n250 taken" if at == "before the message" else "354 go on")
            if at == "in the message":
                await talk.reader.read(1000)
                await talk.say("250 taken")
            taken.append(await talk.reader.readuntil(b"\r\n.\r\n"))
            await talk.say("250 taken\r\n250 again" if at == "idle" else "250 taken")

    peer = to(await stage.relay(talks))
    relays = stage.relays(peer)
    large = b"x" * 76 + b"\r\n"
    results = await relays.send(peer, FROM, TWO, large * (200_000 if at == "in the message" else 1))
    await asyncio.sleep(0.02)
    assert kinds(results) == [Sent.TAKEN if at == "idle" else Sent.LATER] * 2
    assert len(taken) == (1 if at == "idle" else 0)
    if at == "idle":
        assert kinds(await relays.send(peer, FROM, TWO, BODY)) == [Sent.TAKEN] * 2
        assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "opened") == 2


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
async def test_a_kept_connection_that_dies_before_the_end_is_replaced_once(stage: Stage, at):
    replies = {"MAIL": {"mail": "cut"}, "RCPT": {"rcpt": ("250 ok", "cut")}, "DATA": {"data": "cut"}}[at]
    relay = Relay(Script())
    peer = to(await stage.relay(relay, relay, good))
    relays = stage.relays(peer)
    assert kinds(await relays.send(peer, FROM, TWO, BODY)) == [Sent.TAKEN] * 2
    relay.script = Script(**replies)
    assert kinds(await relays.send(peer, FROM, TWO, BODY)) == [Sent.LATER] * 2
    assert (relay.connections, len(relay.taken)) == (2, 1)
    assert kinds(await relays.send(peer, FROM, TWO, BODY)) == [Sent.TAKEN] * 2
    assert stage.count("smsedge_mm4_smtp_relay_connections_total", "north", "stale") == 1


async def test_a_relay_that_tires_of_waiting_says_so_first(stage: Stage):
    """421 and an end, as our next message is on its way: it goes over another connection."""

    async def tires(talk: Talk) -> None:
        relay = Relay(Script())
        await talk.say("220 relay")
        await talk.hear()
        await talk.say(OFFER)
        await relay._transaction(talk)
        await talk.hear()
        await talk.say("421 4.4.2 timeout exceeded")

    peer = to(await stage.relay(tires, good))
    relays = stage.relays(peer)
    for _ in range(2):
        assert kinds(await relays.send(peer, FROM, TWO, BODY)) == [Sent.TAKEN] * 2


steps = st.sampled_from(["250 ok", "250-more\r\n250 ok", "451 later", "550 no", "421 bye", "354 go on", "?", "cut"])
scripts = st.builds(
    Script,
    mail=st.one_of(st.just("250 ok"), steps),
    rcpt=st.tuples(steps, steps),
    data=st.one_of(st.just("354 go on"), steps),
    end=steps,
    slow=st.booleans(),
)


async def _differ(script: Script) -> None:
    stage = Stage()
    try:
        seen = []
        for offers in (False, True):
            relay = Relay(script._replace(offers=offers))
            peer = to(await stage.relay(relay))
            results = await stage.relays(peer).send(peer, FROM, TWO, BODY)
            seen.append((kinds(results), [each for each in relay.taken if each != ([], b"")]))
        assert seen[0] == seen[1]
    finally:
        await stage.close()


@settings(max_examples=60, deadline=None)
@given(scripts)
@example(Script(mail="550 no", rcpt=("250 ok", "550 no")))
def test_ahead_or_one_by_one_it_is_the_same(script):
    """Whatever a relay says: the same results, the same messages delivered."""
    asyncio.run(_differ(script))


class Pipe:
    """A transport that is none."""

    def __init__(self) -> None:
        self.closed = False

    def set_protocol(self, protocol) -> None:
        pass

    def write(self, octets: bytes) -> None:
        pass

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.closed = True


async def _read(octets: bytes, cuts: list[int], due: int) -> tuple[list[tuple[int, str]], bool]:
    talk = take_over(Pipe())
    talk.put(b"", due)
    begin = 0
    for end in [*sorted(cut % (len(octets) + 1) for cut in cuts), len(octets)]:
        talk.data_received(octets[begin:end])
        begin = end
    read = []
    while talk.due and (talk.alive or talk._replies):
        try:
            read.append(await talk.reply(asyncio.get_running_loop().time()))
        except TimeoutError:
            break
    return read, talk.alive


replies = st.lists(
    st.sampled_from(
        [b"250 ok\r\n", b"250-a\r\n250 b\r\n", b"354\r\n", b"550\n", b"x\r\n", b"250x\r\n", b"\r\n", b"25"]
    ),
    max_size=8,
).map(b"".join)


@given(replies, st.lists(st.integers(0, 100), max_size=6), st.integers(0, 9))
def test_replies_however_they_are_cut(octets, cuts, due):
    assert asyncio.run(_read(octets, cuts, due)) == asyncio.run(_read(octets, [], due))


@given(st.binary(max_size=100), st.integers(0, 5))
def test_whatever_a_relay_says(octets, due):
    read, alive = asyncio.run(_read(octets, [], due))
    assert len(read) <= due
    assert alive or read.count(GARBAGE) <= 1


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"250-one\r\n250-two\r\n250 three\r\n", [(250, "one\ntwo\nthree")]),
        (b"250 " + b"x" * LINE_MAX + b"\r\n", [GARBAGE]),
        (b"x" * (LINE_MAX + 1), [GARBAGE]),
        (b"250-x\r\n" * REPLY_MAX, [GARBAGE]),
        (b"250 \xff\r\n", [(250, "\ufffd")]),
    ],
)
async def test_replies_have_bounds(octets, expected):
    assert (await _read(octets, [], 1))[0] == expected


# -- peers that send ahead -------------------------------------------------------------------------

ONE = b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<nobody@d.example>\r\nDATA\r\n"
MESSAGE = b"..dots\r\n\r\n.\r\n"


async def test_it_is_offered_and_answered_in_one_write(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    assert "250-PIPELINING" in (await wire.ask("EHLO n.example")).split("\r\n")
    [connection] = server.house.connections
    written = []
    write = connection._writer.write
    connection._writer.write = lambda octets: (written.append(octets), write(octets))
    wire.send(ONE)
    assert [(await wire.reply())[:3] for _ in range(4)] == ["250", "250", "550", "354"]
    wire.send(MESSAGE + ONE)
    assert [(await wire.reply())[:3] for _ in range(5)] == ["250", "250", "250", "550", "354"]
    wire.send(MESSAGE + b"QUIT\r\nNOOP\r\n")
    assert [(await wire.reply())[:3] for _ in range(2)] == ["250", "221"]
    assert await wire.ended()
    assert [octets.count(b"\r\n") for octets in written] == [4, 5, 2]
    assert [each.content for each in stage.taken.envelopes] == [b".dots\r\n\r\n"] * 2


async def test_replies_do_not_wait_for_a_line_that_has_not_come(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    wire.send(b"EHLO n.example\r\nNOOP\r\nNO")
    assert (await wire.reply())[:3] == (await wire.reply())[:3] == "250"
    wire.send(b"OP\r\n")
    assert (await wire.reply())[:3] == "250"


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        (b"MAIL FROM:<bad@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nNOOP\r\n", ["550", "503", "503", "250"]),
        (b"MAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@d.example>\r\nDATA\r\nNOOP\r\n", ["250", "550", "503", "250"]),
        (b"MAIL FROM:<a@b.example>\r\nRSET\r\nRCPT TO:<c@d.example>\r\n", ["250", "250", "503"]),
        (b"NOOP\r\nNOOP\r\nGET / HTTP/1.1\r\nNOOP\r\n", ["250", "250", "421", ""]),
        (b"NOOP\r\nFOO\r\nNOOP\r\n" + b"FOO\r\n" * 10, ["250", "500", "250"] + ["500"] * 9 + ["421", ""]),
        (b"NOOP\r\n" + b"x" * 20_000, ["250", "500", ""]),
        (b"NOOP\r\nQUIT\r\nMAIL FROM:<a@b.example>\r\n", ["250", "221", ""]),
        (b"NOOP\r\nQUIT now\r\nNOOP\r\n", ["250", "501", "250"]),
        (b"NOOP\r\nSTARTTLS\r\nNOOP\r\n", ["250", "454", "250"]),
        (b"NOOP\r\nAUTH PLAIN AAAA\r\nNOOP\r\n", ["250", "538", "250"]),
    ],
)
async def test_errors_among_what_is_sent_ahead(stage: Stage, sent, codes):
    server = await stage.server()
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    wire.send(sent)
    assert [(await wire.reply())[:3] for _ in codes] == codes
    assert not stage.taken.envelopes
    assert stage.count("smsedge_protocol_errors_total", "mm4", "fault") == 0


async def test_too_many_commands_at_once(stage: Stage):
    """All 1,000 are answered before the end."""
    server = await stage.server()
    wire = await stage.wire(server)
    wire.send(b"EHLO n.example\r\n" + b"NOOP\r\n" * 1200)
    told = [(await wire.reply())[:3] for _ in range(1001)]
    assert (set(told[:1000]), told[1000]) == ({"250"}, "421")
    assert await wire.ended()


async def test_who_stops_sending_has_all_replies(stage: Stage):
    server = await stage.server()
    wire = await stage.wire(server)
    wire.send(b"EHLO n.example\r\n" + ONE + MESSAGE + b"NOOP\r\nNOOP")
    wire.writer.write_eof()
    assert [(await wire.reply())[:3] for _ in range(8)] == ["250", "250", "250", "550", "354", "250", "250", ""]
    assert len(stage.taken.envelopes) == 1


async def test_nothing_is_pipelined_behind_starttls(stage: Stage, files: Files):
    server = await stage.server(certificate=files.certificate, key=files.key)
    wire = await stage.wire(server)
    wire.send(b"EHLO n.example\r\nNOOP\r\nSTARTTLS\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<c@d.example>\r\n")
    assert [(await wire.reply())[:3] for _ in range(3)] == ["250", "250", "220"]
    await wire.writer.start_tls(files.client(), server_hostname="localhost")
    wire.send(b"EHLO n.example\r\nRCPT TO:<c@d.example>\r\nDATA\r\n" + ONE)
    told = [(await wire.reply())[:3] for _ in range(7)]
    assert told == ["250", "503", "503", "250", "250", "550", "354"]
    wire.send(MESSAGE)
    assert (await wire.reply())[:3] == "250"
    assert stage.count("smsedge_protocol_errors_total", "mm4", "starttls-injection") == 1


async def test_a_taker_at_work_holds_back_no_reply(stage: Stage):
    """354 and what was owed before it are out before the message has come; its 250 is out before the next has."""
    server = await stage.server()
    wire = await stage.wire(server)
    await wire.ask("EHLO n.example")
    go = asyncio.Event()

    async def work(envelope):
        await go.wait()
        return TAKEN

    stage.taken.work = work
    wire.send(ONE + MESSAGE + ONE)
    assert [(await wire.reply())[:3] for _ in range(4)] == ["250", "250", "550", "354"]
    go.set()
    assert [(await wire.reply())[:3] for _ in range(5)] == ["250", "250", "250", "550", "354"]


SESSION = (
    b"EHLO n.example\r\n" + ONE + MESSAGE + b"MAIL FROM:<bad@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nRSET\r\n"
    b"FOO\r\n" + ONE + b"second\r\n.\r\n" + b"NOOP\r\nQUIT\r\n"
)


async def _session(cuts: list[int]) -> tuple[bytes, list[bytes]]:
    stage = Stage()
    try:
        server = await stage.server()
        wire = await stage.wire(server)
        begin = 0
        for end in [*sorted({cut % len(SESSION) for cut in cuts}), len(SESSION)]:
            wire.send(SESSION[begin:end])
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            begin = end
        said = await asyncio.wait_for(wire.reader.read(), 10)
        return said, [each.content for each in stage.taken.envelopes]
    finally:
        await stage.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(SESSION)), max_size=12))
def test_a_session_however_it_is_cut(cuts):
    said, contents = asyncio.run(_session(cuts))
    codes = [line[:3] for line in said.decode().splitlines() if line[3:4] == " "]
    one = ["250", "250", "550", "354", "250"]
    assert codes == ["250", *one, "550", "503", "503", "250", "500", *one, "250", "221"]
    assert contents == [b".dots\r\n\r\n", b"second\r\n"]


async def test_ours_to_ours(stage: Stage):
    """Many messages at once from our client to our server, each to as many as may be."""
    server = await stage.server()
    peer = to(server.ports[0], connections=4, queue=100)
    relays = stage.relays(peer)
    recipients = tuple(f"{'nobody' if n % 3 else 'x'}{n}@edge.example" for n in range(100))
    sent = await asyncio.gather(*(relays.send(peer, FROM, recipients, b"%d\r\n" % n) for n in range(40)))
    wanted = [Sent.REFUSED if address[0] == "n" else Sent.TAKEN for address in recipients]
    assert all(kinds(results) == wanted for results in sent)
    assert sorted(each.content for each in stage.taken.envelopes) == sorted(b"%d\r\n" % n for n in range(40))
    assert server.house.memory.held == 0


async def test_smtplib_is_told_of_it(stage: Stage):
    server = await stage.server()

    def ask() -> bool:
        with smtplib.SMTP("127.0.0.1", server.ports[0], "north.example") as client:
            client.ehlo()
            return client.has_extn("pipelining")

    assert await asyncio.to_thread(ask)
