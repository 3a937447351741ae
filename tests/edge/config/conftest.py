"""A conf directory to spoil: the contract's files, with some of them replaced."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from edge.config import ConfError, Loaded, load

CONTRACT = Path(__file__).parent / "contract"


class Desk:
    """A conf directory in a temporary place."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.directory / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def append(self, name: str, text: str) -> None:
        self.write(name, (self.directory / name).read_text(encoding="utf-8") + text)

    def load(self, environment: Mapping[str, str] | None = None) -> Loaded:
        return load(self.directory, environment or {})

    def problems(self, environment: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfError) as caught:
            self.load(environment)
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def contract(tmp_path: Path) -> Desk:
    """The contract's conf, to change."""
    shutil.copytree(CONTRACT, tmp_path / "conf")
    return Desk(tmp_path / "conf")


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    """A conf directory out of given files; edge.conf and policy.conf are empty unless given."""

    def make(files: Mapping[str, str]) -> Desk:
        desk = Desk(tmp_path / "own")
        for name, text in ({"edge.conf": "", "policy.conf": ""} | dict(files)).items():
            desk.write(name, text)
        return desk

    return make
