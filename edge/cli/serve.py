"""`smsedge run` and `smsedge check`."""

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.config.loading import Loaded

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `run` and `check`."""
    run = commands.add_parser("run", help="run the edge in the foreground; SIGHUP reloads, SIGTERM drains and stops")
    run.add_argument("--conf", type=Path, default=Path("conf"), help="directory of conf files (default: conf)")
    run.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    run.set_defaults(run=run_edge)
    check = commands.add_parser("check", help="examine the conf: exit 0 if it would run, 1 with every problem")
    check.add_argument("--conf", type=Path, default=Path("conf"), help="directory of conf files (default: conf)")
    check.add_argument("--live", action="store_true", help="examine the conf's Asterisks too: what they lack for it")
    check.set_defaults(run=check_conf)


def _load(directory: Path) -> "Loaded | None":
    """The conf, or None after every problem went to stderr."""
    from edge.config.loading import load
    from edge.config.problem import ConfError

    try:
        return load(directory, os.environ)
    except ConfError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        count = len(error.problems)
        print(f"{count} problem{'s' if count > 1 else ''} in {directory}", file=sys.stderr)
        return None


def check_conf(arguments: argparse.Namespace) -> int:
    """Say what is wrong and what is not enforced yet."""
    loaded = _load(arguments.conf)
    if loaded is None:
        return 1
    for note in loaded.notes:
        print(note)
    conf = loaded.conf
    if conf.mm4 is not None:
        from edge.media.probe import probe, sentences

        for sentence in sentences(probe(conf.media)):
            print(f"media: {sentence}")
    print(
        f"{arguments.conf} is good: {len(conf.accounts)} accounts, {len(conf.carriers)} carriers, "
        f"{len(conf.routes)} routes, version {conf.version}"
    )
    return check_live(loaded) if arguments.live else 0


def check_live(loaded: "Loaded") -> int:
    """Examine every Asterisk of the conf; 1 where something is missing."""
    if not loaded.conf.asterisks:
        print("no [[asterisk]] to examine")
        return 0
    import asyncio

    from edge.channels.asterisk.examination import examine

    async def look() -> int:
        missing = 0
        for asterisk in loaded.conf.asterisks:
            async for finding in examine(asterisk, loaded.conf):
                mark = "MISSING" if not finding.good else "note" if finding.remark else "ok"
                print(f"{asterisk.name}: {mark}: {finding.sentence}")
                missing += not finding.good
        return missing

    return 1 if asyncio.run(look()) else 0


def run_edge(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM. 1: the conf is wrong, or a port or the state directory cannot be had."""
    logging.basicConfig(level=arguments.log_level.upper(), format=LOG_FORMAT, stream=sys.stderr)
    loaded = _load(arguments.conf)
    if loaded is None:
        return 1
    for note in loaded.notes:
        logging.getLogger("smsedge").warning("%s", note)
    import ssl

    import uvloop

    from edge.app.edge import Edge
    from edge.audit.errors import AuditError
    from edge.ledger.errors import LedgerError

    async def serve() -> None:
        await Edge(arguments.conf, os.environ, loaded).run()

    try:
        uvloop.run(serve())
    except (OSError, ssl.SSLError, AuditError, LedgerError) as error:
        logging.getLogger("smsedge").error("cannot run: %s", error)
        return 1
    return 0
