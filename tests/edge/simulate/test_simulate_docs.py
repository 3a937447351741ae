"""docs/simulator.md names every option and every kind there is, and its example runs."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.simulate.arguments import add_parsers
from edge.simulate.traffic.kinds import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text(encoding="utf-8")


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from options(command)
        else:
            yield from action.option_strings


def test_every_option_is_explained_and_none_that_is_not_there() -> None:
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers())
    there = set(options(parser)) - {"-h", "--help"}
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) == there


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_in_the_table(kind: str) -> None:
    assert f"\n| `{kind}` |" in PAGE


async def test_the_example_runs() -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    body = "".join(f"    {line}\n" for line in example[1].splitlines())
    space: dict[str, object] = {}
    exec(f"async def example():\n{body}", space)  # our own page
    await space["example"]()  # type: ignore[operator]
