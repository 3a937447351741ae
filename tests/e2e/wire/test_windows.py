"""Windows: what is over them is answered at once, and neither keep-alives nor other accounts wait for anybody."""

import asyncio
from collections.abc import Iterator

import pytest

from smpp.codec import parse
from smpp.consts import CommandId, Status
from smpp.frame import Frame
from tests.e2e.stage import ACME, BETA, SOMEBODY, Stage, account, staged
from tests.e2e.wires import Wire, answer_pdu, deliver_pdu, submit_pdu, until

pytestmark = pytest.mark.e2e

ENQUIRE = bytes.fromhex("00000010 00000015 00000000 00000007")
ENQUIRED = bytes.fromhex("00000010 80000015 00000000 00000007")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    beta = account("beta", "+14165550200", bind="window = 5", keys="receipt_queue = 20")
    with staged(tmp_path_factory.mktemp("windows"), beta, north='window = 20\nresponse_timeout = "10s"') as stage:
        yield stage


class Pausing:
    """Answers of a carrier that are kept until they are let out."""

    def __init__(self) -> None:
        self.kept: list[tuple[Wire, Frame]] = []

    def __call__(self, wire: Wire, frame: Frame) -> None:
        self.kept.append((wire, frame))

    def let_out(self) -> None:
        """Answer all that was kept, with the sequence number as the id."""
        for wire, frame in self.kept:
            wire.send(answer_pdu(frame, f"{frame.sequence}"))
        self.kept.clear()


async def test_over_the_window_is_0x14_and_the_rest_of_the_session_goes_on(stage: Stage) -> None:
    pausing = Pausing()
    async with stage.carrier(answer=pausing) as north, stage.bound("beta") as wire:
        first = [wire.put(submit_pdu(BETA, SOMEBODY, f"within {n}".encode())) for n in range(5)]
        over = [wire.put(submit_pdu(BETA, SOMEBODY, f"over {n}".encode())) for n in range(3)]
        assert [(await answer).status for answer in over] == [Status.ESME_RMSGQFUL] * 3
        assert not any(answer.done() for answer in first)
        # The window is full, but a keep-alive is answered ...
        wire.send(ENQUIRE)
        assert (await wire.next()).raw == ENQUIRED
        # ... and what is delivered arrives, and its answer passes.
        asked = asyncio.ensure_future(north.links[0].ask(deliver_pdu(SOMEBODY, BETA, b"meanwhile")))
        delivery = await wire.next()
        assert delivery.command_id == CommandId.DELIVER_SM
        wire.send(answer_pdu(delivery))
        assert (await asked).status == 0
        pausing.let_out()
        assert [(await answer).status for answer in first] == [0] * 5
        again = wire.put(submit_pdu(BETA, SOMEBODY, b"room again"))
        await north.read(6)
        pausing.let_out()
        assert (await again).status == 0
        assert [parse(frame.raw).fields["short_message"] for frame in north.requests] == [
            *(f"within {n}".encode() for n in range(5)),
            b"room again",
        ]
    await stage.idle()


async def test_the_carriers_window_holds_back_and_keeps_the_order(stage: Stage) -> None:
    pausing = Pausing()
    async with stage.carrier(answer=pausing) as north, stage.bound() as wire:
        answers = [wire.put(submit_pdu(ACME, SOMEBODY, f"{n}".encode())) for n in range(50)]
        await north.read(20)
        # 20 are the carrier's window, 30 wait in the edge: none of them is refused and none is sent.
        await stage.metric_is(30, "smsedge_held", carrier="north")
        assert len(north.requests) == 20
        for _ in range(3):
            pausing.let_out()
            await asyncio.sleep(0.05)
        await until("all sent", lambda: len(north.requests) == 50)
        pausing.let_out()
        assert [(await answer).status for answer in answers] == [0] * 50
        said = [parse(frame.raw).fields["short_message"] for frame in north.requests]
        assert said == [f"{n}".encode() for n in range(50)]
    await stage.idle()


