"""Both commands as processes, as a user starts them; and the log of a carrier that was killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIMULATE = (sys.executable, "-m", "edge.simulate")
ROOT = Path(__file__).parents[3]


@contextmanager
def smsc(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running SMSC and its port."""
    command = [*SIMULATE, "smsc", "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ
    )
    assert process.stdout is not None
    try:
        said = re.match(r"listening on 127\.0\.0\.1:(\d+) \((plain|TLS)\)\n", process.stdout.readline())
        assert said is not None
        yield process, said[1]
    finally:
        process.kill()
        process.communicate()


def traffic(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SIMULATE, "traffic", *options], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )


def end(process: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def test_traffic_through_a_carrier_and_the_summary_of_both(tmp_path: Path) -> None:
    log = tmp_path / "carrier.jsonl"
    options = ("--log", str(log), "--error-rate", "20%", "--error-status", "ESME_RSUBMITFAIL", "--status-every", "0.1")
    with smsc(*options, "--receipt-delay", "1", "--seed", "1") as (process, port):
        run = traffic("--port", port, "--count", "300", "--rate", "0", "--mix", "lawful:4,receipt:1,long:1", "--json")
        assert run.returncode == 0, run.stderr
        result = json.loads(run.stdout)
        assert result["all"]["sent"] == result["all"]["answered"] == 300
        assert set(result["kinds"]) == {"lawful", "receipt", "long"}
        assert result["receipts_missing"] == 0
        assert process.stderr is not None
        assert re.match(r"\d\d:\d\d:\d\d \d bound, [\d,]+ messages/s; ", process.stderr.readline())
        code, out, _ = end(process, signal.SIGINT)
    assert code == 0
    accepted = result["all"]["statuses"]["ESME_ROK"]
    assert re.search(rf"^  accepted +{accepted}$", out, re.MULTILINE)
    assert re.search(rf"^  ESME_RSUBMITFAIL +{300 - accepted}$", out, re.MULTILINE)
    assert len(log.read_text().splitlines()) == accepted


def test_the_table_and_the_progress_lines() -> None:
    with smsc("--quiet") as (process, port):
        run = traffic("--port", port, "--count", "20", "--rate", "0", "--mix", "everything", "--wait", "0")
        assert run.returncode == 0, run.stderr
        assert run.stdout.startswith("kind ")
        assert re.search(r"^all +20 +20 +0 .*ESME_ROK 20$", run.stdout, re.MULTILINE)
        code, out, err = end(process, signal.SIGTERM)
    assert (code, err) == (0, "")
    assert "messages received" in out


def test_one_message_with_its_verdict() -> None:
    with smsc("--ids", "hex:6", "--first-id", "171", "--receipt-ids", "hex:6", "--receipt-delay", "1") as (_, port):
        one = ("--port", port, "--one", "--from", "+14165550100", "--to", "+14165550301", "--text", "Hello")
        plain, asked = traffic(*one), traffic(*one, "--receipt", "--json")
    assert plain.stdout.splitlines() == [
        "message     +14165550100 -> +14165550301",
        "verdict     ESME_ROK (0x00): accepted",
        "message id  0000ab",
    ]
    assert json.loads(asked.stdout)["receipts"] == [{"message_id": "0000ac", "stat": "DELIVRD"}]
    assert (plain.returncode, asked.returncode) == (0, 0)


def test_messages_from_subscribers_by_option_and_file(tmp_path: Path) -> None:
    path = tmp_path / "mo.csv"
    path.write_text('# from,to,text\n+12125550111,+14165550100,"STOP, please {n}"\n\n')
    options = ("--mo", "+12125550112,+14165550100,START {n}", "--mo-file", str(path), "--mo-rate", "500")
    with smsc(*options, "--mo-count", "5") as (_, port):
        run = traffic("--port", port, "--bind", "rx", "--duration", "1", "--json")
    assert json.loads(run.stdout)["messages_from_subscribers"] == 5


def test_what_a_killed_carrier_answered_stands_in_its_log(tmp_path: Path) -> None:
    log, sent = tmp_path / "carrier.jsonl", tmp_path / "traffic.jsonl"
    with smsc("--log", str(log), "--log-text", "--quiet") as (process, port):
        options = ("--window", "50", "--rate", "0", "--duration", "30", "--mix", "lawful", "--quiet", "--json")
        running = subprocess.Popen(
            [*SIMULATE, "traffic", "--port", port, *options, "--log", str(sent)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        while not sent.exists() or sent.stat().st_size < 200_000:
            assert running.poll() is None
            time.sleep(0.01)
        process.kill()
        out, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    lines = [json.loads(line) for line in sent.read_text().splitlines()]
    answered = {line["text"] for line in lines if line["status"] == 0}
    unknown = {line["text"] for line in lines if line["status"] is None}
    logged = [json.loads(line)["text"] for line in log.read_text().splitlines()]
    assert len(answered) > 500
    assert answered <= set(logged)
    assert len(logged) == len(set(logged))
    assert set(logged) - answered <= unknown
    assert json.loads(out)["all"]["unanswered"] == len(unknown) <= 50


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--ids", "uuid", "--receipt-ids", "decimal"), "only where both are numbers"),
        (("--mo-file", "/nonexistent.csv"), "/nonexistent.csv: No such file or directory"),
        (("--tls-cert", "/nonexistent.pem"), "No such file or directory"),
        (("--log", "/proc/nothing/log"), "No such file or directory"),
        (("--host", "203.0.113.1"), "cannot listen on 203.0.113.1:0: "),
    ],
)
def test_a_carrier_that_cannot_start_says_why(options: tuple[str, ...], said: str) -> None:
    run = subprocess.run(
        [*SIMULATE, "smsc", "--port", "0", *options], capture_output=True, text=True, cwd=ROOT, timeout=30, check=False
    )
    assert run.returncode == 1
    assert said in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--mix", "unlawful"), "there is no kind 'unlawful'"),
        (("--from", "ACME"), "is no range of numbers"),
        (("--password", "much too long"), "password holds 8 octets"),
        (("--one", "--from", "+" + "1" * 30), "source_addr holds 20 octets"),
        ((), "nobody listens on 127.0.0.1:"),
        (("--one",), "nobody listens on 127.0.0.1:"),
        (("--tls-ca", "/nonexistent.pem"), "No such file or directory"),
    ],
)
def test_traffic_that_cannot_start_says_why(options: tuple[str, ...], said: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        run = traffic("--port", port, *options)
    assert run.returncode == 1
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_refused_bind_says_which_status() -> None:
    with smsc("--account", "acme:other") as (_, port):
        run = traffic("--port", port, "--count", "1")
    assert run.returncode == 1
    assert "the bind was refused: ESME_RINVPASWD" in run.stderr


def test_tls_to_a_plain_port_says_so() -> None:
    with smsc() as (_, port):
        run = traffic("--port", port, "--count", "1", "--tls-unverified")
    assert run.returncode == 1
    assert run.stderr.strip().endswith("the connection was cut while it was made: no TLS there?")


def test_the_kinds_are_listed() -> None:
    run = traffic("--kinds")
    assert run.returncode == 0
    assert "spoofed          a sender that is not the account's (--spoofed-from)" in run.stdout
