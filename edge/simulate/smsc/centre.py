"""The state that all binds of one SMSC share, and the acceptance of a message. Opens no socket."""

import asyncio
import time
from functools import partial
from typing import Any

from edge.simulate.journal import Journal
from edge.simulate.smsc.agenda import Agenda
from edge.simulate.smsc.behaviour import Behaviour
from edge.simulate.smsc.counts import Counts
from edge.simulate.smsc.deliveries import Deliveries, Delivery
from edge.simulate.smsc.identifiers import spelled
from edge.simulate.smsc.memory import Memory, Message
from edge.simulate.smsc.options import Options
from edge.simulate.smsc.receipts import compose, wanted

SETS = 10_000  # long messages whose parts are gathered at once

SetKey = tuple[str, bytes, bytes, int, int]


class Centre:
    """`failed` says why the SMSC cannot go on (its log cannot be written), empty while it can."""

    def __init__(self, options: Options, loop: asyncio.AbstractEventLoop) -> None:
        self.options = options
        self.counts = Counts()
        self.agenda = Agenda(loop)
        self.behaviour = Behaviour(options)
        self.deliveries = Deliveries(options, self.agenda, self.counts)
        self.memory = Memory(options.remember)
        self.journal = Journal(options.log) if options.log is not None else None
        self.failed = ""
        self._next = options.first_id
        self._sets: dict[SetKey, set[int]] = {}

    def next_id(self) -> tuple[int, str]:
        """The next message id: its number, and how it is spelled."""
        number = self._next
        self._next += 1
        return number, spelled(number, self.options.ids)

    def accept(self, message: Message) -> None:
        """Take a message: remembered, counted and put down; its receipt is `start_receipt`'s."""
        self.memory.add(message)
        self.counts.accepted += 1
        if message.part is not None:
            self._count_part(message, message.part)
        self.note(message, 0)

    def _count_part(self, message: Message, part: tuple[int, int, int]) -> None:
        self.counts.parts += 1
        reference, total, number = part
        key = (message.system_id, message.sender[2], message.recipient[2], reference, total)
        seen = self._sets.setdefault(key, set())
        seen.add(number)
        if len(seen) == total:
            self.counts.sets += 1
            del self._sets[key]
        elif len(self._sets) > SETS:
            del self._sets[next(iter(self._sets))]

    def note(self, message: Message, status: int | None) -> None:
        """A line for the log: every message accepted; others, and None for no answer, by `log_all`."""
        if self.journal is None or (status != 0 and not self.options.log_all):
            return
        line: dict[str, Any] = {
            "time": round(message.time, 6),
            "operation": message.operation,
            "status": status,
            "system_id": message.system_id,
            "sequence": message.sequence,
            "message_id": message.id,
            "source": message.source,
            "destination": message.destination,
            "octets": len(message.body),
            "dcs": message.data_coding,
            "esm_class": message.esm_class,
        }
        if message.part is not None:
            line["part"] = message.part
        if self.options.log_text:
            line["text"] = message.text
        self.journal.add(line)

    def put_down(self) -> bool:
        """Hand the log's lines to the kernel, before their answers are written. False if that failed."""
        if self.journal is not None:
            try:
                self.journal.flush()
            except OSError as error:
                self.failed = f"the log cannot be written: {error.strerror or error}"
        return not self.failed

    # -- receipts ------------------------------------------------------------------------------

    def start_receipt(self, message: Message, now: float) -> None:
        """Have the receipt sent when the message reaches its state; at once where nothing is to be waited for."""
        if message.receipted or not wanted(self.options, message.registered_delivery, message.state):
            return
        if message.due <= now:
            self._receipt(message, now)
        elif not self.agenda.at(message.due, partial(self._receipt, message)):
            self.counts.dropped += 1

    def _receipt(self, message: Message, now: float) -> None:
        if message.receipted:  # it was cancelled meanwhile
            return
        message.receipted = True
        self.counts.receipts += 1
        raw = compose(message, message.state, time.time(), self.options)
        self.deliveries.offer(message.system_id, Delivery(raw), now)
