"""The command line as a whole: usage, exit statuses."""

import io
import runpy
import sys

import pytest

from edge import __version__
from edge.cli.main import main, parser

COMMANDS = [
    "run",
    "check",
    "status",
    "reload",
    "explain",
    "trace",
    "block",
    "unblock",
    "suspend",
    "restore",
    "spool",
    "simulate",
]


def test_the_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"smsedge {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: smsedge {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nonsense"],
        ["trace"],
        ["block", "+14165550100"],  # without a reason
        ["suspend", "acme"],
        ["trace", "x", "--limit", "many"],
        ["run", "--log-level", "loud"],
    ],
)
def test_wrong_usage_is_2(argv, capsys):
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert "usage: smsedge" in capsys.readouterr().err


def test_every_command_has_something_to_run():
    for argv in (["run"], ["check"], ["status"], ["trace", "x"], ["block", "x", "--reason", "y"], ["restore", "x"]):
        assert callable(parser().parse_args(argv).run)


def ending_in(monkeypatch, error):
    """`check` runs into this."""

    def run(arguments):
        raise error

    monkeypatch.setattr("edge.cli.serve.check_conf", run)


def test_the_status_of_a_command_is_the_commands(monkeypatch):
    monkeypatch.setattr("edge.cli.serve.check_conf", lambda arguments: 7)
    assert main(["check"]) == 7


def test_control_c_is_130(monkeypatch):
    ending_in(monkeypatch, KeyboardInterrupt())
    assert main(["check"]) == 130


def test_a_reader_that_has_seen_enough_is_no_error(monkeypatch):
    ending_in(monkeypatch, BrokenPipeError())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert main(["check"]) == 0
    assert sys.stderr.closed


def test_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["smsedge", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("edge.cli", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("smsedge ")
