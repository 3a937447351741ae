"""Bad input over the wire: each kind has its answer, nothing of it reaches the carrier, and the edge goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.simulate.mmsc import Mmsc, Order, Part, message, pictures
from edge.simulate.mmsc.book import Entry
from tests.mms import hostile
from tests.mms.stage import ACME, ACME_HOST, NORTH, NORTH_HOST, SENDER, SUBSCRIBER, Mms, forwards, order, staged
from tests.mms.talk import Talk

pytestmark = pytest.mark.e2e

MAIL, RCPT = f"{SENDER}/TYPE=PLMN@{ACME}", f"{SUBSCRIBER}/TYPE=PLMN@{NORTH}"
CONTENT, CORRUPT = "Error-content-not-accepted", "Error-message-format-corrupt"
LIMITS = """\
max_connections = 60
peer_connections = 40
data_timeout = "4s"
idle = "10s"
"""


@pytest.fixture(scope="module")
def mms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mms]:
    with staged(tmp_path_factory.mktemp("hostile"), more=LIMITS) as mms:
        yield mms


def plain(text: bytes = b"Hello\r\n", number: int = 1) -> bytes:
    """The octets of an ordinary message."""
    body = b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n" + text
    return message.forward(Order(SENDER, (SUBSCRIBER,), content=body), f"h{number}@{ACME}", f"mm4@{ACME}", 0.0)


async def goes_on(mms: Mms, north: Mmsc) -> None:
    """An ordinary message passes, and nothing else came."""
    north.taken.clear()
    async with mms.acme() as acme:
        entry = await acme.send(order(text="All is well"))
        await acme.wait_for(lambda _: entry.complete)
        assert entry.responses == ["Ok"]
    assert [taken.id for taken in forwards(north)] == [entry.id]


SMUGGLED = f"MAIL FROM:<{MAIL}>\r\nRCPT TO:<{RCPT}>\r\nDATA\r\n".encode()
ENDS = (b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r.\r\n", b"\r\n.\r", b"\r\n\0.\r\n", b"\n\n.\r\n")


@pytest.mark.parametrize("end", ENDS, ids=repr)
async def test_no_second_message_is_smuggled_in(mms: Mms, end: bytes) -> None:
    async with mms.north() as north:
        async with await Talk.dial(mms.ports.mm4, ACME_HOST) as talk:
            await talk.begin(MAIL, RCPT)
            talk.send(plain(b"first" + end + SMUGGLED + plain(b"second\r\n", 2)) + b"\r\n.\r\n")
            said = await talk.reply()
            assert said[:3] in ("550", "554", "500"), said
            more = await talk.ask("NOOP")
            assert more == "" or more.startswith("250")  # one answer to one message, whatever was within it
        await goes_on(mms, north)


@pytest.mark.parametrize("octets", [b"one\ntwo\r\n", b"one\rtwo\r\n"], ids=repr)
async def test_bare_line_ends_are_refused(mms: Mms, octets: bytes) -> None:
    async with mms.north() as north, await Talk.dial(mms.ports.mm4, ACME_HOST) as talk:
        await talk.begin(MAIL, RCPT)
        talk.send(plain(octets) + b".\r\n")
        assert (await talk.reply()).startswith("554 5.6.0 ")
        await goes_on(mms, north)


async def body(mms: Mms, content: bytes = b"", part: Part | None = None) -> Entry:
    """A message with this body, with its response."""
    async with mms.acme() as acme:
        made = () if part is None else (part,)
        entry = await acme.send(order(text="", made=made, content=content, smil=False))
        await acme.wait_for(lambda _: entry.complete)
        return entry


def refused(entry: Entry) -> bool:
    """By a response that says so, or in SMTP."""
    assert entry.sent is not None
    if entry.sent.code == 250:
        return set(entry.responses) <= {CONTENT, CORRUPT} and len(entry.responses) == 1
    return entry.sent.code in (550, 552, 554)


async def held(mms: Mms) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await mms.stage.ask("quarantine", "list"))["messages"]
    return rows


@pytest.mark.parametrize("bomb", hostile.BOMBS, ids=lambda bomb: bomb.__name__)
async def test_bombs(mms: Mms, bomb: Any) -> None:
    async with mms.north() as north:
        entry = await body(mms, part=bomb())
        assert refused(entry), entry
        await goes_on(mms, north)


@pytest.mark.parametrize("name", hostile.polyglots())
async def test_files_that_are_something_else_too(mms: Mms, name: str) -> None:
    async with mms.north() as north:
        entry = await body(mms, part=hostile.polyglots()[name])
        assert refused(entry), entry
        await goes_on(mms, north)


@pytest.mark.parametrize(
    ("content", "name"),
    [(hostile.deep(1000), "1,000 deep"), (hostile.wide(5000), "5,000 parts"), (hostile.deep(30), "30 deep")],
    ids=["1000 deep", "5000 parts", "30 deep"],
)
async def test_mime_without_bounds(mms: Mms, content: bytes, name: str) -> None:
    async with mms.north() as north:
        entry = await body(mms, content)
        assert refused(entry), (name, entry)
        await goes_on(mms, north)


async def test_what_is_broken_is_held_for_a_person(mms: Mms) -> None:
    octets = hostile.base64(pictures.png())
    async with mms.north() as north:
        before = len(await held(mms))
        page = hostile.base64(b"GIF89a/*<script>alert(1)</script>*/")
        entry = await body(mms, hostile.one(b"image/gif", page))  # no GIF at all
        assert entry.responses == ["Ok"], entry
        for broken in (octets.replace(b"A", b"*", 3), octets[:-30] + b"\r\n", octets[: len(octets) // 2] + b"!!\r\n"):
            entry = await body(mms, hostile.one(b"image/png", broken))
            assert entry.responses == ["Ok"], entry
        rows = await held(mms)
        assert len(rows) - before == 4
        assert {row["rule"].partition("/")[0] for row in rows} == {"image-unscannable"}
        await goes_on(mms, north)


async def test_fifty_megabytes(mms: Mms) -> None:
    async with mms.north() as north:
        before = memory(mms)
        async with await Talk.dial(mms.ports.mm4, ACME_HOST) as talk:
            assert (await talk.ask(f"MAIL FROM:<{MAIL}> SIZE=50000000"))[:3] == "552"
            await talk.begin(MAIL, RCPT)  # and without having said so
            line = b"x" * 76 + b"\r\n"
            try:
                for _ in range(50):
                    talk.send(line * (1_000_000 // len(line)))
                    await talk.writer.drain()
                talk.send(b".\r\n")
            except ConnectionError:
                pass  # cut, which is an answer too
            assert (await talk.reply())[:3] in ("552", "")
        assert memory(mms) - before < 60_000_000
        await goes_on(mms, north)


async def test_slow_senders_are_cut_and_hold_up_nobody(mms: Mms) -> None:
    async with mms.north() as north:
        slow = [await Talk.dial(mms.ports.mm4, ACME_HOST) for _ in range(20)]
        for talk in slow:
            await talk.begin(MAIL, RCPT)
            talk.send(b"Subject: slow\r\n")

        async def drip(talk: Talk) -> str:
            for _ in range(40):
                talk.send(b"x")
                try:
                    return await talk.reply(0.25)
                except TimeoutError:
                    continue
            return "still there"

        dripping = asyncio.gather(*map(drip, slow))
        await goes_on(mms, north)
        answers = await dripping
        assert all(answer[:3] in ("421", "451", "") for answer in answers), answers
        for talk in slow:
            await talk.close()
        assert not [taken for taken in north.taken if "slow" in taken.fields.get("subject", "")]


async def test_five_hundred_connections(mms: Mms) -> None:
    """So many as are allowed are served, the others told to come again; the other peer still gets through."""
    async with mms.peers() as (acme, north):
        talks = await asyncio.gather(*(Talk.dial(mms.ports.mm4, ACME_HOST, False) for _ in range(500)))
        said = await asyncio.gather(*(talk.reply() for talk in talks))
        served = sum(answer[:3] == "220" for answer in said)
        assert 1 <= served <= 40
        assert all(answer[:3] in ("220", "421", "") for answer in said), set(said)
        entry = await north.send(order(SENDER, sender=SUBSCRIBER, domain=ACME, ack=False))
        assert entry.sent is not None
        assert entry.sent.good, entry.sent
        await asyncio.gather(*(talk.close() for talk in talks))
        assert north.options.source == NORTH_HOST
        await acme.wait_for(forwards)
    async with mms.north() as north:
        await goes_on(mms, north)


async def test_commands_that_are_none(mms: Mms) -> None:
    async with mms.north() as north:
        for octets in (b"\x00\xff" * 5000 + b"\r\n", b"EHLO " + b"x" * 100_000 + b"\r\n", b"MAIL FROM:<\xff>\r\n" * 200,
                       b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"RCPT TO:<" + b"@" * 5000 + b">\r\n"):  # fmt: skip
            async with await Talk.dial(mms.ports.mm4, ACME_HOST) as talk:
                talk.send(octets)
                assert (await talk.reply())[:1] in ("4", "5", "")
        await goes_on(mms, north)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\r\n",
        b"hello\r\n",
        b"X-Mms-Message-Type: MM4_forward.REQ\r\n\r\n",
        b"X-Mms-Message-Type: nonsense\r\n\r\n",
        b"\xff\xfe" * 200 + b"\r\n",
        plain().replace(b"X-Mms-Transaction-ID", b"X-Other"),
        plain().replace(b"Subject", b"From") + b"\r\n",
    ],
    ids=range(8),
)
async def test_what_is_no_mm4(mms: Mms, octets: bytes) -> None:
    if octets.startswith(b"Date"):
        octets = octets.replace(b"From: ", b"From: +16465550100/TYPE=PLMN\r\nFrom: ", 1)
    async with mms.north() as north, mms.acme() as acme:
        sent = await acme.send_raw(MAIL, (RCPT,), octets)
        assert sent.code in (550, 554, 553), sent
        assert not forwards(north)
    async with mms.north() as north:
        await goes_on(mms, north)


def memory(mms: Mms) -> int:
    """Octets that the edge itself holds (its workers have limits of their own)."""
    status = Path(f"/proc/{mms.edge.child.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024
