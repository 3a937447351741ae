"""`smsedge spool`: what of an Asterisk's spool needs a person. Asks the running edge over its control socket."""

import argparse
from time import localtime, strftime

from edge.cli.asking import Answer, add_action
from edge.cli.show import Row, table


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
    parser = add_action(actions, name, help_text, lines)
    parser.add_argument("--asterisk", default="", help="only this one's")
    return parser


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
