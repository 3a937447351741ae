"""Postfix - edge - Postfix: everything that phones send, both ways, octet for octet, with all answers and reports."""

from collections.abc import Iterator

import pytest

from tests.mms.album import ALBUM, video
from tests.mms.stage import ACME, NORTH, SENDER, SUBSCRIBER, Mms, forwards, order, staged


@pytest.fixture(scope="module")
def mms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mms]:
    with staged(tmp_path_factory.mktemp("carriage"), with_postfix=True) as mms:
        yield mms


async def test_outbound_with_everything(mms: Mms) -> None:
    async with mms.peers(keep_content=True) as (acme, north):
        recipients = (SUBSCRIBER, "+12125550112")
        sent = order(*recipients, made=(*ALBUM, video()), subject="Photos", delivery_report=True, read_reply=True)
        entry = await acme.send(sent)
        await acme.wait_for(lambda mmsc: mmsc.book.complete, 30.0)
        taken = forwards(north)
        assert [each.sha256 for each in taken] == [entry.sha256]
        assert sorted(taken[0].numbers) == sorted(recipients)
        assert (taken[0].id, taken[0].transaction) == (entry.id, entry.transaction)
        assert entry.responses == ["Ok"]
        assert entry.reports == {number: ["Retrieved"] for number in recipients}
        assert entry.read == {number: ["Read"] for number in recipients}
        assert not acme.book.strays
        assert taken[0].fields["x-mms-forward-counter"] == "1"
        assert taken[0].fields["x-mms-originator-system"] == f"mm4@{ACME}"


async def test_inbound_with_everything(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        sent = order(SENDER, sender=SUBSCRIBER, domain=ACME, made=(*ALBUM, video()), delivery_report=True)
        entry = await north.send(sent)
        await north.wait_for(lambda mmsc: mmsc.book.complete, 30.0)
        assert [each.sha256 for each in forwards(acme)] == [entry.sha256]
        assert (entry.responses, entry.reports) == (["Ok"], {SENDER: ["Retrieved"]})
        assert not north.book.strays


async def test_every_part_alone_and_without_a_layout(mms: Mms) -> None:
    async with mms.peers() as (acme, north):
        entries = [await acme.send(order(made=(part,), text="", smil=False)) for part in (*ALBUM, video())]
        await acme.wait_for(lambda mmsc: mmsc.book.complete, 30.0)
        assert sorted(each.sha256 for each in forwards(north)) == sorted(entry.sha256 for entry in entries)
        assert [entry.responses for entry in entries] == [["Ok"]] * len(entries)


async def test_what_the_far_mmsc_says_comes_back_as_it_said_it(mms: Mms) -> None:
    async with mms.peers(status="Error-network-problem") as (acme, _):
        entry = await acme.send(order())
        await acme.wait_for(lambda mmsc: mmsc.book.complete, 30.0)
        assert entry.responses == ["Error-network-problem"]
    async with mms.peers(reports={"Rejected": 1.0}) as (acme, _):
        entry = await acme.send(order(delivery_report=True))
        await acme.wait_for(lambda mmsc: mmsc.book.complete, 30.0)
        assert (entry.responses, entry.reports) == (["Ok"], {SUBSCRIBER: ["Rejected"]})


async def test_nothing_but_what_a_relay_may_change_is_changed(mms: Mms) -> None:
    """Header fields that came stand there in their order; before them Received lines, behind them one counter."""
    async with mms.peers(keep_content=True) as (acme, north):
        await acme.send(order(extra=(("X-Private", "a  b;c"), ("x-mms-Priority", "high")), ack=False))
        await north.wait_for(lambda mmsc: mmsc.taken, 30.0)
        block = north.taken[0].content.partition(b"\r\n\r\n")[0].decode()
        lines = [line for line in block.split("\r\n") if not line.startswith((" ", "\t"))]
        names = [line.partition(":")[0] for line in lines]
        assert names[:3] == ["Received"] * 3  # two Postfix, and the edge between them
        assert names[3:] == [
            "Date", "From", "To", "Sender", "Message-ID", "X-Mms-3GPP-MMS-Version", "X-Mms-Message-Type",
            "X-Mms-Transaction-ID", "X-Mms-Message-ID", "X-Mms-Originator-System", "X-Mms-Ack-Request", "X-Private",
            "x-mms-Priority", "MIME-Version", "Content-Type", "X-Mms-Forward-Counter",
        ]  # fmt: skip
        assert "X-Private: a  b;c" in lines
        assert f"by {NORTH}" not in block
