"""The SMSC and the ESME against each other, over loopback: what is answered, remembered, delivered."""

import asyncio
import json
from pathlib import Path

import pytest

from edge.simulate.esme import Answer, Binding, BindRefused, Esme
from edge.simulate.esme.compose import Extras, submit_pdus
from edge.simulate.smsc import Options, Smsc, Style
from smpp.codec import build, parse, request
from smpp.consts import CommandId, Tag
from smpp.frame import Frame
from smpp.layout import Address, DistributionList
from smpp.receipt import DELETED, DELIVERED, ENROUTE, UNDELIVERABLE
from smpp.tlv import find

ACME, RECIPIENT = "+14165550100", "+12125550111"


async def connect(smsc: Smsc, kind: str = "trx", system_id: str = "acme", version: int = 0x34, **more: object) -> Esme:
    return await Esme.connect("127.0.0.1", smsc.port, system_id, "secret", kind, None, version, **more)


# -- bind ------------------------------------------------------------------------------------------


async def test_anybody_may_bind_unless_accounts_are_given() -> None:
    async with Smsc() as smsc:
        async with await connect(smsc, "tx"), await connect(smsc, "rx", "other"):
            assert smsc.bound == ["acme", "other"]
        smsc.options.accounts = {"acme": "secret"}
        async with await connect(smsc):
            with pytest.raises(BindRefused) as refused:
                await connect(smsc, system_id="other")
            assert refused.value.status == 0x0F
            smsc.options.accounts = {"acme": "public"}
            with pytest.raises(BindRefused) as refused:
                await connect(smsc)
            assert refused.value.status == 0x0E
        assert (smsc.counts.binds, smsc.counts.binds_refused) == (3, 2)


async def test_a_bind_can_be_refused_with_any_status() -> None:
    async with Smsc(Options(bind_status=0x0D)) as smsc:
        with pytest.raises(BindRefused, match="ESME_RBINDFAIL") as refused:
            await connect(smsc)
        assert refused.value.status == 0x0D


async def test_a_second_bind_on_one_session_is_refused() -> None:
    async with Smsc() as smsc, await connect(smsc) as esme:
        again = await esme.request(request(CommandId.BIND_TRANSMITTER, 0, system_id=b"acme", password=b"secret"))
        assert again.status == 0x05


async def test_version_3_3_knows_no_transceiver_and_no_tlvs() -> None:
    async with Smsc(Options(version=0x33, receipts="always", receipt_delay=(0.0, 0.0))) as smsc:
        with pytest.raises(BindRefused) as refused:
            await connect(smsc, version=0x33)
        assert refused.value.status == 0x03
        async with await connect(smsc, "tx", version=0x33) as sender, await connect(smsc, "rx", version=0x33) as other:
            await sender.submit(ACME, RECIPIENT, "Hello")
            received = await other.next_delivery()
        assert received.message.receipted_id == b""
        assert received.receipt is not None
        assert received.receipt.id == "1"


async def test_version_5_0_tells_of_congestion() -> None:
    async with Smsc(Options(version=0x50, window_full=4)) as smsc, await connect(smsc, version=0x50) as esme:
        frame = await esme.request(submit_pdus(ACME, RECIPIENT, "Hello")[0])
        assert find(parse(frame.raw).tlvs, Tag.CONGESTION_STATE) == b"\0"


# -- messages --------------------------------------------------------------------------------------


async def test_messages_are_answered_with_ids_and_remembered() -> None:
    async with Smsc(Options(ids=Style("hex", 8), first_id=0xABC)) as smsc, await connect(smsc) as esme:
        assert await esme.submit(ACME, RECIPIENT, "Grüße") == Answer(0, "00000abc")
        assert await esme.submit("ACME", "911", "日本", validity="000001000000000R") == Answer(0, "00000abd")
        one, two = smsc.messages
    assert (one.id, one.system_id, one.operation) == ("00000abc", "acme", "submit_sm")
    assert (one.source, one.destination, one.text, one.data_coding) == (ACME, RECIPIENT, "Grüße", 0)
    assert (two.source, two.destination, two.text, two.data_coding) == ("ACME", "911", "日本", 8)


