"""One connection at the simulated SMSC: bind, requests, deliveries. What a message means: `submit`, `manage`."""

from collections.abc import Callable
from functools import partial
from hmac import compare_digest

from edge.simulate.smsc import manage, submit
from edge.simulate.smsc.centre import Centre
from edge.simulate.smsc.deliveries import Delivery
from smpp.codec import build, parse
from smpp.consts import RESPONSE, CommandId, Status, Tag
from smpp.errors import AnswerAndContinue
from smpp.frame import Frame
from smpp.session import BOUND_STATE, Role, Session, State
from smpp.timers import Limits
from smpp.transport import Line
from smpp.window import Pending

Request = Callable[["Peer", Frame, float], None]
MESSAGES: dict[int, Request] = {
    CommandId.SUBMIT_SM: submit.submit_sm,
    CommandId.DATA_SM: submit.data_sm,
    CommandId.SUBMIT_MULTI: submit.submit_multi,
}
MANAGEMENT: dict[int, Request] = {
    CommandId.QUERY_SM: manage.query_sm,
    CommandId.CANCEL_SM: manage.cancel_sm,
    CommandId.REPLACE_SM: manage.replace_sm,
}
UNBIND_WAIT = 5.0  # seconds for answers on their way once the peer unbinds
_RECEIVES = frozenset({State.BOUND_RX, State.BOUND_TRX})
_BOUND = frozenset(BOUND_STATE.values())


