"""A picture on a child-safety list, through a running edge: sealed, suspended, an alarm, and never to be let go."""

import asyncio
import logging
import smtplib
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from edge.app.edge import Edge
from edge.cli.show import _alarms
from edge.console.control import CommandError
from edge.core.evidence import Exhibit
from edge.ledger.evidence.halves import make
from edge.ledger.evidence.reading import read_exhibit
from tests.edge.media.makers import jpeg, saved
from tests.edge.media.makers import picture as drawn

from .mms_stage import THEM, US, Mms, message, pictured
from .stage import running

MADE = make()
PICTURE = jpeg(7)
RULES = '[rule.image-hash]\nchild_safety = "lists/agency.txt"\n'


@pytest.fixture
def listed(mms: Mms) -> Mms:
    """`PICTURE` is on a list, and there is a key."""
    lists(mms, PICTURE)
    mms.writes(f'evidence_key = "{MADE.public}"\n')
    return mms


def lists(mms: Mms, *files: bytes) -> None:
    (mms.conf.directory / "lists").mkdir(exist_ok=True)
    mms.conf.write("lists/agency.txt", "".join(f"{sha256(one).hexdigest()}\n" for one in (b"-", *files)))
    mms.conf.write("policy.conf", RULES)


def sealed(mms: Mms) -> list[Path]:
    return sorted((mms.conf.state / "evidence").glob("*.sealed"))


def opened(path: Path) -> Exhibit:
    return read_exhibit(MADE.halves, path.read_bytes())


def on_disk(mms: Mms) -> bool:
    """Whether the suspension is in the ledger's file."""
    path = next((mms.conf.state / "ledger").glob("ledger*.sqlite3"))
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in tables for row in db.execute(f"SELECT * FROM {name}").fetchall()]
    db.close()
    return any("suspend" in map(str, row) for row in rows)


async def test_sealed_suspended_and_an_alarm(listed: Mms, caplog: pytest.LogCaptureFixture) -> None:
    edge = listed.conf.edge()
    async with running(edge):
        assert await listed.sends(message("0"), THEM) == "250"
        with caplog.at_level(logging.ERROR):
            said = await listed.sends(pictured("1", PICTURE), THEM)
        assert said == "550 5.7.1 content not accepted"
        assert on_disk(listed)
        [path] = sealed(listed)
        exhibit = opened(path)
        assert path.name == f"{exhibit.id}.sealed"
        assert exhibit.content.endswith(pictured("1", PICTURE)[-200:])
        assert (exhibit.account, exhibit.source, exhibit.peer, exhibit.host) == ("acme", US, "acme-mmsc", "127.0.0.2")
        assert [piece.sha256 for piece in exhibit.pieces] == [sha256(PICTURE).hexdigest()]
        for octets in (PICTURE[:40], US.encode(), b"X-Mms"):
            assert octets not in path.read_bytes()

        # The decision, and what operators see.
        [decision] = (await edge.operations.trace({"message_id": "m1"}))["decisions"]
        assert (decision["id"], decision["rule"], decision["verdict"]) == (
            exhibit.id, "image-hash/child-safety", "reject",
        )  # fmt: skip
        [line] = [one.getMessage() for one in caplog.records if one.name == "smsedge.alarm"]
        assert line == f"account acme: ALARM child-safety, decision {exhibit.id}: the message is sealed as evidence"
        status = edge.operations.status({})
        assert status["suspended"] == ["acme"]
        assert status["alarms"]["raised"] == {"child-safety": 1}
        assert status["evidence"] == {"files": 1, "octets": path.stat().st_size, "waiting": 0, "key": True}
        assert edge.metrics.messages.values["acme", "mt", "reject", "image-hash/child-safety"] == 1
        assert edge.metrics.counters["smsedge_alarms_total"].values == {("child-safety",): 1}
        assert edge.metrics.counters["smsedge_evidence_total"].values == {("kept",): 1}
        quarantine = edge.operations.handlers()["quarantine"]
        assert (await quarantine({"action": "list", "state": "any"}))["messages"] == []  # type: ignore[misc, index]
        released: Any = quarantine({"action": "release", "ids": [exhibit.id], "reason": "x"})
        assert "no message" in (await released)["failed"][exhibit.id]

        # The account is suspended, and only an operator brings it back.
        assert (await listed.sends(message("2"), THEM)).startswith("RCPT 550 5.7.1")
    assert len(listed.north.got) == 1


