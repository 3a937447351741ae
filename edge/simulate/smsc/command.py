"""`smsedge simulate smsc`: options to an SMSC, its life until a signal, status lines and the summary."""

import argparse
import asyncio
import signal
import ssl
import sys
import time
from dataclasses import dataclass
from time import monotonic

import uvloop

from edge.simulate.refusing import reason
from edge.simulate.smsc.identifiers import Style
from edge.simulate.smsc.options import Options
from edge.simulate.smsc.origination import Line, originate, read_lines
from edge.simulate.smsc.server import Smsc

LOOK = 0.2  # seconds between two looks at what would end it


@dataclass(frozen=True)
class Run:
    """What surrounds the SMSC: messages from subscribers, status lines."""

    lines: tuple[Line, ...]
    mo_rate: float
    mo_count: int
    status_every: float


def run(args: argparse.Namespace) -> int:
    """The whole run. 0 after SIGINT or SIGTERM, 1 where it could not start or go on."""
    try:
        options = options_of(args)
        run_of = Run(
            tuple(args.mo) + tuple(read_lines(args.mo_file) if args.mo_file is not None else ()),
            args.mo_rate,
            args.mo_count,
            0.0 if args.quiet else args.status_every,
        )
        failed = uvloop.run(_serve(options, run_of))
    except (OSError, ValueError) as error:
        failed = reason(error, args)
    if failed:
        print(f"smsedge simulate smsc: {failed}", file=sys.stderr)
    return 1 if failed else 0


def options_of(args: argparse.Namespace) -> Options:
    """The parsed command line as options. OSError or ssl.SSLError for files that cannot be used, ValueError."""
    messages, interval = args.disconnect_every or (0, 0.0)
    late, late_share = args.answer_late or (0.0, 1.0)
    return Options(
        host=args.host,
        port=args.port,
        tls=_tls(args),
        accounts=dict(args.account),
        version=args.version,
        system_id=args.system_id,
        bind_status=args.bind_status,
        delay=args.delay,
        error_rate=args.error_rate,
        error_status=args.error_status,
        throttle_rate=args.throttle_rate,
        window_full=args.window_full,
        silent=args.silent or "",
        silent_after=args.silent_after,
        answer_twice=args.answer_twice,
        answer_late=late,
        answer_late_share=late_share,
        nonsense=args.nonsense,
        disconnect_messages=messages,
        disconnect_seconds=interval,
        disconnect_politely=args.disconnect_politely,
        enquire_link=args.enquire_link,
        ids=Style(*args.ids),
        receipt_ids=Style(*args.receipt_ids) if args.receipt_ids else None,
        first_id=_first_id() if args.first_id is None else args.first_id,
        first_sequence=args.first_sequence,
        receipts=args.receipts,
        receipt_delay=args.receipt_delay,
        receipt_states=args.receipt_states,
        receipt_form=args.receipt_form,
        receipt_first=args.receipt_first,
        deliver_window=args.deliver_window,
        remember=args.remember,
        log=args.log,
        log_text=args.log_text,
        log_all=args.log_all,
        seed=args.seed,
    )


def _first_id() -> int:
    """By the clock, so that a restart does not hand out the ids of the run before it."""
    return int(time.time()) * 100_000


def _tls(args: argparse.Namespace) -> ssl.SSLContext | None:
    if args.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(args.tls_cert, args.tls_key)
    if args.tls_client_ca is not None:
        context.load_verify_locations(args.tls_client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


async def _serve(options: Options, run_of: Run) -> str:
    """Until a signal, or until it cannot go on: returns why, empty after a signal."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Smsc(options) as smsc:
        said = "TLS" if options.tls is not None else "plain"
        print(f"listening on {options.host}:{smsc.port} ({said})", flush=True)
        count = run_of.mo_count or len(run_of.lines)
        injecting = loop.create_task(originate(smsc, run_of.lines, run_of.mo_rate, count)) if run_of.lines else None
        try:
            failed = await _watch(smsc, stop, injecting, run_of.status_every)
        finally:
            if injecting is not None:
                injecting.cancel()
    print(smsc.counts.summary() or "nothing happened", flush=True)
    return failed


async def _watch(smsc: Smsc, stop: asyncio.Event, injecting: asyncio.Task[None] | None, every: float) -> str:
    """Say how things are every so often, if they are otherwise; returns why to end, empty for a signal."""
    said, messages, last = monotonic(), 0, ""
    while not stop.is_set():
        if smsc.failed:
            return smsc.failed
        if injecting is not None and injecting.done() and not injecting.cancelled() and injecting.exception():
            return str(injecting.exception())
        now = monotonic()
        if every and now - said >= every:
            rate = (smsc.counts.messages - messages) / (now - said)
            said, messages = now, smsc.counts.messages
            line = smsc.counts.line(len(smsc.bound), smsc.waiting, rate)
            if line != last:
                print(time.strftime("%H:%M:%S ") + line, file=sys.stderr, flush=True)
            last = line
        try:
            await asyncio.wait_for(stop.wait(), LOOK)
        except TimeoutError:
            continue
    return ""
