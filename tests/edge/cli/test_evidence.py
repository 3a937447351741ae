"""`smsedge evidence`: a key in two halves, and a sealed file opened with both; nothing of it on the screen."""

import json
import stat
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from edge.cli.main import main
from edge.core.evidence import Exhibit, public_key
from edge.ledger.evidence.box import sealed

CONTENT = b"Subject: a secret word\r\n\r\n\xff\x00picture\r\n"


@pytest.fixture
def keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["evidence", "key", "--to", str(tmp_path / "keys")]) == 0
    line, _ = capsys.readouterr()
    written = (tmp_path / "keys" / "evidence.pub").read_text().strip()
    assert line == f'evidence_key = "{written}"\n'
    return tmp_path / "keys"


def seal(keys: Path, exhibit: object) -> Path:
    path = keys.parent / "1.sealed"
    public = public_key((keys / "evidence.pub").read_text().strip())
    path.write_bytes(sealed(public, msgspec.msgpack.encode(exhibit)))
    return path


def exhibit(digest: str = sha256(CONTENT).hexdigest()) -> Exhibit:
    return Exhibit(
        "1" * 16, 1_700_000_000.0, "n1", "abc", "mm4", "mt", "acme", "+14165550101", "acme-mmsc", "192.0.2.9", "h",
        "a@b", ("c@d",), ("1" * 16,), "image-hash/child-safety", "a match", (), digest, CONTENT,
    )  # fmt: skip


def opens(path: Path, out: Path, *halves: Path) -> int:
    keys = [word for half in halves for word in ("--key", str(half))]
    return main(["evidence", "open", str(path), *keys, "--to", str(out)])


def test_files_are_their_owners_alone_and_never_written_over(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert sorted(before) == ["evidence-1of2.key", "evidence-2of2.key", "evidence.pub"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    assert main(["evidence", "key", "--to", str(keys)]) == 1
    assert "no key was made" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


def test_both_halves_open_it_into_files(keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.eml"
    assert opens(seal(keys, exhibit()), out, keys / "evidence-2of2.key", keys / "evidence-1of2.key") == 0
    assert out.read_bytes() == CONTENT
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    about = json.loads((tmp_path / "out.eml.json").read_text())
    assert about["sender"] == "a@b"
    assert about["sha256"] == sha256(CONTENT).hexdigest()
    assert "content" not in about
    said = capsys.readouterr()
    assert said.out.startswith("decision 1111111111111111: ")
    assert "secret" not in said.out + said.err
    assert opens(seal(keys, exhibit()), out, keys / "evidence-1of2.key", keys / "evidence-2of2.key") == 1


def test_what_does_not_open(keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, out = keys / "evidence-1of2.key", keys / "evidence-2of2.key", tmp_path / "out"
    path = seal(keys, exhibit())
    whole = path.read_bytes()
    assert opens(path, out, one) == 1
    assert "both halves" in capsys.readouterr().err
    assert opens(path, out, one, keys / "evidence.pub") == 1
    assert "no half" in capsys.readouterr().err
    assert opens(path, out, one, keys / "gone") == 1
    assert "gone: No such file" in capsys.readouterr().err
    for octets in (whole[:-1], whole[:20], b"", b"x" * 100):
        path.write_bytes(octets)
        assert opens(path, out, one, two) == 1
        assert "cannot be opened" in capsys.readouterr().err
    assert opens(seal(keys, exhibit("0" * 64)), out, one, two) == 1
    assert "not the one" in capsys.readouterr().err
    assert opens(seal(keys, {"id": 1}), out, one, two) == 1
    assert "another version" in capsys.readouterr().err
    assert not out.exists()
