"""Quarantine over the wire: ROK only from the disk, release by the command, REJECTD where it is refused, kill -9."""

import asyncio
from pathlib import Path

import pytest

from smpp.consts import CommandId, Status
from tests.e2e.rig import Edge
from tests.e2e.stage import ACME, SOMEBODY, Stage, launched
from tests.e2e.wires import Wire, answer_pdu, deliver_pdu, submit_pdu

pytestmark = pytest.mark.e2e
RESULT = b"Your HIV test result: POSITIVE. Please call us."  # held: a diagnosis (policy.md A.5)


async def held(acme: Wire, text: bytes = RESULT, **fields: int) -> str:
    """A message that is held; returns our id."""
    answer = await acme.ask(submit_pdu(ACME, SOMEBODY, text, **fields))
    assert answer.status == 0
    return answer.raw[16:].rstrip(b"\0").decode()


async def refused(stage: Stage, name: str) -> str:
    """A release that the edge does not do: what it says."""
    told = await asyncio.to_thread(stage.edge.command, "quarantine", "release", name, "--reason", "again")
    assert told.returncode == 1
    return told.stdout


async def test_a_message_is_held_shown_and_released(tmp_path: Path) -> None:
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier() as north, stage.bound() as acme:
            name = await held(acme)
            assert not [frame for frame in north.requests if RESULT in frame.raw]
            (row,) = (await stage.ask("quarantine", "list"))["messages"]
            assert (row["id"], row["rule"], row["state"]) == (name, "sensitive-data/health", "held")
            shown = (await stage.ask("quarantine", "show", name))["message"]
            assert "text" not in shown
            shown = (await stage.ask("quarantine", "show", name, "--reveal", "--reason", "review"))["message"]
            assert shown["text"] == RESULT.decode()
            told = await stage.ask("quarantine", "release", name, "--reason", "the patient asked for it")
            assert told["done"] == [name]
            assert len([frame for frame in north.requests if RESULT in frame.raw]) == 1
            assert "is released" in await refused(stage, name)
            assert "Traceback" not in stage.edge.text


async def test_a_refused_message_is_told_by_its_receipt(tmp_path: Path) -> None:
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier(), stage.bound() as acme:
            name = await held(acme, registered_delivery=1)
            asking = asyncio.create_task(stage.ask("quarantine", "refuse", name, "--reason", "no"))  # noqa: TID251
            receipt = await acme.next()
            acme.send(answer_pdu(receipt))
            assert (await asking)["done"] == [name]
            assert receipt.command_id == CommandId.DELIVER_SM
            assert b"id:" + name.encode() + b" " in receipt.raw
            assert b"stat:REJECTD" in receipt.raw


async def test_whoever_opted_out_meanwhile_is_not_written_to(tmp_path: Path) -> None:
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier() as north, stage.bound() as acme:
            name = await held(acme)
            asked = north.links[0].put(deliver_pdu(SOMEBODY, ACME, b"STOP"))
            acme.send(answer_pdu(await acme.next()))
            assert (await asked).status == 0
            assert "opted out" in await refused(stage, name)
            assert not [frame for frame in north.requests if RESULT in frame.raw]


async def test_what_was_acknowledged_is_held_after_kill_9(tmp_path: Path) -> None:
    """Messages to be held pour in, the edge is killed among them: every id that was given out is there again."""
    with launched(tmp_path, quiet=False) as stage:
        async with stage.carrier(), stage.bound() as acme:
            texts = [RESULT + f" Case {number}.".encode() for number in range(400)]
            answers = [
                acme.put(submit_pdu(ACME, f"1905{220 + number * 37 % 80}{number * 7919 % 10_000:04d}", text))
                for number, text in enumerate(texts)
            ]
            await asyncio.wait([answers[20]], timeout=10)
            await asyncio.to_thread(stage.edge.kill)
            await asyncio.wait(answers, timeout=10)
        given = [one.result() for one in answers if not one.exception() and one.result().status == Status.ESME_ROK]
        ids = {frame.raw[16:].rstrip(b"\0").decode() for frame in given}
        assert len(ids) == len(given) > 10
        second = await asyncio.to_thread(lambda: Edge(stage.edge.conf, tmp_path, "second").listening())
        try:
            after = Stage(second, stage.ports)
            found = {row["id"] for row in (await after.ask("quarantine", "list", "--limit", "1000"))["messages"]}
        finally:
            await asyncio.to_thread(second.stop)
    print(f"\nkill -9 among {len(texts)} held messages: {len(ids)} acknowledged, {len(ids - found)} of them lost")
    assert ids <= found
