"""The tests on a real Asterisk: `make asterisk-test`, or SMSEDGE_ASTERISK=1.

Where none can be had they skip; with SMSEDGE_REQUIRE_PEERS=1 they fail.
"""

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.asterisk import tree as trees
from tests.asterisk.instance import Asterisk
from tests.asterisk.stage import FAMILIES, Stage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Unless asked for, none of them runs: the first run builds a tree of 500 MB. Here, where no test's clock ticks."""
    mine = [item for item in items if item.path.is_relative_to(HERE)]
    if mine and os.environ.get("SMSEDGE_ASTERISK"):
        with contextlib.suppress(trees.Missing):  # the fixture says it
            trees.tree()
        return
    if mine:  # one stands for all in the report
        reason = f"{len(mine)} tests on a real Asterisk: make asterisk-test, or SMSEDGE_ASTERISK=1"
        mine[0].add_marker(pytest.mark.skip(reason=reason))
        items[:] = [item for item in items if item not in mine[1:]]
        config.hook.pytest_deselected(items=mine[1:])


@pytest.fixture(scope="session")
def tree() -> Path:
    """A Debian tree with Asterisk."""
    try:
        return trees.tree()
    except trees.Missing as missing:
        if os.environ.get("SMSEDGE_REQUIRE_PEERS"):
            pytest.fail(f"{missing}, and this run requires every peer")
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def shared(tree: Path) -> Iterator[Asterisk]:
    """An Asterisk for all tests that leave it as they found it."""
    asterisk = Asterisk(tree)
    try:
        asterisk.start()
        yield asterisk
    finally:
        asterisk.remove()


@pytest.fixture
async def stage(shared: Asterisk) -> AsyncIterator[Stage]:
    """The shared Asterisk with empty databases, its peers, and the edge's manager user logged in."""
    for family in FAMILIES:
        shared.cli(f"database deltree {family}")
    stage = Stage(shared)
    await stage.open()
    try:
        yield stage
    finally:
        await stage.close()


@pytest.fixture
def own(tree: Path) -> Iterator[Callable[[dict[str, str]], Asterisk]]:
    """Make Asterisks of one's own: `own(settings)` starts one, with replacements in extensions-sms-local.conf."""
    made: list[Asterisk] = []

    def make(settings: dict[str, str]) -> Asterisk:
        made.append(Asterisk(tree, settings))
        made[-1].start()
        return made[-1]

    try:
        yield make
    finally:
        for asterisk in made:
            asterisk.remove()
