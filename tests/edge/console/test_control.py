"""The operators' socket: the real server and the real client, and clients that misbehave."""

import asyncio
import json
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from edge.console import control
from edge.console.control import MAX_LINE, CommandError, ControlServer
from edge.console.control_client import ControlFailed, NotRunning, ask, follow


async def later(request: dict[str, Any]) -> dict[str, Any]:
    await asyncio.sleep(0)
    return {"later": True}


async def count(request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    for number in range(request["upto"]):
        yield {"number": number}


def refuse(request: dict[str, Any]) -> dict[str, Any]:
    raise CommandError("no account 'acmee' (did you mean 'acme'?)")


HANDLERS: dict[str, control.Handler] = {
    "status": lambda request: {"echo": request},
    "later": later,
    "count": count,
    "refuse": refuse,
    "crash": lambda request: {"value": 1 / 0},
}


@pytest.fixture
async def path(tmp_path: Path) -> AsyncIterator[Path]:
    path = tmp_path / "control"
    server = ControlServer(path, HANDLERS)
    await server.start()
    yield path
    await server.close()
    assert not path.exists()


async def said(path: Path, /, *arguments: str, **more: Any) -> dict[str, Any]:
    return await asyncio.to_thread(ask, path, *arguments, **more)


async def test_ask(path: Path) -> None:
    assert await said(path, "status", path="a", number=1) == {"echo": {"path": "a", "number": 1}}
    assert await said(path, "later") == {"later": True}
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


async def test_follow(path: Path) -> None:
    assert await asyncio.to_thread(lambda: list(follow(path, "count", upto=3))) == [
        {"number": 0},
        {"number": 1},
        {"number": 2},
    ]
    assert await asyncio.to_thread(lambda: list(follow(path, "count", upto=0))) == []


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("statsu", "unknown command 'statsu'; did you mean 'status'?"),
        ("zzz", "unknown command 'zzz'; there are: count, crash, later, refuse, status"),
        ("refuse", "no account 'acmee' (did you mean 'acme'?)"),
        ("crash", "the edge could not do this (ZeroDivisionError); see its log"),
    ],
)
async def test_refusals(path: Path, command: str, text: str) -> None:
    with pytest.raises(ControlFailed) as caught:
        await said(path, command)
    assert str(caught.value) == text


async def exchange(path: Path, data: bytes) -> list[dict[str, Any]]:
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(data)
    writer.write_eof()
    answers = [json.loads(line) for line in (await reader.read()).splitlines()]
    writer.close()
    return answers


async def test_one_connection_may_ask_often_and_nonsense_costs_one_answer(path: Path) -> None:
    nonsense = [b"", b"{", b"[]", b"\xff\xfe", b"[" * 20000, b'{"command": 7}']
    answers = await exchange(path, b"\n".join([*nonsense, b'{"command": "later"}\n']))
    assert [answer["ok"] for answer in answers] == [False] * 6 + [True]
    assert answers[0]["error"] == "not a JSON object on one line"
    assert answers[5]["error"] == 'no command: expected {"command": "...", ...}'


async def test_a_line_too_long_ends_the_connection(path: Path) -> None:
    answers = await exchange(path, b"x" * (MAX_LINE + 1))
    assert answers == [{"ok": False, "error": f"the line is longer than {MAX_LINE} octets"}]


async def test_a_line_cut_short_is_no_command(path: Path) -> None:
    assert await exchange(path, b'{"command": "later"}') == []


async def test_too_many_clients(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "MAX_CLIENTS", 1)
    _, writer = await asyncio.open_unix_connection(path)
    await asyncio.sleep(0.05)
    with pytest.raises(ControlFailed, match="too many operators are connected"):
        await said(path, "later")
    writer.close()


async def test_a_silent_client_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "IDLE_SECONDS", 0.05)
    server = ControlServer(tmp_path / "c", HANDLERS)
    await server.start()
    reader, writer = await asyncio.open_unix_connection(tmp_path / "c")
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()
    await server.close()


async def test_a_stale_socket_is_replaced_and_a_living_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    first = ControlServer(path, HANDLERS)
    await first.start()
    with pytest.raises(OSError, match="another edge is running: it answers on"):
        await ControlServer(path, HANDLERS).start()
    assert await said(path, "later") == {"later": True}
    await first.close()


async def test_paths_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="is in the way: it is no socket"):
        await ControlServer(tmp_path / "file", HANDLERS).start()
    with pytest.raises(OSError, match="longer than 107 octets"):
        await ControlServer(tmp_path / ("x" * 120), HANDLERS).start()
    with pytest.raises(OSError, match="cannot make the control socket"):
        await ControlServer(tmp_path / "no" / "where", HANDLERS).start()
    assert (tmp_path / "file").read_text() == "mine"


async def test_closing_while_a_client_is_there(tmp_path: Path) -> None:
    server = ControlServer(tmp_path / "c", HANDLERS)
    await server.start()
    reader, writer = await asyncio.open_unix_connection(tmp_path / "c")
    await asyncio.sleep(0.05)
    await server.close()
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()


def test_no_edge_is_running(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with pytest.raises(NotRunning) as caught:
        ask(path, "status", conf_name="conf/")
    assert str(caught.value) == f"no edge is running on conf conf/ (socket {path} is not there)"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with pytest.raises(NotRunning) as caught:
        ask(path, "status")
    assert str(caught.value) == f"no edge is running (nobody answers on socket {path})"


def test_an_edge_that_hangs_or_is_none(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "c"))
        listener.listen()
        with pytest.raises(ControlFailed, match="does not answer 'status'"):
            ask(tmp_path / "c", "status", timeout_seconds=0.05)
