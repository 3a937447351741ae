"""`smsedge simulate traffic`: options to a run, progress while it lasts, the table at its end."""

import argparse
import asyncio
import json
import signal
import ssl
import sys
from time import monotonic

import uvloop

from edge.simulate import values
from edge.simulate.addresses import Ranges
from edge.simulate.esme.client import Binding
from edge.simulate.traffic import one, report
from edge.simulate.traffic.engine import Engine
from edge.simulate.traffic.kinds import listing
from edge.simulate.traffic.options import BLOCKED, MIX, RECIPIENTS, SENDERS, SPOOFED, Options
from edge.simulate.traffic.progress import Progress

ONE_FROM = "+14165550100"
ONE_TO = "+14165550301"
DEFAULT_COUNT = 1000


def run(args: argparse.Namespace) -> int:
    """The whole run: 0 if everything was answered, 1 otherwise."""
    if args.kinds:
        print(listing())
        return 0
    try:
        return uvloop.run(_one(args) if args.one else _traffic(args))
    except (OSError, TimeoutError, ValueError, argparse.ArgumentTypeError) as error:
        print(f"smsedge simulate traffic: {_reason(error, args)}", file=sys.stderr)
        return 1


def _reason(error: Exception, args: argparse.Namespace) -> str:
    where = f"{args.host}:{args.port}"
    if isinstance(error, ConnectionRefusedError):
        return f"nobody listens on {where}"
    if isinstance(error, FileNotFoundError | PermissionError):
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError):  # TimeoutError and BindRefused among them
        # asyncio says nothing of a TLS handshake that the peer cuts off.
        return f"{where}: {str(error) or 'the connection was cut while it was made: no TLS there?'}"
    return str(error)


def _tls(args: argparse.Namespace) -> ssl.SSLContext | None:
    if not (args.tls or args.tls_ca or args.tls_cert or args.tls_unverified):
        return None
    context = ssl.create_default_context(cafile=args.tls_ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if args.tls_unverified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if args.tls_cert is not None:
        context.load_cert_chain(args.tls_cert, args.tls_key)
    return context


def _ranges(text: str | None, default: Ranges) -> Ranges:
    return values.number_ranges(text) if text is not None else default


def options_of(args: argparse.Namespace) -> Options:
    """The parsed command line as options. ArgumentTypeError, OSError, ssl.SSLError."""
    return Options(
        host=args.host,
        port=args.port,
        system_id=args.system_id,
        password=args.password,
        system_type=args.system_type,
        bind=args.bind,
        binds=args.binds,
        version=args.version,
        tls=_tls(args),
        reconnect=args.reconnect,
        count=args.count or (0 if args.duration or args.bind == "rx" else DEFAULT_COUNT),
        duration=args.duration or 0.0,
        rate=args.rate,
        window=args.window,
        timeout=args.timeout,
        wait=args.wait,
        mix=args.mix or dict(MIX),
        senders=_ranges(args.source, SENDERS),
        recipients=_ranges(args.destination, RECIPIENTS),
        spoofed=args.spoofed_from or SPOOFED,
        blocked=args.blocked_to or BLOCKED,
        emergency=tuple(number.strip() for number in args.emergency_to.split(",")),
        alphanumeric=args.alphanumeric,
        receipts=args.receipts,
        seed=args.seed,
        log=args.log,
    )


async def _traffic(args: argparse.Namespace) -> int:
    engine = Engine(options_of(args))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, engine.stop)
    progress = None if args.quiet else Progress(sys.stderr, monotonic())

    def watch(engine: Engine, now: float, done: float) -> None:
        if progress is not None:
            tally = engine.tally
            progress.show(now, done, tally.sent, tally.answered, tally.refused, engine.flying)

    try:
        await engine.run(watch)
    finally:
        if progress is not None:
            progress.end()
    tally = engine.tally
    if args.json:
        print(json.dumps(report.as_json(tally, engine.seconds)))
    else:
        print(report.table(tally, engine.seconds))
    return 0 if tally.sent == tally.answered else 1


async def _one(args: argparse.Namespace) -> int:
    binding = Binding(
        args.host,
        args.port,
        args.system_id,
        args.password,
        "tx" if args.bind == "tx" else "trx",
        _tls(args),
        args.version,
        args.system_type,
        response_timeout=args.timeout,
    )
    source = args.source or ONE_FROM
    destination = args.destination or ONE_TO
    verdict = await one.send_one(binding, source, destination, args.text, args.receipt, args.wait)
    if args.json:
        print(json.dumps(one.as_json(verdict)))
    else:
        print(one.lines(verdict, args.receipt))
    return 0
