"""A carrier for the benchmark, a process of its own: binds, answers submit_sm at once, sends receipts if asked.

One write per read and peer, nothing kept about a message but its receipt until that is acknowledged.
Prints its port as JSON; every line on its standard input gets one line of counts back; end of input ends it.
The first argument, if any, is the sequence number of the first receipt on a bind.
"""

import asyncio
import gc
import json
import sys
from collections import deque
from time import gmtime, strftime
from typing import cast

import uvloop

from . import wire

RECEIPT_WINDOW = 100  # unanswered deliver_sm on one bind
RETRY_AFTER = 0.5  # seconds until a deliver_sm that was refused for now (0x64, 0x58, 0x14) is sent again
TEMPORARY = frozenset((0x08, 0x14, 0x58, 0x64))


class Carrier:
    """What all binds share: the message id counter and the counts."""

    def __init__(self, first_sequence: int) -> None:
        self.first_sequence = first_sequence
        self.wraps = 0
        self.received = 0
        self.bound = 0
        self.receipts_acknowledged = 0
        self.receipts_refused = 0
        self.receipts_deferred = 0
        self.binds: set[Bind] = set()

    def counts(self) -> dict[str, int]:
        """The counts, and what is under way."""
        return {
            "received": self.received,
            "bound": self.bound,
            "wraps": self.wraps,
            "receipts_acknowledged": self.receipts_acknowledged,
            "receipts_refused": self.receipts_refused,
            "receipts_deferred": self.receipts_deferred,
            "receipts_waiting": sum(len(bind.waiting) + len(bind.unanswered) for bind in self.binds),
        }


class Bind(asyncio.Protocol):
    """One connection of a client."""

    transport: asyncio.Transport

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.rest = b""
        self.sequence = carrier.first_sequence - 1
        self.last_submit = 0
        self.is_bound = False
        self.waiting: deque[bytes] = deque()
        self.unanswered: dict[int, bytes] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready for a bind."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is not a subclass of it
        self.carrier.binds.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client went; receipts that it has not acknowledged go with it."""
        self.carrier.binds.discard(self)
        self.carrier.bound -= self.is_bound

    def data_received(self, data: bytes) -> None:
        """Answer all that came in one write."""
        if self.rest:
            data = self.rest + data
        out: list[bytes] = []
        offset, end = 0, len(data)
        unpack = wire.HEADER.unpack_from
        while end - offset >= wire.HEADER_SIZE:
            length, command, status, sequence = unpack(data, offset)
            if not wire.HEADER_SIZE <= length <= wire.PDU_MAX:
                self.transport.abort()
                return
            if offset + length > end:
                break
            if command == wire.SUBMIT_SM:
                self._submit(data, offset, length, sequence, out)
            elif command == wire.DELIVER_SM_RESP:
                self._receipt_answered(sequence, status)
            else:
                self._other(command, sequence, out)
            offset += length
        self.rest = data[offset:]
        if self.waiting:
            self._receipts(out)
        if out:
            self.transport.write(b"".join(out))

    def _submit(self, data: bytes, offset: int, length: int, sequence: int, out: list[bytes]) -> None:
        number = self.carrier.received = self.carrier.received + 1
        if wire.wrapped(self.last_submit, sequence):
            self.carrier.wraps += 1
        self.last_submit = sequence
        out.append(wire.HEADER.pack(25, wire.SUBMIT_SM_RESP, 0, sequence) + b"%08X\0" % number)
        source_end = data.index(b"\0", offset + 19)
        destination_end = data.index(b"\0", source_end + 3)
        # esm_class, protocol_id, priority, two empty times, registered_delivery (section 4.4.1)
        if data[destination_end + 6] & 3 and destination_end + 6 < offset + length:
            self.waiting.append(
                receipt(
                    data[source_end + 3 : destination_end],
                    data[offset + 19 : source_end],
                    number,
                    data[destination_end + 11 : destination_end + 31],
                )
            )

    def _receipts(self, out: list[bytes]) -> None:
        """Send receipts while the window has room."""
        waiting, unanswered = self.waiting, self.unanswered
        while waiting and len(unanswered) < RECEIPT_WINDOW:
            made = waiting.popleft()
            self.sequence = wire.following(self.sequence)
            unanswered[self.sequence] = made
            out.append(made[:12] + self.sequence.to_bytes(4, "big") + made[16:])

    def _receipt_answered(self, sequence: int, status: int) -> None:
        made = self.unanswered.pop(sequence, b"")
        if not made:
            return
        if status == 0:
            self.carrier.receipts_acknowledged += 1
        elif status in TEMPORARY:
            self.carrier.receipts_deferred += 1
            asyncio.get_running_loop().call_later(RETRY_AFTER, self._again, made)
        else:
            self.carrier.receipts_refused += 1

    def _again(self, made: bytes) -> None:
        if self.transport.is_closing():
            return
        self.waiting.append(made)
        out: list[bytes] = []
        self._receipts(out)
        if out:
            self.transport.write(b"".join(out))

    def _other(self, command: int, sequence: int, out: list[bytes]) -> None:
        if command in wire.BIND_COMMANDS:
            self.is_bound = True
            self.carrier.bound += 1
            out.append(wire.bind_resp(command, sequence, b"bench"))
        elif command in wire.REQUESTS_ANSWERED_EMPTY:
            out.append(wire.pdu(command | wire.RESPONSE, 0, sequence))


def receipt(source: bytes, destination: bytes, number: int, text: bytes) -> bytes:
    """A delivery receipt in the form of SMPP 3.4 Appendix B, the id in decimal; its sequence number is 0."""
    date = strftime("%y%m%d%H%M", gmtime()).encode("ascii")
    body = b"id:%010d sub:001 dlvrd:001 submit date:%b done date:%b stat:DELIVRD err:000 text:%b" % (
        number,
        date,
        date,
        text,
    )
    return wire.short_message(wire.DELIVER_SM, 0, source, destination, body, esm_class=0x04)


class Control(asyncio.Protocol):
    """Standard input: a line asks for the counts, the end asks to stop."""

    def __init__(self, carrier: Carrier, stopped: asyncio.Event) -> None:
        self.carrier = carrier
        self.stopped = stopped

    def data_received(self, data: bytes) -> None:
        """One line of counts for each line."""
        for _ in range(data.count(b"\n")):
            print(json.dumps(self.carrier.counts()), flush=True)

    def eof_received(self) -> None:
        """The runner is gone, or wants us to go."""
        self.stopped.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """As above."""
        self.stopped.set()


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    carrier, stopped = Carrier(int(sys.argv[1]) if len(sys.argv) > 1 else 1), asyncio.Event()
    server = await loop.create_server(lambda: Bind(carrier), "127.0.0.1", 0, backlog=512)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.connect_read_pipe(lambda: Control(carrier, stopped), sys.stdin)
    gc.freeze()
    gc.disable()  # nothing here makes cycles; a collection would show up as the path's latency
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    uvloop.run(main())
