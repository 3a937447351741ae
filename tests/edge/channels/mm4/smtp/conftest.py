"""Every test that waits runs on both loops: asyncio's, and the one the edge runs on."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
import trustme
import uvloop

from .stage import Stage


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"asyncio": asyncio.SelectorEventLoop, "uvloop": uvloop.new_event_loop}


class Files(NamedTuple):
    """Certificates of a test: ours, a peer's, the authority of both."""

    certificate: str
    key: str
    ca: str
    peer: str
    authority: trustme.CA

    def client(self, own: bool = False) -> ssl.SSLContext:
        """A peer's TLS, with a certificate of its own or without."""
        context = ssl.create_default_context(cafile=self.ca)
        if own:
            context.load_cert_chain(self.peer)
        return context


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    authority = trustme.CA()
    place: Path = tmp_path_factory.mktemp("tls")
    ours = authority.issue_cert("edge.example", "localhost", "127.0.0.1")
    ours.cert_chain_pems[0].write_to_path(place / "edge.pem")
    ours.private_key_pem.write_to_path(place / "edge.key")
    authority.cert_pem.write_to_path(place / "ca.pem")
    authority.issue_cert("mmsc.north.example").private_key_and_cert_chain_pem.write_to_path(place / "peer.pem")
    names = (str(place / name) for name in ("edge.pem", "edge.key", "ca.pem", "peer.pem"))
    return Files(*names, authority)


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.close()
