"""One connection of a customer: its bind, what it may ask, and the answers it gets.

What each request means stands in the files beside this one (`submit`, `multi`, `manage`); here is the
table that picks them, and everything that a session as such does.
"""

import asyncio
from collections.abc import Callable
from functools import partial

from edge.channels.deliveries import Delivery, Taken
from edge.channels.notices import Notices
from edge.channels.smpp import manage, multi, submit
from edge.channels.smpp.answer import answered, unanswered
from edge.channels.smpp.compose import without_tlvs
from edge.channels.smpp.gate import BIND_REFUSED
from edge.channels.smpp.service import Service
from edge.channels.transit import Ending, Transit
from edge.core.account import Account, Bind
from smpp.codec import build, parse
from smpp.consts import RESPONSE, CommandId, Status, Tag
from smpp.errors import AnswerAndContinue
from smpp.frame import Frame
from smpp.session import BOUND_STATE, Role, Session, State
from smpp.timers import Limits
from smpp.transport import Line
from smpp.window import Pending

NOTICES = Notices("smsedge.smpp")
PROBE_AFTER = 5.0  # seconds: a bind that says nothing for so long after a probe is dead, and makes room
VERSIONS = frozenset({0x33, 0x34, 0x50})
_RECEIVES = frozenset({State.BOUND_RX, State.BOUND_TRX})

Request = Callable[["Customer", Frame, float], None]
REQUESTS: dict[int, Request] = {
    CommandId.SUBMIT_SM: submit.submit_sm,
    CommandId.DATA_SM: submit.data_sm,
    CommandId.SUBMIT_MULTI: multi.submit_multi,
    CommandId.QUERY_SM: manage.query_sm,
    CommandId.CANCEL_SM: manage.cancel_sm,
    CommandId.REPLACE_SM: manage.replace_sm,
}


