"""The MM4 channel in a running edge, smtplib on one side, aiosmtpd on the other; absent where there is no [mm4]."""

import asyncio
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from edge.app.edge import Edge
from edge.cli.show import _mm4
from edge.config.loading import load

from .mms_stage import MM4, THEM, US, Mms, message
from .stage import free_port, running, until


def test_without_mm4_nothing_of_it_is_loaded() -> None:
    """Start time and memory: neither SMTP nor media come before the first [mm4]."""
    code = (
        "import sys, edge.app.edge, edge.cli.main; "
        "names = ('aiosmtpd', 'aiosmtplib', 'PIL', 'edge.media.pool', 'edge.channels.mm4.service'); "
        "sys.exit(any(name in sys.modules for name in names))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == 0


async def test_without_mm4_nothing_is_different(edge: Edge) -> None:
    assert edge.mms.service is None
    assert (edge.mms.status(), edge.mms.not_ready(), edge.mms.sizes(), edge.mms.listening()) == ([], [], {}, [])
    assert edge.service.custody.outsides == {}
    assert not [name for name in edge.metrics.gauges if "mm4" in name or "media" in name]
    assert not (edge.state / "ledger" / "mms.sqlite3").exists()


async def test_both_ways_and_what_operators_see(mms: Mms) -> None:
    edge = mms.conf.edge()
    async with running(edge):
        assert await mms.sends(message("1"), THEM) == "250"
        assert await mms.sends(message("2", sender=THEM, to=US), US, sender=THEM, host="127.0.0.3") == "250"
        [(sender, to, content)] = mms.north.got
        assert (sender, to) == (f"{US}/TYPE=PLMN", [f"{THEM}/TYPE=PLMN"])
        assert content.endswith(b"\r\n\r\nSee you at two\r\n")
        assert [to for _, to, _ in mms.acme.got] == [[f"{US}/TYPE=PLMN"]]
        status = edge.operations.status({})
        assert f"mm4 127.0.0.1:{mms.port}" in status["listening"]
        assert {one["name"]: one["messages"] for one in status["mm4"]} == {
            "acme-mmsc": {"relayed": 1}, "north": {"relayed": 1},
        }  # fmt: skip
        assert status["mm4_spool"] == {"message": 0, "answer": 0, "oldest": 0.0}
        assert edge.operations.readiness() == []
        for what in ("m1", "t1"):
            [decision] = (await edge.operations.trace({"message_id": what}))["decisions"]
            assert (decision["channel"], decision["carrier"], decision["session"]) == ("mm4", "north", "acme-mmsc/t1")
        assert edge.mms.sizes()["mm4-work"] == 0


async def test_who_is_not_ours_and_whose_it_is_not(mms: Mms) -> None:
    async with running(mms.conf.edge()):
        said = await mms.sends(message("1", sender="+14165559999"), THEM, sender="+14165559999")
        assert said.startswith("550 5.7.1")
        assert (await mms.sends(message("2", to="911"), "911")).startswith("RCPT 550 5.1.1")
        with pytest.raises(smtplib.SMTPException):
            await mms.sends(message("3"), THEM, host="127.0.0.9")
        await until("a text back", lambda: mms.acme.got)
        assert b"911" in mms.acme.got[0][2]
        assert mms.north.got == []


async def test_a_stop_by_mms_counts_for_sms(mms: Mms) -> None:
    edge = mms.conf.edge()
    async with running(edge):
        assert await mms.sends(message("1", "STOP", THEM, US), US, sender=THEM, host="127.0.0.3") == "250"
        consent = edge.ledger.facts.consent("acme", int(THEM[1:]))
        assert consent is not None
        assert consent.out
        assert (await mms.sends(message("2"), THEM)).startswith("550 5.7.1")
        assert await mms.sends(message("3", ack_request=True), THEM) == "250"
        await until("a response", lambda: len(mms.acme.got) == 2)
        assert b"Error-service-denied" in mms.acme.got[1][2]
        assert mms.north.got == []


async def test_a_repetition_after_a_restart(mms: Mms) -> None:
    async with running(mms.conf.edge()):
        assert await mms.sends(message("1"), THEM) == "250"
        await asyncio.sleep(0.3)
    async with running(mms.conf.edge()):
        assert await mms.sends(message("1"), THEM) == "250"
    assert len(mms.north.got) == 1


async def test_a_reload_takes_a_peer_in_and_keeps_the_door(mms: Mms) -> None:
    edge = mms.conf.edge()
    async with running(edge):
        more = '[[mm4.peer]]\nname = "east"\nfrom = ["127.0.0.4/32"]\nrelay = "127.0.0.1:1"\n'
        mms.conf.write(
            "local.d/mm4.conf", MM4.format(mm4=mms.port, acme=mms.acme.port, north=mms.north.port, more="") + more
        )
        notes = await edge.reload()
        assert not [note for note in notes if "restart" in note]
        assert edge.mms.service is not None
        assert "east" in edge.mms.service.peers.by_name
        assert await mms.sends(message("1"), THEM) == "250"
        mms.writes("")
        mms.port, old = free_port(), mms.port
        mms.writes()
        assert [note for note in await edge.reload() if note.startswith("[mm4] listen")]
        mms.port = old
        assert await mms.sends(message("2"), THEM) == "250"


async def test_mm4_without_peers_is_said(mms: Mms) -> None:
    mms.conf.write("accounts.d/acme.conf", mms.conf.directory.joinpath("accounts.d/acme.conf").read_text()
                   .replace('mm4_peers = ["acme-mmsc"]\n', ""))  # fmt: skip
    mms.conf.write("local.d/mm4.conf", '[mm4]\nlisten = "127.0.0.1:2525"\ndomain = "mms.edge.example"\n')
    notes = load(mms.conf.directory, {}).notes
    assert any("[mm4] has no [[mm4.peer]]" in note for note in notes)


async def test_a_port_that_is_taken_is_said_at_once(mms: Mms) -> None:
    edge, other = mms.conf.edge(), await asyncio.start_server(lambda r, w: None, "127.0.0.1", mms.port)
    try:
        with pytest.raises(OSError, match="in use"):
            async with running(edge):
                raise AssertionError("it started")
    finally:
        other.close()


async def test_mm4_without_an_upstream_is_said(mms: Mms) -> None:
    path = mms.conf.directory / "accounts.d/acme.conf"
    both = '["acme-mmsc", "north"]'
    path.write_text(path.read_text(encoding="utf-8").replace('["acme-mmsc"]', both), encoding="utf-8")
    assert not [note for note in load(mms.conf.directory, {}).notes if "upstream" in note]
    local = mms.conf.directory / "local.d/mm4.conf"
    local.write_text(local.read_text(encoding="utf-8").replace("default = true", ""), encoding="utf-8")
    assert [note for note in load(mms.conf.directory, {}).notes if "[mm4] has no upstream" in note]


def test_status_shows_peers_and_what_waits() -> None:
    up = [{"relay": "h:25", "state": "up", "reason": ""}]
    down = [{"relay": "n:25", "state": "down", "reason": "refused"}, {"relay": "m:25", "state": "up", "reason": ""}]
    own = {"name": "acme-mmsc", "relay": "h:25", "relays": up, "accounts": ["acme"], "upstream": False}
    peer = own | {"messages": {"relayed": 3}}
    north = {"name": "north", "relay": "n:25", "relays": down, "accounts": [], "upstream": True, "messages": {}}
    lines = _mm4([peer, north], {"message": 2, "answer": 1, "oldest": 7.5})
    assert lines[2].split() == ["acme-mmsc", "h:25", "acme", "3", "relayed"]
    assert lines[3].split() == ["north", "n:25", "(down),", "m:25", "upstream", "none"]
    assert lines[4] == "north: n:25 is down: refused"
    assert lines[5] == "2 messages and 1 answers wait, the oldest for 7.5 s"
    assert _mm4([], {}) == []