class Peer:
    """An `smpp.transport.Handler` and a `Receiver`. `waiting` messages are taken and not answered yet."""

    def __init__(self, centre: Centre, peers: set["Peer"], now: float) -> None:
        options = centre.options
        limits = Limits(options.session_init, options.enquire_link, options.response_timeout)
        self.centre = centre
        self.session = Session(
            Role.SMSC, now, limits, options.deliver_window, self._fault, first_sequence=options.first_sequence
        )
        self.line: Line | None = None
        self.system_id = ""
        self.waiting = 0
        self._to_leave = False
        self._unbind: tuple[int, float] | None = None
        self._peers = peers

    def _fault(self, kind: str) -> None:
        self.centre.counts.faults[kind] += 1

    @property
    def bound(self) -> bool:
        """Whether a bind stands."""
        return self.session.state in _BOUND

    # -- Handler -------------------------------------------------------------------------------

    def connected(self, line: Line) -> None:
        """A connection was accepted."""
        self.line = line
        self.centre.counts.connections += 1
        self._peers.add(self)

    def received(self, data: bytes, now: float) -> None:
        """Requests, and answers to what we delivered. The log is put down before any answer can be written."""
        behaviour = self.centre.behaviour
        silent_before = behaviour.mute and (self.bound or behaviour.silent == "connect")
        answered = False
        for frame, entry in self.session.receive(data, now):
            if entry is not None:
                self._answered(frame, entry[2], now)
                answered = True
                continue
            try:
                self._asked(frame, now)
            except AnswerAndContinue as error:
                self._fault("bad-pdu")
                self.session.refuse(frame, error.status)
        if self._to_leave:  # behind the answers of this read
            self._to_leave = False
            self.send_off(now)
        if not self.centre.put_down() and self.line is not None:
            self.line.abort()  # nothing of what could not be put down may be acknowledged
        if silent_before:
            self.session.out.clear()
        elif answered:
            self.centre.deliveries.pump(self.system_id, now)

    def _answered(self, frame: Frame, context: object, now: float) -> None:
        if isinstance(context, Delivery):
            self.centre.deliveries.answered(self.system_id, context, frame.status, now)
        else:
            self.session.close("unbound")

    def _asked(self, frame: Frame, now: float) -> None:
        command = frame.command_id
        if command in MESSAGES:
            MESSAGES[command](self, frame, now)
        elif command in MANAGEMENT:
            self.centre.counts.queries += 1
            if not self.centre.behaviour.silent:
                MANAGEMENT[command](self, frame, now)
        elif command == CommandId.UNBIND:
            self._unbinds(frame.sequence, now)
        else:
            self._binds(frame, now)

    def lost(self, pending: list[tuple[int, Pending]], now: float) -> None:
        """The connection is gone."""
        self._peers.discard(self)
        self.line = None
        if self.system_id:
            unanswered = [delivery for _, (_, _, delivery) in pending if isinstance(delivery, Delivery)]
            self.centre.deliveries.leave(self, unanswered, now)

    def _unbinds(self, sequence: int, now: float) -> None:
        """Answers on their way still go out, for a bounded time."""
        self.session.unbinding()
        if self.waiting:
            self._unbind = (sequence, now + UNBIND_WAIT)
        else:
            self.session.accept_unbind(sequence)

    # -- bind ----------------------------------------------------------------------------------

    def _binds(self, frame: Frame, now: float) -> None:
        if self.centre.behaviour.silent == "connect":
            return
        if self.bound:
            self.session.refuse(frame, Status.ESME_RALYBND)
            return
        options = self.centre.options
        if options.version < 0x34 and frame.command_id == CommandId.BIND_TRANSCEIVER:
            self.session.nack(frame.sequence, Status.ESME_RINVCMDID)  # 3.3 does not know it
            return
        fields = parse(frame.raw).fields
        system_id, password, version = fields["system_id"], fields["password"], fields["interface_version"]
        assert isinstance(system_id, bytes)
        assert isinstance(password, bytes)
        assert isinstance(version, int)
        status = options.bind_status or self._proof(system_id.decode("latin-1"), password)
        if status:
            self.centre.counts.binds_refused += 1
            self.session.refuse(frame, status)
            self.session.close("bind refused")
            return
        self._bound(frame, system_id.decode("latin-1"), min(version, options.version), now)

    def _proof(self, system_id: str, password: bytes) -> int:
        accounts = self.centre.options.accounts
        if not accounts:
            return Status.ESME_ROK
        if system_id not in accounts:
            return Status.ESME_RINVSYSID
        right = accounts[system_id].encode("latin-1", "replace")
        return Status.ESME_ROK if compare_digest(right, password) else Status.ESME_RINVPASWD

    def _bound(self, frame: Frame, system_id: str, version: int, now: float) -> None:
        self.system_id = system_id
        self.centre.counts.binds += 1
        self.session.bound(frame.command_id, version, now)
        own = self.centre.options
        tlvs = [(int(Tag.SC_INTERFACE_VERSION), bytes((own.version,)))] if version >= 0x34 else []
        fields = {"system_id": own.system_id.encode("latin-1", "replace")[:15]}
        self.session.out.append(build(frame.command_id | RESPONSE, 0, frame.sequence, fields, tlvs))
        if self.session.state in _RECEIVES:
            self.centre.deliveries.join(self)
            self.centre.deliveries.pump(system_id, now)

    # -- what goes out -------------------------------------------------------------------------

    def answer(self, raw: bytes, wait: float, now: float) -> None:
        """Answer now, or in `wait` seconds; twice if so told."""
        copies = raw + raw if self.centre.options.answer_twice else raw
        if wait <= 0.0:
            self.session.out.append(copies)
            return
        if self.centre.agenda.at(now + wait, partial(self._answer_late, copies)):
            self.waiting += 1
        else:
            self.centre.counts.unanswered += 1

    def _answer_late(self, raw: bytes, now: float) -> None:
        self.waiting -= 1
        if self.line is not None and not self.centre.behaviour.mute:
            self.session.out.append(raw)
            if self._unbind is not None and not self.waiting:
                self.session.accept_unbind(self._unbind[0])
            self.line.wake()

    def has_room(self) -> bool:
        """Whether a deliver_sm may go out now."""
        line = self.line
        return (
            line is not None
            and not line.blocked
            and not self.session.closing
            and self.session.state in _RECEIVES
            and not self.session.window.full
            and not self.centre.behaviour.mute
        )

    def deliver(self, delivery: Delivery, now: float) -> None:
        """Send a deliver_sm; the caller has asked `has_room`."""
        self.session.request(delivery.raw, delivery, now)
        if self.line is not None:
            self.line.wake()

    # -- ends ----------------------------------------------------------------------------------

    def cut(self, now: float) -> None:
        """Drop the connection as it is, answers not yet written included; or unbind, if so told."""
        self.centre.counts.cut += 1
        if self.centre.options.disconnect_politely:
            self._to_leave = True
            return
        self.session.close("cut")
        if self.line is not None:
            self.line.abort()

    def send_off(self, now: float) -> None:
        """Unbind, or close where nothing is bound."""
        if self.bound:
            self.session.unbind(now)
        else:
            self.session.close("the SMSC stops")
        if self.line is not None:
            self.line.wake()

    def tick(self, now: float) -> None:
        """Keep-alive and time-outs; a silent SMSC has neither."""
        if self.line is None or self.centre.behaviour.mute:
            return
        if self._to_leave:
            self._to_leave = False
            self.send_off(now)
        if self._unbind is not None and now >= self._unbind[1]:
            self.session.accept_unbind(self._unbind[0])
        for _, (_, _, context) in self.session.tick(now):
            if isinstance(context, Delivery):
                self.centre.deliveries.expired(self.system_id, context, now)
            else:
                self.session.close("unbind was not answered")
        if self.session.closing and not self.session.out:
            self.line.abort()
        else:
            self.line.wake()
        self.centre.deliveries.pump(self.system_id, now)
