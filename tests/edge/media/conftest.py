"""Tools of one process for tests of single parts, and a pool of real workers."""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from time import monotonic

import pytest

from edge.core.examination import Examination
from edge.media.looking import Look
from edge.media.message import put_together, take_apart
from edge.media.pool import Pool
from edge.media.tools import Tools

# Tests look at parts without OCR unless they are about it: it takes half a second for a picture.
PLAIN = Examination(ocr=False)


def need(program: str) -> str:
    """Where a program is; without it the test skips, or fails where all peers must be there."""
    found = shutil.which(program)
    if found is None and os.environ.get("SMSEDGE_REQUIRE_PEERS"):
        pytest.fail(f"{program} is not installed")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture(scope="session")
def examined() -> Callable[..., object]:
    """Examine a message in this process."""
    made: dict[Examination, Tools] = {}

    def examine(message: bytes, settings: Examination = PLAIN) -> object:
        if settings not in made:
            made[settings] = Tools(settings)
        look = Look(made[settings], monotonic())
        apart = take_apart(message)
        return put_together(apart, [look.part(part) for part in apart.parts])

    return examine


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(Examination(workers=1, ocr=False, deadline=3.0))
    await pool.start()
    yield pool
    await pool.stop()
