"""What an operator types: `run` that cannot, `check`, `status`, `explain` and `trace`, and what each answers."""

import asyncio
import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from smpp.codec import parse
from tests.e2e.rig import Edge, Process
from tests.e2e.stage import ACME, SOMEBODY, Stage, launched, write_stage
from tests.e2e.wires import answer_pdu, submit_pdu

pytestmark = pytest.mark.e2e


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    return write_stage(tmp_path)[0]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with launched(tmp_path_factory.mktemp("commands")) as stage:
        yield stage


def ended(edge: Process) -> tuple[int, str]:
    """Wait until a process has ended: exit status, and what it said last."""
    status = edge.child.wait(20)
    edge.stop()
    assert "Traceback" not in edge.text
    return status, edge.text.strip().splitlines()[-1]


# -- run -------------------------------------------------------------------------------------------


def test_a_port_that_is_taken(tmp_path: Path, conf: Path) -> None:
    settings = json.loads((conf / "ports.json").read_text())
    for name in ("smpp", "console"):
        with socket.create_server(("127.0.0.1", settings[name])):
            status, last = ended(Edge(conf, tmp_path, name))
        assert status == 1
        assert "cannot run" in (tmp_path / f"{name}.log").read_text()
        assert any(f"{settings[name]}" in line and "cannot run" in line for line in said(tmp_path, name)), last
    # What it had opened before is free again.
    edge = Edge(conf, tmp_path, "again").listening()
    assert edge.stop() == 0


def said(directory: Path, name: str) -> list[str]:
    return (directory / f"{name}.log").read_text().splitlines()


def test_a_state_directory_that_another_edge_uses(tmp_path: Path, conf: Path) -> None:
    first = Edge(conf, tmp_path, "first").listening()
    try:
        status, last = ended(Edge(conf, tmp_path, "second"))
        assert (status, "cannot run" in last, "in use by another edge" in last) == (1, True, True)
        # The first one is not harmed: it still answers its operators.
        assert first.ask("status")["node"] == "edge-1"
    finally:
        assert first.stop() == 0


def test_a_state_directory_that_cannot_be_written(tmp_path: Path, conf: Path) -> None:
    shutil.rmtree(tmp_path / "state")
    (tmp_path / "state").write_text("a file")
    status, last = ended(Edge(conf, tmp_path, "edge"))
    assert (status, "cannot run" in last, "state" in last) == (1, True, True)


def test_a_wrong_conf_does_not_run_and_says_everything(tmp_path: Path, conf: Path) -> None:
    with (conf / "local.d" / "wrong.conf").open("w") as file:
        file.write('[smpp]\nlisten = "nowhere"\ntimeout = 3\n\n[rule.rate-sender]\nlimit = "often"\n')
    edge = Edge(conf, tmp_path, "edge")
    status, last = ended(edge)
    assert status == 1
    for line, word in ((2, "listen"), (3, "timeout"), (6, "limit")):
        assert any(f"local.d/wrong.conf:{line}" in each and word in each for each in edge.text.splitlines()), edge.text
    assert last.startswith("3 problems in ")


def test_after_kill_9_the_edge_starts_again(tmp_path: Path, conf: Path) -> None:
    first = Edge(conf, tmp_path, "first").listening()
    first.kill()
    second = Edge(conf, tmp_path, "second").listening()
    assert second.ask("status")["node"] == "edge-1"
    assert second.stop() == 0


# -- check -----------------------------------------------------------------------------------------


def test_check(tmp_path: Path, conf: Path) -> None:
    edge = Stage(_Unstarted(conf, tmp_path), {}).edge
    good = edge.command("check")
    assert (good.returncode, good.stderr) == (0, "")
    assert "is good: 1 accounts, 1 carriers" in good.stdout
    (conf / "local.d" / "wrong.conf").write_text(
        '[rule.rate-sender]\nlimt = "1/1s"\n[rule.rate-sendre]\nmode = "off"\n'
    )
    wrong = edge.command("check")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    first, second, count = wrong.stderr.splitlines()
    assert first.startswith("local.d/wrong.conf:2: ")
    assert "did you mean" in first
    assert second.startswith("local.d/wrong.conf:3: ")
    assert "rate-sender" in second
    assert count.startswith("2 problems in ")


def test_check_of_a_directory_that_is_not_there(tmp_path: Path) -> None:
    done = _Unstarted(tmp_path / "nothing", tmp_path).command("check")
    assert done.returncode == 1
    assert str(tmp_path / "nothing") in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage(tmp_path: Path) -> None:
    done = _Unstarted(tmp_path, tmp_path).command("chekc")
    assert done.returncode == 2


class _Unstarted(Edge):
    """An edge of which only the command is used."""

    def __init__(self, conf: Path, directory: Path) -> None:
        self.conf = conf
        self.log = directory / "none"


