"""A client for the benchmark, a process of its own: binds, sends what its `Load` says, prints its `Result`.

Two parts, each followed by a pause until all is answered: a warm-up, then the part that is measured. So CPU
time and messages of the measured part belong to each other exactly.
"""

import asyncio
import contextlib
import gc
import os
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import cast

import uvloop

from . import wire, workload
from .load import Load, Result
from .part import Part

RING = 1 << 16  # times of messages in flight, by sequence number; more than any window
TICK = 0.001  # seconds; libuv's timers know no less
CHUNK = 256  # messages made at once where they are made as they are sent
BIND_TIMEOUT = 20.0
SAMPLES = 2_000_000  # latencies kept in all; a longer run keeps the first ones
WARMUP_SHARE = 8  # a warm-up takes at most this part of the messages prepared
UNLIMITED = 1 << 62
perf_counter = time.perf_counter


class Client(asyncio.Protocol):
    """One bind."""

    transport: asyncio.Transport

    def __init__(self, part: Part, system_id: str, messages: Iterator[bytes]) -> None:
        self.part = part
        self.system_id = system_id
        self.messages = messages
        self.ready: list[bytes] = []
        self.position = 0
        self.flying = 0
        self.rest = b""
        self.sent_at = [0.0] * RING
        self.bound: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.unbinding = False
        self.last_delivery = 0
        self.empty = False
        self.next_sequence = part.load.first_sequence

    def prepare(self, count: int) -> None:
        """Make `count` messages more."""
        self.ready = self.ready[self.position :] + list(islice(self.messages, count))
        self.position = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bind. The number of the bind is out of the way of the messages'."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is not a subclass of it
        self.transport.write(wire.bind_transceiver(self.system_id, "secret", 0x3FFFFFFF))

    def connection_lost(self, exc: Exception | None) -> None:
        """The path closed on us: the run is void unless we were leaving."""
        if not self.bound.done():
            self.bound.set_exception(ConnectionError(f"{self.system_id}: closed before bind_resp"))
        elif not self.unbinding:
            self.part.lose(f"{self.system_id}: the path closed the connection")

    def data_received(self, data: bytes) -> None:
        """Count answers, answer requests, fill the window: one write."""
        if self.rest:
            data = self.rest + data
        now = perf_counter()
        out: list[bytes] = []
        offset, end = 0, len(data)
        unpack = wire.HEADER.unpack_from
        while end - offset >= wire.HEADER_SIZE:
            length, command, status, sequence = unpack(data, offset)
            if not wire.HEADER_SIZE <= length <= wire.PDU_MAX:
                self.part.lose(f"command_length {length} from the path")
                self.transport.abort()
                return
            if offset + length > end:
                break
            if command == wire.SUBMIT_SM_RESP:
                self._answer(sequence, status, now, data, offset, length)
            elif command == wire.DELIVER_SM:
                self._deliver(sequence, data, offset, length, out)
            else:
                self._other(command, status, sequence, out)
            offset += length
        self.rest = data[offset:]
        part = self.part
        if part.sending:
            if not part.load.rate:
                self._fill(now, out)
        else:
            part.check()
        if out:
            self.transport.write(b"".join(out))

    def _answer(self, sequence: int, status: int, now: float, data: bytes, offset: int, length: int) -> None:
        part = self.part
        slot = sequence & (RING - 1)
        sent = self.sent_at[slot]
        if not sent:
            part.unexpected += 1
            return
        self.sent_at[slot] = 0.0
        self.flying -= 1
        part.answered += 1
        if len(part.latencies) < SAMPLES:
            part.latencies.append(now - sent)
        if status:
            part.statuses[status] = part.statuses.get(status, 0) + 1
            part.expected -= part.load.receipts
        elif part.load.match_receipts:
            part.match(data[offset + 16 : offset + length - 1], part.outstanding, part.early)

    def _deliver(self, sequence: int, data: bytes, offset: int, length: int, out: list[bytes]) -> None:
        part = self.part
        part.receipts += 1
        part.delivery_wraps += wire.wrapped(self.last_delivery, sequence)
        self.last_delivery = sequence
        out.append(wire.HEADER.pack(17, wire.DELIVER_SM_RESP, 0, sequence) + b"\0")
        if part.load.match_receipts:
            start = data.find(b"id:", offset, offset + length)
            stop = data.find(b" ", start, offset + length)
            part.match(data[start + 3 : stop] if 0 <= start < stop else b"?", part.early, part.outstanding)

    def _other(self, command: int, status: int, sequence: int, out: list[bytes]) -> None:
        if command == wire.BIND_TRANSCEIVER | wire.RESPONSE:
            if not self.bound.done():
                self.bound.set_result(status)
        elif command in wire.REQUESTS_ANSWERED_EMPTY:
            out.append(wire.pdu(command | wire.RESPONSE, 0, sequence))
        elif command != wire.UNBIND_RESP:
            self.part.unexpected += 1

    def _fill(self, now: float, out: list[bytes]) -> None:
        """As many messages as the window has room for."""
        room = self.part.load.window - self.flying
        if room > 0:
            self._take(room, now, out)

    def _take(self, count: int, now: float, out: list[bytes]) -> None:
        part = self.part
        if len(self.ready) - self.position < count and not part.load.prepared:
            self.prepare(max(CHUNK, count))
        batch = self.ready[self.position : self.position + min(count, part.quota)]
        if not batch:
            self._nothing_left()
            return
        self.position += len(batch)
        self.flying += len(batch)
        part.quota -= len(batch)
        part.sent += len(batch)
        part.expected += len(batch) * part.load.receipts
        sequence, sent_at = self.next_sequence, self.sent_at
        for _ in batch:
            sent_at[sequence & (RING - 1)] = now
            if sequence == wire.SEQUENCE_MAX:
                part.wraps += 1
            sequence = wire.following(sequence)
        self.next_sequence = sequence
        out += batch

    def _nothing_left(self) -> None:
        part = self.part
        if not part.quota:
            part.stop()
        elif not self.empty:
            self.empty = True
            part.ran_out()

    def start(self) -> None:
        """Fill the window for the first time."""
        out: list[bytes] = []
        self._fill(perf_counter(), out)
        if out:
            self.transport.write(b"".join(out))

    def send_one(self) -> bool:
        """One message now, if the window has room."""
        if self.flying >= self.part.load.window:
            return False
        out: list[bytes] = []
        self._take(1, perf_counter(), out)
        if out:
            self.transport.write(out[0])
        return True

    def leave(self) -> None:
        """Unbind; the process ends soon after."""
        self.unbinding = True
        if not self.transport.is_closing():
            self.transport.write(wire.pdu(wire.UNBIND, 0, 0x3FFFFFFE))


