"""`smsedge check --live` on a real Asterisk: all is well with what is shipped, and what is missing is said."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.asterisk.edge import EdgeProcess
from tests.asterisk.instance import Asterisk


def check(edge: EdgeProcess) -> tuple[int, list[str]]:
    """Run it; exit status and lines about the Asterisk."""
    command = [sys.executable, "-m", "edge.cli", "check", "--live", "--conf", str(edge.conf)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    return done.returncode, [line for line in done.stdout.splitlines() if line.startswith("sbc-1: ")]


def test_what_is_shipped_is_all_there(shared: Asterisk, tmp_path: Path) -> None:
    status, lines = check(EdgeProcess(tmp_path, shared, 1))
    assert status == 0, lines
    assert not [line for line in lines if "MISSING" in line]
    for words in (
        "logged in as smsedge",
        "endpoint acme-desk",
        "trunk carrier-south",
        "spool can be read",
        "are heard",
    ):
        assert any(words in line for line in lines), words
    print("\n".join(lines))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"carrier-north", "carrier-south"', '"carrier-west", "carrier-north"', "no PJSIP endpoint carrier-west"),
        ('name = "acme-desk"', 'name = "acme-lobby"', "no PJSIP endpoint acme-lobby (of account acme)"),
        ('name = "acme-desk"', 'name = "carrier-south"', "endpoint carrier-south has message_context = sms-none"),
        ('secret = "', 'secret = "not ', "cannot log in as smsedge"),
    ],
)
def test_what_is_missing_is_said(shared: Asterisk, tmp_path: Path, old: str, new: str, said: str) -> None:
    edge = EdgeProcess(tmp_path, shared, 1)
    for path in (edge.conf / "edge.conf", edge.conf / "accounts.d/acme.conf"):
        path.write_text(path.read_text().replace(old, new, 1))
    text = (
        (edge.conf / "edge.conf")
        .read_text()
        .replace('carriers = ["carrier-north"]\nchannel', 'carriers = ["north"]\nchannel')
    )
    (edge.conf / "edge.conf").write_text(text)
    status, lines = check(edge)
    assert status == 1, lines
    assert any(line.startswith(f"sbc-1: MISSING: {said}") for line in lines), lines
