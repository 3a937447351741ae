"""The HTTP side over real sockets, spoken to in plain bytes."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from edge.console import server as server_module
from edge.console.server import Console
from edge.core.conf import Listen
from edge.core.metrics import Metrics


class Edge:
    """A console with what it asks."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.reasons: list[str] = []
        self.console = Console(self.metrics, lambda: self.reasons, lambda: {"version": "9", "conf": "c0ffee"})
        self.port = 0


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    edge = Edge()
    edge.port = await edge.console.start(Listen("127.0.0.1", 0))
    yield edge
    await edge.console.close()


async def fetch(port: int, request: bytes) -> tuple[int, str, str]:
    """Status, head and body of one answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head, body


async def get(port: int, path: str) -> tuple[int, str, str]:
    return await fetch(port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())


async def test_metrics(edge: Edge) -> None:
    edge.metrics.binds.add(("ok",), 2)
    status, head, body = await get(edge.port, "/metrics")
    assert status == 200
    assert "Content-Type: text/plain; version=0.0.4; charset=utf-8" in head
    values = {s.name: (s.labels, s.value) for f in text_string_to_metric_families(body) for s in f.samples}
    assert values["smsedge_binds_total"] == ({"result": "ok"}, 2.0)
    assert values["smsedge_build_info"][0]["conf"] == "c0ffee"
    assert values["process_open_fds"][1] > 3


async def test_health_and_readiness(edge: Edge) -> None:
    assert (await get(edge.port, "/healthz"))[::2] == (200, "ok\n")
    status, _, body = await get(edge.port, "/readyz")
    assert (status, json.loads(body)) == (200, {"ready": True})
    edge.reasons = ["carrier bell: no link is bound", "draining"]
    status, _, body = await get(edge.port, "/readyz")
    assert status == 503
    assert [json.loads(line) for line in body.splitlines()] == [
        {"ready": False, "reason": "carrier bell: no link is bound"},
        {"ready": False, "reason": "draining"},
    ]


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET / HTTP/1.1", 404),
        ("GET /metrics/x HTTP/1.1", 404),
        ("POST /metrics HTTP/1.1", 405),
        ("GET /" + "x" * 5000 + " HTTP/1.1", 400),
        ("nonsense", 400),
    ],
)
async def test_nothing_else_is_served(edge: Edge, request_line: str, status: int) -> None:
    request = f"{request_line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    assert (await fetch(edge.port, request))[0] == status


async def test_a_silent_client_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "REQUEST_SECONDS", 0.2)
    edge = Edge()
    port = await edge.console.start(Listen("127.0.0.1", 0))
    for sent in (b"", b"GET /healthz HT"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await asyncio.wait_for(reader.read(), 20)
        writer.close()
    await edge.console.close()


async def test_one_connection_too_many(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MAX_CONNECTIONS", 1)
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"ok\n")
    other, second = await asyncio.open_connection("127.0.0.1", edge.port)
    assert await other.read() == b""
    assert edge.metrics.caps.values[("console-connections",)] == 1
    for each in (writer, second):
        each.close()


async def test_a_port_that_is_taken_is_an_error(edge: Edge) -> None:
    other = Edge()
    with pytest.raises(OSError, match="in use"):
        await other.console.start(Listen("127.0.0.1", edge.port))
