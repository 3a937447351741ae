"""A carrier, a conf and an edge for each test that asks for them."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from edge.app.edge import Edge

from .mms_stage import Mms
from .stage import Carrier, Conf, carrier, running


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """An edge calms the garbage collector of its process: not of the tests that come after."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


@pytest.fixture
async def north() -> AsyncIterator[Carrier]:
    async with carrier() as one:
        yield one


@pytest.fixture
def conf(tmp_path: Path, north: Carrier) -> Conf:
    return Conf(tmp_path, north.port)


@pytest.fixture
async def edge(conf: Conf) -> AsyncIterator[Edge]:
    async with running(conf.edge()) as edge:
        yield edge


@pytest.fixture
async def mms(conf: Conf) -> AsyncIterator[Mms]:
    """Written, its sinks up."""
    one = Mms(conf)
    one.writes()
    servers = [await one.acme.start(), await one.north.start()]
    yield one
    for server in servers:
        server.close()