async def test_parts_are_counted_and_sets_when_they_are_whole() -> None:
    text = "x" * 400
    async with Smsc() as smsc, await connect(smsc) as esme:
        answers = await esme.submit_all(ACME, RECIPIENT, text)
        for pdu in submit_pdus(ACME, RECIPIENT, text, Extras(reference=9, wide=True))[:2]:
            await esme.request(pdu)
        assert [answer.message_id for answer in answers] == ["1", "2", "3"]
        assert [message.part for message in smsc.messages[:3]] == [(1, 3, 1), (1, 3, 2), (1, 3, 3)]
        assert "".join(message.text for message in smsc.messages[:3]) == text
        assert (smsc.counts.parts, smsc.counts.sets) == (5, 1)


async def test_data_sm_and_sar_tlvs() -> None:
    sar = [(Tag.SAR_MSG_REF_NUM, b"\0\x07"), (Tag.SAR_TOTAL_SEGMENTS, b"\2"), (Tag.SAR_SEGMENT_SEQNUM, b"\1")]
    pdu = build(
        CommandId.DATA_SM,
        0,
        0,
        {"source_addr": b"1", "destination_addr": b"2", "registered_delivery": 0},
        [*sar, (Tag.MESSAGE_PAYLOAD, b"payload")],
    )
    async with Smsc() as smsc, await connect(smsc) as esme:
        answer = await esme.request(pdu)
        assert (answer.command_id, answer.status) == (CommandId.DATA_SM_RESP, 0)
        (message,) = smsc.messages
    assert (message.operation, message.text, message.part) == ("data_sm", "payload", (7, 2, 1))


async def test_a_broken_message_is_answered_and_the_session_goes_on() -> None:
    broken = submit_pdus(ACME, RECIPIENT, "Hello")[0][:-3]
    broken = len(broken).to_bytes(4) + broken[4:]
    async with Smsc() as smsc, await connect(smsc) as esme:
        assert (await esme.request(broken)).status == 0x01
        assert (await esme.submit(ACME, RECIPIENT, "Hello")).status == 0
        assert smsc.counts.faults == {"bad-pdu": 1}


async def test_submit_multi_names_those_it_could_not_reach() -> None:
    destinations = (Address(1, 1, b"12125550111"), Address(1, 1, b"12125550112"), DistributionList(b"friends"))
    pdu = build(
        CommandId.SUBMIT_MULTI,
        0,
        0,
        {"source_addr": b"14165550100", "destinations": destinations, "short_message": b"hi", "registered_delivery": 1},
    )
    options = Options(receipt_delay=(0.0, 0.0))
    async with Smsc(options) as smsc, await connect(smsc) as esme:
        fields = parse((await esme.request(pdu)).raw).fields
        assert fields == {"message_id": b"1", "unsuccess_sme": ((0, 0, b"friends", 0x34),)}
        receipts = [(await esme.next_delivery()).source for _ in range(2)]
        assert receipts == ["+12125550111", "+12125550112"]
        assert [message.id for message in smsc.messages] == ["1", "1"]
        only_lists = build(CommandId.SUBMIT_MULTI, 0, 0, {"destinations": (DistributionList(b"friends"),)})
        assert (await esme.request(only_lists)).status == 0x34


# -- query, cancel, replace ------------------------------------------------------------------------


