"""An edge with an Asterisk by script."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from edge.app.edge import Edge
from tests.edge.app.stage import Conf, carrier

from .dialplan import Dialplan
from .stage import Stage


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """An edge calms the garbage collector of its process: not of the tests that come after."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Peers and a conf; no edge runs."""
    async with Dialplan() as asterisk, carrier() as north:
        stage = Stage(Conf(tmp_path, north.port), asterisk, north)
        stage.writes()
        yield stage


@pytest.fixture
async def edge(stage: Stage) -> AsyncIterator[Edge]:
    """An edge, connected to both."""
    async with stage.runs() as edge:
        yield edge
