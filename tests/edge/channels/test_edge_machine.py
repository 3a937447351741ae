"""The whole edge under any order of events: what it acknowledges a carrier holds, and every request has one answer.

Hypothesis plays customers of two accounts and two carriers at once; the promises of design.md section 1 are checked
on the octets of both sides after every step.
"""

import logging

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from edge.core.conf import Smpp
from edge.core.submission import Direction
from smpp.codec import build
from smpp.consts import CommandId as C

from .books import RIVAL, acme, carrier, with_bind
from .pdus import deliver, resp, submit
from .rig import Peer, World

DRAIN = 4.0
TIMEOUT = 15.0
NUMBERS = {"acme": b"14165550100", "rival": b"12125550100"}
CARRIERS = (
    carrier("north", links=2, window=2, share=0.5, response_timeout=TIMEOUT, throttle_pause=0.5, reconnect_max=3.0),
    carrier("south", window=2, rate=10.0, response_timeout=TIMEOUT, reconnect_max=3.0),
)
LINKS = ("north/1", "north/2", "south/1")
MEMBERS = st.sampled_from(("acme", "acme", "rival"))


def said(text):
    """The text behind the header of a part."""
    return text[6:] if text[:1] == b"\x05" else text


class Session:
    """A customer's end: what it asked and was not answered yet, by sequence number; when it said goodbye."""

    def __init__(self, account, peer):
        self.account = account
        self.peer = peer
        self.open: dict[int, bytes] = {}
        self.leaving: float | None = None


