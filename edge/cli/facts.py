"""`smsedge optout` and `smsedge complaint`: facts entered, listed and imported through the running edge."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import localtime, monotonic, strftime
from typing import Any

from edge.cli.live import socket_of
from edge.cli.numbers import count
from edge.cli.rows import FileWrong, Row, read_rows
from edge.cli.show import Row as Line
from edge.cli.show import table

Answer = dict[str, Any]
CONSENT_COLUMNS = ("account", "number", "state", "time", "evidence")
COMPLAINT_COLUMNS = ("number", "complainant", "time", "reason")
# One batch is one line to the edge; half of what that may be, since names and quotes are added.
BATCH_ROWS, BATCH_OCTETS = 2000, 96 * 1024
ROW_OCTETS = 16 * 1024
ERRORS_SHOWN = 50
PROGRESS_EVERY = 2.0  # seconds
PATIENCE = 120.0


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands and their actions."""
    _add_optout(commands.add_parser("optout", help="who wants no more messages of whom: add, remove, list, import"))
    _add_complaint(commands.add_parser("complaint", help="complaints about numbers: add, list, import"))


def _add_optout(top: argparse.ArgumentParser) -> None:
    actions = top.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_text in (("add", "a subscriber opted out"), ("remove", "a subscriber opted in again")):
        said = _add(actions, name, help_text)
        said.add_argument("number", help="the subscriber, as +14165550311")
        said.add_argument("--account", required=True, help="whose messages")
        said.add_argument("--reason", default="", help="what was said, and how; kept as evidence")
        said.add_argument("--time", default="", help="when (ISO 8601 or Unix seconds; default: now)")
    listed = _add(actions, "list", "what holds, the latest first; of one number all that was said")
    listed.add_argument("--number", default="", help="one subscriber, with the whole history")
    listed.add_argument("--account", default="")
    listed.add_argument("--state", default="", help="out, in or any (default: any)")
    listed.add_argument("--limit", type=count, default=100, help="how many (default: 100, at most 1000)")
    _add_import(actions, CONSENT_COLUMNS)


def _add_complaint(top: argparse.ArgumentParser) -> None:
    actions = top.add_subparsers(dest="action", required=True, metavar="ACTION")
    added = _add(actions, "add", "somebody complained about a number")
    added.add_argument("number", help="who is complained about, as +14165550101")
    added.add_argument("--complainant", required=True, help="who complained: a number, or the id of the report")
    added.add_argument("--reason", default="", help="what about")
    added.add_argument("--evidence", default="", help="what it rests on, such as a decision id")
    added.add_argument("--time", default="", help="when (ISO 8601 or Unix seconds; default: now)")
    listed = _add(actions, "list", "numbers complained about in the last 7 days; of one number all complaints")
    listed.add_argument("--number", default="")
    listed.add_argument("--limit", type=count, default=100, help="how many (default: 100, at most 1000)")
    _add_import(actions, COMPLAINT_COLUMNS)


def _add_import(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", columns: Sequence[str]) -> None:
    parser = _add(actions, "import", f"a CSV file: {','.join(columns)}; may be run again")
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="- for the standard input")
    parser.add_argument("--check", action="store_true", help="say what is wrong and what is new; change nothing")
    parser.set_defaults(run=import_file)


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help_text: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=help_text)
    parser.add_argument("--conf", type=Path, default=Path("conf"), help="the conf the edge runs on (default: conf)")
    parser.add_argument("--socket", type=Path, help="its control socket, where it is not found by the conf")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.set_defaults(run=ask_edge)
    return parser


def _asker(arguments: argparse.Namespace) -> Callable[..., Answer]:
    from edge.console.control_client import ask

    socket = arguments.socket or socket_of(arguments.conf)

    def asked(**request: Any) -> Answer:
        return ask(
            socket,
            arguments.command,
            conf_name=str(arguments.conf),
            timeout_seconds=PATIENCE,
            action=arguments.action,
            by=getpass.getuser(),
            **request,
        )

    return asked


def ask_edge(arguments: argparse.Namespace) -> int:
    """Ask, show the answer; 1 if the edge refuses or is not there."""
    from edge.console.control_client import ControlFailed

    own = ("command", "action", "run", "conf", "socket", "json")
    request = {name: value for name, value in vars(arguments).items() if name not in own and value}
    try:
        answer = _asker(arguments)(**request)
    except ControlFailed as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2) if arguments.json else "\n".join(lines(answer)))
    return 0


# -- import ----------------------------------------------------------------------------------------


