"""The world that most tests of the channels play in."""

from collections.abc import Iterator

import pytest

from .rig import World


@pytest.fixture
def world() -> Iterator[World]:
    """acme and rival on one side, carrier north with one bound link on the other."""
    with World() as world:
        yield world
