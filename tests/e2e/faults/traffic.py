"""Customers at full rate that never send a message twice, and the book of what became of each message.

Message n goes to a number of its own and says `m` and its number, so it can be found in the carrier's log and
in the audit. Nothing here decides what is right: `reckoning` does.
"""

import asyncio
from time import monotonic

from edge.simulate.esme import Binding, BindRefused, Client
from smpp.consts import Status
from smpp.fast import read_message_id
from smpp.frame import Frame
from smpp.transport import Outbox
from tests.e2e.wires import submit_pdu

LOST = -1  # the connection ended before an answer came
PAUSE = 0.02  # seconds a bind waits after an answer that asks for less, or says that nothing works
EXCHANGES = tuple(number for number in range(220, 400) if number % 100 != 11)
PLACEHOLDER = "14160000000"
SLOW_DOWN = frozenset({Status.ESME_RSYSERR, Status.ESME_RMSGQFUL, Status.ESME_RTHROTTLED})


def destination(number: int) -> str:
    """The recipient of message `number`: a well-formed number that nobody else gets. At most 1.7 million."""
    return f"1416{EXCHANGES[number // 10_000]}{number % 10_000:04}"


def number_of(address: str) -> int:
    """The message that goes to this number."""
    digits = address.lstrip("+")
    return EXCHANGES.index(int(digits[4:7])) * 10_000 + int(digits[7:])


class Traffic:
    """`binds` customers with a window each.

    By message: `status` is the command_status it was answered with, or `LOST`, `answered_at` when (monotonic),
    `ids` the id that was given out. `unasked` counts answers to nothing.
    """

    def __init__(self, port: int, system_id: str, source: str, binds: int = 4, window: int = 50) -> None:
        self.status: dict[int, int] = {}
        self.sent = 0
        self.unasked = 0
        self.ids: dict[int, str] = {}
        self.answered_at: dict[int, float] = {}
        self.running = True
        self._binding = Binding("127.0.0.1", port, system_id, "secret", window=window, response_timeout=120.0)
        self._binds = binds
        self._template = submit_pdu(source, PLACEHOLDER, b"m0000000")
        self._tasks: list[asyncio.Task[None]] = []
        self.customers: set[Customer] = set()

    def start(self) -> None:
        """Bind and send."""
        loop = asyncio.get_running_loop()
        outbox = Outbox(loop)
        self._tasks = [loop.create_task(self._keep_bound(outbox)) for _ in range(self._binds)]

    async def _keep_bound(self, outbox: Outbox) -> None:
        """One bind after another, as long as there is traffic to be sent."""
        while self.running:
            customer = Customer(self, self._binding, outbox)
            try:
                await customer.open()
            except (OSError, BindRefused, TimeoutError):
                await asyncio.sleep(0.1)
                continue
            self.customers.add(customer)
            customer.pump(monotonic())
            await customer.wait_gone()
            self.customers.discard(customer)
            self.unasked += customer.faults.get("unmatched-response", 0)

    async def stop(self, patience: float = 60.0) -> None:
        """Send nothing more, wait for the answers that are owed, leave."""
        self.running = False
        deadline = monotonic() + patience
        while self.waiting and monotonic() < deadline:
            await asyncio.sleep(0.02)
        for customer in list(self.customers):
            await customer.unbind()
        await asyncio.gather(*self._tasks)

    @property
    def waiting(self) -> int:
        """Messages that are sent and not answered yet."""
        return self.sent - len(self.status)

    @property
    def good(self) -> int:
        """Messages that were acknowledged."""
        return sum(not status for status in self.status.values())

    def next_message(self) -> tuple[int, bytes]:
        """The next message: its number and PDU."""
        number = self.sent
        self.sent += 1
        raw = self._template.replace(PLACEHOLDER.encode(), destination(number).encode())
        return number, raw.replace(b"m0000000", b"m%07d" % number)


class Customer(Client):
    """One bind that keeps its window full. After an answer that asks for less it waits a little."""

    def __init__(self, traffic: Traffic, binding: Binding, outbox: Outbox) -> None:
        super().__init__(binding, outbox)
        self._traffic = traffic
        self._slow_until = 0.0

    def pump(self, now: float) -> None:
        """Send while there is room."""
        traffic = self._traffic
        while traffic.running and now >= self._slow_until and self.has_room:
            number, raw = traffic.next_message()
            self.send(raw, number, now)

    def answered(self, context: object, frame: Frame, now: float) -> None:
        """Write down what it was."""
        assert isinstance(context, int)
        assert context not in self._traffic.status
        self._traffic.status[context] = frame.status
        self._traffic.answered_at[context] = now
        if not frame.status:
            self._traffic.ids[context] = read_message_id(frame.raw).decode()
        elif frame.status in SLOW_DOWN and now >= self._slow_until:
            self._slow_until = now + PAUSE
            asyncio.get_running_loop().call_later(PAUSE * 1.1, self._resume)

    def _resume(self) -> None:
        if self.bound:
            self.pump(monotonic())

    def unanswered(self, context: object, now: float) -> None:
        """Nobody will ever say what became of it."""
        assert isinstance(context, int)
        self._traffic.status[context] = LOST

    def batch_done(self, now: float) -> None:
        """There may be room again."""
        if self.bound:
            self.pump(now)
