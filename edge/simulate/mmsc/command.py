"""`smsedge simulate mmsc`: options to an MMSC, what it sends, its life until a signal or until all came back."""

import argparse
import asyncio
import json
import signal
import ssl
import sys
import time
from collections.abc import Iterator
from time import monotonic

import uvloop

from edge.simulate.addresses import Ranges
from edge.simulate.mmsc import parts, pictures
from edge.simulate.mmsc.book import Entry
from edge.simulate.mmsc.centre import Mmsc
from edge.simulate.mmsc.message import Order
from edge.simulate.mmsc.options import Options
from edge.simulate.mmsc.parts import Part
from edge.simulate.mmsc.results import as_json, lines, table
from edge.simulate.refusing import reason

LOOK = 0.05  # seconds between two looks at what would end it
SHOWN = 20  # messages that are told one by one

DRAWN = {
    "png": lambda seed: Part("image/png", pictures.png(seed=seed), f"picture{seed}.png"),
    "gif": lambda seed: Part("image/gif", pictures.gif(seed=seed), f"picture{seed}.gif"),
    "animation": lambda seed: Part("image/gif", pictures.gif(frames=8, seed=seed), f"animation{seed}.gif"),
    "jpeg": lambda seed: Part("image/jpeg", pictures.jpeg(seed=seed), f"picture{seed}.jpg"),
}
"""Pictures that are made where no file is given, by the number of the message."""


def run(args: argparse.Namespace) -> int:
    """The whole run. 0: all that was sent was taken and answered as asked (or a signal), 1: something was not."""
    try:
        return uvloop.run(_life(args))
    except (OSError, ValueError) as error:
        print(f"smsedge simulate mmsc: {reason(error, args)}", file=sys.stderr)
        return 1


def options_of(args: argparse.Namespace) -> Options:
    """The parsed command line as options. OSError or ssl.SSLError for files that cannot be used."""
    code, share = args.refuse or (0, 1.0)
    close, close_share = args.close or ("", 1.0)
    return Options(
        host=args.host,
        port=args.port,
        domain=args.domain,
        system=args.system,
        tls=_server_tls(args),
        max_size=args.max_size,
        relay=args.relay,
        source=args.source_address or "",
        relay_tls=_client_tls(args),
        user=args.user,
        password=args.password,
        connections=args.connections,
        timeout=args.timeout,
        delay=args.delay,
        refuse=code,
        refuse_share=share,
        refuse_recipients=dict(args.refuse_recipient),
        close=close,
        close_share=close_share,
        silent=args.silent,
        status=args.status,
        respond=not args.no_response,
        response_delay=args.response_delay,
        reports={} if args.no_reports else args.reports,
        report_delay=args.report_delay,
        read={} if args.no_reports else args.read_replies,
        read_delay=args.read_delay,
        log=args.log,
        seed=args.seed,
    )


def _server_tls(args: argparse.Namespace) -> ssl.SSLContext | None:
    if args.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(args.tls_cert, args.tls_key)
    return context


def _client_tls(args: argparse.Namespace) -> ssl.SSLContext | None:
    """What the relay is spoken to with. The certificate of the port is shown to it too."""
    if not (args.starttls or args.tls_ca):
        return None
    context = ssl.create_default_context(cafile=args.tls_ca)
    if args.tls_ca is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if args.tls_cert is not None:
        context.load_cert_chain(args.tls_cert, args.tls_key)
    return context


# -- what is sent ----------------------------------------------------------------------------------


def parts_of(args: argparse.Namespace, number: int) -> list[Part]:
    """The parts of message `number`. OSError for a file that cannot be read."""
    made = [DRAWN[kind](number) for kind in args.picture]
    made += [parts.from_file(path) for path in args.file]
    made += [parts.card(name, each) for name, each in args.card]
    if args.text:
        made.append(parts.text(args.text.replace("{n}", str(number))))
    return made


