"""All Asterisks of an edge, and what they share: who owns which endpoint, carriers, quarantine, notices, counters."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from time import monotonic

from ami.record import BadRecord, parse_record
from ami.settings import Timeouts
from edge.channels.asterisk.courier import Courier
from edge.channels.asterisk.crossing import DOWN
from edge.channels.asterisk.gateway import Gateway
from edge.channels.asterisk.intake import outbound, written
from edge.channels.asterisk.outgoing import send_held
from edge.channels.asterisk.phones import Phones
from edge.channels.asterisk.replies import Replies, words
from edge.channels.carriers.pool import Pool
from edge.channels.carriers.routing import Router
from edge.channels.custody import Custody, CustodyError
from edge.channels.outside import Done, Outcome
from edge.channels.shared import SharedSenders
from edge.core.account import Account, Endpoint
from edge.core.clause import Clause
from edge.core.conf import Asterisk, Conf
from edge.core.decision import Decision
from edge.core.desk import Desk
from edge.core.quarantine import Held, HeldState
from edge.core.submission import Submission
from edge.core.verdict import Action, Hit, Reason, Verdict

SENDING_CAP = 200  # released messages on their way at once


class Service:
    """The SIP channel. An `outside.Outside`: the SMPP side hands it what is for endpoints."""

    def __init__(
        self,
        desk: Desk,
        router: Router,
        pools: Mapping[str, Pool],
        custody: Custody,
        shared: SharedSenders,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.desk = desk
        self.router = router
        self.pools = pools
        self.custody = custody
        self.shared = shared
        self.metrics = metrics = desk.metrics
        self.courier = Courier(router)
        self.replies = Replies()
        self.outcomes = metrics.counter(
            "smsedge_asterisk_messages_total",
            "Messages of Asterisk's spool, by how they ended",
            ("asterisk", "outcome"),
        )
        self.notices = metrics.counter("smsedge_asterisk_notices_total", "Notices to senders", ("asterisk", "outcome"))
        self.texts = metrics.counter(
            "smsedge_asterisk_texts_total", "Subscribers' messages to endpoints", ("asterisk", "outcome")
        )
        self.seconds = metrics.histogram(
            "smsedge_asterisk_seconds",
            "From hearing of a spooled message to its end (release, discard, carrier's answer)",
        )
        self.phones = Phones(lambda asterisk, outcome: self.texts.add((asterisk, outcome)))
        self.gateways: dict[str, Gateway] = {}
        self.left_over = desk.ledger.quarantine.keyed()
        """Rows of messages that an earlier life of this edge was at work on: key -> (id, state)."""
        self._timeouts = timeouts
        self._owners: dict[tuple[str, str], tuple[Account, Endpoint]] = {}
        self._references = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._retiring: set[Gateway] = set()

    # -- life ----------------------------------------------------------------------------------

    def adopt(self, conf: Conf, settled: Callable[[Asterisk], Iterable[str]] = lambda asterisk: ()) -> None:
        """This conf holds from now on: Asterisks that came or changed are connected to, those that went are left.

        `settled` tells the ids that an earlier life of this edge settled lately at a new one.
        """
        self._owners = {
            (endpoint.asterisk, endpoint.name): (account, endpoint)
            for account in conf.accounts.values()
            for endpoint in account.endpoints
        }
        wanted = {one.name: one for one in conf.asterisks if one.secret}
        for name, gateway in list(self.gateways.items()):
            if wanted.get(name) != gateway.conf:
                del self.gateways[name]
                self._spawn(self._retire(gateway))
        for name, one in wanted.items():
            if name not in self.gateways:
                gateway = self.gateways[name] = Gateway(one, self, self._timeouts)
                for sid in settled(one):
                    gateway.remember(sid, 0.0)
                gateway.start()

    async def _retire(self, gateway: Gateway) -> None:
        self._retiring.add(gateway)
        await gateway.stop(5.0)
        self._retiring.discard(gateway)

    async def stop(self, patience: float) -> None:
        """Begin nothing more; the spools keep what is not done."""
        await asyncio.gather(*(gateway.stop(patience) for gateway in (*self.gateways.values(), *self._retiring)))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def tick(self, now: float) -> None:
        """The coarse tick of all."""
        for gateway in self.gateways.values():
            gateway.tick(now)

    # -- for the gateways ----------------------------------------------------------------------

    def owner(self, asterisk: str, endpoint: str) -> tuple[Account, Endpoint] | None:
        """Whose endpoint it is."""
        return self._owners.get((asterisk, endpoint))

    def wrote(self, submission: Submission, now: float) -> None:
        """A message went out: of a shared number, answers go to who wrote last."""
        if self.desk.conf.inventory.any_shared and submission.account is not None:
            self.shared.wrote(submission.source.key, submission.destination.key, submission.account.name, now)

    def next_reference(self) -> int:
        """A reference number for the parts of one message."""
        self._references = (self._references + 1) & 0xFF
        return self._references

    # -- Outside -------------------------------------------------------------------------------

    def take(self, owner: Account, submission: Submission, done: Done, now: float) -> bool:
        """Deliver a subscriber's message to the endpoint that has the number, if there is one."""
        number = submission.destination.number
        serving = [
            (self.gateways[endpoint.asterisk], endpoint)
            for endpoint in owner.endpoints
            if endpoint.asterisk in self.gateways and any(first <= number <= last for first, last in endpoint.numbers)
        ]
        if not number or not serving:
            return False
        gateway, endpoint = next((one for one in serving if one[0].up), serving[0])
        self.phones.take(gateway, endpoint, submission, done, now)
        return True

    async def read(self, held: Held, account: Account) -> Submission:
        """A held message again, as its endpoint stands in the conf now. Raises CustodyError."""
        found = next((one for one in account.endpoints if one.name == held.end_user), None)
        try:
            record = parse_record(held.payload.decode())
        except (BadRecord, UnicodeDecodeError) as error:
            raise CustodyError("its record cannot be read") from error
        if found is None:
            raise CustodyError(f"the endpoint {held.end_user} is gone from the conf")
        return outbound(self.desk, account, found, record)

    async def barred(self, held: Held, submission: Submission, verdict: Verdict) -> bool:
        """It stays held."""
        return False

    def send(self, held: Held, submission: Submission, decision: Decision, now: float) -> "asyncio.Future[Outcome]":
        """Let a held message go out: as a new message through its Asterisk, or by SMPP."""
        told: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if len(self._tasks) >= SENDING_CAP:
            told.set_result(Outcome(DOWN, words="too many are on their way"))
            return told

        async def work() -> None:
            outcome = Outcome(DOWN, known=False, words="the edge stopped")
            try:
                outcome = await send_held(self, held, submission, decision, now)
            finally:
                if not told.done():
                    told.set_result(outcome)

        self._spawn(work())
        return told

    def refused(self, held: Held, state: HeldState) -> None:
        """The decision has come, so the sender is told: not before (policy.md 0.2)."""
        gateway, found = self.gateways.get(held.carrier), self.owner(held.carrier, held.end_user)
        if gateway is None or found is None or held.direction != "mt":
            return
        try:
            record = parse_record(held.payload.decode())
        except (BadRecord, UnicodeDecodeError):
            return
        clause = next((clause for clause in Clause if clause.value == held.clause), Clause.CARRIAGE)
        party = self.desk.party(held.destination, held.destination_ton, held.destination_npi, found[0].home)
        hit = Hit(held.rule, clause, Action.REJECT, Reason.NONE)
        text = words(hit, written(party), held.decision)
        self.replies.say(gateway, found[1], record.sender, party, text, self.desk.next_decision())

    # -- for gauges and operators --------------------------------------------------------------

    def not_ready(self) -> list[str]:
        """Why the edge should not get traffic now."""
        now = monotonic()
        reasons = [
            f"asterisk {name}: a message has been held for {gateway.age(now):.0f} s"
            if gateway.up
            else f"asterisk {name}: not connected, so nobody releases its messages"
            for name, gateway in self.gateways.items()
            if gateway.age(now) > gateway.conf.old
        ]
        unset = [one.name for one in self.desk.conf.asterisks if not one.secret]
        return reasons + [f"asterisk {name}: its secret is not set" for name in unset]

    def sizes(self) -> dict[str, int]:
        """Entries per table: those of work are 0 when nothing is on its way."""
        found = {"asterisk-notices": len(self.replies), **self.phones.sizes()}
        for name, gateway in self.gateways.items():
            found[f"asterisk-items:{name}"] = len(gateway.items)
            found[f"asterisk-orders:{name}"] = len(gateway.orders)
            found[f"asterisk-settled:{name}"] = len(gateway.settled)
        return found
