"""STOP and START over the wire: heard at once, on disk before the answer, for all numbers of the account."""

import asyncio
from pathlib import Path

import pytest

from smpp.consts import CommandId, Status
from tests.e2e.stage import ACME, BETA, SOMEBODY, Stage, account, launched
from tests.e2e.wires import Scripted, Wire, answer_pdu, deliver_pdu, submit_pdu

pytestmark = pytest.mark.e2e
OTHER = "14165550302"


async def status(wire: Wire, source: str, destination: str, text: bytes = b"See you on Monday at 9.") -> int:
    return (await wire.ask(submit_pdu(source, destination, text))).status


async def says(north: Scripted, acme: Wire, source: str, destination: str, text: bytes) -> None:
    """A subscriber writes; the customer gets it, and the carrier its answer."""
    asked = north.links[0].put(deliver_pdu(source, destination, text))
    delivery = await acme.next()
    assert delivery.command_id == CommandId.DELIVER_SM
    assert text in delivery.raw
    acme.send(answer_pdu(delivery))
    assert (await asyncio.wait_for(asked, 10)).status == 0


async def test_stop_holds_at_once_for_the_whole_account_and_start_ends_it(tmp_path: Path) -> None:
    with launched(tmp_path, account("beta", "+" + BETA), quiet=False) as stage:
        async with stage.carrier() as north, stage.bound() as acme, stage.bound("beta") as beta:
            assert await status(acme, ACME, SOMEBODY) == 0
            await says(north, acme, SOMEBODY, ACME, b"STOP")
            assert await status(acme, ACME, SOMEBODY) == Status.ESME_RX_R_APPN
            # another number of the account is the account too; others are not meant
            assert await status(acme, "14165550155", SOMEBODY) == Status.ESME_RX_R_APPN
            assert await status(acme, ACME, OTHER) == 0
            assert await status(beta, BETA, SOMEBODY) == 0
            confirmed = b"Acme Dental: you are unsubscribed and will receive no more messages."
            assert await status(acme, ACME, OTHER, confirmed) == 0
            await says(north, acme, SOMEBODY, ACME, b"START")
            assert await status(acme, ACME, SOMEBODY) == 0
            assert "Traceback" not in stage.edge.text


@pytest.mark.parametrize(("version", "code"), [(0x34, Status.ESME_RX_R_APPN), (0x50, Status.ESME_RPROHIBITED)])
async def test_one_confirmation_passes(tmp_path: Path, version: int, code: int) -> None:
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier() as north, stage.bound(version=version) as acme:
            assert await status(acme, ACME, SOMEBODY) == 0
            await says(north, acme, SOMEBODY, ACME, b"please stop texting me")
            text = b"Acme Dental: you are unsubscribed and will receive no more messages."
            assert await status(acme, ACME, SOMEBODY, text) == 0
            assert await status(acme, ACME, SOMEBODY, text + b" Bye.") == code


def parts(source: str, pieces: tuple[bytes, ...], sar: bool) -> list[bytes]:
    """A message of a subscriber in parts, told apart by a user data header or by SAR."""
    made = []
    for number, piece in enumerate(pieces, 1):
        if sar:
            tlvs = ((0x020C, b"\x00\x2a"), (0x020E, bytes((len(pieces),))), (0x020F, bytes((number,))))
            made.append(deliver_pdu(source, ACME, piece, tlvs))
        else:
            header = bytes((5, 0, 3, 42, len(pieces), number))
            made.append(deliver_pdu(source, ACME, header + piece, esm_class=0x40))
    return made


@pytest.mark.parametrize("sar", [False, True])
async def test_a_stop_in_parts_holds_when_the_last_one_came(tmp_path: Path, sar: bool) -> None:
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier() as north, stage.bound() as acme:

            async def hand_on(pdu: bytes) -> None:
                asked = north.links[0].put(pdu)
                acme.send(answer_pdu(await acme.next()))
                assert (await asyncio.wait_for(asked, 10)).status == 0

            first, last = parts(SOMEBODY, (b"Please stop tex", b"ting me"), sar)
            await hand_on(first)
            assert await status(acme, ACME, SOMEBODY) == 0
            await hand_on(last)
            assert await status(acme, ACME, SOMEBODY) == Status.ESME_RX_R_APPN
            for part in parts(OTHER, (b"STOP", b" by at five if you can"), sar):
                await hand_on(part)
            assert await status(acme, ACME, OTHER) == 0
            assert "Traceback" not in stage.edge.text


async def test_everyday_words_are_no_stop(tmp_path: Path) -> None:
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier() as north, stage.bound() as acme:
            for text in (b"Can you stop by at 5 instead?", b"End of day works for me", b"Don't stop believing haha"):
                await says(north, acme, SOMEBODY, ACME, text)
            assert await status(acme, ACME, SOMEBODY) == 0


async def test_stops_that_were_acknowledged_survive_kill_9(tmp_path: Path) -> None:
    """STOPs pour in, the edge is killed in the middle of them: whoever was acknowledged has opted out."""
    people = [f"1416555{number:04d}" for number in range(2000, 2600)]
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier() as north, stage.bound() as acme:
            acme.handler = lambda wire, frame: wire.send(answer_pdu(frame))
            asked = {who: north.links[0].put(deliver_pdu(who, ACME, b"STOP")) for who in people}
            await asyncio.wait([asked[people[150]]], timeout=10)
            await asyncio.to_thread(stage.edge.kill)
            await asyncio.wait(asked.values(), timeout=10)
        acknowledged = [who for who, answer in asked.items() if not answer.exception() and answer.result().status == 0]
        assert len(acknowledged) > 100
        second = await asyncio.to_thread(_again, stage, tmp_path)
        try:
            after = Stage(second, stage.ports)
            async with after.carrier(), after.bound() as acme:
                codes = [await status(acme, ACME, who) for who in acknowledged]
        finally:
            await asyncio.to_thread(second.stop)
    print(f"\nkill -9 among {len(people)} STOPs: {len(acknowledged)} acknowledged, {codes.count(0)} of them forgotten")
    assert codes.count(0) == 0


def _again(stage: Stage, directory: Path):  # type: ignore[no-untyped-def]
    from tests.e2e.rig import Edge

    return Edge(stage.edge.conf, directory, "second").listening()
