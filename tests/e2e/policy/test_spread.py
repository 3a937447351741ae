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


async def test_a_bulk_run_from_one_long_code_stops_at_its_limit(tmp_path: Path) -> None:
    with launched(tmp_path, BETA, quiet=False) as stage:
        async with stage.carrier(), stage.bound("beta") as beta:
            answers = await run(beta, 1)
    passed = answers.count(0)
    print(f"\n200 recipients from one long code: {passed} passed")
    # R-FANOUT holds a number that writes to more than 100 people in an hour, R-BULK refuses the 100th copy.
    assert 90 <= passed <= 100 or Status.ESME_ROK in answers
    assert Status.ESME_RX_R_APPN in answers
    assert answers[120:].count(Status.ESME_RX_R_APPN) == len(answers[120:])


async def test_the_same_run_over_ten_numbers_stops_sooner(tmp_path: Path) -> None:
    with launched(tmp_path, BETA, quiet=False) as stage:
        async with stage.carrier(), stage.bound("beta") as beta:
            answers = await run(beta, 10)
            state = await stage.ask("status")
    passed = answers.count(0)
    print(f"\n200 recipients from ten numbers: {passed} passed, suspended {state['suspended']}")
    # R-SNOWSHOE: three numbers of an account to 25 people in an hour; the account is suspended (A.9).
    assert passed <= 25
    assert state["suspended"] == ["beta"]


async def test_the_windows_survive_a_restart_and_kill_9(tmp_path: Path) -> None:
    with launched(tmp_path, BETA, quiet=False) as stage:
        async with stage.carrier(), stage.bound("beta") as beta:
            assert set(await run(beta, 1, 80)) == {0}
        assert await asyncio.to_thread(stage.edge.stop) == 0
        second = await asyncio.to_thread(lambda: Edge(stage.edge.conf, tmp_path, "second").listening())
        try:
            after = Stage(second, stage.ports)
            async with after.carrier(), after.bound("beta") as beta:
                answers = await run(beta, 1, 60, first=80)
        finally:
            await asyncio.to_thread(second.stop)
    print(f"\n80 before the restart, then {answers.count(0)} of 60 passed")
    assert answers.count(0) <= 25
    assert Status.ESME_RX_R_APPN in answers
