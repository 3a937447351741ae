"""What bombs that come by MM4 do to customers on SMPP: the answer times at 2,000 messages a second, with and without.

    python -m tests.bench.bombs [--bombs 50] [--seconds 5] [--rounds 5]

Rounds take turns. The bombs come evenly over the measured seconds, no two alike, from a peer that asks for no response:
each must be refused (550). In a third kind of round the same bombs go to a sink instead of the edge: what their peer
alone costs customers and carrier on the same few cores, which it would not on a machine of its own. Printed are the p99
of every round, and the ratios of the medians. Target: at most 1.5 times the p99 with the bombs at the sink.
The edge and its workers may use all cores; client and carrier share all but the last.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import smtplib
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from edge.simulate.mmsc import Order, Part, message
from tests.mms import hostile

from . import edgeconf, measure, paths, process
from .load import Load
from .mm4 import Sink
from .mms import MM4, PEOPLE

TARGET = 1.5
RATE, WINDOW = 2000.0, 100
MAKERS = hostile.BOMBS
RECIPIENT = "+12125550111"


class Place(NamedTuple):
    """A running edge: its ports, a sink's, and the carrier's process."""

    smpp: int
    mm4: int
    sink: int
    carrier: process.Child
    edge: process.Child


@contextlib.contextmanager
def place() -> Iterator[Place]:
    """An edge with a carrier, and a peer that may hand it MMS."""
    plan = edgeconf.EdgePlan(PEOPLE)
    with tempfile.TemporaryDirectory(prefix="smsedge-bench-") as folder, paths.carrier(plan) as (carrier, port):
        smpp, console, mm4, relay = (process.free_port() for _ in range(4))
        conf = Path(folder) / "conf"
        edgeconf.write(conf, plan, edgeconf.Ports(smpp, console, port))
        (conf / "local.d").mkdir()
        (conf / "local.d" / "mm4.conf").write_text(MM4.format(mm4=mm4, sink=relay))
        for account in (conf / "accounts.d").iterdir():
            account.write_text('mm4_peers = ["mmsc"]\n' + account.read_text())
        cores = ",".join(map(str, sorted(os.sched_getaffinity(0))))
        with process.running("edge", ["taskset", "--cpu-list", cores, *paths.edge_command(conf)]) as edge:
            process.wait_for_port(edge, smpp, paths.EDGE_START)
            process.wait_for_port(edge, mm4, paths.EDGE_START)
            deadline = time.monotonic() + paths.LINK_START
            while carrier.ask()["bound"] < plan.links and time.monotonic() < deadline:
                time.sleep(0.05)
            with sinking() as sink:
                yield Place(smpp, mm4, sink, carrier, edge)


@contextlib.contextmanager
def sinking() -> Iterator[int]:
    """A process that takes every MMS and looks at none; its port."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Sink, sock=listening)
        await server.serve_forever()

    child = multiprocessing.get_context("fork").Process(target=lambda: asyncio.run(serve()), daemon=True)
    child.start()
    try:
        yield listening.getsockname()[1]
    finally:
        child.terminate()
        child.join(5.0)
        listening.close()


def bomb(number: int) -> bytes:
    """A message with a bomb that no other one is."""
    part = MAKERS[number % len(MAKERS)]()
    part = Part(part.type, part.octets + b"%d" % number, part.name)
    sender = f"+{PEOPLE.sender(0, number % PEOPLE.senders)}"
    order = Order(sender, (RECIPIENT,), [part], ack=False)
    return message.forward(order, f"bomb-{time.time_ns()}-{number}@mmsc.example", "mm4@mmsc.example", time.time())


class Bomber(threading.Thread):
    """Sends bombs, one every so often, over connections of their own. `replies` counts what they were answered."""

    def __init__(self, port: int, bombs: list[bytes], every: float, wait: float) -> None:
        super().__init__(daemon=True)
        self.port, self.bombs, self.every, self.wait = port, bombs, every, wait
        self.replies: Counter[int] = Counter()

    def run(self) -> None:
        """One after another at even times; one that takes long delays none."""
        time.sleep(self.wait)
        sending = [threading.Thread(target=self._send, args=(octets,), daemon=True) for octets in self.bombs]
        begun = time.monotonic()
        for number, thread in enumerate(sending):
            time.sleep(max(0.0, begun + number * self.every - time.monotonic()))
            thread.start()
        for thread in sending:
            thread.join(60.0)

    def _send(self, octets: bytes) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)  # a peer has a machine of its own
        sender = octets.split(b"From: ", 1)[1].split(b"\r\n", 1)[0].decode()
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=60, source_address=("127.0.0.2", 0)) as smtp:
                smtp.ehlo("mmsc.example")
                smtp.docmd(f"MAIL FROM:<{sender}@mmsc.example>")
                smtp.docmd(f"RCPT TO:<{RECIPIENT}/TYPE=PLMN@edge.example>")
                self.replies[smtp.data(octets)[0]] += 1
        except smtplib.SMTPResponseException as error:
            self.replies[error.smtp_code] += 1
        except (OSError, smtplib.SMTPException):
            self.replies[0] += 1


def once(where: Place, seconds: float, bombs: int, seed: int, port: int = 0) -> tuple[float, Counter[int]]:
    """p99 in ms of one round with bombs to `port`, and what they were answered. Raises RunFailed."""
    load = Load(where.smpp, PEOPLE, window=WINDOW, rate=RATE, warmup=1.0, seconds=seconds, prepared=100_000, seed=seed)
    made = [bomb(seed * 1000 + number) for number in range(bombs)]
    # A client takes a while to make its messages; its warm-up is over a second after its binds.
    bomber = Bomber(port or where.mm4, made, seconds / max(1, bombs), 3.0)
    bomber.start()
    result = measure.client(load)
    bomber.join(90.0)
    if result.statuses or not result.messages:
        raise process.RunFailed(f"SMPP messages were refused: {result.statuses or 'none went through'}")
    where.edge.must_live()
    return result.p99 * 1e3, bomber.replies


def main() -> int:
    """0 if the ratio is within the target and every bomb was refused."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bombs", description=__doc__)
    parser.add_argument("--bombs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    quiet, sunk, bombed = [], [], []
    replies: Counter[int] = Counter()
    with place() as where:
        once(where, 1.0, 5, 1)  # warm: workers, caches
        for number in range(2, 2 + args.rounds):
            quiet.append(once(where, args.seconds, 0, number)[0])
            sunk.append(once(where, args.seconds, args.bombs, 100 + number, where.sink)[0])
            p99, said = once(where, args.seconds, args.bombs, 200 + number)
            bombed.append(p99)
            replies += said
            print(
                f"round {number - 1}: p99 {quiet[-1]:.3f} ms, {args.bombs} bombs to a sink {sunk[-1]:.3f} ms, "
                f"to the edge {p99:.3f} ms",
                flush=True,
            )
    ratio = median(bombed) / median(sunk)
    refused = sum(count for code, count in replies.items() if code >= 500)
    total = args.bombs * args.rounds
    print(f"bombs: {refused} of {total} refused, by reply {dict(replies)}")
    good = ratio <= TARGET and refused == total
    print(f"p99, bombs at the edge to bombs at a sink: {ratio:.2f} (target {TARGET}: {'met' if good else 'missed'})")
    print(f"p99, bombs at the edge to none: {median(bombed) / median(quiet):.2f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
