"""Messages from subscribers (MO): judged, given to the owner of the number, and answered with what the owner said."""

import asyncio
from collections.abc import Iterator

import pytest

from smpp.codec import build, parse, request
from smpp.consts import CommandId, Status, Tag
from smpp.layout import Value
from tests.e2e.stage import ACME, BETA, SOMEBODY, Stage, account, staged
from tests.e2e.wires import Wire, answer_pdu, deliver_pdu, submit_pdu

pytestmark = pytest.mark.e2e

SHARED = "14165550700"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    accounts = (
        account("beta", "+" + BETA),
        account("one", "+" + SHARED, keys=f'shared = ["+{SHARED}"]'),
        account("two", "+" + SHARED, keys=f'shared = ["+{SHARED}"]'),
    )
    with staged(tmp_path_factory.mktemp("inbound"), *accounts) as stage:
        yield stage


async def inbound(carrier: Wire, customer: Wire, raw: bytes, answer: int = 0) -> tuple[bytes, int]:
    """Deliver `raw`, answer it as the customer: the PDU's body as the customer saw it, and what the carrier heard."""
    asked = carrier.put(raw)
    frame = await customer.next()
    customer.send(answer_pdu(frame, status=answer))
    return frame.raw[16:], (await asked).status


async def test_a_message_reaches_the_owner_of_its_number_octet_by_octet(stage: Stage) -> None:
    raw = deliver_pdu(SOMEBODY, BETA, b"STOP \xff\x00", ((0x1400, b"\x00\x01"), (0x1400, b"x")), data_coding=4)
    async with stage.carrier() as north, stage.bound() as other, stage.bound("beta") as owner:
        assert await inbound(north.links[0], owner, raw) == (raw[16:], 0)
        assert other.frames.empty()


@pytest.mark.parametrize("status", [Status.ESME_RX_R_APPN, Status.ESME_RX_T_APPN, Status.ESME_RX_P_APPN, 0x45, 0x4FF])
async def test_an_owner_may_refuse(stage: Stage, status: int) -> None:
    async with stage.carrier() as north, stage.bound() as owner:
        told = await inbound(north.links[0], owner, deliver_pdu(SOMEBODY, ACME, b"hello"), status)
        assert told[1] == status
    assert await stage.metric("smsedge_inbound_total", account="acme", outcome="kept") >= 1


