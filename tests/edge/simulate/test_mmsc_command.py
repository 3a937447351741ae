"""`smsedge simulate mmsc` as a person types it: two of them, one sends to the other."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli.main import parser
from edge.simulate.mmsc import pictures
from edge.simulate.mmsc.command import options_of
from tests.e2e.rig import free_port

COMMAND = [sys.executable, "-m", "edge.simulate", "mmsc"]


@pytest.fixture
def north(tmp_path: Path) -> Iterator[tuple[int, int, Path]]:
    """An MMSC that runs: its port, the one that it answers to, its log."""
    port, back, log = free_port(), free_port(), tmp_path / "north.jsonl"
    command = [*COMMAND, "--port", str(port), "--domain", "mms.north.example", "--relay", f"127.0.0.1:{back}"]
    with subprocess.Popen([*command, "--log", str(log)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert "listening on 127.0.0.1" in child.stdout.readline()
        yield port, back, log
        child.send_signal(signal.SIGINT)
        assert "MM4_forward.REQ" in child.communicate(timeout=10)[0]
        assert child.returncode == 0


def send(port: int, back: int, *more: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "--port", str(back), "--relay", f"127.0.0.1:{port}", "--to", "+12125550111..+12125550119"]
    return subprocess.run([*command, *more], capture_output=True, text=True, timeout=30, check=False)


def test_one_with_everything(north: tuple[int, int, Path], tmp_path: Path) -> None:
    port, back, log = north
    path = tmp_path / "photo.jpg"
    path.write_bytes(pictures.jpeg())
    done = send(port, back, "--picture", "png", "--picture", "animation", "--file", str(path), "--card", "Ann:+1416",
                "--text", "Hi {n}", "--delivery-report", "--read-reply", "--recipients", "2")  # fmt: skip
    assert done.returncode == 0, done.stderr
    for words in ("+14165550100 -> +12125550111, +12125550112", "relay", "Ok: accepted", "Retrieved", "Read"):
        assert words in done.stdout
    line = json.loads(log.read_text().splitlines()[0])
    assert [part[0] for part in line["parts"]] == [
        "application/smil", "image/png", "image/gif", "image/jpeg", "text/x-vcard", "text/plain",
    ]  # fmt: skip


def test_many_as_json(north: tuple[int, int, Path]) -> None:
    port, back, log = north
    done = send(port, back, "--count", "20", "--rate", "200", "--text", "Hi {n}", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["messages"]
    assert [(each["reply"], each["responses"], each["complete"]) for each in found] == [(250, ["Ok"], True)] * 20
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["sha256"] for line in lines if line["type"] == "MM4_forward.REQ"} == {each["sha256"] for each in found}


def test_what_does_not_come_back_is_told(north: tuple[int, int, Path]) -> None:
    port, back, _ = north
    assert send(port, back, "--text", "x", "--no-ack").returncode == 0
    done = send(free_port(), back, "--text", "x", "--wait", "1")
    assert done.returncode == 1
    assert "no reply" in done.stdout
    assert "1 of 1 messages did not get all that they asked for" in done.stderr


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = send(free_port(), free_port(), "--file", str(tmp_path / "gone.png"))
    assert done.returncode == 1
    assert done.stderr == f"smsedge simulate mmsc: {tmp_path}/gone.png: No such file or directory\n"


def test_sending_needs_a_relay() -> None:
    done = subprocess.run([*COMMAND, "--to", "+12125550111"], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "--to needs --relay" in done.stderr


def test_options_are_read() -> None:
    words = ["simulate", "mmsc", "--refuse", "451:10%", "--refuse-recipient", "+1416:550", "--close", "after:5%",
             "--reports", "Retrieved:9,Rejected", "--delay", "50-80", "--no-response", "--silent"]  # fmt: skip
    options = options_of(parser().parse_args(words))
    assert (options.refuse, options.refuse_share, options.refuse_recipients) == (451, 0.1, {"+1416": 550})
    assert (options.close, options.close_share, options.silent, options.respond) == ("after", 0.05, True, False)
    assert (options.reports, options.delay) == ({"Retrieved": 9.0, "Rejected": 1.0}, (0.05, 0.08))


@pytest.mark.parametrize(
    "words",
    [
        ("--refuse", "250"),
        ("--port", "99999"),
        ("--close", "never"),
        ("--relay", "here"),
        ("--card", "Ann"),
        ("--header", "none"),
        ("--refuse-recipient", "550"),
    ],
)
def test_options_that_are_none(words: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["simulate", "mmsc", *words])
    assert words[1] in capsys.readouterr().err
