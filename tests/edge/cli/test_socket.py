"""Where the command finds its edge, whatever state the conf is in."""

from pathlib import Path

import pytest

from edge.cli.live import socket_of


@pytest.mark.parametrize(
    ("edge", "local", "state"),
    [
        ('[node]\nname = "a"\nstate = "one"\n[smpp]\nstate = "no"\n', "", "one"),
        ('[node]\nstate = "one" # here\n', "[node]\nstate = 'two'\n", "two"),
        ('[node]\nstate = "one"\n', 'node.state = "two"\n', "two"),
        ('[node]\nstate = "one"\n', '[smpp\nthis is broken\n[node]\nstate = "two"\n', "two"),
        ('[smpp]\nlisten = "x"\n', "", "var"),
    ],
)
def test_the_last_word_on_the_state_directory(tmp_path: Path, edge: str, local: str, state: str) -> None:
    (tmp_path / "local.d").mkdir()
    (tmp_path / "edge.conf").write_text(edge)
    (tmp_path / "local.d" / "mine.conf").write_text(local)
    assert socket_of(tmp_path) == Path(state) / "control.sock"


def test_no_conf_at_all(tmp_path: Path) -> None:
    assert socket_of(tmp_path / "nowhere") == Path("var/control.sock")
