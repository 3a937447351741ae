"""Reads the command line and calls the subcommand. Exit status: 0 done, 1 refused or wrong, 2 wrong usage."""

import argparse
import sys
from collections.abc import Sequence

from edge import __version__
from edge.cli import evidence, facts, live, quarantine, replay, score, serve, spool
from edge.simulate.arguments import add_parsers as add_simulate

DESCRIPTION = "SMS enforcement edge: judges every message between customers and carriers."


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="smsedge", description=DESCRIPTION)
    top.add_argument("--version", action="version", version=f"smsedge {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve.add_parsers(commands)
    live.add_parsers(commands)
    quarantine.add_parsers(commands)
    evidence.add_parsers(commands)
    spool.add_parsers(commands)
    facts.add_parsers(commands)
    score.add_parsers(commands)
    replay.add_parsers(commands)
    add_simulate(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `smsedge trace | head`: the reader has seen enough.
        sys.stderr.close()
        return 0
    return status
