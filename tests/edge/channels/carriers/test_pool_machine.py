"""A pool under any order of offers, answers, losses and time: every message that it took ends exactly once.

Hypothesis plays the customers and the carrier, and keeps the books that the pool must agree with.
"""

import logging

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from edge.channels.carriers.pool import Offer
from edge.channels.transit import Ending, Transit
from edge.core.decision import Decision
from smpp.codec import build
from smpp.consts import CommandId as C

from ..books import carrier
from ..pdus import submit
from ..rig import World

LINKS, WINDOW, SHARE, HOLD, TIMEOUT = 3, 2, 0.5, 3, 20.0
ACCOUNTS = ("acme", "rival", "third")


class Books:
    """A `Sender`: every message by its number, what was said of it, and where it is."""

    def __init__(self) -> None:
        self.accounts: dict[int, str] = {}
        self.told: dict[int, list[object]] = {}

    def answered(self, transit, frame, now):
        self.told[transit.sequence].append(frame.status)

    def unanswered(self, transit, ending, now):
        self.told[transit.sequence].append(ending)

    @property
    def waiting(self):
        """Messages that were taken and have had no end."""
        return {number for number, told in self.told.items() if not told}


class PoolMachine(RuleBasedStateMachine):
    """One carrier with three links of a window of two, and three accounts that want more."""

    def __init__(self, rate: float = 0.0) -> None:
        super().__init__()
        logging.disable(logging.CRITICAL)
        self.rate = rate
        one = carrier(
            links=LINKS,
            window=WINDOW,
            share=SHARE,
            rate=rate,
            response_timeout=TIMEOUT,
            enquire_link=7.0,
            reconnect_max=4.0,
            throttle_pause=0.7,
        )
        self.world = World(carriers=(one,), first_sequence=0x7FFFFFF0)
        self.pool = self.world.pools["north"]
        self.books = Books()
        self.number = 0
        self.said: dict[int, int] = {}  # what the carrier answered
        self.seen: dict[str, list[int]] = {}  # link -> numbers in the order in which the carrier saw them
        self.times: list[float] = []

    # -- what the carrier sees -----------------------------------------------------------------

    def look(self) -> None:
        """Read what went out on every link, dead ones too."""
        for peer in self.world.ends:
            for pdu, at in zip(peer.looks(), peer.when, strict=True):
                if pdu.command_id == C.SUBMIT_SM:
                    self.seen.setdefault(peer.name, []).append(int(pdu.fields["short_message"]))
                    self.times.append(at)

    @property
    def sent(self) -> list[int]:
        return [number for numbers in self.seen.values() for number in numbers]

    def alive(self, index: int):
        """The carrier's end of a link, None while it is not connected."""
        peer = self.world.links.get(f"north/{index}")
        return peer if peer is not None and not peer.closed else None

    # -- customers -----------------------------------------------------------------------------

    @rule(account=st.sampled_from(ACCOUNTS), count=st.integers(1, 6), stuck_to=st.sampled_from((-1, -1, 0, 1, 2)))
    def offer(self, account: str, count: int, stuck_to: int) -> None:
        """An account offers some messages in one read."""
        for _ in range(count):
            self.number = number = self.number + 1
            transit = Transit(
                submit(number, b"%d" % number),
                self.books,
                Decision(f"{number:016x}", 0.0),
                None,
                account,
                C.SUBMIT_SM,
                number,
                HOLD,
                self.world.clock.now,
                stuck_to=stuck_to,
            )
            became: list[Offer] = []
            self.world.loop.do(lambda one=transit, found=became: found.append(self.pool.offer(one, one.arrived)))
            if became == [Offer.TAKEN]:
                self.books.accounts[number] = account
                self.books.told[number] = []
            elif became == [Offer.FULL]:
                held = [n for n in self.books.waiting - set(self._sent_now()) if self.books.accounts[n] == account]
                assert len(held) >= HOLD
            else:
                assert became == [Offer.DOWN]
                assert not self.pool.bound

    def _sent_now(self) -> list[int]:
        self.look()
        return self.sent

    # -- the carrier ---------------------------------------------------------------------------

    @rule(
        index=st.integers(1, LINKS),
        nth=st.integers(0, 2 * WINDOW),
        status=st.sampled_from((0, 0, 0, 0, 0x45, 0x58, 0x14)),
    )
    def answer(self, index: int, nth: int, status: int) -> None:
        """The carrier answers one of the requests it has."""
        peer = self.alive(index)
        if peer is not None and peer.took:
            self.reply(peer, status, nth % len(peer.took))

    def reply(self, peer, status: int = 0, nth: int = 0) -> None:
        """Answer, and note what was said of which message."""
        pdu = peer.took[nth]
        fields = {}
        if pdu.command_id == C.SUBMIT_SM:
            self.said[int(pdu.fields["short_message"])] = status
            fields = {} if status else {"message_id": b"1"}
        peer.answers(status, nth=nth, **fields)

    @rule(index=st.integers(1, LINKS), kind=st.sampled_from((C.GENERIC_NACK, C.DATA_SM_RESP, C.SUBMIT_SM_RESP)))
    def nonsense(self, index: int, kind: int) -> None:
        """The carrier nacks, answers with the wrong type, or answers what nobody asked."""
        peer = self.alive(index)
        if peer is not None:
            sequence = 0x1234
            if kind != C.SUBMIT_SM_RESP and peer.took:
                sequence = peer.took[0].sequence
                if kind == C.GENERIC_NACK:
                    pdu = peer.took.popleft()
                    self.said[int(pdu.fields.get("short_message", b"0"))] = 0x03
            peer.sends(build(kind, 0x03 if kind == C.GENERIC_NACK else 0, sequence))

    @rule(index=st.integers(1, LINKS))
    def lose(self, index: int) -> None:
        """A link is cut."""
        peer = self.alive(index)
        if peer is not None:
            peer.hangs_up()

    @rule(index=st.integers(1, LINKS))
    def unbind(self, index: int) -> None:
        """The carrier unbinds a link."""
        peer = self.alive(index)
        if peer is not None:
            peer.sends(build(C.UNBIND, 0, 9))

    @rule(index=st.integers(1, LINKS), reads=st.booleans())
    def read(self, index: int, reads: bool) -> None:
        """The carrier stops reading, or reads again."""
        peer = self.alive(index)
        if peer is not None:
            (peer.reads_again if reads else peer.stops_reading)()

    @rule(there=st.booleans())
    def reach(self, there: bool) -> None:
        """The carrier's address cannot be reached for a while."""
        if there:
            self.world.unreachable.clear()
        else:
            self.world.unreachable["north"] = OSError()

    @rule(seconds=st.sampled_from((0.0, 0.02, 0.3, 1.0, 5.0, TIMEOUT + 1.0)))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.world.passes(seconds)

    @precondition(lambda self: self.pool.bound)
    @rule()
    def catch_up(self) -> None:
        """The carrier answers everything that it has."""
        for index in range(1, LINKS + 1):
            while (peer := self.alive(index)) is not None and peer.took:
                self.reply(peer)

    # -- what must hold at all times -----------------------------------------------------------

    @invariant()
    def nothing_is_told_twice(self) -> None:
        assert all(len(told) <= 1 for told in self.books.told.values())

    @invariant()
    def what_is_told_of_an_answer_is_what_the_carrier_said(self) -> None:
        for number, told in self.books.told.items():
            assert not told or isinstance(told[0], Ending) or told[0] == self.said[number]

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        self.look()
        assert len(self.sent) == len(set(self.sent))

    @invariant()
    def no_window_is_exceeded(self) -> None:
        for link in self.pool.links:
            waiting = [context for _, _, context in link.session.window.pending.values()]
            assert sum(isinstance(context, Transit) for context in waiting) <= WINDOW

    @invariant()
    def an_accounts_messages_keep_their_order_on_a_link(self) -> None:
        for numbers in self.seen.values():
            for account in ACCOUNTS:
                own = [number for number in numbers if self.books.accounts[number] == account]
                assert own == sorted(own)

    @invariant()
    def the_pools_books_agree(self) -> None:
        sizes = self.pool.sizes()
        held = self.books.waiting - set(self.sent)
        on_their_way = self.books.waiting & set(self.sent)
        assert sizes["held"] == len(held)
        assert all(sum(self.books.accounts[number] == one for number in held) <= HOLD for one in ACCOUNTS)
        assert sizes["accounts"] == len({self.books.accounts[number] for number in on_their_way})

    @invariant()
    def it_is_bound_while_a_link_is(self) -> None:
        assert self.pool.bound == any(link.bound for link in self.pool.links)

    @invariant()
    def without_a_link_nothing_is_held(self) -> None:
        assert self.pool.bound or not self.pool.sizes()["held"]

    @invariant()
    def the_pace_is_kept(self) -> None:
        if self.rate:
            times = sorted(self.times)[-60:]
            assert all(sum(at <= other < at + 1.0 for other in times) <= self.rate * 1.05 + 1 for at in times)

    def teardown(self) -> None:
        """Stop, with little patience: everything ends, once, and nothing is left."""
        try:
            task = self.world.loop.create_task(self.pool.stop(1.0))
            self.world.passes(10.0)
            assert task.done()
            assert all(len(told) == 1 for told in self.books.told.values())
            assert self.pool.sizes() == {"pending": 0, "held": 0, "accounts": 0}
        finally:
            self.world.__exit__(None, None, None)
            logging.disable(logging.NOTSET)


class PacedPoolMachine(PoolMachine):
    """The same with a pace."""

    def __init__(self) -> None:
        super().__init__(rate=4.0)


PROFILE = settings(
    max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestPool = PoolMachine.TestCase
TestPool.settings = PROFILE
TestPacedPool = PacedPoolMachine.TestCase
TestPacedPool.settings = PROFILE