# -- status, explain, trace ------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("status",), ("reload",), ("trace", "+14165550100"), ("unblock", "+14165550100")])
def test_without_an_edge_every_command_says_so(tmp_path: Path, conf: Path, command: tuple[str, ...]) -> None:
    done = _Unstarted(conf, tmp_path).command(*command)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no edge is running" in done.stderr
    assert "Traceback" not in done.stderr


async def test_status(stage: Stage) -> None:
    async with stage.carrier(), stage.bound() as wire, stage.bound(kind="rx", version=0x50):
        assert (await wire.ask(submit_pdu(ACME, SOMEBODY, b"hello"))).status == 0
        status = await stage.ask("status")
        assert status["not_ready"] == []
        assert [(each["name"], each["links"]) for each in status["carriers"]] == [
            ("north", {"north/1": "bound, 0/200"})
        ]
        sessions = sorted((each["account"], each["state"], each["version"]) for each in status["sessions"])
        assert sessions == [("acme", "bound_rx", "0x50"), ("acme", "bound_trx", "0x34")]
        text = await asyncio.to_thread(stage.edge.command, "status")
        assert text.returncode == 0
        for word in ("edge-1: up", "north/1", "bound_trx", "127.0.0.1"):
            assert word in text.stdout
    await stage.metric_is(0, "smsedge_carrier_links", carrier="north", state="bound")
    status = await stage.ask("status")
    assert status["not_ready"] == ["no carrier is bound"]
    assert await asyncio.to_thread(stage.edge.get, "/readyz") == (
        503,
        '{"ready": false, "reason": "no carrier is bound"}\n',
    )
    assert (await asyncio.to_thread(stage.edge.get, "/healthz"))[0] == 200


async def test_explain_counts_nothing(stage: Stage) -> None:
    question = ("--account", "acme", "--from", "+12124567890", "--to", "+" + SOMEBODY, "--text", "hello")
    before = await stage.metric("smsedge_messages_total")
    for _ in range(3):
        answer = await stage.ask("explain", *question)
        assert (answer["verdict"], answer["rule"], answer["clause"]) == ("reject", "sender-not-owned", "identity")
    outcomes = {each["rule"]: each["outcome"] for each in answer["rules"]}
    assert outcomes["sender-not-owned"] == "hit"
    assert outcomes["blocked"] == "pass"
    assert await stage.metric("smsedge_messages_total") == before
    text = await asyncio.to_thread(stage.edge.command, "explain", *question)
    assert "reject by sender-not-owned" in text.stdout
    unknown = await asyncio.to_thread(stage.edge.command, "explain", "--account", "nobody", "--from", "1", "--to", "2")
    assert (unknown.returncode, "nobody" in unknown.stderr) == (1, True)


async def test_a_decision_is_found_by_number_id_and_account_and_explained(stage: Stage) -> None:
    source, destination = "14165550133", "14165550388"
    async with stage.carrier() as north, stage.bound() as wire:
        north.answer = lambda link, frame: link.send(answer_pdu(frame, "an-id-of-its-own"))
        good = await wire.ask(submit_pdu(source, destination, b"a secret text"))
        message_id = parse(good.raw).fields["message_id"]
        assert isinstance(message_id, bytes)
        assert (await wire.ask(submit_pdu("12124567890", destination, b"another secret"))).status != 0
    for what in ("+" + source, source, message_id.decode()):
        found = (await stage.ask("trace", what))["decisions"]
        assert [(each["destination"], each["status_name"], each["carrier"]) for each in found] == [
            (destination, "ESME_ROK", "north")
        ], what
    found = (await stage.ask("trace", "+" + destination))["decisions"]
    assert sorted(each.get("rule", "") for each in found) == ["", "sender-not-owned"]
    everything = (await stage.ask("trace", "account:acme", "--limit", "2"))["decisions"]
    assert sorted(each["id"] for each in everything) == sorted(each["id"] for each in found)
    refused = next(each for each in found if each.get("rule"))
    answer = (await stage.ask("explain", refused["id"]))["decision"]
    assert (answer["rule"], answer["status_name"], answer["heading"] != "") == (
        "sender-not-owned",
        "ESME_RINVSRCADR",
        True,
    )
    text = await asyncio.to_thread(stage.edge.command, "trace", "+" + destination)
    assert refused["id"] in text.stdout
    for wrong in ("nonsense", "00000000000000ff"):
        done = await asyncio.to_thread(stage.edge.command, "explain", wrong)
        assert (done.returncode, wrong in done.stderr) == (1, True)
    # What people wrote is nowhere.
    kept = [path.read_bytes() for path in (Path(stage.edge.log).parent / "state").rglob("*") if path.is_file()]
    assert not any(b"secret text" in each or b"another secret" in each for each in [*kept, stage.edge.text.encode()])