async def test_a_copy_of_it_is_sealed_too_and_so_is_a_subscribers(listed: Mms) -> None:
    smaller = saved(drawn(7, (320, 240)), "JPEG", quality=60)
    async with running(listed.conf.edge()) as edge:
        [item] = (await edge.mms._examiner.examine(pictured("0", PICTURE))).items
        listed.conf.write("lists/agency.txt", "".join(f"{each:016x}\n" for each in item.hashes))
        await edge.reload()
        content = pictured("1", smaller, sender=THEM, to=US)
        assert (await listed.sends(content, US, sender=THEM, host="127.0.0.3")).startswith("550 5.7.1")
        [path] = sealed(listed)
        assert (opened(path).direction, opened(path).source) == ("mo", THEM)
        assert await listed.sends(message("2"), THEM) == "250"  # nobody of ours sent it


async def test_without_a_key_it_is_refused_and_not_kept(mms: Mms) -> None:
    lists(mms, PICTURE)
    edge = mms.conf.edge()
    async with running(edge):
        assert (await mms.sends(pictured("1", PICTURE), THEM)).startswith("550")
        assert sealed(mms) == []
        assert edge.operations.status({})["suspended"] == ["acme"]
        assert "no evidence_key" in edge.operations.status({})["alarms"]["latest"][0]["words"]


async def test_a_disk_that_fails_and_comes_back(listed: Mms, monkeypatch: pytest.MonkeyPatch) -> None:
    edge = listed.conf.edge()
    async with running(edge):
        folder = listed.conf.state / "evidence"
        folder.rmdir()
        folder.write_bytes(b"in the way")
        assert (await listed.sends(pictured("1", PICTURE), THEM)).startswith("451 4.3.0")
        assert on_disk(listed)
        assert edge.operations.status({})["evidence"]["waiting"] == 1
        folder.unlink()
        folder.mkdir(0o700)
        monkeypatch.setattr("edge.ledger.evidence.locker.AGAIN", 0.0)
        edge.mms._locker._again_at = 0.0
        async with asyncio.timeout(10):
            while not sealed(listed):
                await asyncio.sleep(0.05)
        # Suspended meanwhile: the peer cannot bring it again, and need not.
        assert (await listed.sends(pictured("1", PICTURE), THEM)).startswith("RCPT 550")
    assert opened(sealed(listed)[0]).content == pictured("1", PICTURE)


# kill -9

CRASH = """
import os, sys
from edge.ledger.evidence.locker import Locker
really = Locker._put
def put(self, id, octets):
    if sys.argv[2] == "after":
        really(self, id, octets)
    os.kill(os.getpid(), 9)
Locker._put = put
from edge.cli.main import main
main(["run", "--conf", sys.argv[1]])
"""