async def connect(load: Load, part: Part) -> list[Client]:
    """All binds of `load`. Raises ConnectionError where one is refused."""
    loop = asyncio.get_running_loop()
    made = workload.texts(load.seed, load.templates)
    clients: list[Client] = []
    for k in range(load.binds):
        account = k * load.account_step
        if load.walk:
            messages = workload.walk(load.people, account, made, load.first_sequence, (k, load.binds))
        else:
            messages = workload.submissions(
                load.people, account, made, load.first_sequence, load.seed * 1000 + k, load.receipts
            )
        client = Client(part, load.people.system_id(account), messages)
        client.prepare(load.prepared // load.binds)
        clients.append(client)
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", load.port)  # type: ignore[misc]
    for client in clients:
        status = await asyncio.wait_for(client.bound, BIND_TIMEOUT)
        if status:
            raise ConnectionError(f"{client.system_id}: bind refused with status {status:#x}")
    return clients


async def drive(part: Part, clients: list[Client], seconds: float, quota: int) -> None:
    """One part: send for `seconds`, `quota` messages at most; then wait until all is answered (`load.drain`)."""
    part.sending = True
    part.quota = quota
    part.drained.clear()
    part.stopped.clear()
    if part.load.rate:
        await pace(part, clients, seconds)
    else:
        for client in clients:
            client.start()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(part.stopped.wait(), seconds)
    part.stop()
    part.check()
    try:
        await asyncio.wait_for(part.drained.wait(), part.load.drain)
    except TimeoutError:
        part.lose(
            f"after {part.load.drain:g} s without sending {part.sent - part.answered} messages had no answer "
            f"and {part.expected - part.receipts} receipts were missing"
        )


async def pace(part: Part, clients: list[Client], seconds: float) -> None:
    """`rate` messages a second in even steps, round the binds. What a full window holds back goes out later."""
    rate, start, done, turn = part.load.rate, perf_counter(), 0, 0
    while not part.lost and part.sending:
        elapsed = perf_counter() - start
        if elapsed >= seconds:
            return
        for _ in range(int(elapsed * rate) - done):
            turn += 1
            if any(clients[(turn + k) % len(clients)].send_one() for k in range(len(clients))):
                done += 1
            else:
                part.held += 1
                break
        await asyncio.sleep(TICK)


def cpu_clocks(processes: tuple[int, ...]) -> list[float]:
    """CPU seconds of each process, all threads living and dead, exact to the nanosecond; own time last.

    The id of a process's CPU clock is what clock_getcpuclockid(3) computes from the process id on Linux.
    """
    return [*(time.clock_gettime((~process << 3) | 2) for process in processes), time.process_time()]


def part_of(values: list[float], share: float) -> float:
    """The quantile `share` of sorted `values`, 0 where there are none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


async def measure(load: Load) -> Result:
    """The whole run."""
    part = Part(load)
    clients = await connect(load, part)
    gc.freeze()
    gc.disable()  # nothing here makes cycles; a collection would show up as the path's latency
    if load.warmup:
        await drive(part, clients, load.warmup, load.prepared // WARMUP_SHARE or UNLIMITED)
    answered, receipts = part.answered, part.receipts
    part.latencies.clear()
    before, begun = cpu_clocks(load.watched), perf_counter()
    if not part.lost:
        await drive(part, clients, load.seconds, UNLIMITED)
    ended, after = perf_counter(), cpu_clocks(load.watched)
    latencies = sorted(part.latencies)
    for client in clients:
        client.leave()
    await asyncio.sleep(0.05)
    return Result(
        messages=part.answered - answered,
        seconds=ended - begun,
        p50=part_of(latencies, 0.5),
        p99=part_of(latencies, 0.99),
        worst=latencies[-1] if latencies else 0.0,
        cpu=[b - a for a, b in zip(before, after, strict=True)],
        statuses={f"{status:#x}": count for status, count in part.statuses.items()},
        receipts=part.receipts - receipts,
        total_sent=part.sent,
        total_answered=part.answered,
        total_receipts=part.receipts,
        unexpected=part.unexpected,
        receipts_unmatched=len(part.outstanding) + len(part.early),
        held=part.held,
        wraps=part.wraps,
        delivery_wraps=part.delivery_wraps,
        problem=part.lost,
    )


def main() -> int:
    """One argument: a `Load` as JSON. Prints a `Result` as JSON."""
    load = Load.from_json(sys.argv[1])
    try:
        result = uvloop.run(measure(load))
    except (OSError, TimeoutError) as problem:
        result = Result(problem=str(problem) or "no bind_resp in time")
    print(result.to_json(), flush=True)
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # no time spent on taking millions of objects apart
