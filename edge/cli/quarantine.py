"""`smsedge quarantine`: messages that wait for a person. Asks the running edge over its control socket."""

import argparse
from time import localtime, strftime

from edge.cli.asking import Answer, add_action
from edge.cli.numbers import count
from edge.cli.show import Row, table


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its actions."""
    top = commands.add_parser("quarantine", help="messages that wait for a person: list, show, release, refuse")
    actions = top.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = add_action(actions, "list", "held messages, the latest first; texts masked", lines)
    listed.add_argument("--account", default="")
    listed.add_argument("--rule", default="", help="such as sensitive-data/health")
    listed.add_argument("--state", default="held", help="held, releasing, released, refused, expired or any")
    listed.add_argument("--limit", type=count, default=50, help="how many (default: 50, at most 1000)")
    shown = add_action(actions, "show", "one message", lines)
    shown.add_argument("id")
    shown.add_argument("--reveal", action="store_true", help="its text too: who read it and why is kept")
    shown.add_argument("--reason", default="")
    for name, help_text in (("release", "let messages go out, once"), ("refuse", "end messages")):
        ended = add_action(actions, name, help_text, lines)
        ended.add_argument("ids", nargs="+", metavar="ID")
        ended.add_argument("--reason", required=True, help="kept with the message")


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