class Import:
    """One file on its way into the edge, in batches; what became of its rows."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._file: Path = arguments.file
        self._check: bool = arguments.check
        self._quiet: bool = arguments.json
        self._ask = _asker(arguments)
        self.counts = {"new": 0, "known": 0, "older": 0}
        self.errors: list[tuple[int, str]] = []
        self._told = monotonic()

    def run(self, columns: Sequence[str], required: Sequence[str]) -> None:
        """Send all of it. Raises FileWrong and ControlFailed."""
        for batch in self._batches(read_rows(self._file, columns, required)):
            answer = self._ask(rows=batch, source=self._file.name, check=self._check)
            for name in self.counts:
                self.counts[name] += answer[name]
            for error in answer["errors"]:
                self._wrong(error["row"], error["error"])
            self._progress()

    def _batches(self, rows: Iterator[Row]) -> Iterator[list[Answer]]:
        batch: list[Answer] = []
        octets = 0
        for row in rows:
            size = len(json.dumps(row.fields))
            wrong = row.wrong or ("the line is too long" if size > ROW_OCTETS else "")
            if wrong:
                self._wrong(row.line, wrong)
                continue
            if batch and (len(batch) >= BATCH_ROWS or octets + size > BATCH_OCTETS):
                yield batch
                batch, octets = [], 0
            batch.append({"row": row.line, **row.fields})
            octets += size
        if batch:
            yield batch

    def _wrong(self, line: int, error: str) -> None:
        self.errors.append((line, error))
        if not self._quiet and len(self.errors) <= ERRORS_SHOWN:
            print(f"{self._file}:{line}: {error}", file=sys.stderr)

    def _progress(self) -> None:
        if not self._quiet and monotonic() - self._told >= PROGRESS_EVERY:
            self._told = monotonic()
            print(f"{self.summary()} ...", file=sys.stderr)

    def summary(self) -> str:
        """What became of the rows so far."""
        counts = {**self.counts, "wrong": len(self.errors)}
        rows = sum(counts.values())
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count or name == "new")
        return f"{self._file}: {rows} rows: {said}" + (" (checked only)" if self._check else "")

    def answer(self) -> Answer:
        """The same as JSON."""
        return {**self.counts, "errors": [{"line": line, "error": error} for line, error in self.errors]}


def import_file(arguments: argparse.Namespace) -> int:
    """Import a file; 1 if a row is wrong, the file is none, or the edge is not there (or goes on the way)."""
    from edge.console.control_client import ControlFailed

    consent = arguments.command == "optout"
    columns = CONSENT_COLUMNS if consent else COMPLAINT_COLUMNS
    required = columns[:3] if consent else columns[:2]
    one = Import(arguments)
    failure = ""
    try:
        one.run(columns, required)
    except (FileWrong, ControlFailed) as error:
        failure = str(error)
    if len(one.errors) > ERRORS_SHOWN and not arguments.json:
        print(f"... and {len(one.errors) - ERRORS_SHOWN} more", file=sys.stderr)
    if arguments.json:
        print(json.dumps({**one.answer(), "failure": failure}, indent=2))
    elif not failure or any(one.counts.values()):
        print(one.summary())
    if failure:
        again = "; what was taken so far holds, and the import may be run again" if one.counts["new"] else ""
        print(f"{failure}{again}", file=sys.stderr)
    return 1 if failure or one.errors else 0


# -- for people ------------------------------------------------------------------------------------


def lines(answer: Answer) -> list[str]:
    """An answer for people."""
    if "done" in answer:
        whose = f" ({answer['account']})" if answer["account"] else ""
        return [f"{answer['done']} {answer['subject']}{whose}, {_time(answer['at'])}: on disk"]
    if "history" in answer:
        return _one_number(answer)
    if "consents" in answer:
        return [*_facts(answer["consents"]), f"{answer['opted_out']} opted out, {answer['opted_in']} opted in"]
    if "complaints" in answer:
        return [*_facts(answer["complaints"]), f"{answer['counted']} count now"]
    rows: list[Line] = [("NUMBER", "ACCOUNT", "COMPLAINANTS", "COMPLAINTS", "LAST")]
    for one in answer["numbers"]:
        counts = (str(one["complainants"]), str(one["complaints"]))
        rows.append((one["number"], one["account"] or "-", *counts, _time(one["last"])))
    return [*(table(rows) if answer["numbers"] else []), f"{answer['in_all']} complaints in {answer['days']:g} days"]


def _one_number(answer: Answer) -> list[str]:
    stands = [f"{one['account']}: {one['state']} since {_time(one['at'])}" for one in answer["consents"]]
    return [*(stands or [f"{answer['number']} has said nothing to any account"]), "", *_facts(answer["history"])]


def _facts(facts: Sequence[Answer]) -> list[str]:
    rows: list[Line] = [("TIME", "FACT", "NUMBER", "ACCOUNT", "OTHER", "BY", "WORDS")]
    for one in facts:
        said = " | ".join(filter(None, (one["reason"], one["evidence"]))).replace("\n", " ")
        rows.append(
            (_time(one["at"]), one["kind"], one["subject"], one["account"] or "-", one["other"] or "-", one["by"], said)
        )
    return table(rows) if facts else ["nothing on record"]


def _time(at: float) -> str:
    return strftime("%Y-%m-%d %H:%M:%S", localtime(at))
