"""`smsedge replay`: what a candidate conf would change, played on recorded messages. No edge needs to run."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from edge.cli.numbers import count, hours


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "replay",
        help="judge recorded messages under a candidate conf: what would change",
        description="Plays what [audit] features (or an account's record) has kept. See docs/replay.md.",
    )
    parser.add_argument("candidate", type=Path, help="directory of the conf to try")
    parser.add_argument("--conf", type=Path, default=Path("conf"), help="the conf in force (default: conf)")
    parser.add_argument("--since", type=hours, default=24.0, metavar="HOURS", help="how far back (default: 24)")
    parser.add_argument("--limit", type=count, default=200_000, help="the latest records at most (default: 200000)")
    parser.add_argument("--show", type=int, default=20, help="changed messages to list (default: 20)")
    parser.add_argument("--json", action="store_true", help="all changed messages as JSON")
    parser.set_defaults(run=replay)


def replay(arguments: argparse.Namespace) -> int:
    """Play; 1 for a conf or an audit that cannot be read."""
    from edge.app import replaying
    from edge.app.recording import KEY_NAME
    from edge.audit.errors import AuditError
    from edge.config.loading import load
    from edge.config.problem import ConfError
    from edge.ledger.errors import LedgerError
    from edge.ledger.sealing import load_key

    try:
        current, candidate = load(arguments.conf, os.environ), load(arguments.candidate, os.environ)
    except ConfError as error:
        print(*error.problems, sep="\n", file=sys.stderr)
        return 1
    state = Path(current.conf.state)
    key = state / KEY_NAME
    try:
        seal = load_key(key) if key.exists() else None
        since = time.time() - arguments.since * 3600.0
        decisions = replaying.recorded(state / "audit", since, arguments.limit)
    except (AuditError, LedgerError, OSError) as error:  # not the edge's user, or a damaged key
        print(error, file=sys.stderr)
        return 1
    outcome = replaying.replay(decisions, current, candidate, seal)
    if arguments.json:
        print(json.dumps(replaying.as_rows(outcome.changes), indent=2))
    else:
        print(*replaying.summary(outcome, arguments.show), sep="\n")
    return 0
