"""One text to many: stopped at its limits over the wire, from one number and from ten, and after a restart."""

import asyncio
from pathlib import Path

import pytest

from smpp.consts import Status
from tests.e2e.rig import Edge
from tests.e2e.stage import Stage, account, launched
from tests.e2e.wires import Wire, submit_pdu

pytestmark = pytest.mark.e2e
FIRST = 14165550200  # of ten numbers of beta
TEXT = b"Join our neighbourhood club now at %d Main Street, the room is warm and everybody is welcome"
BETA = account("beta", f"+{FIRST}..+{FIRST + 9}", limits='rate-account = "1000/1s burst 1000"')


def somebody(number: int) -> str:
    """A subscriber far from the one before."""
    exchange = 220 + number * 37 % 80
    return f"1905{exchange}{number * 7919 % 10_000:04d}"


async def run(beta: Wire, numbers: int, count: int = 200, first: int = 0) -> list[int]:
    """The same text (another house number each time) to `count` people, from so many numbers; the answers."""
    answers = []
    for number in range(first, first + count):
        raw = submit_pdu(str(FIRST + number % numbers), somebody(number), TEXT % (number % 90 + 10))
        answers.append((await beta.ask(raw)).status)
    return answers


async def agree(stage: Stage, directory: Path, count: int) -> None:
    """The account imports the consent of so many of those it will write to."""
    rows = ["account,number,state,time,evidence"]
    rows += [f"beta,+{somebody(number)},in,2026-01-15T12:00:00Z,form" for number in range(count)]
    path = directory / "consents.csv"
    path.write_text("\n".join(rows) + "\n")
    done = await asyncio.to_thread(stage.edge.command, "optout", "import", str(path))
    assert done.returncode == 0, done.stderr


async def test_strangers_are_not_written_to_in_bulk(tmp_path: Path) -> None:
    with launched(tmp_path, BETA, quiet=False) as stage:
        async with stage.carrier(), stage.bound("beta") as beta:
            answers = await run(beta, 1)
    print(f"\n200 strangers from one long code: {answers.count(0)} passed")
    assert 20 <= answers.count(0) <= 25  # R-NOCONSENT
    assert set(answers[30:]) == {Status.ESME_RX_R_APPN}


async def test_a_bulk_run_from_one_long_code_stops_at_its_limit(tmp_path: Path) -> None:
    with launched(tmp_path, BETA, quiet=False) as stage:
        async with stage.carrier() as north, stage.bound("beta") as beta:
            await agree(stage, tmp_path, 200)
            answers = await run(beta, 1)
            carried = sum(TEXT[:20] in frame.raw for frame in north.requests)
    print(f"\n200 who agreed, from one long code: {carried} reached the carrier")
    assert 90 <= carried <= 100  # R-BULK
    assert set(answers[110:]) == {Status.ESME_RX_R_APPN}


async def test_the_same_run_over_ten_numbers_stops_sooner(tmp_path: Path) -> None:
    with launched(tmp_path, BETA, quiet=False) as stage:
        async with stage.carrier(), stage.bound("beta") as beta:
            await agree(stage, tmp_path, 200)
            answers = await run(beta, 10)
            state = await stage.ask("status")
    passed = answers.count(0)
    print(f"\n200 who agreed, from ten numbers: {passed} passed, suspended {state['suspended']}")
    # R-SNOWSHOE: three numbers of an account to 25 people in an hour; the account is suspended (A.9).
    assert passed <= 25
    assert state["suspended"] == ["beta"]


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_the_windows_survive_a_restart(tmp_path: Path, end: str) -> None:
    """80 before, 60 after: the limit of 100 is the limit of both together. A kill loses a minute at most."""
    with launched(tmp_path, BETA, quiet=False, SMSEDGE_SNAPSHOT_EVERY="1") as stage:
        async with stage.carrier(), stage.bound("beta") as beta:
            await agree(stage, tmp_path, 200)
            assert set(await run(beta, 1, 80)) == {0}
            await asyncio.sleep(3.0 if end == "kill" else 0.0)
        await asyncio.to_thread(stage.edge.kill if end == "kill" else stage.edge.stop)
        second = await asyncio.to_thread(lambda: Edge(stage.edge.conf, tmp_path, "second").listening())
        try:
            after = Stage(second, stage.ports)
            async with after.carrier(), after.bound("beta") as beta:
                answers = await run(beta, 1, 60, first=80)
        finally:
            await asyncio.to_thread(second.stop)
    print(f"\n80 before the edge's {end}, then {answers.count(0)} of 60 passed")
    assert 10 <= answers.count(0) <= 25
    assert set(answers[30:]) == {Status.ESME_RX_R_APPN}
