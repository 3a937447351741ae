"""`smsedge check` and `smsedge run`: exit statuses and what they say."""

import gc
import os
import shutil
import signal
import socket
import threading
from pathlib import Path

import pytest

from edge.cli.main import main

SHIPPED = Path(__file__).parents[3] / "conf"


@pytest.fixture(autouse=True)
def collector():
    """An edge calms the garbage collector of its process: not of the tests that come after."""
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


@pytest.fixture
def conf(tmp_path):
    """The shipped conf with a state directory of its own and nothing to listen on yet."""
    shutil.copytree(SHIPPED, tmp_path / "conf")
    (tmp_path / "conf" / "local.d").mkdir(exist_ok=True)
    local(tmp_path / "conf", tmp_path)
    return tmp_path / "conf"


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def local(conf, directory, port=0):
    (conf / "local.d" / "test.conf").write_text(
        f'[node]\nstate = "{directory}/state"\n[smpp]\nlisten = "127.0.0.1:{port or free_port()}"\ndrain = "100ms"\n'
        f'[console]\nlisten = "127.0.0.1:{free_port()}"\n[rule.image-content]\nmode = "monitor"\n'
    )


def test_a_good_conf_is_0(conf, capsys):
    assert main(["check", "--conf", str(conf)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert lines[-1].startswith(f"{conf} is good: 1 accounts, 2 carriers, ")
    assert not any(line.startswith("media: ") for line in lines)


def test_with_mm4_it_says_what_can_be_looked_at(conf, capsys):
    (conf / "local.d" / "mms.conf").write_text('[mm4]\nlisten = "127.0.0.1:0"\ndomain = "mms.example"\n')
    assert main(["check", "--conf", str(conf)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("media: decodes jpeg, png, gif") for line in lines)


def test_a_wrong_conf_is_1_with_every_problem(conf, capsys):
    (conf / "local.d" / "bad.conf").write_text("[smpp]\nwindou = 1\n")
    assert main(["check", "--conf", str(conf)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == f"1 problem in {conf}"
    assert err.startswith("local.d/bad.conf:2: ")
    (conf / "local.d" / "bad.conf").write_text("[smpp]\nwindou = 1\n[node]\nnam = 1\n")
    assert main(["check", "--conf", str(conf)]) == 1
    err = capsys.readouterr().err
    assert err.splitlines()[-1] == f"2 problems in {conf}"


def test_no_conf_at_all_is_1(tmp_path, capsys):
    assert main(["check", "--conf", str(tmp_path / "nowhere")]) == 1
    assert main(["run", "--conf", str(tmp_path / "nowhere")]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_running_a_wrong_conf_is_1(conf, capsys):
    (conf / "local.d" / "bad.conf").write_text("[smpp]\nwindou = 1\n")
    assert main(["run", "--conf", str(conf)]) == 1
    assert "local.d/bad.conf:2: " in capsys.readouterr().err
    assert not (conf.parent / "state").exists()


def test_a_port_that_is_taken_is_1(conf, tmp_path, caplog):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        local(conf, tmp_path, taken.getsockname()[1])
        assert main(["run", "--conf", str(conf)]) == 1
    assert [record.getMessage() for record in caplog.records if "cannot run: " in record.getMessage()]


def test_a_state_directory_that_cannot_be_made_is_1(conf, tmp_path, caplog):
    (tmp_path / "state").write_text("a file")
    assert main(["run", "--conf", str(conf)]) == 1
    assert "cannot run: " in caplog.text


def test_it_runs_until_it_is_told_to_stop(conf, tmp_path, caplog):
    caplog.set_level("INFO", logger="smsedge")

    ended = threading.Event()

    def stop():
        while not (tmp_path / "state" / "control.sock").exists() and not ended.wait(0.01):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)  # should it come too early or too late
    stopper.start()
    try:
        assert main(["run", "--conf", str(conf), "--log-level", "warning"]) == 0
    finally:
        ended.set()
        stopper.join()
        signal.signal(signal.SIGTERM, before)
    said = [record.getMessage() for record in caplog.records if record.name == "smsedge"]
    assert said[-1] == "stopped"