def recipients_of(ranges: Ranges) -> Iterator[str]:
    """The numbers of ranges, round and round."""
    while True:
        for prefix, first, last in ranges:
            for value in range(first, last + 1):
                yield f"{prefix}{value}"


def order_of(args: argparse.Namespace, number: int, recipients: Iterator[str]) -> Order:
    """Message `number`."""
    return Order(
        sender=args.sender,
        recipients=tuple(next(recipients) for _ in range(args.recipients)),
        parts=parts_of(args, number),
        domain=args.peer_domain,
        subject=args.subject,
        smil=not args.no_smil,
        ack=not args.no_ack,
        delivery_report=args.delivery_report,
        read_reply=args.read_reply,
        message_class=args.message_class,
        hide=args.hide,
        envelope=args.envelope_from,
        extra=tuple(args.header),
    )


async def _send_all(mmsc: Mmsc, args: argparse.Namespace) -> None:
    """The messages at their rate; back when the last one was answered by the relay."""
    recipients, began = recipients_of(args.to), monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(args.count):
            if args.rate:
                await asyncio.sleep(began + number / args.rate - monotonic())
            group.create_task(_send_one(mmsc, order_of(args, number, recipients)))


async def _send_one(mmsc: Mmsc, order: Order) -> None:
    await mmsc.send(order)


# -- its life --------------------------------------------------------------------------------------


async def _life(args: argparse.Namespace) -> int:
    if args.to and args.relay is None:
        raise ValueError("--to needs --relay HOST:PORT, the edge's MM4 port")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Mmsc(options_of(args)) as mmsc:
        if not args.to or not args.json:
            print(f"listening on {args.host}:{mmsc.port} as {mmsc.options.address}", flush=True)
        began = monotonic()
        sending = loop.create_task(_send_all(mmsc, args)) if args.to else None
        try:
            failed = await _watch(mmsc, stop, sending, args)
        finally:
            if sending is not None:
                sending.cancel()
        if sending is not None:
            entries = list(mmsc.book.entries.values())
            _tell(entries, monotonic() - began, args)
            failed = failed or _lacking(entries)
    if not args.to:
        print(
            "\n".join(f"{name:<40} {count:>10,}" for name, count in sorted(mmsc.counts.items())) or "nothing happened"
        )
    if failed:
        print(f"smsedge simulate mmsc: {failed}", file=sys.stderr)
    return 1 if failed else 0


async def _watch(mmsc: Mmsc, stop: asyncio.Event, sending: asyncio.Task[None] | None, args: argparse.Namespace) -> str:
    """Until a signal, or until all that was sent is answered or waited for long enough; why it cannot go on."""
    said, until, last = monotonic(), 0.0, ""
    while not stop.is_set():
        now = monotonic()
        if mmsc.failed:
            return mmsc.failed
        if sending is not None and sending.done():
            _raise(sending.exception())
            until = until or now + args.wait
            if mmsc.book.complete or now > until:
                return ""
        if not args.quiet and sending is None and now - said >= args.status_every > 0:
            said, line = now, _status(mmsc)
            if line != last:
                print(time.strftime("%H:%M:%S ") + line, file=sys.stderr, flush=True)
            last = line
        try:
            await asyncio.wait_for(stop.wait(), LOOK)
        except TimeoutError:
            continue
    return ""


def _raise(error: BaseException | None) -> None:
    """What ended the sending: the first of a group, which alone says nothing to whoever typed the command."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if error is not None:
        raise error


def _status(mmsc: Mmsc) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(mmsc.counts.items())) or "nothing yet"


def _tell(entries: list[Entry], seconds: float, args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps({"seconds": round(seconds, 3), "messages": [as_json(entry) for entry in entries]}))
        return
    for entry in entries[:SHOWN]:
        print(lines(entry))
    if len(entries) > 1:
        print(table(entries, seconds))


def _lacking(entries: list[Entry]) -> str:
    short = sum(not (entry.complete and entry.sent is not None and entry.sent.code) for entry in entries)
    return f"{short:,} of {len(entries):,} messages did not get all that they asked for" if short else ""
