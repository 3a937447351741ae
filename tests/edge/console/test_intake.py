"""Complaints over HTTP: who may report, what is taken, what is said of the rest. Over real sockets."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from edge.console.intake import MAX_BODY, MAX_REPORTS, BadReport, Intake, may_report, reports_in, status_of
from edge.console.server import Console
from edge.core.conf import Listen
from edge.core.metrics import Metrics

from .test_console_server import fetch, get

TOKEN = "a-long-enough-token"


class Taker:
    """An edge's side."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.got: list[tuple[list[dict[str, Any]], str]] = []
        self.answer: dict[str, Any] = {"new": 1, "known": 0, "older": 0, "errors": []}
        self.fails = False
        self.metrics = Metrics()
        self.console = Console(self.metrics, list, dict, Intake(lambda: self.token, self.take))
        self.port = 0

    async def take(self, reports: Sequence[dict[str, Any]], by: str) -> dict[str, Any]:
        if self.fails:
            raise OSError("the disk is full")
        self.got.append((list(reports), by))
        return self.answer

    @property
    def outcomes(self) -> dict[str, int]:
        return {labels[0]: count for labels, count in self.metrics.counters["smsedge_intake_total"].values.items()}


@pytest.fixture
async def edge() -> AsyncIterator[Taker]:
    one = Taker()
    one.port = await one.console.start(Listen("127.0.0.1", 0))
    yield one
    await one.console.close()


async def post(port: int, body: bytes, token: str | None = TOKEN, length: int | None = None) -> tuple[int, str, str]:
    shown = f"Authorization: Bearer {token}\r\n" if token is not None else ""
    head = f"POST /complaints HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{shown}"
    head += f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
    return await fetch(port, head.encode() + body)


REPORT = {"number": "+14165550101", "complainant": "+14165550311", "time": "2026-11-25T18:30:00Z", "reason": "spam"}


async def test_one_and_many(edge: Taker) -> None:
    status, head, body = await post(edge.port, json.dumps(REPORT).encode())
    assert (status, json.loads(body)) == (200, edge.answer)
    assert "application/json" in head
    status, _, _ = await post(edge.port, json.dumps([REPORT] * 3).encode())
    assert status == 200
    assert edge.got == [([REPORT], "http:127.0.0.1"), ([REPORT] * 3, "http:127.0.0.1")]
    assert edge.outcomes == {"ok": 2}


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], "\u00e9" * 19])
async def test_without_the_token_nothing_is_read(edge: Taker, token: str | None) -> None:
    status, head, _ = await post(edge.port, b"", token, 10**9)
    assert status == 401
    assert "WWW-Authenticate: Bearer" in head
    assert (edge.got, edge.outcomes) == ([], {"unauthorized": 1})


async def test_it_is_off_unless_there_is_a_token(edge: Taker) -> None:
    edge.token = ""
    assert (await post(edge.port, b"{}"))[0] == 404
    assert (await post(edge.port, b"{}", ""))[0] == 404
    assert (await get(edge.port, "/complaints"))[0] == 405
    edge.token = "another-long-token-after-a-reload"
    assert (await post(edge.port, b"{}"))[0] == 401
    assert (await post(edge.port, b"{}", edge.token))[0] == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b"7", "expected an object, or a list of objects"),
        (b'[{}, "x"]', "expected an object, or a list of objects"),
        (json.dumps([{}] * (MAX_REPORTS + 1)).encode(), f"more than {MAX_REPORTS} reports at once"),
        (b" " * (MAX_BODY + 1), f"the body is longer than {MAX_BODY} octets"),
    ],
)
async def test_what_is_no_report(edge: Taker, body: bytes, says: str) -> None:
    status, _, answer = await post(edge.port, body)
    assert (status, json.loads(answer)) == (400, {"error": says})
    assert (edge.got, edge.outcomes) == ([], {"bad": 1})


async def test_each_report_has_its_own_answer(edge: Taker) -> None:
    errors = [{"row": 1, "error": "who complained?"}]
    edge.answer = {"new": 1, "known": 0, "older": 0, "errors": errors}
    status, _, body = await post(edge.port, json.dumps([REPORT, {}]).encode())
    assert (status, json.loads(body)["errors"]) == (200, errors)
    edge.answer = {"new": 0, "known": 0, "older": 0, "errors": errors}
    assert (await post(edge.port, b"{}"))[0] == 400
    assert edge.outcomes == {"ok": 1, "bad": 1}


async def test_a_failing_disk_asks_the_reporter_to_come_again(edge: Taker) -> None:
    edge.fails = True
    status, _, body = await post(edge.port, b"{}")
    assert (status, json.loads(body)) == (503, {"error": "not on disk; try again"})
    assert edge.outcomes == {"failed": 1}


async def test_an_edge_without_intake(edge: Taker) -> None:
    console = Console(Metrics(), list, dict)
    port = await console.start(Listen("127.0.0.1", 0))
    assert (await post(port, b"{}"))[0] == 404
    await console.close()


@pytest.mark.parametrize(
    ("token", "header", "may"),
    [
        ("secret", "Bearer secret", True),
        ("secret", "bearer  secret ", True),
        ("secret", "Basic secret", False),
        ("secret", "secret", False),
        ("secret", "", False),
        ("", "Bearer ", False),
        ("", "", False),
    ],
)
def test_who_may_report(token: str, header: str, may: bool) -> None:
    assert may_report(token, header) is may


def test_reports_and_status() -> None:
    assert reports_in(b'{"a": 1}') == [{"a": 1}]
    assert reports_in(b"[]") == []
    with pytest.raises(BadReport):
        reports_in(b"null")
    assert status_of({"new": 0, "known": 0, "older": 0, "errors": []}) == 200
