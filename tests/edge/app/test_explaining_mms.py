"""`smsedge explain --mms`: a file's parts, texts and measures, by the workers of the running edge; and its status."""

import asyncio
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from edge.app.edge import Edge
from edge.app.explaining_mms import LONGEST
from edge.cli.live import MMS_LONGEST
from edge.cli.main import main
from edge.console.control import MAX_LINE, CommandError
from tests.edge.media.makers import jpeg

from .mms_stage import THEM, US, Mms, message, pictured
from .stage import running

PICTURE = jpeg(7)


async def explain(edge: Edge, content: bytes, **more: str) -> dict[str, Any]:
    return await edge.operations.explain({"mms": b64encode(content).decode(), **more})


@pytest.fixture
def listed(mms: Mms) -> Mms:
    (mms.conf.directory / "lists").mkdir()
    mms.conf.write("lists/agency.txt", f"{sha256(PICTURE).hexdigest()}\n")
    mms.conf.write("lists/blocked.txt", f"{0:016x}\n")
    mms.conf.write(
        "policy.conf",
        '[rule.image-hash]\nchild_safety = "lists/agency.txt"\nblocked = "lists/blocked.txt"\n',
    )
    return mms


async def test_what_is_seen_and_every_measure(listed: Mms) -> None:
    edge = listed.conf.edge()
    async with running(edge):
        told = await explain(edge, pictured("1", jpeg(9)))
        [part] = told["media"]["parts"]
        assert (part["type"], part["size"], part["sha256"]) == (
            "image/jpeg", len(jpeg(9)), sha256(jpeg(9)).hexdigest(),
        )  # fmt: skip
        assert len(part["hashes"][0]) == 16
        assert (told["account"], told["direction"], told["media"]["unscored"]) == ("acme", "mt", True)
        assert told["source"]["number"] == US
        scales = {one["rule"]: one["scale"] for one in told["rules"] if one["scale"]}
        assert [what for what, _, _ in scales["image-hash"]] == ["child-safety", "blocked"]
        assert [what for what, _, _ in scales["image-content"]] == [
            "nsfw/reject", "nsfw/quarantine", "nsfw/flag", "illegal", "hate", "gore",
        ]  # fmt: skip
        assert all(limit == 10 and value > 10 for _, value, limit in scales["image-hash"])


async def test_nothing_comes_of_it(listed: Mms) -> None:
    edge = listed.conf.edge()
    async with running(edge):
        told = await explain(edge, pictured("1", PICTURE))
        assert (told["verdict"], told["rule"]) == ("reject", "image-hash/child-safety")
        assert {what: value for what, value, _ in _scale(told, "image-hash")}["child-safety"] == 0
        status = edge.operations.status({})
        assert (status["suspended"], status["alarms"]["raised"], status["evidence"]["files"]) == ([], {}, 0)
        assert not edge.metrics.messages.values
        assert await listed.sends(message("2"), THEM) == "250"


def _scale(told: dict[str, Any], rule: str) -> list[Any]:
    return next(list(one["scale"]) for one in told["rules"] if one["rule"] == rule)


async def test_the_command(mms: Mms, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--conf", str(mms.conf.directory)]
    file = tmp_path / "one.eml"
    async with running(mms.conf.edge()) as edge:
        await edge.mms._examiner.ready()
        file.write_bytes(message("1", "Win a prize at http://bad.example").replace(b"\r\n", b"\n"))
        assert await asyncio.to_thread(main, ["explain", "--mms", str(file), *place]) == 0
        out = capsys.readouterr().out
        assert "text         text: Win a prize at http://bad.example" in out
        assert "part 1       text/plain" in out
        assert await asyncio.to_thread(main, ["explain", "--mms", str(file), "--peer", "west", *place]) == 1
        assert "no [[mm4.peer]] is called 'west'" in capsys.readouterr().err
        assert await asyncio.to_thread(main, ["explain", "--mms", str(file), "--from", "+1", "--inbound", *place]) == 1
        assert "--from, --inbound cannot be given beside --mms" in capsys.readouterr().err
        assert await asyncio.to_thread(main, ["explain", "--mms", str(file), "--to", "+1 (212) 555-0111", *place]) == 0
        assert "+12125550111" in capsys.readouterr().out
        assert await asyncio.to_thread(main, ["explain", "--mms", str(tmp_path / "gone"), *place]) == 1
        assert "gone: No such file" in capsys.readouterr().err
        file.write_bytes(b"x" * (MMS_LONGEST + 1))
        assert await asyncio.to_thread(main, ["explain", "--mms", str(file), *place]) == 1
        assert "is longer than" in capsys.readouterr().err
        file.write_bytes(message("1", "x" * 70 + "\r\n") + b"y" * (MMS_LONGEST - 1500))
        assert await asyncio.to_thread(main, ["explain", "--mms", str(file), "--json", *place]) == 0
        capsys.readouterr()
        assert await asyncio.to_thread(main, ["status", *place]) == 0
        out = capsys.readouterr().out
        assert "media: 2 workers, 0 busy, 0 messages wait" in out
        assert "media: decodes jpeg" in out


def test_a_whole_message_fits_a_line() -> None:
    assert LONGEST == MMS_LONGEST
    assert 4 * LONGEST // 3 + 1000 < MAX_LINE


async def test_what_cannot_be_explained(mms: Mms, monkeypatch: pytest.MonkeyPatch) -> None:
    edge = mms.conf.edge()
    async with running(edge):
        with pytest.raises(CommandError, match="not base64"):
            await edge.operations.explain({"mms": "!"})
        with pytest.raises(CommandError, match="longer than"):
            await explain(edge, b"x" * (LONGEST + 1))
        with pytest.raises(CommandError, match="no From"):
            await explain(edge, b"Subject: x\r\n\r\n", to=THEM)
        await edge.mms._examiner.stop()
        with pytest.raises(CommandError, match="try again"):
            await explain(edge, pictured("1", PICTURE))


async def test_without_mm4_nobody_looks(edge: Edge) -> None:
    with pytest.raises(CommandError, match=r"no \[mm4\]"):
        await explain(edge, message("1"))
    status = edge.operations.status({})
    assert (status["media"], status["alarms"], status["evidence"]) == ({}, {}, {})
