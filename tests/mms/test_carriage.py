"""Postfix - edge - Postfix: everything that phones send, both ways, octet for octet, with all answers and reports.

The customer's Postfix speaks TLS, both ways and verified by the edge; the carrier's does not.
"""

import asyncio
import hashlib
from collections.abc import Iterator

import pytest
import trustme

from edge.simulate.mmsc import Order, message
from tests.e2e.rig import wait_for
from tests.mms.album import ALBUM, PICTURES, video
from tests.mms.by_hand import swaks
from tests.mms.stage import ACME, ACME_HOST, NORTH, SENDER, SUBSCRIBER, Mms, forwards, order, staged

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def mms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mms]:
    directory = tmp_path_factory.mktemp("carriage")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(str(directory / "both.pem"))
    offered = f"smtpd_tls_chain_files = {directory / 'both.pem'}\nsmtpd_tls_security_level = may"
    with staged(
        directory,
        mtas={ACME: {"tls": "encrypt", "more": offered}},
        more=f'certificate = "{directory / "both.pem"}"\nkey = "{directory / "both.pem"}"',
        acme=f'tls = "required"\nrelay_tls = "on"\nrelay_ca = "{directory / "ca.pem"}"',
        north='relay_tls = "off"',
    ) as mms:
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
        await north.wait_for(forwards, 30.0)
        block = forwards(north)[0].content.partition(b"\r\n\r\n")[0].decode()
        lines = [line for line in block.split("\r\n") if not line.startswith((" ", "\t"))]
        names = [line.partition(":")[0] for line in lines]
        assert names[:3] == ["Received"] * 3  # two Postfix, and the edge between them
        assert names[3:] == [
            "Date", "From", "To", "Sender", "Message-ID", "X-Mms-3GPP-MMS-Version", "X-Mms-Message-Type",
            "X-Mms-Transaction-ID", "X-Mms-Message-ID", "X-Mms-Originator-System", "X-Mms-Ack-Request", "X-Private",
            "x-mms-Priority", "MIME-Version", "Content-Type", "X-Mms-Forward-Counter",
        ]  # fmt: skip
        assert "X-Private: a  b;c" in lines
        assert "with ESMTPS id" in taken_by(block, "mms.sipstack.example")
        assert "with ESMTP id" in taken_by(block, f"mta.{NORTH}")


def taken_by(block: str, host: str) -> str:
    """The Received field of a host."""
    unfolded = block.replace("\r\n\t", " ").replace("\r\n ", " ").split("\r\n")
    (found,) = [line for line in unfolded if line.startswith("Received:") and f"by {host}" in line]
    return found


async def test_what_the_edge_did_not_take_comes_again_and_once(mms: Mms) -> None:
    """The carrier's Postfix is down: 451, the customer's keeps the message, and brings it when the carrier is back."""
    near, far = mms.mtas[ACME], mms.mtas[NORTH]
    async with mms.peers() as (acme, north):
        await asyncio.to_thread(far.stop)
        try:
            entry = await acme.send(order(made=PICTURES))
            assert entry.sent is not None
            assert entry.sent.good  # Postfix has it
            await asyncio.to_thread(wait_for, "deferred", lambda: "status=deferred" in near.log and near.queued())
            assert not north.taken
        finally:
            await asyncio.to_thread(far.start)
        for _ in range(20):
            await asyncio.to_thread(near.flush)
            if forwards(north):
                break
            await asyncio.sleep(0.5)
        await acme.wait_for(lambda mmsc: mmsc.book.complete)
        assert [taken.sha256 for taken in forwards(north)] == [entry.sha256]
        assert entry.responses == ["Ok"]
        await asyncio.to_thread(wait_for, "an empty queue", lambda: not near.queued())


async def test_swaks_by_hand(tmp_path_factory: pytest.TempPathFactory, mms: Mms) -> None:
    made = Order(SENDER, (SUBSCRIBER,), list(PICTURES), NORTH, ack=False)
    octets = message.forward(made, f"by-hand@{ACME}", f"mm4@{ACME}", 0.0)
    path = tmp_path_factory.mktemp("swaks") / "message"
    path.write_bytes(octets)
    async with mms.north() as north:
        server = f"127.0.0.1:{mms.ports.mm4}"
        envelope = (f"{SENDER[1:]}/TYPE=PLMN@{ACME}", f"{SUBSCRIBER[1:]}/TYPE=PLMN@{NORTH}")
        done = await swaks(server, *envelope, path, "--tls", "--local-interface", ACME_HOST)
        assert done.returncode == 0, done.stdout
        assert "<~  250 2.0.0" in done.stdout
        await north.wait_for(forwards)
        (taken,) = forwards(north)
        body = octets.partition(b"\r\n\r\n")[2]
        assert taken.sha256 == hashlib.sha256(body + b"\r\n").hexdigest()  # swaks adds an empty line
