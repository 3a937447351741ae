"""Numbers of the command line that make no sense are refused: not counted from the end, nor taken for another one."""

import pytest

from edge.cli.main import main


@pytest.mark.parametrize("option", ["--limit=-4", "--limit=0", "--since=-1", "--since=0", "--since=nan", "--since=inf"])
@pytest.mark.parametrize("command", [["trace", "+14165550100"], ["replay", "conf"]])
def test_how_many_and_how_far_back(command: list[str], option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*command, option])
    assert "it must be " in capsys.readouterr().err


@pytest.mark.parametrize("command", [["optout", "list"], ["complaint", "list"], ["quarantine", "list"]])
def test_how_many_of_a_list(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([*command, "--limit", "-1"])
    assert "argument --limit: it must be 1 or more" in capsys.readouterr().err
