"""Commands to a running edge: what is asked, what is shown, and where the socket is."""

import getpass
import json
from pathlib import Path

import pytest

from edge.cli.live import socket_of
from edge.cli.main import main
from edge.console import control_client
from edge.console.control_client import ControlFailed, NotRunning

ANSWERS = {
    "status": {
        "node": "edge-1",
        "up": 5.0,
        "conf": "v1",
        "listening": ["smpp 127.0.0.1:2775"],
        "not_ready": [],
        "carriers": [],
        "sessions": [],
        "tables": {},
        "caps": {},
        "rule_errors": {},
        "blocked": [],
        "suspended": [],
        "suspensions": [],
        "parked": [],
    },
    "reload": {"reloaded": True, "notes": [], "conf": "v2"},
    "explain": {"decision": {"id": "18bcfe5680000001", "at": 0.0}},
    "trace": {"decisions": []},
    "block": {"done": "block", "subject": "+14165550100", "expires": 0.0},
    "unblock": {"done": "unblock", "subject": "+14165550100", "expires": 0.0},
    "suspend": {"done": "suspend", "subject": "acme", "expires": 0.0},
    "restore": {"done": "restore", "subject": "acme", "expires": 0.0},
}


@pytest.fixture
def edge(monkeypatch):
    """What would have been asked: (socket, command, arguments)."""
    asked = []

    def ask(path, command, /, *, conf_name="", timeout_seconds=30.0, **arguments):
        asked.append((path, command, conf_name, arguments))
        return dict(ANSWERS[command])

    monkeypatch.setattr(control_client, "ask", ask)
    return asked


def arguments(asked):
    (((_, _, _, given),)) = asked
    return given


ME = getpass.getuser()


@pytest.mark.parametrize(
    ("argv", "asked"),
    [
        (["status"], {}),
        (["reload"], {}),
        (["explain", "18bcfe5680000001"], {"decision": "18bcfe5680000001"}),
        (
            ["explain", "--account", "acme", "--from", "+1", "--to", "911", "--text", "hi"],
            {"account": "acme", "from": "+1", "to": "911", "text": "hi"},
        ),
        (["explain", "--inbound", "--from", "+1", "--to", "+2"], {"from": "+1", "to": "+2", "direction": "mo"}),
        (["trace", "+14165550100"], {"number": "+14165550100", "since_hours": 24.0, "limit": 50}),
        (["trace", "14165550100", "--limit", "5"], {"number": "14165550100", "since_hours": 24.0, "limit": 5}),
        (["trace", "account:acme", "--since", "1.5"], {"account": "acme", "since_hours": 1.5, "limit": 50}),
        (["trace", "n2587"], {"message_id": "n2587", "since_hours": 24.0, "limit": 50}),
        (["trace", "0123"], {"message_id": "0123", "since_hours": 24.0, "limit": 50}),
        (["trace", "01795672552033749"], {"message_id": "01795672552033749", "since_hours": 24.0, "limit": 50}),
        (["trace", "n-1"], {"message_id": "n-1", "since_hours": 24.0, "limit": 50}),
        (["trace", "1-2"], {"message_id": "1-2", "since_hours": 24.0, "limit": 50}),
        (["trace", "911"], {"number": "911", "since_hours": 24.0, "limit": 50}),
        (["trace", "000"], {"number": "000", "since_hours": 24.0, "limit": 50}),
        (["trace", "54321"], {"number": "54321", "since_hours": 24.0, "limit": 50}),
        (["trace", "(416) 555-0301"], {"number": "4165550301", "since_hours": 24.0, "limit": 50}),
        (["trace", "+1-416-555-0301"], {"number": "+14165550301", "since_hours": 24.0, "limit": 50}),
        (["trace", "011447700900123"], {"number": "011447700900123", "since_hours": 24.0, "limit": 50}),
        (["trace", "+123"], {"number": "+123", "since_hours": 24.0, "limit": 50}),
        (["trace", "+acme"], {"message_id": "+acme", "since_hours": 24.0, "limit": 50}),
        (["block", "+1", "--reason", "spam"], {"number": "+1", "reason": "spam", "by": ME}),
        (["block", "+1", "--reason", "spam", "--ttl", "60"], {"number": "+1", "reason": "spam", "ttl": 60.0, "by": ME}),
        (["unblock", "+1"], {"number": "+1", "by": ME}),
        (["unblock", "+1", "--reason", "oops"], {"number": "+1", "reason": "oops", "by": ME}),
        (["suspend", "acme", "--reason", "unpaid"], {"account": "acme", "reason": "unpaid", "by": ME}),
        (["restore", "acme"], {"account": "acme", "by": ME}),
    ],
)
def test_what_is_asked(edge, argv, asked, capsys):
    assert main(argv) == 0
    ((_, command, _, given),) = edge
    assert (command, given) == (argv[0], asked)
    assert capsys.readouterr().out


def test_an_answer_as_json(edge, capsys):
    assert main(["block", "+14165550100", "--reason", "x", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == ANSWERS["block"]


def test_a_reload_that_failed_is_1(edge, monkeypatch, capsys):
    monkeypatch.setitem(ANSWERS, "reload", {"reloaded": False, "problems": ["edge.conf:3: no"]})
    assert main(["reload"]) == 1
    assert capsys.readouterr().out == "edge.conf:3: no\nnot reloaded: the old conf goes on\n"
    assert main(["reload", "--json"]) == 1


@pytest.mark.parametrize("error", [NotRunning("no edge is running on conf conf"), ControlFailed("it said no")])
def test_an_edge_that_is_not_there_or_says_no_is_1(monkeypatch, error, capsys):
    def ask(*args, **kwargs):
        raise error

    monkeypatch.setattr(control_client, "ask", ask)
    assert main(["status"]) == 1
    assert capsys.readouterr() == ("", f"{error}\n")


def test_without_a_running_edge(tmp_path, capsys):
    (tmp_path / "edge.conf").write_text(f'[node]\nstate = "{tmp_path}"\n')
    assert main(["status", "--conf", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said == f"no edge is running on conf {tmp_path} (socket {tmp_path}/control.sock is not there)\n"


# -- where the socket is -------------------------------------------------------------------------


def test_a_socket_that_is_named_wins(edge):
    main(["status", "--socket", "/run/x.sock", "--conf", "nowhere"])
    assert edge[0][0] == Path("/run/x.sock")
    assert edge[0][2] == "nowhere"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({}, "var"),
        ({"edge.conf": ""}, "var"),
        ({"edge.conf": '[node]\nstate = "/a"\n'}, "/a"),
        ({"edge.conf": '[node]\nname = "x"\n'}, "var"),
        ({"edge.conf": '[node]\nstate = "/a"\n', "local.d/z.conf": '[node]\nstate = "/b"\n'}, "/b"),
        ({"local.d/a.conf": '[node]\nstate = "/a"\n', "local.d/b.conf": '[node]\nstate = "/b"\n'}, "/b"),
        ({"edge.conf": '[node]\nstate = "/a"\n', "local.d/broken.conf": "this is [not TOML"}, "/a"),
        ({"edge.conf": '[node]\nstate = "/a"\n', "local.d/x.txt": '[node]\nstate = "/b"\n'}, "/a"),
        ({"edge.conf": "[node]\nstate = 5\n"}, "var"),
        ({"edge.conf": "node = 5\n"}, "var"),
        ({"edge.conf": '[other]\nstate = "/b"\n'}, "var"),
    ],
)
def test_the_socket_is_in_the_state_directory_of_the_conf(tmp_path, files, state):
    (tmp_path / "local.d").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert socket_of(tmp_path) == Path(state) / "control.sock"
