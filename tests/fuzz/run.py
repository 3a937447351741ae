"""A fuzz run: connections of both roles, bound and not, fed with generated PDUs until they close or had enough."""

import asyncio
import resource
from random import Random
from typing import NamedTuple

from edge.config.loading import load
from smpp.codec import request
from smpp.consts import CommandId
from smpp.transport import Line

from .harness import BINDS, Harness, conf_directory, segments
from .pdus import generate

PER_CONNECTION = 400  # PDUs
BATCH = 12
ENVIRONMENT = {"SMSEDGE_AMI_SECRET": "unused"}


class Report(NamedTuple):
    """What a run saw: PDUs in, PDUs that the edge wrote, connections, faults by kind, memory before and after."""

    pdus: int
    written: int
    connections: int
    faults: dict[str, int]
    rss_early: int
    rss_late: int


async def run(count: int, seed: int) -> Report:
    """Throw `count` PDUs; raises whatever the edge raises, and AssertionError for an answer that is no PDU."""
    random = Random(seed)
    loop = asyncio.get_running_loop()
    harness = Harness(load(conf_directory(), ENVIRONMENT), loop)
    seeds = [
        request(
            CommandId.SUBMIT_SM,
            5,
            source_addr_ton=1,
            source_addr=b"14165550100",
            dest_addr_ton=1,
            destination_addr=b"14165550301",
            short_message=b"hello",
            registered_delivery=1,
        ),
        request(
            CommandId.DELIVER_SM, 6, source_addr=b"14165550301", destination_addr=b"14165550100", short_message=b"hi"
        ),
        request(CommandId.BIND_TRANSCEIVER, 1, system_id=b"acme", password=b"secret"),
    ]
    pdus = generate(random, 0.003, seeds)
    sent = written = connections = early = 0
    while sent < count:
        carrier = harness.carrier(bound=random.random() < 0.9)
        customer = harness.customer(random.choice(BINDS) if random.random() < 0.8 else None)
        connections += 2
        for _ in range(PER_CONNECTION // BATCH):
            target: Line = customer if random.random() < 0.6 else carrier
            data = b"".join(next(pdus) for _ in range(BATCH))
            sent += BATCH
            for segment in segments(random, data):
                target.data_received(segment)
            answers = harness.carrier_answers(random)
            if answers and not carrier.session.closing:
                carrier.data_received(answers)
            harness.now += random.random() * 3
            harness.tick()
            await asyncio.sleep(0)
            if customer.session.closing or carrier.session.closing:
                break
        for line in (customer, carrier):
            written += _written(line)
            line.connection_lost(None)
        await asyncio.sleep(0)
        left = {name: number for name, number in harness.in_flight().items() if number}
        assert not left, f"left behind by two connections: {left}"
        if not early and sent > count // 5:
            early = _rss()
    # A fault of ours costs one PDU in the field; here it fails the run. Its place is in the log.
    assert ("edge", "bug") not in harness.metrics.protocol_errors.values
    assert not harness.desk.state.rule_errors, harness.desk.state.rule_errors
    faults = {"/".join(labels): number for labels, number in harness.metrics.protocol_errors.values.items()}
    return Report(sent, written, connections, faults, early, _rss())


def _written(line: Line) -> int:
    written: int = line._transport.written  # type: ignore[union-attr]
    return written


def _rss() -> int:
    """Kilobytes now (not the peak)."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() // 1024
