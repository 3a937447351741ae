"""An SMPP session as a state machine, for both roles, without a socket.

Bytes go in by `receive`, which yields what the application must see; bytes to write gather in `out`.
What is allowed when stands in one table, `REQUESTS`; enquire_link, unknown commands, faulty framing and
PDUs out of state are answered here and never reach the application.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from struct import Struct

from smpp.consts import CommandId as C
from smpp.consts import Status
from smpp.errors import AnswerAndClose
from smpp.frame import BOUND_LIMIT, UNBOUND_LIMIT, Frame, Framer
from smpp.timers import Clock, Due, Limits, due
from smpp.window import GENERIC_NACK, RESPONSE, Pending, Window

HEADER = Struct(">IIII")


class Role(Enum):
    """Which side of the session we are."""

    SMSC = "smsc"
    ESME = "esme"


class State(Enum):
    """3.4 section 2.2, and UNBINDING: our unbind is out, or the peer's is in, and answers still flow."""

    OPEN = "open"
    BOUND_TX = "bound_tx"
    BOUND_RX = "bound_rx"
    BOUND_TRX = "bound_trx"
    UNBINDING = "unbinding"
    CLOSED = "closed"


_BINDS = frozenset({C.BIND_TRANSMITTER, C.BIND_RECEIVER, C.BIND_TRANSCEIVER})
_TO_SMSC = frozenset({C.SUBMIT_SM, C.SUBMIT_MULTI, C.DATA_SM, C.QUERY_SM, C.CANCEL_SM, C.REPLACE_SM})
_TO_ESME = frozenset({C.DELIVER_SM, C.DATA_SM, C.ALERT_NOTIFICATION})

# The requests that reach the application, by what we are and what the session is (3.4 table 2-1).
# A second bind is let through while bound: it has an answer of its own, ESME_RALYBND.
REQUESTS: dict[tuple[Role, State], frozenset[int]] = {
    (Role.SMSC, State.OPEN): _BINDS,
    (Role.SMSC, State.BOUND_TX): _TO_SMSC | _BINDS | {C.UNBIND},
    (Role.SMSC, State.BOUND_RX): _BINDS | {C.UNBIND},
    (Role.SMSC, State.BOUND_TRX): _TO_SMSC | _BINDS | {C.UNBIND},
    (Role.SMSC, State.UNBINDING): frozenset({C.UNBIND}),
    (Role.SMSC, State.CLOSED): frozenset(),
    (Role.ESME, State.OPEN): frozenset(),
    (Role.ESME, State.BOUND_TX): frozenset({C.UNBIND}),
    (Role.ESME, State.BOUND_RX): _TO_ESME | {C.UNBIND},
    (Role.ESME, State.BOUND_TRX): _TO_ESME | {C.UNBIND},
    (Role.ESME, State.UNBINDING): frozenset({C.UNBIND}),
    (Role.ESME, State.CLOSED): frozenset(),
}

# Where a successful bind leads, by its command.
BOUND_STATE: dict[int, State] = {
    C.BIND_TRANSMITTER: State.BOUND_TX,
    C.BIND_RECEIVER: State.BOUND_RX,
    C.BIND_TRANSCEIVER: State.BOUND_TRX,
}

# Requests without a response of their own: a refusal can only be a generic_nack.
_NO_RESPONSE = frozenset({C.OUTBIND, C.ALERT_NOTIFICATION})
# Cell broadcast (5.0 section 4.4) is valid and not offered: answered like a command that is not known.
_NOT_OFFERED = frozenset({C.BROADCAST_SM, C.QUERY_BROADCAST_SM, C.CANCEL_BROADCAST_SM})
_COMMANDS = frozenset(int(command) for command in C)

Received = tuple[Frame, Pending | None]
"""What the application sees: a request (None), or a response with the request it answers."""


