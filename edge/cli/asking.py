"""Commands whose actions the running edge carries out, asked over its control socket: `quarantine`, `spool`."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge.cli.live import socket_of

Answer = dict[str, Any]


def add_action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    help_text: str,
    lines: Callable[[Answer], list[str]],
) -> argparse.ArgumentParser:
    """An action of a command; `lines` shows its answer to people."""
    parser = actions.add_parser(name, help=help_text)
    parser.add_argument("--conf", type=Path, default=Path("conf"), help="the conf the edge runs on (default: conf)")
    parser.add_argument("--socket", type=Path, help="its control socket, where it is not found by the conf")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.set_defaults(run=lambda arguments: ask_edge(arguments, lines))
    return parser


def ask_edge(arguments: argparse.Namespace, lines: Callable[[Answer], list[str]]) -> int:
    """Ask, show the answer; 1 if the edge refuses, is not there, or did not do all of it."""
    from edge.console.control_client import ControlFailed, ask

    own = ("command", "run", "conf", "socket", "json")
    request = {name: value for name, value in vars(arguments).items() if name not in own and value}
    request["by"] = getpass.getuser()
    socket = arguments.socket or socket_of(arguments.conf)
    try:
        answer = ask(socket, arguments.command, conf_name=str(arguments.conf), **request)
    except ControlFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2) if arguments.json else "\n".join(lines(answer)))
    return 1 if answer.get("failed") else 0
