"""`smsedge quarantine`: messages that wait for a person. Asks the running edge over its control socket."""

import argparse
import getpass
import json
import sys
from pathlib import Path
from time import localtime, strftime
from typing import Any

from edge.cli.live import socket_of
from edge.cli.show import Row, table

Answer = dict[str, Any]


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its actions."""
    top = commands.add_parser("quarantine", help="messages that wait for a person: list, show, release, refuse")
    actions = top.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = _add(actions, "list", "held messages, the latest first; texts masked")
    listed.add_argument("--account", default="")
    listed.add_argument("--rule", default="", help="such as sensitive-data/health")
    listed.add_argument("--state", default="held", help="held, releasing, released, refused, expired or any")
    listed.add_argument("--limit", type=int, default=50)
    shown = _add(actions, "show", "one message")
    shown.add_argument("id")
    shown.add_argument("--reveal", action="store_true", help="its text too: who read it and why is kept")
    shown.add_argument("--reason", default="")
    for name, help_text in (("release", "let messages go out, once"), ("refuse", "end messages")):
        ended = _add(actions, name, help_text)
        ended.add_argument("ids", nargs="+", metavar="ID")
        ended.add_argument("--reason", required=True, help="kept with the message")


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help_text: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=help_text)
    parser.add_argument("--conf", type=Path, default=Path("conf"), help="the conf the edge runs on (default: conf)")
    parser.add_argument("--socket", type=Path, help="its control socket, where it is not found by the conf")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.set_defaults(run=ask_edge)
    return parser


def ask_edge(arguments: argparse.Namespace) -> int:
    """Ask, show the answer; 1 if the edge refuses, is not there, or did not do all of it."""
    from edge.console.control_client import ControlFailed, ask

    own = ("command", "run", "conf", "socket", "json")
    request = {name: value for name, value in vars(arguments).items() if name not in own and value}
    request["by"] = getpass.getuser()
    socket = arguments.socket or socket_of(arguments.conf)
    try:
        answer = ask(socket, "quarantine", conf_name=str(arguments.conf), **request)
    except ControlFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2) if arguments.json else "\n".join(lines(answer)))
    return 1 if answer.get("failed") else 0


def lines(answer: Answer) -> list[str]:
    """An answer for people."""
    if "messages" in answer:
        return _listed(answer)
    if "message" in answer:
        return [f"{name:14} {_value(name, value)}" for name, value in answer["message"].items() if value != ""]
    done = [f"{answer['action']}d {message_id}" for message_id in answer["done"]]
    return done + [f"{message_id}: {why}" for message_id, why in answer["failed"].items()]


def _value(name: str, value: object) -> str:
    if name in ("at", "expires", "resolved_at") and isinstance(value, int | float):
        return _time(value) if value else "-"
    return str(value)


def _time(at: float) -> str:
    return strftime("%Y-%m-%d %H:%M:%S", localtime(at))


def _listed(answer: Answer) -> list[str]:
    if not answer["messages"]:
        return [f"nothing to show; {answer['held']} held"]
    rows: list[Row] = [("ID", "SINCE", "UNTIL", "ACCOUNT", "FROM", "TO", "RULE", "PART", "STATE", "TEXT")]
    for one in answer["messages"]:
        rows.append(
            (
                one["id"],
                _time(one["at"]),
                _time(one["expires"]),
                one["account"],
                one["source"],
                one["destination"],
                one["rule"],
                one["part"],
                one["state"],
                one["preview"],
            )
        )
    return [*table(rows), f"{answer['held']} held"]
