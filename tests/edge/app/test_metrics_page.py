"""docs/metrics.md knows every family and every cap that the code names."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "edge").rglob("*.py")))
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(re.findall(r'"(smsedge_[a-z0-9_]+)"', CODE))))
def test_every_family_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("cap", sorted(set(re.findall(r'caps\.add\(\("([a-z0-9-]+)"', CODE))))
def test_every_cap_is_explained(cap: str) -> None:
    assert f"`{cap}`" in PAGE
