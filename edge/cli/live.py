"""Commands that ask a running edge over its control socket."""

import argparse
import getpass
import json
import re
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

from edge.cli import show
from edge.cli.numbers import count, hours

Answer = dict[str, Any]
_SEPARATORS = re.compile(r"[ ().\-]")  # what people write between the digits of a number
_ZEROS = ("000",)  # an emergency number
MMS_LONGEST = 3_000_000  # octets: as base64, what one line to the edge has room for


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add every command that talks to a running edge."""
    _add(commands, "status", "links, sessions, queues and tables of the running edge")
    _add(commands, "reload", "read the conf anew; with any problem the old conf goes on")
    explain = _add(commands, "explain", "what every rule says of a message, or of a past decision")
    explain.add_argument("decision", nargs="?", default="", help="a decision id (16 hexadecimal digits)")
    explain.add_argument("--account", default="")
    explain.add_argument("--from", dest="from_", default="", metavar="NUMBER")
    explain.add_argument("--to", default="", metavar="NUMBER")
    explain.add_argument("--text", default="")
    explain.add_argument("--inbound", action="store_true", help="an MO from a carrier instead of a submission")
    explain.add_argument(
        "--mms", type=Path, metavar="FILE", help="a message of MM4, or a plain mail, instead of a text"
    )
    explain.add_argument("--peer", default="", metavar="NAME", help="with --mms: the [[mm4.peer]] that brings it")
    trace = _add(commands, "trace", "the decisions about a number, a message or an account")
    trace.add_argument(
        "what", help="a number (+1416...) or short code, a message id, Call-ID or X-Mms-Message-ID, or account:NAME"
    )
    trace.add_argument("--since", type=hours, default=24.0, metavar="HOURS", help="how far back (default: 24)")
    trace.add_argument("--limit", type=count, default=50, help="how many (default: 50)")
    for name, help_text in (("block", "refuse a number, both ways"), ("unblock", "take a block back")):
        command = _add(commands, name, help_text)
        command.add_argument("number", help="+E.164, a short code, or a sender name")
        _add_reason(command, name == "block")
    for name, help_text in (("suspend", "refuse an account's messages"), ("restore", "take a suspension back")):
        command = _add(commands, name, help_text)
        command.add_argument("account")
        _add_reason(command, name == "suspend")


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help_text: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=help_text)
    command.add_argument("--conf", type=Path, default=Path("conf"), help="the conf the edge runs on (default: conf)")
    command.add_argument("--socket", type=Path, help="its control socket, where it is not found by the conf")
    command.add_argument("--json", action="store_true", help="the answer as JSON")
    command.set_defaults(run=ask_edge)
    return command


def _add_reason(command: argparse.ArgumentParser, required: bool) -> None:
    command.add_argument("--reason", required=required, default="", help="kept with the fact")
    if required:
        command.add_argument(
            "--ttl", type=float, default=0.0, metavar="SECONDS", help="ends by itself (default: never)"
        )


def ask_edge(arguments: argparse.Namespace) -> int:
    """Ask, show the answer; 1 if the edge refuses or is not there."""
    from edge.console.control_client import ControlFailed, ask

    socket = arguments.socket or socket_of(arguments.conf)
    try:
        answer = ask(socket, arguments.command, conf_name=str(arguments.conf), **_request(arguments))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except ControlFailed as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(answer, indent=2))
    else:
        show.show(arguments.command, answer)
    return 1 if answer.get("reloaded") is False else 0


def _request(arguments: argparse.Namespace) -> Answer:
    given = vars(arguments)
    request: Answer = {}
    for name in ("account", "to", "text", "number", "reason", "ttl", "decision", "limit", "peer"):
        if given.get(name):
            request[name] = given[name]
    if given.get("from_"):
        request["from"] = given["from_"]
    if given.get("mms") is not None:
        _no_more_than_a_file(given)
        request["mms"] = _message(given["mms"])
    if given.get("inbound"):
        request["direction"] = "mo"
    if "reason" in given:
        request["by"] = getpass.getuser()
    if "what" in given:
        request |= _looked_for(given["what"])
        request["since_hours"] = given["since"]
    return request


def _no_more_than_a_file(given: Answer) -> None:
    """What an answer would not be about must not look as if it were. Raises ControlFailed."""
    from edge.console.control_client import ControlFailed

    given = given | {"from": given["from_"]}
    idle = [f"--{name}" for name in ("account", "from", "text", "inbound") if given[name]]
    if idle:
        raise ControlFailed(
            f"the file says it all: {', '.join(idle)} cannot be given beside --mms (--peer and --to can)"
        )


def _message(path: Path) -> str:
    """A file in base64. Raises OSError and ControlFailed."""
    from edge.console.control_client import ControlFailed

    with path.open("rb") as file:
        octets = file.read(MMS_LONGEST + 1)
    if len(octets) > MMS_LONGEST:
        raise ControlFailed(f"{path} is longer than {MMS_LONGEST} octets")
    return b64encode(octets).decode()


def _looked_for(what: str) -> Answer:
    """`account:` says itself, a number is written as people write it; the rest is a message id."""
    if what.startswith("account:"):
        return {"account": what.removeprefix("account:")}
    number = _SEPARATORS.sub("", what)
    return {"number": number} if _is_number(number, bare=number == what) else {"message_id": what}


def _is_number(number: str, bare: bool) -> bool:
    """Whether it is a number, a short code, or with + anything of digits; not one of our own message ids.

    Those are "0" and sixteen digits or more, longer than any number but one with an international prefix.
    """
    digits = number.removeprefix("+")
    if not digits.isdecimal():
        return False
    if digits != number:
        return True
    if not bare or digits.startswith(("00", "011")):
        return 10 <= len(digits) <= 18 or digits in _ZEROS
    return 3 <= len(digits) <= 15 and (digits[0] != "0" or len(digits) >= 10)


def socket_of(directory: Path) -> Path:
    """The control socket of the edge that runs on a conf: in its state directory. Reads no more than that.

    Not with a TOML parser: a file that is broken now is the very thing that `smsedge reload` is to report.
    """
    state = "var"
    for name in (directory / "edge.conf", *sorted((directory / "local.d").glob("*.conf"))):
        try:
            lines = name.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        state = _state_in(lines) or state
    return Path(state) / "control.sock"


def _state_in(lines: list[str]) -> str:
    """The last `state = "..."` under `[node]`, "" if there is none."""
    state, here = "", False
    for line in lines:
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        if header is not None:
            here = header[1] == "node"
        found = re.match(r"""\s*(?:node\s*\.\s*)?state\s*=\s*(?:"([^"]*)"|'([^']*)')""", line)
        if found is not None and (here or "node" in line.partition("=")[0]):
            state = found[1] or found[2] or state
    return state