async def test_one_account_cannot_take_the_whole_window_of_a_carrier(stage: Stage) -> None:
    pausing = Pausing()
    async with stage.carrier(answer=pausing) as north, stage.bound() as greedy, stage.bound("beta") as modest:
        theirs = [greedy.put(submit_pdu(ACME, SOMEBODY, f"greedy {n}".encode())) for n in range(50)]
        await north.read(20)
        ours = modest.put(submit_pdu(BETA, SOMEBODY, b"modest"))
        pausing.let_out()
        await until("the modest one is sent", lambda: sum(b"modest" in frame.raw for frame in north.requests) == 1)
        position = [b"modest" in frame.raw for frame in north.requests].index(True)
        # It overtook those of the other account that were waiting before it.
        assert position < 49
        while not all(answer.done() for answer in theirs):
            pausing.let_out()
            await asyncio.sleep(0.01)
        assert (await ours).status == 0
    await stage.idle()


async def test_a_customer_that_does_not_answer_deliveries_stalls_nobody_else(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound("beta") as stalled, stage.bound() as healthy:
        link = north.links[0]
        # beta: 10 on its way (deliver_window), 20 in its queue, the rest the carrier is told to keep.
        to_beta = [link.put(deliver_pdu(SOMEBODY, BETA, f"stalled {n}".encode())) for n in range(40)]
        to_acme = [link.put(deliver_pdu(SOMEBODY, ACME, f"healthy {n}".encode())) for n in range(40)]
        healthy.handler = lambda wire, frame: wire.send(answer_pdu(frame))
        while not healthy.frames.empty():
            healthy.send(answer_pdu(healthy.frames.get_nowait()))
        assert [(await answer).status for answer in to_acme] == [0] * 40
        assert [(await answer).status for answer in to_beta[30:]] == [Status.ESME_RX_T_APPN] * 10
        assert not any(answer.done() for answer in to_beta[:30])
        assert stalled.frames.qsize() == 10
        # And both may send.
        assert (await stalled.ask(submit_pdu(BETA, SOMEBODY, b"out"))).status == 0
        assert (await healthy.ask(submit_pdu(ACME, SOMEBODY, b"out"))).status == 0
        await stalled.close()
        # The carrier keeps what the lost bind had not taken.
        assert [(await answer).status for answer in to_beta[:30]] == [Status.ESME_RX_T_APPN] * 30
    await stage.idle()


async def test_a_customer_that_does_not_read_stalls_nobody_else(stage: Stage) -> None:
    async with stage.carrier() as north, stage.bound("beta") as deaf, stage.bound() as healthy:
        deaf.stop_reading()
        # It asks and asks and reads no answer: when the system's buffers are full the edge stops reading it.
        block = ENQUIRE * 4096
        for _ in range(400):
            deaf.send(block)
            await asyncio.sleep(0)
        assert (await healthy.ask(submit_pdu(ACME, SOMEBODY, b"out"))).status == 0
        asked = asyncio.ensure_future(north.links[0].ask(deliver_pdu(SOMEBODY, ACME, b"in")))
        delivery = await healthy.next()
        healthy.send(answer_pdu(delivery))
        assert (await asked).status == 0
    await stage.idle()


async def test_the_edge_frees_what_a_lost_customer_waited_for(stage: Stage) -> None:
    pausing = Pausing()
    async with stage.carrier(answer=pausing) as north, stage.bound("beta") as healthy:
        async with stage.bound() as lost:
            for n in range(10):
                lost.put(submit_pdu(ACME, SOMEBODY, f"orphan {n}".encode()))
            await north.read(10)
        pausing.let_out()
        answer = healthy.put(submit_pdu(BETA, SOMEBODY, b"mine"))
        await north.read(11)
        pausing.let_out()
        assert (await answer).status == 0
    await stage.idle()
