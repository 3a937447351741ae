"""Receipts: under the id we gave out, on any bind of the account that receives, or kept by the carrier until then."""

import asyncio
from collections.abc import Iterator

import pytest

from edge.simulate.smsc import Style
from smpp.codec import parse
from smpp.consts import CommandId, Status, Tag
from smpp.frame import Frame
from tests.e2e.stage import ACME, BETA, SOMEBODY, Stage, account, staged
from tests.e2e.wires import Wire, answer_pdu, deliver_pdu, submit_pdu

pytestmark = pytest.mark.e2e

RECEIPT = 0x04
TEXT = b"id:%b sub:001 dlvrd:001 submit date:2601021504 done date:2601021505 stat:DELIVRD err:000 text:Your appointm"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    north = 'message_id = { response = "hex", receipt = "decimal", width = 8, case = "upper" }'
    beta = account("beta", "+" + BETA)
    timer = {"local.d/timer.conf": '[smpp]\nresponse_timeout = "1s"'}
    directory = tmp_path_factory.mktemp("receipts")
    with staged(directory, beta, north=north, carriers={"west": ""}, files=timer) as stage:
        yield stage


def take(wire: Wire, frame: Frame) -> None:
    """Answer a delivery and keep it."""
    wire.frames.put_nowait(frame)
    wire.send(answer_pdu(frame))


@pytest.mark.parametrize("form", ["both", "text", "tlv"])
@pytest.mark.parametrize("first", [False, True])
async def test_hex_in_the_answer_and_decimal_in_the_receipt_are_one_id(stage: Stage, form: str, first: bool) -> None:
    async with (
        stage.simulator(
            ids=Style("hex", 8, True),
            receipt_ids=Style("decimal"),
            first_id=0xABC123,
            receipts="always",
            receipt_delay=(0.0, 0.0),
            receipt_form=form,
            receipt_first=first,
        ) as north,
        await stage.esme() as esme,
    ):
        answer = await esme.submit("+" + ACME, "+" + SOMEBODY, "Your appointment is on Monday")
        assert north.messages[0].id == "00ABC123"
        assert answer == (0, f"n{0xABC123}")
        received = await esme.next_delivery()
        assert received.receipt is not None
        assert (received.receipt.id, received.receipt.stat) == (answer.message_id, "DELIVRD")
        assert (received.source, received.destination) == ("+" + SOMEBODY, "+" + ACME)
        await north.wait_for(lambda smsc: smsc.counts.delivery_answers[0] == 1)


async def test_only_the_ids_of_a_receipt_change(stage: Stage) -> None:
    odd = b"stat:DELIVRD Id:11256099 submit date:26010215 err:0A text:  \xe9\x00 "
    tlvs = (
        (0x1401, b"vendor"),
        (int(Tag.RECEIPTED_MESSAGE_ID), b"11256099\0"),
        (int(Tag.MESSAGE_STATE), b"\x02"),
        (0x1401, b"again"),
    )
    raw = deliver_pdu(SOMEBODY, ACME, odd, tlvs, esm_class=RECEIPT, protocol_id=0x3F, service_type=b"CMT")
    async with stage.carrier() as north, stage.bound() as wire:
        asked = asyncio.ensure_future(north.links[0].ask(raw))
        frame = await wire.next()
        wire.send(answer_pdu(frame))
        assert (await asked).status == 0
        wanted = raw.replace(b"Id:11256099", b"Id:n11256099").replace(
            b"\x00\x1e\x00\x0911256099\0", b"\x00\x1e\x00\x0an11256099\0"
        )
        at = wanted.index(odd.replace(b"Id:", b"Id:n")) - 1
        wanted = wanted[:at] + bytes((len(odd) + 1,)) + wanted[at + 1 :]
        assert frame.raw[16:] == wanted[16:]


@pytest.mark.parametrize("kind", ["rx", "trx"])
async def test_a_receipt_takes_any_bind_of_the_account_that_receives(stage: Stage, kind: str) -> None:
    async with (
        stage.simulator(
            receipts="always", receipt_delay=(0.0, 0.0), ids=Style("hex"), receipt_ids=Style("decimal")
        ) as north,
        await stage.esme(kind="tx") as sender,
        await stage.esme("beta", kind="trx") as stranger,
        await stage.esme(kind=kind) as one,
        await stage.esme(kind=kind) as two,
    ):
        ids = [(await sender.submit("+" + ACME, "+" + SOMEBODY, f"{n}")).message_id for n in range(10)]
        await north.wait_for(lambda smsc: smsc.counts.delivery_answers[0] == 10)
        got = [[bind.deliveries.get_nowait().receipt for _ in range(bind.deliveries.qsize())] for bind in (one, two)]
        assert [len(each) for each in got] == [5, 5]
        assert sorted(receipt.id for each in got for receipt in each if receipt) == sorted(ids)
        assert sender.deliveries.empty()
        assert stranger.deliveries.empty()


async def test_without_a_bind_the_carrier_keeps_it_and_it_comes_after_the_bind(stage: Stage) -> None:
    async with stage.simulator(
        receipts="always",
        receipt_delay=(0.0, 0.0),
        retry_after=0.2,
        ids=Style("hex"),
        receipt_ids=Style("decimal"),
    ) as north:
        async with await stage.esme(kind="tx") as sender:
            answer = await sender.submit("+" + ACME, "+" + SOMEBODY, "nobody listens yet")
            assert answer.status == 0
            await north.wait_for(lambda smsc: smsc.counts.delivery_answers[Status.ESME_RX_T_APPN] >= 1)
            assert north.counts.delivery_answers[0] == 0
        async with await stage.esme(kind="rx") as later:
            received = await later.next_delivery()
            assert received.receipt is not None
            assert received.receipt.id == answer.message_id
        await north.wait_for(lambda smsc: smsc.counts.delivery_answers[0] == 1)
    assert await stage.metric("smsedge_receipts_total", account="acme", outcome="kept") >= 1