class Customer:
    """A customer's session: an `smpp.transport.Handler`, a `Sender` of transits and a `Receiver` of deliveries.

    `inflight` counts requests that wait for our answer; beyond the bind's window they get 0x14 at once.
    `account` and `bind` are the conf's at the time of the bind, renewed at a reload.
    """

    account: Account
    bind: Bind

    def __init__(self, service: Service, now: float, tls: bool) -> None:
        conf = service.desk.conf.smpp
        limits = Limits(conf.session_init, conf.enquire_link, conf.response_timeout, conf.inactivity)
        self.service = service
        self.session = Session(Role.SMSC, now, limits, conf.deliver_window, self._fault, service.first_sequence)
        self.name = "unbound"
        self.inflight = 0
        self.line: Line | None = None
        self._tls = tls
        self._bound = False
        self._binding = False
        self._probed = 0.0

    def _fault(self, kind: str) -> None:
        self.service.desk.metrics.protocol_errors.add(("customer", kind))
        NOTICES.say(kind, self.label, f"protocol fault: {kind}")

    @property
    def label(self) -> str:
        """For logs: the session's name and where it comes from."""
        return f"{self.name} ({self.line.peer[0]})" if self.line is not None else self.name

    # -- Handler -------------------------------------------------------------------------------

    def connected(self, line: Line) -> None:
        """A socket was accepted; who it is shows at the bind."""
        self.line = line
        service = self.service
        service.connections.add(self)
        service.unbound += 1
        conf = service.desk.conf.smpp
        for cap, over in (
            ("connections", len(service.connections) > conf.max_connections),
            ("unbound-connections", service.unbound > conf.max_unbound),
            ("draining", service.draining),
        ):
            if over:
                service.desk.metrics.caps.add((cap,))
                self.session.close(cap)

    def received(self, data: bytes, now: float) -> None:
        """Requests, and answers to what we delivered. Submissions that follow each other are read together."""
        done = 0
        submits: list[Frame] = []
        for frame, entry in self.session.receive(data, now):
            if frame.command_id == CommandId.SUBMIT_SM:
                submits.append(frame)
                continue
            if submits:
                self._submits(submits, now)
                submits = []
                if self.session.closing:
                    break
            if entry is not None:
                delivery = entry[2]
                if isinstance(delivery, Delivery):
                    done += 1
                    nacked = frame.command_id == CommandId.GENERIC_NACK
                    delivery.done(frame.status or (Status.ESME_RX_T_APPN if nacked else 0), now)
                else:
                    self.session.close("unbound")
                continue
            self._attempt(frame, now)
        if submits:
            self._submits(submits, now)
        if done:
            self.service.deliveries.room(self.account.name, now)

    def _submits(self, frames: list[Frame], now: float) -> None:
        """In their order, until one of them ends the session (what came behind them in the same read may have)."""
        if len(frames) == 1:
            self._attempt(frames[0], now)
            return
        closing = self.session.closing
        for frame, read in zip(frames, submit.read_ahead(self, frames, now), strict=True):
            if self.session.closing != closing:
                return
            self._attempt(frame, now, read)

    def _attempt(self, frame: Frame, now: float, read: submit.Read | None = None) -> None:
        """A request; whatever is wrong with it, it is answered."""
        try:
            self._asked(frame, now, read)
        except AnswerAndContinue as error:
            self._fault("bad-pdu")
            self.session.refuse(frame, error.status)
        except Exception as error:
            NOTICES.bug(self.service.desk.metrics, self.label, error)
            self.session.refuse(frame, Status.ESME_RSYSERR)

    def _asked(self, frame: Frame, now: float, read: submit.Read | None) -> None:
        request = REQUESTS.get(frame.command_id)
        if request is not None:
            self.session.clock.active = now
            if self.inflight >= self.bind.window:
                self.service.desk.metrics.caps.add(("customer-window",))
                self.session.refuse(frame, Status.ESME_RMSGQFUL)
                return
            if read is not None:
                submit.take(self, frame, *read, now)
            else:
                request(self, frame, now)
        elif frame.command_id == CommandId.UNBIND:
            self._unbinds(frame.sequence, now)
        else:
            self._binds(frame, now)

    def lost(self, pending: list[tuple[int, Pending]], now: float) -> None:
        """The connection is gone: what we delivered without an answer goes back to the carrier."""
        service = self.service
        service.connections.discard(self)
        if not self._bound:
            service.unbound -= 1
        else:
            self._bound = False
            sessions = service.sessions.get(self.bind.system_id, [])
            if self in sessions:
                sessions.remove(self)
            service.deliveries.leave(self.account.name, self, now)
            NOTICES.info(self.label, f"session ended: {self.session.closing}")
        for _, (_, _, delivery) in pending:
            if isinstance(delivery, Delivery):
                delivery.done(Status.ESME_RX_T_APPN, now)
        self.line = None

    # -- bind ----------------------------------------------------------------------------------

    def _binds(self, frame: Frame, now: float) -> None:
        if self._bound or self._binding:
            self.session.refuse(frame, Status.ESME_RALYBND)
            return
        fields = parse(frame.raw).fields
        system_id = bytes(fields["system_id"]).decode("latin-1")  # type: ignore[arg-type]
        password = bytes(fields["password"])  # type: ignore[arg-type]
        system_type = bytes(fields["system_type"]).decode("latin-1")  # type: ignore[arg-type]
        version = int(fields["interface_version"])  # type: ignore[arg-type]
        self._binding = True
        loop = asyncio.get_running_loop()

        def verified(found: tuple[Account, Bind] | None, why: str) -> None:
            self._binding = False
            if self.line is None or self.session.closing:
                return
            if found is not None:
                why = self._may_bind(found[1], system_type, now)
            if found is None or why:
                self._refuse_bind(frame, system_id, why)
            else:
                self._accept_bind(frame, found, version, now)
            self.line.wake()

        address = self.line.peer[0] if self.line is not None else ""
        self.service.gate.attempt(
            self.service.desk.conf, address, system_id, password, verified, loop.call_soon_threadsafe, now
        )

    def _may_bind(self, bind: Bind, system_type: str, now: float) -> str:
        """Why a customer who proved its identity still may not bind, "" if it may."""
        if self.service.draining:
            return "draining"
        if bind.tls != "optional" and not self._tls:
            return "tls"
        if bind.tls == "certificate" and not self._certificate_fits(bind):
            return "certificate"
        if bind.system_type and bind.system_type != system_type:
            return "system-type"
        sessions = self.service.sessions.get(bind.system_id, [])
        if len(sessions) >= bind.max_binds:
            for session in sessions:
                session.probe(now)
            return "max-binds"
        return ""

    def _certificate_fits(self, bind: Bind) -> bool:
        certificate = self.line.extra("peercert") if self.line is not None else None
        if not isinstance(certificate, dict):
            return False
        names = {value for part in certificate.get("subject", ()) for key, value in part if key == "commonName"}
        names |= {value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS"}
        return bool(names & set(bind.certificates))

    def _refuse_bind(self, frame: Frame, system_id: str, why: str) -> None:
        own = {
            "max-binds": Status.ESME_RALYBND,
            "system-type": Status.ESME_RINVSYSTYP,
            "draining": Status.ESME_RSYSERR,
        }
        self.service.desk.metrics.binds.add((why,))
        NOTICES.say("bind-" + why, self.label, f"bind of {system_id!r} refused: {why}")
        self.session.refuse(frame, own.get(why, BIND_REFUSED))
        # Refused by name, not by proof: no second guess on the same connection.
        self.session.close("bind refused")

    def _accept_bind(self, frame: Frame, found: tuple[Account, Bind], version: int, now: float) -> None:
        self.account, self.bind = found
        service = self.service
        # Some clients send 34 for 0x34, and worse: what is not known to be 3.3 or 5.0 is spoken to as 3.4.
        spoken = version if version in VERSIONS else 0x34
        self.session.bound(frame.command_id, spoken, now)
        self._bound = True
        service.unbound -= 1
        service.sessions.setdefault(self.bind.system_id, []).append(self)
        self.name = service.next_name(self.bind.system_id)
        tlvs = () if spoken < 0x34 else ((int(Tag.SC_INTERFACE_VERSION), bytes([min(spoken, 0x50)])),)
        system_id = service.desk.conf.smpp.system_id.encode("latin-1", "replace")
        fields = {"system_id": system_id}
        self.session.out.append(build(frame.command_id | RESPONSE, 0, frame.sequence, fields, tlvs))
        if self.session.state in _RECEIVES:
            service.deliveries.join(self.account.name, self)
            service.deliveries.room(self.account.name, now)
        service.desk.metrics.binds.add(("ok",))
        NOTICES.info(self.label, f"bound as {CommandId(frame.command_id).name.lower()}, version {spoken:#x}")

    def probe(self, now: float) -> None:
        """Another bind wants in and there is no room: a bind that is silently dead must show it soon."""
        if not self._probed or self.session.clock.heard > self._probed:
            self._probed = now
            self.session.enquire(now)
            if self.line is not None:
                self.line.wake()

    # -- unbind --------------------------------------------------------------------------------

    def _unbinds(self, sequence: int, now: float) -> None:
        """No new requests; answers that are owed still go out, for a bounded time."""
        self.session.unbinding()
        if self._bound:
            self.service.deliveries.leave(self.account.name, self, now)
        self._part(partial(self.session.accept_unbind, sequence))

    _farewell: Callable[[], object] | None = None

    def _part(self, farewell: Callable[[], object]) -> None:
        """Say farewell once no answer is owed any more, or after a bounded time."""
        if not self.inflight:
            farewell()
            return
        self._farewell = farewell
        if not self.service.draining:  # at the end it is the server who waits
            asyncio.get_running_loop().call_later(self.service.desk.conf.smpp.drain, self.finish)

    def finish(self) -> None:
        """Say the farewell that waits, if one does."""
        farewell, self._farewell = self._farewell, None
        if farewell is not None and self.line is not None and not self.session.closing:
            farewell()
            self.line.wake()

    def settle(self) -> None:
        """One request less is owed an answer; a farewell may have waited for the last."""
        self.inflight -= 1
        if self._farewell is not None and not self.inflight:
            asyncio.get_running_loop().call_soon(self.finish)  # behind the answer, which is about to be written

    def send_off(self, now: float) -> None:
        """End the session politely: the account is gone, or the edge stops. Takes nothing new; answers come first."""
        if not self._bound:
            self.session.close("the edge stops")
        elif self.session.state in BOUND_STATE.values():
            self.service.deliveries.leave(self.account.name, self, now)
            self.session.unbinding()
            self._part(partial(self.session.request, build(CommandId.UNBIND, 0, 0), None, now))
        if self.line is not None:
            self.line.wake()

    # -- Sender and Receiver -------------------------------------------------------------------

    def answered(self, transit: Transit, frame: Frame, now: float) -> None:
        """The carrier's answer to one of our requests."""
        answered(self, transit, frame, now)

    def unanswered(self, transit: Transit, ending: Ending, now: float) -> None:
        """No answer will come for one of our requests."""
        unanswered(self, transit, ending, now)

    def our_id(self, transit: Transit, theirs: bytes) -> str:
        """The id we hand out for a carrier's; an answer without one gets an id of our own."""
        if transit.publish is None or not theirs:
            return self.service.desk.ledger.next_id()
        return transit.publish(theirs.decode("latin-1"))

    def reply(self, raw: bytes) -> bool:
        """Answer one request; False if the customer is gone."""
        line = self.line
        if line is None:
            return False
        self.session.out.append(raw)
        line.wake()
        return True

    def take(self, delivery: Delivery, now: float) -> Taken:
        """Deliver now, if the version, the window and the peer allow."""
        line = self.line
        session = self.session
        raw: bytes | None = delivery.raw
        if session.version < 0x34:
            raw = without_tlvs(delivery.raw)
        if raw is None:
            return Taken.NEVER
        if line is None or line.blocked or session.window.full or session.state not in _RECEIVES:
            return Taken.BUSY
        session.request(raw, delivery, now)
        session.clock.active = now
        line.wake()
        return Taken.SENT

    def notify(self, raw: bytes) -> None:
        """Send a request that has no answer."""
        if self.line is not None:
            self.session.notify(raw)
            self.line.wake()

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Keep-alive and time-outs; a probed bind that stayed silent makes room."""
        line = self.line
        if line is None:
            return
        for _, (_, _, delivery) in self.session.tick(now):
            if isinstance(delivery, Delivery):
                self.service.desk.metrics.caps.add(("customer-silent",))
                delivery.done(Status.ESME_RX_T_APPN, now)
            else:
                self.session.close("our unbind was not answered")
        if self._probed and now - self._probed > PROBE_AFTER:
            if self.session.clock.heard <= self._probed:
                self.service.desk.metrics.caps.add(("dead-bind-evicted",))
                self.session.close("dead: did not answer a probe")
            self._probed = 0.0
        if self.session.closing and not self.session.out:
            line.abort()
        else:
            line.wake()