async def test_an_owner_without_a_bind_means_that_the_carrier_keeps_it(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound("beta", kind="tx") as sender:
        assert (await north.links[0].ask(deliver_pdu(SOMEBODY, BETA, b"hello"))).status == Status.ESME_RX_T_APPN
        assert sender.frames.empty()
    async with stage.carrier() as north, stage.bound("beta", kind="rx") as receiver:
        assert (await inbound(north.links[0], receiver, deliver_pdu(SOMEBODY, BETA, b"hello")))[1] == 0


async def test_a_number_that_nobody_owns_is_refused_for_good(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound():
        answer = await north.links[0].ask(deliver_pdu(SOMEBODY, "14165559998", b"hello"))
        assert answer.status == Status.ESME_RX_P_APPN


async def test_one_of_our_numbers_from_outside_is_refused(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as owner:
        answer = await north.links[0].ask(deliver_pdu("14165550101", ACME, b"it is me, honestly"))
        assert answer.status == Status.ESME_RX_P_APPN
        assert owner.frames.empty()
        # What we sent ourselves and what comes home is no spoof.
        assert (await owner.ask(submit_pdu(ACME, BETA, b"to a colleague"))).status == 0
        async with stage.bound("beta") as colleague:
            assert (await inbound(north.links[0], colleague, deliver_pdu(ACME, BETA, b"to a colleague")))[1] == 0


async def test_a_blocked_number_is_not_heard(stage: Stage) -> None:
    blocked = "14165550399"
    await stage.ask("block", "+" + blocked, "--reason", "test")
    async with stage.carrier() as north, stage.bound() as owner:
        assert (await north.links[0].ask(deliver_pdu(blocked, ACME, b"hello"))).status == Status.ESME_RX_R_APPN
        await stage.ask("unblock", "+" + blocked)
        assert (await inbound(north.links[0], owner, deliver_pdu(blocked, ACME, b"hello")))[1] == 0


async def test_data_sm_and_payloads_from_a_carrier(stage: Stage) -> None:
    addresses: dict[str, Value] = {
        "source_addr_ton": 1,
        "source_addr_npi": 1,
        "source_addr": SOMEBODY.encode(),
        "dest_addr_ton": 1,
        "dest_addr_npi": 1,
        "destination_addr": ACME.encode(),
    }
    payload = (int(Tag.MESSAGE_PAYLOAD), b"long " * 1000)
    async with stage.carrier() as north, stage.bound() as owner:
        data = build(CommandId.DATA_SM, 0, 0, addresses, (payload,))
        asked = north.links[0].put(data)
        frame = await owner.next()
        assert (frame.command_id, frame.raw[16:]) == (CommandId.DATA_SM, data[16:])
        owner.send(answer_pdu(frame))
        answer = await asked
        assert (answer.command_id, answer.status) == (CommandId.DATA_SM_RESP, 0)
        raw = deliver_pdu(SOMEBODY, ACME, b"", (payload,))
        assert await inbound(north.links[0], owner, raw) == (raw[16:], 0)
        # A text in both places could show either: refused.
        both = await north.links[0].ask(deliver_pdu(SOMEBODY, ACME, b"short", (payload,)))
        assert both.status == Status.ESME_ROPTPARNOTALLWD


async def test_broken_bodies_from_a_carrier_cost_only_themselves(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound() as owner:
        link = north.links[0]
        whole = deliver_pdu(SOMEBODY, ACME, b"hello there")
        for end in (16, 17, 20, 40, len(whole) - 3):
            raw = end.to_bytes(4) + whole[4:end]
            assert (await link.ask(raw)).status not in (0, Status.ESME_RSYSERR)
        header = deliver_pdu(SOMEBODY, ACME, b"\xff\x00\x03", esm_class=0x40)
        assert (await link.ask(header)).status != 0
        assert await inbound(link, owner, whole) == (whole[16:], 0)


async def test_alert_notification_is_passed_and_needs_no_answer(stage: Stage) -> None:
    alert = request(
        CommandId.ALERT_NOTIFICATION,
        0,
        source_addr_ton=1,
        source_addr_npi=1,
        source_addr=SOMEBODY.encode(),
        esme_addr_ton=1,
        esme_addr_npi=1,
        esme_addr=ACME.encode(),
    )
    async with stage.carrier() as north, stage.bound() as owner:
        north.links[0].send(alert)
        frame = await owner.next()
        assert (frame.command_id, frame.raw[16:]) == (CommandId.ALERT_NOTIFICATION, alert[16:])
        # Its sequence number is not reused for what needs an answer.
        raw = deliver_pdu(SOMEBODY, ACME, b"hello")
        asked = north.links[0].put(raw)
        delivery = await owner.next()
        assert delivery.sequence != frame.sequence
        owner.send(answer_pdu(delivery))
        assert (await asked).status == 0
        assert north.links[0].frames.empty()


async def test_answers_to_a_shared_number_go_to_whoever_wrote_there_last(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound("one") as one, stage.bound("two") as two:
        for writer, other in ((one, two), (two, one), (one, two)):
            assert (await writer.ask(submit_pdu(SHARED, SOMEBODY, b"question"))).status == 0
            raw = deliver_pdu(SOMEBODY, SHARED, b"answer")
            assert (await inbound(north.links[0], writer, raw))[1] == 0
            assert other.frames.empty()


async def test_a_loop_is_cut(stage: Stage) -> None:
    # acme -> beta -> acme ...: the same text between the same numbers from changing origins.
    async with stage.carrier() as north, stage.bound() as acme, stage.bound("beta") as beta:
        beta.handler = lambda wire, frame: wire.send(answer_pdu(frame))
        statuses = []
        for _ in range(4):
            statuses.append((await acme.ask(submit_pdu(ACME, BETA, b"round and round"))).status)
            statuses.append((await north.links[0].ask(deliver_pdu(ACME, BETA, b"round and round"))).status)
            if statuses[-1] or statuses[-2]:
                break
        assert statuses[:3] == [0, 0, 0]
        assert Status.ESME_RX_R_APPN in statuses[-2:]


async def test_bounces_of_emergency_texts_come_from_the_number_that_was_dialled(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound(kind="tx") as sender, stage.bound(kind="rx") as receiver:
        text = request(
            CommandId.SUBMIT_SM,
            0,
            source_addr_ton=1,
            source_addr_npi=1,
            source_addr=ACME.encode(),
            dest_addr_npi=1,
            destination_addr=b"911",
            short_message=b"help",
        )
        assert (await sender.ask(text)).status == Status.ESME_RINVDSTADR
        frames = [await asyncio.wait_for(receiver.next(), 5)]
        first = parse(frames[0].raw).fields
        assert (first["source_addr"], first["destination_addr"]) == (b"911", ACME.encode())
        assert isinstance(first["short_message"], bytes)
        header = first["short_message"][:6]
        assert header[:3] == b"\x05\x00\x03"  # a text in parts
        for _ in range(header[4] - 1):
            frames.append(await receiver.next())
        for frame in frames:
            receiver.send(answer_pdu(frame))
        await stage.metric_is(len(frames), "smsedge_bounces_total", account="acme", outcome="delivered")
        assert north.requests == []
    await stage.idle()
