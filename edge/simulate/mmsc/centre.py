"""The MMSC as a whole: its listener, what it makes of messages, what it answers and sends."""

import asyncio
import hashlib
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from dataclasses import replace
from types import TracebackType
from typing import Any

from edge.simulate.journal import Journal
from edge.simulate.mmsc import message
from edge.simulate.mmsc.book import Book, Entry
from edge.simulate.mmsc.message import Order, Taken
from edge.simulate.mmsc.options import Options
from edge.simulate.mmsc.outgoing import Outgoing, Sent
from edge.simulate.mmsc.wire import CHUNK, Behaviour, Dialogue, Received
from edge.simulate.values import Span

BACKLOG = 512
OWED = 50_000  # answers and reports under way


class Mmsc:
    """`async with Mmsc(options) as mmsc:` listens on `mmsc.port`. Options may be changed while it runs.

    `taken` are the messages whose end was read, the newest `remember`; `book` what it sent itself. `counts` by what
    happened. `failed` says why it cannot go on (its log cannot be written). Raises ValueError for options that cannot
    be meant, OSError where the address or the log cannot be had.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options if options is not None else Options()
        self.options.check()
        self.taken: deque[Taken] = deque(maxlen=self.options.remember)
        self.book = Book()
        self.counts: Counter[str] = Counter()
        self.failed = ""
        self._random = random.Random(self.options.seed)
        self._server: asyncio.Server | None = None
        self._outgoing = Outgoing(self.options)
        self._journal: Journal | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._series = f"{int(time.time() * 1000):x}{random.getrandbits(24):06x}"
        self._number = 0

    # -- life ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen."""
        options = self.options
        if options.log is not None:
            self._journal = Journal(options.log)
        self._server = await asyncio.start_server(
            self._serve, options.host, options.port, limit=CHUNK, backlog=BACKLOG, reuse_address=True
        )

    async def stop(self) -> None:
        """Close everything; answers and reports that are due later are not sent."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._outgoing.close()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    async def __aenter__(self) -> "Mmsc":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._server is None:
            raise RuntimeError("the MMSC does not listen")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def wait_for(self, condition: Callable[["Mmsc"], object], within: float = 10.0) -> None:
        """Wait until `condition(mmsc)` holds. TimeoutError, with what it counted, if it does not."""
        deadline = time.monotonic() + within
        while not condition(self):
            if time.monotonic() > deadline:
                raise TimeoutError(f"not so within {within:g} s; the MMSC counted {dict(self.counts)}")
            await asyncio.sleep(0.01)

    # -- what it takes -------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.counts["connections"] += 1
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        behaviour = Behaviour(self._recipient, self._cuts, self._end)
        dialogue = Dialogue(reader, writer, behaviour, self.options.domain, self.options.max_size, self.options.tls)
        try:
            await dialogue.run()
        except (OSError, EOFError, TimeoutError, ValueError):
            self.counts["connections lost"] += 1
        except asyncio.CancelledError:
            pass  # we stop
        finally:
            writer.close()
            if task is not None:
                self._tasks.discard(task)

    def _recipient(self, address: str) -> int:
        code = self.options.refuse_recipients.get(message.number(address), 250)
        if code != 250:
            self.counts["recipients refused"] += 1
        return code

    def _hits(self, share: float) -> bool:
        return share >= 1.0 or self._random.random() < share

    def _cuts(self) -> bool:
        cut = self.options.close == "data" and self._hits(self.options.close_share)
        if cut:
            self.counts["cut within a message"] += 1
        return cut

    async def _end(self, received: Received) -> int | None:
        """The end of a message: answered, written down, acted upon."""
        options = self.options
        await asyncio.sleep(self._within(options.delay))
        reply: int | None = 250
        if options.refuse and self._hits(options.refuse_share):
            reply = options.refuse
        if options.silent or (options.close == "after" and self._hits(options.close_share)):
            reply = None
        taken = message.read(
            received.octets,
            (received.sender, received.recipients),
            (received.host, received.helo),
            time.time(),
            reply,
        )
        if options.keep_content:
            taken = replace(taken, content=received.octets)
        if not self._put_down(taken):
            return 451
        self.counts[taken.kind or "no MM4"] += 1
        self.counts["unanswered" if reply is None else f"answered {reply}"] += 1
        self.taken.append(taken)
        if reply in (250, None):
            self._act(taken)
        if options.silent:
            await asyncio.sleep(3600.0)
        return reply

    def _put_down(self, taken: Taken) -> bool:
        """A line for the log, with the kernel before the reply is written. False if that failed."""
        if self._journal is None:
            return True
        self._journal.add({
            "time": round(taken.time, 6),
            "host": taken.host,
            "type": taken.kind,
            "transaction": taken.transaction,
            "id": taken.id,
            "sender": taken.sender,
            "recipients": taken.recipients,
            "octets": taken.octets,
            "sha256": taken.sha256,
            "parts": [tuple(part) for part in taken.parts],
            "status": taken.fields.get("x-mms-request-status-code") or taken.fields.get("x-mms-mm-status-code")
            or taken.fields.get("x-mms-read-status"),
            "reply": taken.reply,
        })  # fmt: skip
        try:
            self._journal.flush()
        except OSError as error:
            self.failed = f"the log cannot be written: {error.strerror or error}"
        return not self.failed

    def _act(self, taken: Taken) -> None:
        kind = taken.kind.lower()
        if kind.endswith(".req") and kind != message.FORWARD.lower():
            self.book.came(taken)
            if taken.asks("x-mms-ack-request"):
                self._later(self._respond(taken, "Ok"))
        elif kind.endswith(".res"):
            self.book.came(taken)
        elif kind == message.FORWARD.lower():
            if taken.asks("x-mms-ack-request") and self.options.respond:
                self._later(self._respond(taken, self.options.status))
            if self.options.status == "Ok":
                self._later(self._reports(taken))

    # -- what it says to that ------------------------------------------------------------------

    def _within(self, span: Span) -> float:
        low, high = span
        return low if low == high else self._random.uniform(low, high)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        if self.options.relay is None or len(self._tasks) >= OWED:
            self.counts["answers not sent"] += 1
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _respond(self, taken: Taken, status: str) -> None:
        await asyncio.sleep(self._within(self.options.response_delay))
        octets = message.response(taken, status, self.options.address, time.time())
        await self._say(f"response {status}", (message.answered_at(taken),), octets)

    async def _reports(self, taken: Taken) -> None:
        options = self.options
        if taken.asks("x-mms-delivery-report") and options.reports:
            await asyncio.sleep(self._within(options.report_delay))
            for recipient in taken.numbers:
                status = self._drawn(options.reports)
                await self._report(taken, recipient, status, message.report)
        if taken.asks("x-mms-read-reply") and options.read:
            await asyncio.sleep(self._within(options.read_delay))
            for recipient in taken.numbers:
                await self._report(taken, recipient, self._drawn(options.read), message.read_reply)

    def _drawn(self, words: dict[str, float]) -> str:
        return self._random.choices(tuple(words), tuple(words.values()))[0]

    async def _report(self, taken: Taken, recipient: str, status: str, write: Callable[..., bytes]) -> None:
        address, now = self.options.address, time.time()
        octets = write(taken, recipient, status, message.transaction(self.next_id()), address, now)
        to = message.answered_at(taken)
        domain = to.rpartition("@")[2]
        party = message.plmn(message.number(taken.fields.get("from", "")), domain)
        await self._say(f"report {status}", (party if domain else to,), octets)

    async def _say(self, what: str, recipients: tuple[str, ...], octets: bytes) -> None:
        sent = await self._outgoing.send(self.options.address, recipients, octets)
        self.counts[f"{what}: {sent.code or 'no reply'}"] += 1

    # -- what it sends -------------------------------------------------------------------------

    def next_id(self) -> str:
        """A Message-ID that nobody had before."""
        self._number += 1
        return f"{self._series}.{self._number}@{self.options.domain}"

    async def send(self, order: Order) -> Entry:
        """Send a message; what comes back for it is in the entry, in `book` too."""
        message_id, now = self.next_id(), time.time()
        body = message.forward(order, message_id, self.options.address, now).partition(b"\r\n\r\n")[2]
        digest = hashlib.sha256(body).hexdigest()
        entry = Entry(order, message_id, message.transaction(message_id), digest, now)
        self.book.add(entry)
        await self.again(entry)
        return entry

    async def again(self, entry: Entry) -> Sent:
        """Send a message once more, as a queue does: the same octets, ids and all."""
        order = entry.order
        octets = message.forward(order, entry.id, self.options.address, entry.at)
        sender = message.plmn(order.envelope or order.sender, self.options.domain)
        recipients = tuple(message.plmn(each, order.domain) for each in order.recipients)
        sent = await self._outgoing.send(sender, recipients, octets)
        self.counts[f"sent: {sent.code or 'no reply'}"] += 1
        entry.sent = sent
        entry.tries += 1
        entry.unknown += sent.unknown
        return sent

    async def deliver(self, order: Order, pause: float = 0.5, within: float = 60.0) -> Entry:
        """Send a message as a queue does: again after every 4xx and every silence, for a time."""
        entry = await self.send(order)
        await self.persist(entry, pause, within)
        return entry

    async def persist(self, entry: Entry, pause: float = 0.5, within: float = 60.0) -> None:
        """The same for a message that was sent before."""
        until = time.monotonic() + within
        while entry.sent is not None and entry.sent.code < 500 and not entry.sent.good and time.monotonic() < until:
            await asyncio.sleep(pause)
            await self.again(entry)

    async def send_raw(self, sender: str, recipients: tuple[str, ...], octets: bytes) -> Sent:
        """Send octets as they are, addresses too."""
        return await self._outgoing.send(sender, recipients, octets)
