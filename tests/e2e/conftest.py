"""What all end-to-end tests share: what every edge sends is captured, and judged by tshark when all have run."""

from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of the test that looks back on all others."""
    config.addinivalue_line("markers", "last: runs behind every other test")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `last` go to the end; the order of the others stays."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session", autouse=True)
def captures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory where every edge that the rig starts leaves what it sent, one pcap file a process."""
    directory = tmp_path_factory.mktemp("captures")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMSEDGE_CAPTURE_DIR", str(directory))
        yield directory