class Session:
    """One connection's protocol state.

    `faults` is called with a short kind for everything wrong that was dealt with here ("unknown-command",
    "wrong-state", ...). `closing` says why the connection is to be closed once `out` is written, "" while
    it is not. `first_sequence` is where our own numbering begins.
    """

    __slots__ = (
        "_allowed",
        "_framer",
        "clock",
        "closing",
        "faults",
        "limits",
        "out",
        "role",
        "state",
        "version",
        "window",
    )

    def __init__(
        self,
        role: Role,
        now: float,
        limits: Limits,
        window: int = 10,
        faults: Callable[[str], None] = lambda kind: None,
        first_sequence: int = 1,
    ) -> None:
        self.role = role
        self.limits = limits
        self.clock = Clock.start(now)
        self.window = Window(window, first_sequence)
        self.faults = faults
        self.version = 0x34
        self.out: list[bytes] = []
        self.closing = ""
        # A stranger gets little memory. A carrier that we dialled may send a long deliver_sm right behind
        # its bind_resp, in the same read.
        self._framer = Framer(UNBOUND_LIMIT if role is Role.SMSC else BOUND_LIMIT)
        self._enter(State.OPEN)

    def _enter(self, state: State) -> None:
        self.state = state
        self._allowed = REQUESTS[self.role, state]

    # -- what comes in -------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> Iterator[Received]:
        """Take bytes from the peer; yield the requests and matched responses for the application, in order.

        Each is yielded before the next is looked at, so that what follows a bind in the same read is judged
        by the state which that bind left. The caller exhausts the iterator, writes `out` and closes when
        `closing` is set. Everything else is dealt with here.
        """
        if self._over():
            return
        self.clock.heard = now
        resolve = self.window.resolve
        for frame in self._framer.feed(data):
            command = frame.command_id
            if self._over():
                return
            if command in self._allowed:
                yield frame, None
            elif command & RESPONSE:
                entry = resolve(command, frame.sequence)
                if entry is None:
                    self._unmatched(frame)
                elif entry[0] != C.ENQUIRE_LINK_RESP:
                    yield frame, entry
            else:
                self._elsewhere(frame)
        if self._framer.error is not None:
            self._lost_framing(self._framer.error)

    def _over(self) -> bool:
        """Whether nothing that comes in matters any more: the application may end it between two PDUs."""
        return bool(self.closing)

    def _unmatched(self, frame: Frame) -> None:
        """A response that answers nothing. generic_nack with sequence 0 says that the peer lost framing."""
        if frame.command_id == GENERIC_NACK and frame.sequence == 0:
            self.faults("peer-lost-framing")
            self.closing = "the peer lost framing (generic_nack, sequence 0)"
        elif frame.command_id not in _COMMANDS:
            self.faults("unknown-response")
        else:
            self.faults("unmatched-response")

    def _elsewhere(self, frame: Frame) -> None:
        """A request that is not the application's: answer it as the protocol says."""
        command = frame.command_id
        if command == C.ENQUIRE_LINK:
            self.out.append(HEADER.pack(16, C.ENQUIRE_LINK_RESP, 0, frame.sequence))
        elif command == C.UNBIND:  # before any bind: no harm, be polite
            self.out.append(HEADER.pack(16, C.UNBIND_RESP, 0, frame.sequence))
            self.closing = "unbind"
        elif command not in _COMMANDS or command in _NOT_OFFERED:
            self.faults("unknown-command")
            self.nack(frame.sequence, Status.ESME_RINVCMDID)
        else:
            self.faults("wrong-state")
            # While unbinding the message is not at fault: a temporary error lets the peer send it elsewhere.
            unbinding = self.state is State.UNBINDING
            self.refuse(frame, Status.ESME_RSYSERR if unbinding else Status.ESME_RINVBNDSTS)

    def _lost_framing(self, error: Exception) -> None:
        """The stream cannot be read on: say so if the peer speaks SMPP at all, and close."""
        if isinstance(error, AnswerAndClose):
            self.faults("framing")
            self.nack(0, error.status)
        else:
            self.faults("not-smpp")
        self.closing = str(error)

    # -- what goes out -------------------------------------------------------------------------

    def refuse(self, frame: Frame, status: int) -> None:
        """Answer a request with an error and no body (3.4 section 4.4.2: none on error)."""
        if frame.command_id in _NO_RESPONSE:
            self.nack(frame.sequence, status)
        else:
            self.out.append(HEADER.pack(16, frame.command_id | RESPONSE, status, frame.sequence))

    def nack(self, sequence: int, status: int) -> None:
        """Send a generic_nack."""
        self.out.append(HEADER.pack(16, GENERIC_NACK, status, sequence))

    def request(self, raw: bytes, context: object, now: float) -> int:
        """Send a whole request PDU under a sequence number of our own; returns it.

        Only the four sequence octets change: TLVs and unknown fields pass bit for bit. `context` comes
        back with the response. The request is registered before it can be written.
        """
        sequence = self.window.open(int.from_bytes(raw[4:8]), context, now)
        self.out.append(raw[:12] + sequence.to_bytes(4) + raw[16:])
        return sequence

    def enquire(self, now: float) -> None:
        """Ask for a sign of life now."""
        self.clock.asked = now
        self.request(HEADER.pack(16, C.ENQUIRE_LINK, 0, 0), None, now)

    def notify(self, raw: bytes) -> None:
        """Send a request that has no response (alert_notification) under a sequence number of our own."""
        self.out.append(raw[:12] + self.window.skip().to_bytes(4) + raw[16:])

    def bound(self, command: int, version: int, now: float) -> None:
        """A bind was accepted (by us or by the peer): `command` is the bind request's command_id."""
        self._enter(BOUND_STATE[command])
        self._framer.limit = BOUND_LIMIT
        self.version = version
        self.clock.bound = True
        self.clock.active = now

    def unbind(self, now: float) -> None:
        """Ask to end the session. Answers still flow; new requests of the peer get a temporary error."""
        if self.state in (State.UNBINDING, State.CLOSED):
            return
        self._enter(State.UNBINDING)
        self.request(HEADER.pack(16, C.UNBIND, 0, 0), None, now)

    def unbinding(self) -> None:
        """The peer asked to end the session: take no new requests from it. `accept_unbind` answers."""
        self._enter(State.UNBINDING)

    def accept_unbind(self, sequence: int) -> None:
        """Answer the peer's unbind and close after it is written."""
        self.out.append(HEADER.pack(16, C.UNBIND_RESP, 0, sequence))
        self.closing = self.closing or "unbind"

    def close(self, reason: str) -> None:
        """Close once what is in `out` is written."""
        self.closing = self.closing or reason

    def ended(self) -> list[tuple[int, Pending]]:
        """The connection is gone: nothing more goes in or out. Returns the requests nobody will answer."""
        self._enter(State.CLOSED)
        self.closing = self.closing or "connection lost"
        return self.window.take_all()

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now: float) -> list[tuple[int, Pending]]:
        """Once per coarse tick: send a due enquire_link, close on a time-out, return expired requests."""
        what = due(self.limits, self.clock, now)
        if what is Due.ENQUIRE:
            self.enquire(now)
        elif what is not Due.NOTHING:
            self.faults("timeout-" + what.name.lower().replace("_", "-"))
            self.close(what.value)
        expired = self.window.expired(now, self.limits.response)
        return [(sequence, entry) for sequence, entry in expired if entry[0] != C.ENQUIRE_LINK_RESP]
