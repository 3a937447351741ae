"""Reports and responses: matched, passed between the right peers, and never judged."""

import asyncio

import pytest
from msgspec.structs import replace

from edge.channels.mm4.codec.address import read
from edge.channels.mm4.codec.fields import Kind, MMStatus, ReadStatus, RequestStatus
from edge.channels.mm4.codec.pdu import DeliveryReport, ReadReport, Response, build
from edge.channels.mm4.smtp.seam import Sent
from edge.core.verdict import Action

from ..books import verdict
from .desk import NORTH, SOUTH, THEM, US, Desktop, Store, message


@pytest.fixture
def desk() -> Desktop:
    return Desktop()


def delivered(status=MMStatus.RETRIEVED, id="m1", source=THEM, **fields):
    values = {
        "kind": Kind.DELIVERY_REPORT_REQ,
        "transaction_id": "d1",
        "message_id": id,
        "source": read(f"{source}/TYPE=PLMN"),
        "sender": read("mm4@north.example"),
        "to": (read(f"{US}/TYPE=PLMN"),),
        "status": status,
    }
    return build(DeliveryReport(**values | fields))


def responded(transaction="t1", kind=Kind.FORWARD_RES, status=RequestStatus.OK):
    return build(
        Response(
            kind=kind, transaction_id=transaction, message_id="m1", sender=read("mm4@north.example"), status=status
        )
    )


async def by_north(desk, content, to=f"{US}/TYPE=PLMN", peer=NORTH):
    return await desk.sends(content, to, sender="mm4@north.example", peer=peer)


async def test_a_delivery_report_goes_to_who_sent_the_message(desk):
    await desk.sends(message(), THEM)
    content = delivered()
    assert (await by_north(desk, content)).startswith("250")
    peer, sender, to, out = desk.hops.sent[-1]
    assert (peer, sender, to) == ("acme", "mm4@north.example", (f"{US}/TYPE=PLMN",))
    assert out.endswith(content)
    assert out.startswith(b"Received: ")
    record = desk.desk.records[-1]
    assert (record.direction, record.detail, record.message_id, record.account) == ("dlr", "Retrieved", "m1", "acme")
    assert desk.desk.receipts == [(14165550101, "DELIVRD", "")]
    assert desk.service.reports.values == {("north", "delivery-report", "matched"): 1}
    assert len(desk.desk.judged) == 1


async def test_a_read_reply(desk):
    await desk.sends(message(), THEM)
    content = build(
        ReadReport(
            kind=Kind.READ_REPLY_REPORT_REQ, transaction_id="r1", message_id="m1", source=read(f"{THEM}/TYPE=PLMN"),
            sender=read("mm4@north.example"), to=(read(f"{US}/TYPE=PLMN"),), status=ReadStatus.READ,
        )
    )  # fmt: skip
    assert (await by_north(desk, content)).startswith("250")
    assert desk.desk.records[-1].detail == "Read"
    assert desk.service.reports.values == {("north", "read-reply", "matched"): 1}


async def test_a_response_goes_to_who_asked(desk):
    await desk.sends(message(ack_request=True), THEM)
    assert (await by_north(desk, responded(), "mm4@acme.example")).startswith("250")
    assert desk.responses() == ["Ok"]


async def test_a_response_to_a_report_goes_back(desk):
    await desk.sends(message(), THEM)
    await by_north(desk, delivered(ack_request=True))
    answer = responded("d1", Kind.DELIVERY_REPORT_RES)
    assert (await desk.sends(answer, "mm4@north.example", sender="mm4@acme.example")).startswith("250")
    assert desk.hops.sent[-1][0] == "north"


@pytest.mark.parametrize("content", [delivered(), responded()])
async def test_nobody_else_may_say_what_became_of_it(desk, content):
    await desk.sends(message(ack_request=True), THEM)
    before = len(desk.hops.sent)
    assert (await by_north(desk, content, peer=SOUTH)).startswith("550 5.7.1")
    assert len(desk.hops.sent) == before


async def test_a_report_that_matches_nothing_passes_from_an_upstream_to_a_customer(desk):
    assert (await by_north(desk, delivered(id="unheard"))).startswith("250")
    assert desk.hops.sent[-1][0] == "acme"
    assert desk.service.reports.values == {("north", "delivery-report", "unsolicited"): 1}
    assert desk.desk.receipts == []


async def test_but_not_between_customers(desk):
    said = await by_north(desk, delivered(id="unheard"), peer=SOUTH)
    assert said.startswith("550 5.1.1")
    assert desk.hops.sent == []