class EdgeMachine(RuleBasedStateMachine):
    """Two accounts, two carriers, three links."""

    def __init__(self) -> None:
        super().__init__()
        logging.disable(logging.CRITICAL)
        accounts = (with_bind(acme(receipt_queue=3), window=4), with_bind(RIVAL, window=3))
        smpp = Smpp(enquire_link=6.0, response_timeout=9.0, deliver_window=2, drain=DRAIN)
        self.world = World(accounts=accounts, carriers=CARRIERS, smpp=smpp)
        self.sessions: list[Session] = []
        self.number = 0
        self.acknowledged: dict[bytes, bytes] = {}  # text -> the id that the carrier gave it
        self.refused: dict[bytes, int] = {}  # text -> the error that the carrier gave it
        self.sent: list[bytes] = []
        self.delivered: dict[Peer, set[int]] = {}  # numbers of deliver_sm without an answer

    # -- customers -----------------------------------------------------------------------------

    @rule(account=MEMBERS)
    def bind(self, account):
        """A customer binds, up to the number that it may."""
        if sum(session.account == account for session in self.sessions) < 2:
            self.sessions.append(Session(account, self.world.esme(account)))

    @rule(which=st.integers(0, 3), count=st.integers(1, 6), parts=st.booleans())
    def submit(self, which, count, parts):
        """A customer sends messages, or the parts of one, in one read."""
        if not self.sessions:
            return
        session = self.sessions[which % len(self.sessions)]
        pdus = []
        for part in range(1, count + 1):
            self.number += 1
            text = b"%d" % self.number
            octets = b"\x05\x00\x03\x07" + bytes((count, part)) + text if parts else text
            session.open[self.number] = octets
            pdus.append(
                submit(self.number, octets, source_addr=NUMBERS[session.account], esm_class=0x40 if parts else 0)
            )
        session.peer.sends(*pdus)

    @rule(which=st.integers(0, 3), politely=st.booleans())
    def leave(self, which, politely):
        """A customer goes, with a word or without."""
        if not self.sessions:
            return
        session = self.sessions[which % len(self.sessions)]
        if not politely:
            session.peer.hangs_up()
            session.open.clear()
        elif session.leaving is None:
            session.leaving = self.world.clock.now
            session.peer.sends(build(C.UNBIND, 0, 0))

    @rule(which=st.integers(0, 3), status=st.sampled_from((0, 0, 0x64)))
    def take_delivery(self, which, status):
        """A customer answers what was delivered to it."""
        if self.sessions:
            peer = self.sessions[which % len(self.sessions)].peer
            while peer.took:
                peer.answers(status)

    # -- carriers ------------------------------------------------------------------------------

    def end(self, name):
        peer = self.world.links.get(name)
        return peer if peer is not None and not peer.closed else None

    @rule(
        name=st.sampled_from(LINKS),
        count=st.integers(1, 4),
        status=st.sampled_from((0, 0, 0, 0, 0x45, 0x58, 0x14)),
        nacks=st.booleans(),
    )
    def answer(self, name, count, status, nacks):
        """A carrier answers the oldest that it has."""
        for _ in range(count):
            peer = self.end(name)
            if peer is None or not peer.took:
                return
            pdu = peer.took[0]
            text = pdu.fields.get("short_message", b"")
            if pdu.command_id != C.SUBMIT_SM:
                peer.answers()
            elif status and nacks:
                self.refused[text] = status
                peer.took.popleft()
                peer.sends(build(C.GENERIC_NACK, status, pdu.sequence))
            elif status:
                self.refused[text] = status
                peer.answers(status)
            else:
                self.acknowledged[text] = b"m" + said(text)
                peer.answers(message_id=self.acknowledged[text])

    @rule(name=st.sampled_from(LINKS))
    def answer_what_nobody_asked(self, name):
        """A carrier answers a number that is not on its way."""
        peer = self.end(name)
        if peer is not None:
            peer.sends(resp(C.SUBMIT_SM, 0x70000000, message_id=b"ghost"))

    @rule(name=st.sampled_from(LINKS), account=MEMBERS, count=st.integers(1, 4))
    def mo(self, name, account, count):
        """A carrier hands over messages for a customer."""
        peer = self.end(name)
        for _ in range(count if peer is not None else 0):
            self.number += 1
            self.delivered.setdefault(peer, set()).add(self.number)
            peer.sends(deliver(self.number, destination_addr=NUMBERS[account]))

    @rule(name=st.sampled_from(LINKS), politely=st.booleans())
    def lose(self, name, politely):
        """A link is cut, or its carrier unbinds."""
        peer = self.end(name)
        if peer is not None and politely:
            peer.sends(build(C.UNBIND, 0, 9))
        elif peer is not None:
            peer.hangs_up()

    @rule(name=st.sampled_from(("north", "south")), there=st.booleans())
    def reach(self, name, there):
        """A carrier cannot be reached, or can again."""
        self.world.unreachable.pop(name, None)
        if not there:
            self.world.unreachable[name] = OSError()

    @rule(name=st.sampled_from(LINKS), reads=st.booleans())
    def read(self, name, reads):
        """A carrier stops reading, or reads again."""
        peer = self.end(name)
        if peer is not None:
            (peer.reads_again if reads else peer.stops_reading)()

    @rule(seconds=st.sampled_from((0.1, 0.5, 2.0, DRAIN + 0.2, TIMEOUT + 1.0)))
    def wait(self, seconds):
        """Time passes."""
        self.world.passes(seconds)

    # -- what must hold at all times -----------------------------------------------------------

    def look(self):
        """Read both sides."""
        for peer in self.world.ends:
            for pdu in peer.looks():
                if pdu.command_id == C.SUBMIT_SM:
                    self.sent.append(pdu.fields["short_message"])
                elif pdu.command_id == C.DELIVER_SM_RESP:
                    self.delivered[peer].remove(pdu.sequence)  # KeyError: answered twice, or never asked
            if peer.closed:
                self.delivered.pop(peer, None)
        self.world.ends = [peer for peer in self.world.ends if not peer.closed]
        for session in self.sessions:
            for pdu in session.peer.looks():
                if pdu.command_id == C.SUBMIT_SM_RESP:
                    self.told(session, pdu)
                elif pdu.command_id == C.UNBIND_RESP:
                    patience_ended = self.world.clock.now - session.leaving >= DRAIN
                    assert patience_ended or not session.open, "an unbind overtook an answer"
                    session.open.clear()
        self.sessions = [session for session in self.sessions if not session.peer.closed]

    def told(self, session, pdu):
        """One answer: asked for, once, and true."""
        text = session.open.pop(pdu.sequence)  # KeyError: answered twice, or never asked
        if pdu.status == 0:
            assert pdu.fields["message_id"] in (b"n-" + self.acknowledged[text], b"s-" + self.acknowledged[text])
        elif text in self.acknowledged or text in self.refused:
            assert pdu.status in (self.refused.get(text), 0x08)  # 0x08: the word came after the link was given up
        else:
            assert pdu.status in (0x08, 0x14)

    @invariant()
    def every_answer_is_asked_for_and_true(self):
        self.look()

    @invariant()
    def nothing_is_sent_twice(self):
        texts = [said(text) for text in self.sent]
        assert len(texts) == len(set(texts))

    @invariant()
    def windows_are_kept(self):
        inflight = {customer.line: customer.inflight for customer in self.world.service.connections}
        for session in self.sessions:
            assert inflight[session.peer.wire.protocol] == len(session.open) <= 4
        for pool in self.world.pools.values():
            for link in pool.links:
                assert len(link.session.window) <= 2 + 1  # and an enquire_link of our own

    def teardown(self):
        """Time tells: every request was answered, and when all have gone nothing is left."""
        try:
            self.world.passes(2 * TIMEOUT + 1.0)
            self.look()
            assert not any(session.open for session in self.sessions)
            assert not any(self.delivered.values())
            for session in self.sessions:
                session.peer.hangs_up()
            self.world.passes(0.01)  # for an enquire_link that is just on its way
            assert self.world.in_flight() == {}
            final = [one for one in self.world.desk.records if one.direction == "mt"]
            judged = [one for one in self.world.desk.judged if one.direction is Direction.MT]
            assert len(final) == len({one.id for one in final}) == len(judged)
        finally:
            self.world.__exit__(None, None, None)
            logging.disable(logging.NOTSET)


TestEdge = EdgeMachine.TestCase
TestEdge.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