@pytest.mark.parametrize(
    ("name", "answer", "told"),
    [
        ("it refuses", lambda frame: answer_pdu(frame, status=Status.ESME_RX_R_APPN), Status.ESME_RX_R_APPN),
        ("it is full", lambda frame: answer_pdu(frame, status=Status.ESME_RMSGQFUL), Status.ESME_RMSGQFUL),
        (
            "it does not know deliver_sm",
            lambda frame: bytes.fromhex("00000010 80000000 00000003") + frame.sequence.to_bytes(4),
            Status.ESME_RINVCMDID,
        ),
        (
            "a generic_nack that says nothing",
            lambda frame: bytes.fromhex("00000010 80000000 00000000") + frame.sequence.to_bytes(4),
            Status.ESME_RX_T_APPN,
        ),
        ("another type of answer", lambda frame: answer_pdu(Frame(4, 0, frame.sequence, b"")), Status.ESME_RX_T_APPN),
        ("it never answers", lambda frame: b"", Status.ESME_RX_T_APPN),
    ],
)
async def test_the_carrier_hears_what_the_customer_says(stage: Stage, name: str, answer: object, told: int) -> None:
    assert callable(answer)
    raw = deliver_pdu(SOMEBODY, ACME, TEXT % b"77", esm_class=RECEIPT)
    async with stage.carrier() as north, stage.bound() as wire:
        wire.handler = lambda wire, frame: wire.send(answer(frame))
        assert (await north.links[0].ask(raw)).status == told, name
    await stage.idle()


async def test_a_receipt_that_nobody_owns_is_dropped_and_counted(stage: Stage) -> None:
    before = await stage.metric("smsedge_receipts_total", account="", outcome="unowned")
    raw = deliver_pdu(SOMEBODY, "14165559999", TEXT % b"77", esm_class=RECEIPT)
    async with stage.carrier() as north, stage.bound() as wire:
        assert (await north.links[0].ask(raw)).status == 0
        assert wire.frames.empty()
    assert await stage.metric("smsedge_receipts_total", account="", outcome="unowned") == before + 1


async def test_the_customer_leaves_before_it_answers_and_the_carrier_keeps_it(stage: Stage) -> None:
    raw = deliver_pdu(SOMEBODY, ACME, TEXT % b"77", esm_class=RECEIPT)
    async with stage.carrier() as north:
        async with stage.bound() as wire:
            asked = north.links[0].put(raw)
            await wire.next()
        assert (await asked).status == Status.ESME_RX_T_APPN
    await stage.idle()


async def test_the_carrier_leaves_before_the_customer_answers(stage: Stage) -> None:
    raw = deliver_pdu(SOMEBODY, ACME, TEXT % b"77", esm_class=RECEIPT)
    async with stage.bound() as wire:
        async with stage.carrier() as north:
            north.links[0].put(raw)
            frame = await wire.next()
        async with stage.carrier() as again:
            wire.send(answer_pdu(frame))
            assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"on"))).status == 0
            # The answer belonged to a link that is gone: the new one does not see it.
            assert again.links[0].frames.empty()
    await stage.idle()


async def test_ids_of_two_carriers_are_told_apart(stage: Stage) -> None:
    async with stage.carrier() as north, stage.carrier("west") as west, stage.bound() as wire:
        wire.handler = take
        raw = deliver_pdu(SOMEBODY, ACME, TEXT % b"77", esm_class=RECEIPT)
        assert (await north.links[0].ask(raw)).status == 0
        assert (await west.links[0].ask(raw)).status == 0
        texts = [parse((await wire.next()).raw).fields["short_message"] for _ in range(2)]
        assert texts == [TEXT % b"n77", TEXT % b"w77"]


async def test_a_3_3_bind_gets_no_tlvs(stage: Stage) -> None:
    tlvs = ((int(Tag.RECEIPTED_MESSAGE_ID), b"77\0"), (int(Tag.MESSAGE_STATE), b"\x02"))
    raw = deliver_pdu(SOMEBODY, ACME, TEXT % b"77", tlvs, esm_class=RECEIPT)
    async with stage.carrier() as north, stage.bound(kind="rx", version=0x33) as wire:
        wire.handler = take
        assert (await north.links[0].ask(raw)).status == 0
        frame = await wire.next()
        assert frame.command_id == CommandId.DELIVER_SM
        pdu = parse(frame.raw)
        assert (pdu.fields["short_message"], pdu.tlvs) == (TEXT % b"n77", ())


async def test_a_3_3_bind_reads_a_payload_as_the_text_and_is_not_sent_what_does_not_fit(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound(kind="rx", version=0x33) as wire:
        wire.handler = take
        short = deliver_pdu(SOMEBODY, ACME, b"", ((int(Tag.MESSAGE_PAYLOAD), b"a payload"),))
        assert (await north.links[0].ask(short)).status == 0
        pdu = parse((await wire.next()).raw)
        assert (pdu.fields["short_message"], pdu.tlvs) == (b"a payload", ())
        long = deliver_pdu(SOMEBODY, ACME, b"", ((int(Tag.MESSAGE_PAYLOAD), b"x" * 300),))
        assert (await north.links[0].ask(long)).status == Status.ESME_RX_P_APPN
        assert wire.frames.empty()
