"""SIGTERM: nothing new is taken, what is on its way is answered, both sides hear an unbind, and the exit is 0."""

import asyncio
import signal
from pathlib import Path

import pytest

from smpp.codec import build
from smpp.consts import CommandId, Status
from tests.e2e.faults.reckoning import reckon, settle
from tests.e2e.faults.traffic import Traffic
from tests.e2e.rig import Carrier
from tests.e2e.stage import ACME, SOMEBODY, account, launched
from tests.e2e.wires import answer_pdu, deliver_pdu, submit_pdu, until

pytestmark = pytest.mark.e2e

SOURCE = "14165550900"
BUSY = account("busy", "+" + SOURCE, bind="window = 100", limits='rate-account = "1000000/1s burst 1000000"')


def numbered(sequence: int, raw: bytes) -> bytes:
    """A PDU with this sequence number."""
    return raw[:12] + sequence.to_bytes(4) + raw[16:]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_what_is_on_its_way_is_answered_and_nothing_new_is_taken(tmp_path: Path, number: signal.Signals) -> None:
    with launched(tmp_path) as stage:
        async with stage.carrier() as north, stage.bound() as wire, stage.bound() as idle:
            north.answer = north.ignore
            asked = [wire.put(submit_pdu(ACME, SOMEBODY, f"{n}".encode())) for n in range(5)]
            await north.read(5)
            stage.edge.signal(number)
            # One that waits for nothing is sent off at once ...
            goodbye = await idle.next()
            assert goodbye.command_id == CommandId.UNBIND
            idle.send(build(CommandId.UNBIND_RESP, 0, goodbye.sequence))
            await idle.closed()
            # ... the others when they have their answers. New messages are refused with a temporary error.
            refused = await wire.ask(submit_pdu(ACME, SOMEBODY, b"too late"))
            assert refused.status == Status.ESME_RSYSERR
            assert wire.frames.empty()
            for frame in north.requests:
                north.links[0].send(answer_pdu(frame, f"{frame.sequence}"))
            assert [(await answer).status for answer in asked] == [0] * 5
            goodbye = await wire.next()
            assert goodbye.command_id == CommandId.UNBIND
            wire.send(build(CommandId.UNBIND_RESP, 0, goodbye.sequence))
            await wire.closed()
            await until("the carrier is unbound", lambda: not north.links)
            assert (north.unbound, len(north.requests)) == (1, 5)
        assert await asyncio.to_thread(stage.edge.child.wait, 20) == 0
        assert "Traceback" not in stage.edge.text


async def test_whoever_waits_for_a_silent_carrier_hears_that_the_outcome_is_unknown(tmp_path: Path) -> None:
    with launched(tmp_path) as stage:
        async with stage.carrier() as north, stage.bound() as wire:
            north.answer = north.ignore
            asked = wire.put(submit_pdu(ACME, SOMEBODY, b"anybody?"))
            await north.read(1)
            stage.edge.signal(signal.SIGTERM)
            # After `drain` (3 s) the edge waits no longer.
            answer = await asked
            assert answer.status == Status.ESME_RSYSERR
        assert await asyncio.to_thread(stage.edge.child.wait, 20) == 0
        assert "Traceback" not in stage.edge.text


async def test_a_customer_that_unbinds_gets_its_answers_first(tmp_path: Path) -> None:
    with launched(tmp_path) as stage:
        async with stage.carrier() as north, stage.bound() as wire:
            north.answer = north.ignore
            wire.send(numbered(7, submit_pdu(ACME, SOMEBODY, b"before")))
            await north.read(1)
            wire.send(build(CommandId.UNBIND, 0, 8))
            wire.send(numbered(9, submit_pdu(ACME, SOMEBODY, b"behind")))
            behind = await wire.next()
            assert (behind.sequence, behind.status) == (9, Status.ESME_RSYSERR)
            north.links[0].send(answer_pdu(north.requests[0], "5"))
            answers = [await wire.next(), await wire.next()]
            assert [(each.command_id, each.sequence, each.status) for each in answers] == [
                (CommandId.SUBMIT_SM_RESP, 7, 0),
                (CommandId.UNBIND_RESP, 8, 0),
            ]
            await wire.closed()


async def test_deliveries_without_an_answer_go_back_to_the_carrier(tmp_path: Path) -> None:
    with launched(tmp_path) as stage:
        async with stage.carrier() as north, stage.bound() as wire:
            asked = north.links[0].put(deliver_pdu(SOMEBODY, ACME, b"in"))
            delivery = await wire.next()
            assert delivery.command_id == CommandId.DELIVER_SM
            stage.edge.signal(signal.SIGTERM)
            goodbye = await wire.next()
            assert goodbye.command_id == CommandId.UNBIND
            await wire.close()
            assert (await asked).status == Status.ESME_RX_T_APPN
        assert await asyncio.to_thread(stage.edge.child.wait, 20) == 0


async def test_a_stop_at_full_rate_leaves_nobody_without_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with launched(tmp_path, BUSY, north="window = 150") as stage:
        port = stage.ports["north"]
        carrier = await asyncio.to_thread(Carrier, tmp_path, "--delay", "1-50", "--quiet", port=port)
        try:
            await stage.metric_is(1, "smsedge_carrier_links", carrier="north", state="bound")
            traffic = Traffic(stage.edge.port, "busy", SOURCE)
            traffic.start()
            await until("traffic", lambda: traffic.good >= 3000, 30)
            stage.edge.signal(signal.SIGTERM)
            status = await asyncio.to_thread(stage.edge.child.wait, 20)
            await traffic.stop()
        finally:
            await asyncio.to_thread(carrier.stop)
        reckoning = reckon(traffic, [carrier], tmp_path / "state", "busy")
        with capsys.disabled():
            print(reckoning.table("SIGTERM at full rate"))
        assert status == 0
        settle(reckoning, traffic)
        # Those that came behind the signal were refused at the door: not judged, so not on record.
        at_the_door = traffic.status.keys() - reckoning.recorded.keys() - reckoning.lost
        assert {traffic.status[number] for number in at_the_door} <= {int(Status.ESME_RSYSERR)}
        assert not reckoning.unknown
        # Messages that crossed our unbind on the way are all that nobody answered; none of them was taken.
        assert sorted(reckoning.lost & reckoning.log.keys()) == []
        assert "Traceback" not in stage.edge.text