async def test_query_cancel_and_replace_while_a_message_is_under_way() -> None:
    async with Smsc(Options(receipt_delay=(60.0, 60.0))) as smsc, await connect(smsc) as esme:
        await esme.submit(ACME, RECIPIENT, "Hello", receipt=True)
        mine = {"message_id": b"1", "source_addr": b"14165550100"}
        fields = parse((await esme.request(build(CommandId.QUERY_SM, 0, 0, mine))).raw).fields
        assert fields == {"message_id": b"1", "final_date": b"", "message_state": ENROUTE, "error_code": 0}
        replace = build(CommandId.REPLACE_SM, 0, 0, {**mine, "short_message": b"Good bye"})
        assert (await esme.request(replace)).status == 0
        assert [(message.operation, message.text) for message in smsc.messages] == [("replace_sm", "Good bye")]
        assert (await esme.request(build(CommandId.CANCEL_SM, 0, 0, mine))).status == 0
        receipt = (await esme.next_delivery()).receipt
        assert receipt is not None
        assert (receipt.id, receipt.state) == ("1", DELETED)
        fields = parse((await esme.request(build(CommandId.QUERY_SM, 0, 0, mine))).raw).fields
        assert fields["message_state"] == DELETED
        assert len(bytes(fields["final_date"])) == 16  # type: ignore[arg-type]
        assert (await esme.request(replace)).status == 0x13
        assert (await esme.request(build(CommandId.CANCEL_SM, 0, 0, mine))).status == 0x11
        assert esme.deliveries.empty()


async def test_unknown_ids_and_other_senders_messages() -> None:
    async with Smsc(Options(receipt_delay=(60.0, 60.0))) as smsc, await connect(smsc) as esme:
        await esme.submit(ACME, RECIPIENT, "Hello")
        for fields in ({"message_id": b"2", "source_addr": b"14165550100"}, {"message_id": b"1", "source_addr": b"1"}):
            for command in (CommandId.QUERY_SM, CommandId.CANCEL_SM, CommandId.REPLACE_SM):
                assert (await esme.request(build(command, 0, 0, fields))).status == 0x0C
        assert smsc.counts.queries == 6


async def test_cancel_without_an_id_takes_all_of_a_pair() -> None:
    async with Smsc(Options(receipt_delay=(60.0, 60.0))) as smsc, await connect(smsc) as esme:
        for text in ("one", "two"):
            await esme.submit(ACME, RECIPIENT, text)
        await esme.submit(ACME, "+12125550112", "three")
        pair = {"source_addr": b"14165550100", "destination_addr": b"12125550111"}
        assert (await esme.request(build(CommandId.CANCEL_SM, 0, 0, pair))).status == 0
        assert [message.state for message in smsc.messages] == [DELETED, DELETED, DELIVERED]


# -- receipts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "tlv", "text"), [("both", b"43981", "43981"), ("text", b"", "43981"), ("tlv", b"43981", "")]
)
async def test_receipts_in_every_form_and_with_ids_of_their_own(form: str, tlv: bytes, text: str) -> None:
    options = Options(
        ids=Style("hex", 8, True),
        receipt_ids=Style("decimal"),
        first_id=43981,
        receipt_form=form,
        receipt_delay=(0.0, 0.0),
        receipt_states={UNDELIVERABLE: 1.0},
    )
    async with Smsc(options) as smsc, await connect(smsc) as esme:
        assert (await esme.submit(ACME, RECIPIENT, "Hello there", receipt=True)).message_id == "0000ABCD"
        received = await esme.next_delivery()
    assert received.message.receipted_id == tlv
    assert received.receipt is not None
    assert (received.receipt.text_id, received.receipt.state) == (text, UNDELIVERABLE)
    assert (received.source, received.destination) == (RECIPIENT, ACME)
    if form != "tlv":
        assert (received.receipt.text, received.receipt.err) == ("Hello there", "011")


