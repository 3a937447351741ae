"""`smsedge score`: labelled texts under the rules of a conf, without an edge."""

import argparse
import os
import sys
from pathlib import Path

HARMLESS = "ham,ham_otp,neither"


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "score",
        help="judge labelled texts, each by itself: one JSON line a text, and how well scores part the labels",
        description="FILE has a line label<TAB>text for each message. JSON goes to stdout, the summary to stderr.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.tsv")
    parser.add_argument("--conf", type=Path, default=Path("conf"), help="whose thresholds hold (default: conf)")
    parser.add_argument(
        "--harmless", default=HARMLESS, metavar="LABELS", help="labels that should pass (default: %(default)s)"
    )
    parser.add_argument("--quiet", action="store_true", help="the summary alone")
    parser.set_defaults(run=score)


def score(arguments: argparse.Namespace) -> int:
    """Judge every line; 1 for a conf or a file that cannot be read."""
    from edge.app.scoring import Scored, Scorer, as_json, lines_of, summary
    from edge.config.loading import load
    from edge.config.problem import ConfError

    try:
        scorer = Scorer(load(arguments.conf, os.environ), arguments.harmless.split(","))
    except ConfError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    scored: list[Scored] = []
    try:
        with arguments.file.open(encoding="utf-8", errors="replace") as file:
            for number, (label, text) in enumerate(lines_of(file), 1):
                one = scorer.judge(label, text)
                scored.append(one)
                if not arguments.quiet:
                    print(as_json(number, one))
    except (OSError, ValueError) as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return 1
    print(*summary(scored), sep="\n", file=sys.stderr)
    return 0