async def test_a_response_that_nobody_asked_for_goes_nowhere(desk):
    assert (await by_north(desk, responded("forged"), "mm4@acme.example")).startswith("550 5.7.1")
    assert (await by_north(desk, responded("forged"), "mm4@mms.edge.example")).startswith("250")
    assert desk.hops.sent == []
    assert set(desk.service.reports.values) == {
        ("north", "forward-response", "unsolicited"), ("north", "forward-response", "ours"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "line"),
    [(Sent.LATER, "451 4.4.1"), (Sent.UNKNOWN, "451 4.4.1"), (Sent.REFUSED, "550 5.1.1 nobody of that name")],
)
async def test_a_customer_that_does_not_take_its_report(desk, sent, line):
    await desk.sends(message(), THEM)
    desk.hops.says["acme"] = sent
    assert (await by_north(desk, delivered())).startswith(line)
    assert desk.desk.receipts == []


async def test_reports_are_matched_after_a_restart():
    store = Store()
    await Desktop(store).sends(message(ack_request=True), THEM)
    later = Desktop(store)
    assert (await by_north(later, delivered())).startswith("250")
    assert (await by_north(later, responded(), "mm4@acme.example")).startswith("250")
    assert {key[2] for key in later.service.reports.values} == {"matched"}


async def test_what_memory_has_forgotten_the_store_knows(desk):
    await desk.sends(message(), THEM)
    desk.service.passages._reports._new.clear()
    assert (await by_north(desk, delivered())).startswith("250")
    assert set(desk.service.reports.values) == {("north", "delivery-report", "matched")}


async def test_a_report_that_goes_round_is_refused(desk):
    been = b"Received: from a by mms.edge.example id 1; x\r\n" * 3 + delivered()
    assert (await by_north(desk, been)).startswith("554 5.4.6")


async def test_a_report_on_a_subscribers_message_goes_out(desk):
    await desk.sends(message(sender=THEM), US, sender=THEM, peer=NORTH)
    content = delivered(source=US, to=(read(f"{THEM}/TYPE=PLMN"),))
    said = await desk.sends(content, f"{THEM}/TYPE=PLMN@mms.north.example", sender="mm4@acme.example")
    assert said.startswith("250")
    assert desk.hops.sent[-1][0] == "north"
    assert desk.desk.receipts == []  # not a message of a customer


async def test_who_is_gone_from_the_conf_gets_nothing(desk):
    await desk.sends(message(), THEM)
    mm4 = replace(desk.service.mm4, peers=tuple(peer for peer in desk.service.mm4.peers if peer.name != "acme"))
    desk.service.adopt(replace(desk.conf, mm4=mm4), mm4)
    assert (await by_north(desk, delivered())).startswith("RCPT 550 5.1.1")


async def test_each_next_hop_answers_for_its_own_recipients(desk):
    await desk.sends(message(ack_request=True), THEM, "+12125550101/TYPE=PLMN@mms.south.example")
    assert (await by_north(desk, responded(), "mm4@acme.example", SOUTH)).startswith("250")
    assert (await by_north(desk, responded(), "mm4@acme.example")).startswith("250")
    assert desk.responses() == ["Ok", "Ok"]


@pytest.mark.parametrize("content", [delivered(), responded()])
async def test_what_is_here_before_the_250_is(desk, content):
    desk.hops.gate = asyncio.Event()
    task = asyncio.ensure_future(desk.sends(message(ack_request=True), THEM))
    await asyncio.sleep(0.01)
    gate, desk.hops.gate = desk.hops.gate, None
    to = f"{US}/TYPE=PLMN" if content == delivered() else "mm4@acme.example"
    assert (await by_north(desk, content, to)).startswith("250")
    assert {key[2] for key in desk.service.reports.values} == {"matched"}
    assert desk.hops.sent[-1][0] == "acme"
    gate.set()
    await task


async def test_a_response_to_a_released_message(desk):
    desk.desk.rule = lambda submission: verdict(Action.QUARANTINE)
    await desk.sends(message(ack_request=True), THEM)
    [held] = desk.desk.ledger.quarantine.messages
    await desk.custody.release(held, "operator", "fine")
    assert (await by_north(desk, responded(), "mm4@acme.example")).startswith("250")
    await desk.settled()
    assert desk.responses() == ["Ok"]
    # What the sender does not know yet goes on.
    assert (await by_north(desk, responded(status=RequestStatus.UNSPECIFIED), "mm4@acme.example")).startswith("250")
    await desk.settled()
    assert desk.responses() == ["Ok", "Error-unspecified"]
    assert desk.service.reports.values == {
        ("north", "forward-response", "told before"): 1,
        ("north", "forward-response", "matched"): 1,
    }