class Watched(Esme):
    """Keeps the order in which things came."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self.order: list[str] = []

    def answered(self, context: object, frame: Frame, now: float) -> None:
        self.order.append("response")
        super().answered(context, frame, now)

    def delivered(self, frame: Frame, now: float) -> int | None:
        self.order.append("receipt")
        return super().delivered(frame, now)


@pytest.mark.parametrize(("first", "order"), [(False, ["response", "receipt"]), (True, ["receipt", "response"])])
async def test_receipts_come_behind_the_response_or_before_it(first: bool, order: list[str]) -> None:
    async with Smsc(Options(receipt_delay=(0.0, 0.0), receipt_first=first)) as smsc:
        async with Watched(Binding("127.0.0.1", smsc.port, "acme", "secret")) as esme:
            await esme.open()
            await esme.submit(ACME, RECIPIENT, "Hello", receipt=True)
            await esme.next_delivery()
        assert esme.order == order


async def test_receipts_wait_for_a_bind_that_receives_and_come_again_after_temporary_errors() -> None:
    async with Smsc(Options(receipt_delay=(0.0, 0.0), retry_after=0.01)) as smsc:
        async with await connect(smsc, "tx") as sender:
            await sender.submit(ACME, RECIPIENT, "Hello", receipt=True)
            assert smsc.waiting == 1
            async with Esme(Binding("127.0.0.1", smsc.port, "acme", "secret", "rx")) as receiver:
                receiver.answer_with = 0x14
                await receiver.open()
                await receiver.next_delivery()
                receiver.answer_with = 0
                await receiver.next_delivery()
                await smsc.wait_for(lambda it: not it.waiting)
        assert smsc.counts.delivery_answers == {0x14: 1, 0: 1}
        assert (smsc.counts.delivered, smsc.counts.retried) == (1, 1)


async def test_a_receipt_that_was_not_answered_comes_again_on_the_next_bind() -> None:
    async with Smsc(Options(receipt_delay=(0.0, 0.0))) as smsc:
        async with await connect(smsc) as esme:
            esme.answer_with = None
            await esme.submit(ACME, RECIPIENT, "Hello", receipt=True)
            await esme.next_delivery()
            await esme.close()
        async with await connect(smsc) as esme:
            assert (await esme.next_delivery()).receipt is not None
            await smsc.wait_for(lambda it: it.counts.delivered == 1)


async def test_the_window_of_deliveries_is_kept() -> None:
    async with Smsc(Options(receipt_delay=(0.0, 0.0), deliver_window=2)) as smsc, await connect(smsc) as esme:
        esme.answer_with = None
        for _ in range(5):
            await esme.submit(ACME, RECIPIENT, "Hello", receipt=True)
        assert (esme.deliveries.qsize(), smsc.waiting) == (2, 5)


# -- messages from subscribers ---------------------------------------------------------------------


async def test_a_subscribers_message_and_what_was_answered() -> None:
    async with Smsc() as smsc, await connect(smsc) as esme:
        assert await smsc.inject_mo(RECIPIENT, ACME, "STOP") == [0]
        assert await smsc.inject_mo("7726", ACME, "é" * 200, "acme") == [0, 0]
        texts = [await esme.next_delivery() for _ in range(3)]
        assert [(item.source, item.destination, item.receipt) for item in texts][:1] == [(RECIPIENT, ACME, None)]
        assert texts[1].text + texts[2].text == "é" * 200
        esme.answer_with = 0x64
        assert await smsc.inject_mo(RECIPIENT, ACME, "again") == [0x64]
        assert smsc.counts.retried == 0


async def test_a_subscribers_message_to_nobody() -> None:
    async with Smsc() as smsc:
        with pytest.raises(ConnectionError, match="nobody is bound"):
            await smsc.inject_mo(RECIPIENT, ACME, "STOP")
        with pytest.raises(ValueError, match="longer than an address"):
            await smsc.inject_mo("+" + "1" * 30, ACME, "STOP")
        async with await connect(smsc, "tx"):
            with pytest.raises(ConnectionError):
                await smsc.inject_mo(RECIPIENT, ACME, "STOP")


async def test_a_lost_link_ends_a_subscribers_message_without_an_answer() -> None:
    async with Smsc() as smsc, await connect(smsc) as esme:
        esme.answer_with = None
        waiting = asyncio.ensure_future(smsc.inject_mo(RECIPIENT, ACME, "STOP"))
        await esme.next_delivery()
        assert smsc.disconnect_all() == 1
        assert await waiting == [None]


# -- log, memory, the end --------------------------------------------------------------------------


async def test_the_log_names_every_message_accepted(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    async with Smsc(Options(log=path, throttle_rate=1, first_id=5)) as smsc, await connect(smsc) as esme:
        assert (await esme.submit(ACME, RECIPIENT, "Hello")).status == 0
        (line,) = [json.loads(line) for line in path.read_text().splitlines()]
        assert (await esme.submit(ACME, RECIPIENT, "Hello")).status == 0x58
    del line["time"]
    assert line == {
        "operation": "submit_sm",
        "status": 0,
        "system_id": "acme",
        "sequence": 2,
        "message_id": "5",
        "source": ACME,
        "destination": RECIPIENT,
        "octets": 5,
        "dcs": 0,
        "esm_class": 0,
    }
    assert len(path.read_text().splitlines()) == 1


async def test_the_log_with_texts_and_with_those_refused_or_unanswered(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    options = Options(log=path, log_text=True, log_all=True, error_rate=1.0, error_status=(0x45,))
    async with Smsc(options) as smsc, await connect(smsc) as esme:
        await esme.submit(ACME, RECIPIENT, "refused")
        options.error_rate = 0.0
        await esme.submit(ACME, RECIPIENT, "y" * 170)
        options.silent = "messages"
        esme.send_raw(submit_pdus(ACME, RECIPIENT, "unanswered")[0])
        await smsc.wait_for(lambda it: it.counts.unanswered == 1)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["status"], line["text"], line.get("part")) for line in lines] == [
        (0x45, "refused", None),
        (0, "y" * 153, [2, 2, 1]),
        (0, "y" * 17, [2, 2, 2]),
        (None, "unanswered", None),
    ]


async def test_a_log_that_cannot_be_written_means_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Smsc(Options(log=tmp_path / "log")) as smsc, await connect(smsc) as esme:

        def full() -> None:
            raise OSError(28, "No space left on device")

        assert smsc.centre.journal is not None
        monkeypatch.setattr(smsc.centre.journal, "flush", full)
        with pytest.raises(ConnectionError):
            await esme.submit(ACME, RECIPIENT, "Hello")
        assert smsc.failed == "the log cannot be written: No space left on device"
        monkeypatch.undo()


async def test_memory_is_bounded() -> None:
    async with Smsc(Options(remember=3)) as smsc, await connect(smsc) as esme:
        for _ in range(5):
            await esme.submit(ACME, RECIPIENT, "Hello")
        assert [message.id for message in smsc.messages] == ["3", "4", "5"]


class Deaf(Esme):
    """Answers nothing once it is bound."""

    def received(self, data: bytes, now: float) -> None:
        if not self.bound:
            super().received(data, now)


async def test_stopping_unbinds_and_those_who_do_not_answer_are_dropped() -> None:
    smsc = Smsc()
    await smsc.start()
    esme = await connect(smsc)
    deaf = Deaf(Binding("127.0.0.1", smsc.port, "acme", "secret"))
    await deaf.open()
    await smsc.stop(patience=0.1)
    await esme.wait_gone()
    await deaf.wait_gone()
    assert esme.lost_by == "unbind"
    assert smsc.peers == set()


async def test_the_summary_names_what_happened() -> None:
    async with Smsc(Options(error_rate=1.0, error_status=(0x45,))) as smsc, await connect(smsc) as esme:
        await esme.submit(ACME, RECIPIENT, "Hello")
        assert smsc.counts.summary().splitlines() == [
            "connections                             1",
            "binds                                   1",
            "messages received                       1",
            "  ESME_RSUBMITFAIL                      1",
        ]
        assert smsc.counts.line(1, 0, 12.4).startswith("1 bound, 12 messages/s; 0 accepted, 1 refused")