def begin(directory: Path, when: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", CRASH, str(directory), when]
    with (directory / "log").open("wb") as log:
        return subprocess.Popen(words, stderr=log, stdout=log, cwd=Path(__file__).parents[3])


@asynccontextmanager
async def crashing(mms: Mms, when: str) -> AsyncIterator[subprocess.Popen[bytes]]:
    """An edge of its own process, that is killed just before or after the first evidence is on disk."""
    process = await asyncio.to_thread(begin, mms.conf.directory, when)
    try:
        async with asyncio.timeout(60):
            while not listens(mms.port):
                assert process.poll() is None, (mms.conf.directory / "log").read_text()
                await asyncio.sleep(0.1)
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("when", ["before", "after"])
async def test_kill_9_never_leaves_a_suspension_without_evidence(listed: Mms, when: str) -> None:
    """Nobody was answered; the peer brings it again, and may: the evidence of its first attempt is not lost either."""
    async with crashing(listed, when) as process:
        with pytest.raises(smtplib.SMTPServerDisconnected):
            await listed.sends(pictured("1", PICTURE), THEM)
        assert await asyncio.to_thread(process.wait) == -9
    assert not on_disk(listed)
    kept = sealed(listed)
    assert len(kept) == (when == "after")
    async with running(listed.conf.edge()) as edge:
        assert await listed.sends(pictured("1", PICTURE), THEM) == "550 5.7.1 content not accepted"
        assert edge.operations.status({})["suspended"] == ["acme"]
    assert len(sealed(listed)) == len(kept) + 1
    assert {opened(path).content for path in sealed(listed)} == {pictured("1", PICTURE)}
    assert listed.north.got == []


# Messages that were held before the list grew


@pytest.fixture
def held_first(mms: Mms) -> Mms:
    """What has a word of a list of its own is held, pictures or not."""
    lists(mms)
    mms.conf.write("policy.conf", RULES + 'blocked = "lists/blocked.txt"\naction = "quarantine"\n')
    mms.conf.write("lists/blocked.txt", f"{sha256(PICTURE).hexdigest()}\n")
    mms.writes(f'evidence_key = "{MADE.public}"\n')
    return mms


async def held(edge: Edge, mms: Mms) -> str:
    assert await mms.sends(pictured("1", PICTURE, delivery_report=True), THEM) == "250"
    [row] = (await quarantine(edge, "list"))["messages"]
    assert row["rule"] == "image-hash/blocked"
    return str(row["id"])


async def quarantine(edge: Edge, action: str, **more: Any) -> dict[str, Any]:
    done: Any = edge.operations.handlers()["quarantine"]({"action": action, **more})
    answer: dict[str, Any] = await done
    return answer


async def test_what_was_held_by_a_list_may_be_released_by_a_person(held_first: Mms) -> None:
    async with running(held_first.conf.edge()) as edge:
        id = await held(edge, held_first)
        assert (await quarantine(edge, "release", ids=[id], reason="ok"))["done"] == [id]
        assert len(held_first.north.got) == 1


async def test_a_picture_that_is_refused_by_now_is_not_released(held_first: Mms) -> None:
    async with running(held_first.conf.edge()) as edge:
        id = await held(edge, held_first)
        held_first.conf.write("policy.conf", RULES + 'blocked = "lists/blocked.txt"\n')
        await edge.reload()
        failed = (await quarantine(edge, "release", ids=[id], reason="ok"))["failed"]
        assert failed == {id: "not released: a picture on the list of blocked ones"}
        assert [row["id"] for row in (await quarantine(edge, "list"))["messages"]] == [id]
        assert held_first.north.got == []


async def test_a_picture_on_a_child_safety_list_by_now_is_sealed(held_first: Mms) -> None:
    async with running(held_first.conf.edge()) as edge:
        id = await held(edge, held_first)
        lists(held_first, PICTURE)
        await edge.reload()
        failed = (await quarantine(edge, "release", ids=[id], reason="ok"))["failed"]
        assert failed == {
            id: "not released, and taken out of quarantine: a match on the child-safety list"
        }  # fmt: skip
        [path] = sealed(held_first)
        assert PICTURE[:20] not in path.read_bytes()
        assert opened(path).recipients == (f"{THEM}/TYPE=PLMN",)
        assert edge.operations.status({})["suspended"] == ["acme"]
        with pytest.raises(CommandError, match="no message"):
            await quarantine(edge, "show", id=id)
        async with asyncio.timeout(10):
            while not held_first.acme.got:
                await asyncio.sleep(0.02)
        assert b"Rejected" in held_first.acme.got[0][2]
        assert held_first.north.got == []


def test_status_shows_alarms_and_evidence() -> None:
    alarm = {"kind": "child-safety", "at": 0.0, "account": "acme", "decision": "1" * 16, "words": "sealed"}
    lines = _alarms({"raised": {"child-safety": 3}, "latest": [alarm]}, {"files": 2, "octets": 900, "waiting": 1})
    assert lines[0] == "ALARMS since the start: 3 child-safety"
    assert lines[1].endswith("child-safety: account acme, decision 1111111111111111: sealed")
    assert lines[2] == "EVIDENCE: 2 sealed messages, 900 octets, and 1 wait for the disk"
    assert _alarms({"raised": {}, "latest": []}, {"files": 0, "octets": 0, "waiting": 0}) == []
    assert _alarms({}, {}) == []
