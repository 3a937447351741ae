"""`smsedge spool`: what of an Asterisk's spool needs a person. Asks the running edge over its control socket."""

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
    top = commands.add_parser(
        "spool", help="messages of an Asterisk that need a person: list, requeue, forget, discard"
    )
    actions = top.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add(actions, "list", "in flight since a crash (sent or not, nobody knows), and what cannot be read")
    for name, help_text in (
        ("requeue", "a message in flight was not sent: it is held again, and judged again"),
        ("forget", "a message in flight was sent, or shall not be"),
        ("discard", "take a record that cannot be read out of the spool"),
    ):
        parser = _add(actions, name, help_text)
        parser.add_argument("ids", nargs="+", metavar="SID")
        parser.add_argument("--reason", required=True, help="kept in the log")


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help_text: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=help_text)
    parser.add_argument("--asterisk", default="", help="only this one's")
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
        answer = ask(socket, "spool", conf_name=str(arguments.conf), **request)
    except ControlFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2) if arguments.json else "\n".join(lines(answer)))
    return 1 if answer.get("failed") else 0


def lines(answer: Answer) -> list[str]:
    """An answer for people."""
    if "messages" not in answer:
        done = [f"{answer['action']}: {sid}" for sid in answer["done"]]
        return done + [f"{sid}: {why}" for sid, why in answer["failed"].items()]
    if not answer["messages"]:
        return ["nothing needs a person"]
    rows: list[Row] = [("ASTERISK", "SINCE", "SID", "ENDPOINT", "FROM", "TO", "WHAT")]
    for one in answer["messages"]:
        since = strftime("%Y-%m-%d %H:%M:%S", localtime(one["at"]))
        what = f"{one['what']}: {one['why']}" if one["why"] else one["what"]
        rows.append((one["asterisk"], since, one["sid"], one["endpoint"], one["from"], one["to"], what))
    return table(rows)
