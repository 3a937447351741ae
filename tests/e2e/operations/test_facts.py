"""Blocks and suspensions: they hold from the answer on, for everybody, and survive kill -9."""

import asyncio
from pathlib import Path

import pytest

from smpp.consts import CommandId, Status
from tests.e2e.rig import Edge
from tests.e2e.stage import ACME, BETA, SOMEBODY, Stage, account, launched
from tests.e2e.wires import Wire, answer_pdu, deliver_pdu, submit_pdu

pytestmark = pytest.mark.e2e

OTHER = "14165550302"
THIRD = "14165550303"


async def reborn(stage: Stage, directory: Path, name: str) -> Edge:
    """Kill the edge and start another on the same conf and state."""
    await asyncio.to_thread(stage.edge.kill)
    return await asyncio.to_thread(lambda: Edge(stage.edge.conf, directory, name).listening())


async def status(wire: Wire, source: str, destination: str, text: bytes = b"hello") -> int:
    return (await wire.ask(submit_pdu(source, destination, text))).status


async def test_blocks_and_suspensions_hold_at_once_and_after_kill_9(tmp_path: Path) -> None:
    with launched(tmp_path, account("beta", "+" + BETA)) as stage:
        async with stage.carrier(), stage.bound() as acme, stage.bound("beta") as beta:
            assert await status(acme, ACME, SOMEBODY) == 0
            told = await stage.ask("block", "+" + SOMEBODY, "--reason", "asked for it")
            assert told == {"done": "block", "subject": "+" + SOMEBODY, "expires": 0.0}
            assert await status(acme, ACME, SOMEBODY) == Status.ESME_RX_R_APPN
            assert await status(beta, BETA, SOMEBODY) == Status.ESME_RX_R_APPN
            assert await status(acme, ACME, OTHER) == 0
            await stage.ask("suspend", "beta", "--reason", "complaints")
            assert await status(beta, BETA, OTHER) == Status.ESME_RX_R_APPN
            assert await status(acme, ACME, OTHER) == 0
            second = await reborn(stage, tmp_path, "second")
        try:
            after = Stage(second, stage.ports)
            async with after.carrier() as north, after.bound() as acme, after.bound("beta") as beta:
                assert await status(acme, ACME, SOMEBODY) == Status.ESME_RX_R_APPN
                assert await status(beta, BETA, OTHER) == Status.ESME_RX_R_APPN
                state = await after.ask("status")
                assert (state["blocked"], state["suspended"]) == (["+" + SOMEBODY], ["beta"])
                # Who is suspended is still reached: STOP must be heard.
                asked = north.links[0].put(deliver_pdu(OTHER, BETA, b"STOP"))
                delivery = await beta.next()
                assert delivery.command_id == CommandId.DELIVER_SM
                beta.send(answer_pdu(delivery))
                assert (await asked).status == 0
                await after.ask("unblock", "+" + SOMEBODY)
                await after.ask("restore", "beta")
                # A refusal that was remembered is forgotten too.
                assert await status(acme, ACME, SOMEBODY) == 0
                assert await status(beta, BETA, THIRD) == 0
                assert await status(beta, BETA, OTHER) == Status.ESME_RX_R_APPN  # STOP was heard
                third = await reborn(after, tmp_path, "third")
            try:
                last = Stage(third, stage.ports)
                async with last.carrier(), last.bound() as acme, last.bound("beta") as beta:
                    assert await status(acme, ACME, SOMEBODY) == 0
                    assert await status(beta, BETA, THIRD) == 0
                assert await asyncio.to_thread(third.stop) == 0
            finally:
                await asyncio.to_thread(third.stop)
        finally:
            await asyncio.to_thread(second.stop)
        assert "Traceback" not in stage.edge.text + second.text + third.text


async def test_a_fact_with_an_end_ends(tmp_path: Path) -> None:
    with launched(tmp_path) as stage:
        async with stage.carrier(), stage.bound() as acme:
            told = await stage.ask("block", "+" + SOMEBODY, "--reason", "for a moment", "--ttl", "1")
            assert told["expires"] > 0
            assert await status(acme, ACME, SOMEBODY) == Status.ESME_RX_R_APPN
            for _ in range(200):
                if await status(acme, ACME, SOMEBODY) == 0:
                    break
                await asyncio.sleep(0.05)
            else:
                raise AssertionError("the block did not end")
            assert (await stage.ask("status"))["blocked"] == []


async def test_a_suspended_account_still_reaches_help(tmp_path: Path) -> None:
    with launched(tmp_path) as stage:
        async with stage.carrier(), stage.bound() as acme:
            await stage.ask("suspend", "acme", "--reason", "test")
            assert await status(acme, ACME, SOMEBODY) == Status.ESME_RX_R_APPN
            for code in ("988", "7726"):
                raw = submit_pdu(ACME, code, b"help", dest_addr_ton=0)
                assert (await acme.ask(raw)).status == 0, code
            bounced = await acme.ask(submit_pdu(ACME, "911", b"help", dest_addr_ton=0))
            assert bounced.status == Status.ESME_RINVDSTADR


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("block", "+1416555", "--reason", "x"), "+1416555"),
        (("block", "", "--reason", "x"), "which number"),
        (("suspend", "nobody", "--reason", "x"), "nobody"),
        (("restore", "nobody"), "nobody"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(tmp_path: Path, arguments: tuple[str, ...], word: str) -> None:
    with launched(tmp_path) as stage:
        done = stage.edge.command(*arguments)
        assert (done.returncode, word in done.stderr, done.stdout) == (1, True, "")
        assert "Traceback" not in done.stderr + stage.edge.text


def test_a_block_needs_a_reason(tmp_path: Path) -> None:
    with launched(tmp_path) as stage:
        done = stage.edge.command("block", "+" + SOMEBODY)
        assert (done.returncode, "--reason" in done.stderr) == (2, True)
