"""Messages in quarantine: taken in before we answer ROK, released, refused or run out of time.

What a person releases is judged again for what may have changed meanwhile (opt-out, block, suspension,
emergency), goes out once, and its receipts come back under the id that the customer knows.
"""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from edge.channels.carriers.routing import Router
from edge.channels.deliveries import Deliveries
from edge.channels.intake import inbound, outbound
from edge.channels.notices import Notices
from edge.channels.outside import Outcome, Outside
from edge.channels.owed import OwedReceipts
from edge.channels.releases import Release, decision_of, hand_over
from edge.channels.smpp.compose import ERROR_EXPIRED, ERRORS, rejected_receipt
from edge.core.account import Account
from edge.core.decision import Decision
from edge.core.desk import Desk
from edge.core.quarantine import Held, HeldState
from edge.core.submission import Channel, Direction, Submission
from edge.core.verdict import Action, Verdict
from smpp.consts import CommandId
from smpp.fast import decode_data, decode_sm

NOTICES = Notices("smsedge.quarantine")
OTP_HELD = 60.0  # seconds: a code is useless later (policy.md, decision 13)
GROUPS_CAP = 10_000
GROUP_SPAN = 600.0  # parts of one reference belong together this long (policy.md B.2)
ALIAS_SPAN = 7 * 86400.0  # receipts of a released message are awaited this long
ALIASES_CAP = 100_000
MEMBERS = 1000  # held messages of an account that are searched for the parts of one
EXPIRED_AT_ONCE = 200

_DOORS = {Channel.SIP.value: "an Asterisk", Channel.MM4.value: "a peer of [mm4]"}

Taken = Callable[[str, BaseException | None], None]
"""Called with our message id once the message is on disk, or with the error."""


class CustodyError(Exception):
    """A held message cannot be released or refused; the text says why."""


class Custody:
    """The quarantine as the channels work it. All calls on the loop; `release` and `refuse` may be awaited."""

    def __init__(self, desk: Desk, router: Router, deliveries: Deliveries, owed: OwedReceipts) -> None:
        self._desk = desk
        self._deliveries = deliveries
        self._owed = owed
        self._release = Release(desk, router)
        self._groups: dict[tuple[object, ...], tuple[str, float]] = {}
        self._aliases: dict[str, str] = {}
        self._going: set[str] = set()  # released, and no answer yet
        self._claimed: set[str] = set()  # rows that a channel is at work on: not for operators
        self.outside: Outside | None = None  # where texts go whose number an endpoint has
        self.outsides: dict[str, Outside] = {}  # by channel: whoever reads and sends its held messages
        self._ending: set[asyncio.Task[None]] = set()
        self._moved = desk.metrics.counter(
            "smsedge_quarantine_total", "Messages into and out of quarantine", ("account", "outcome")
        )

    # -- in ------------------------------------------------------------------------------------

    def take(
        self,
        submission: Submission,
        verdict: Verdict,
        decision: Decision,
        raw: bytes,
        carrier: str,
        now: float,
        taken: Taken,
        key: str = "",
    ) -> None:
        """Hold a message; `taken` is called once it is on disk. `raw` is what goes out if it is released.

        With a `key`, by which the row is found after a restart, it is claimed by its channel until `unclaim`, `forget`
        or `finish`.
        """
        desk = self._desk
        traffic = desk.traffic_class(submission, now)
        at = desk.unix_time(now)
        keep = OTP_HELD if traffic == "otp" else desk.conf.quarantine.keep
        message_id = desk.ledger.next_id()
        source, destination, body, hit = submission.source, submission.destination, submission.body, verdict.hit
        held = Held(
            message_id,
            decision.id,
            at,
            at + keep,
            submission.channel.value,
            submission.direction.value,
            decision.account,
            submission.end_user,
            source.text,
            source.ton,
            source.npi,
            destination.text,
            destination.ton,
            destination.npi,
            hit.rule if hit is not None else "",
            hit.clause.value if hit is not None else "",
            hit.detail if hit is not None else "",
            body.text,
            raw,
            submission.receipt,
            traffic,
            key or self._group(submission, message_id, now),
            body.part,
            body.parts,
            carrier,
        )

        into = "held" if verdict.action is Action.QUARANTINE else "set aside"

        def on_disk(error: BaseException | None) -> None:
            self._moved.add((decision.account, into if error is None else "not held"))
            if key and error is None:
                self._claimed.add(message_id)
            taken(message_id, error)

        desk.ledger.quarantine.hold(held, on_disk)

    def _group(self, submission: Submission, message_id: str, now: float) -> str:
        """What the held parts of one message share: the id of the first of them."""
        body = submission.body
        if body.parts == 1:
            return ""
        key = (submission.origin, submission.source.key, submission.destination.key, body.reference, body.parts)
        group, until = self._groups.get(key, ("", 0.0))
        if until > now:
            return group
        if len(self._groups) >= GROUPS_CAP:
            del self._groups[next(iter(self._groups))]
        self._groups[key] = (message_id, now + GROUP_SPAN)
        return message_id

    # -- out -----------------------------------------------------------------------------------

    async def release(self, message_id: str, by: str, note: str) -> list[str]:
        """Let a message (and the other held parts of it) go out; returns the ids. Raises CustodyError if it may not.

        It stays held where it may not go, or where no carrier takes it now.
        """
        members = await self._members(message_id)
        ids = [held.id for held in members]
        sealed = next((held for held in members if held.sealed), None)
        if sealed is not None:
            raise CustodyError(f"message {sealed.id} can only be refused: {sealed.sealed}")
        if any(id in self._claimed or id in self._going for id in ids):
            raise CustodyError(f"message {message_id} is on its way")
        account = self._account(members[0])
        self._going.update(ids)
        try:
            submissions = [await self._read(held, account) for held in members]
            await self._recheck(members, submissions)
            await self._resolve(ids, HeldState.RELEASING, by, note)
            outcomes = await asyncio.gather(
                *(
                    self._out(held, submission, account, by)
                    for held, submission in zip(members, submissions, strict=True)
                )
            )
            await self._note(members, outcomes, by, note)
        finally:
            self._going.difference_update(ids)
        failed = [outcome for outcome in outcomes if outcome.status]
        if failed:
            state = "held again" if failed[0].known else "to be decided by a person: it may have been sent"
            raise CustodyError(f"{failed[0].words}: {state}")
        return ids

    async def _recheck(self, members: Sequence[Held], submissions: Sequence[Submission]) -> None:
        """What stands against them now, and the lists as they are now. Raises CustodyError."""
        now = monotonic()
        for held, submission in zip(members, submissions, strict=True):
            verdict = self._desk.recheck(submission, now)
            if verdict.action.passes:
                continue
            outside = self.outsides.get(held.channel)
            gone = outside is not None and await outside.barred(held, submission, verdict)
            if gone:
                self._moved.add((held.account, "taken out"))
            why = verdict.hit.detail if verdict.hit is not None else verdict.action.value
            raise CustodyError(f"not released{', and taken out of quarantine' if gone else ''}: {why}")

    def _out(self, held: Held, submission: Submission, account: Account, by: str) -> "asyncio.Future[Outcome]":
        now = monotonic()
        outside = self.outsides.get(held.channel)
        if outside is not None:
            return outside.send(held, submission, decision_of(self._desk, held, by, now), now)
        if submission.direction is Direction.MO:
            return hand_over(self._deliveries, account, held.payload, submission, now, self.outside)
        return self._release.send(held.payload, submission, decision_of(self._desk, held, by, now), now)

    async def _note(self, members: Sequence[Held], outcomes: Sequence[Outcome], by: str, note: str) -> None:
        """Write down what became of each. What went out is never put back."""
        for held, outcome in zip(members, outcomes, strict=True):
            if not outcome.status:
                if outcome.alias:
                    self._remember(outcome.alias, held.id)
                await self._resolve([held.id], HeldState.RELEASED, by, note, outcome.alias)
            elif outcome.known:
                await self._resolve([held.id], HeldState.HELD, by, outcome.words)
            self._moved.add((held.account, "released" if not outcome.status else "not released"))

    async def refuse(self, message_id: str, by: str, note: str) -> list[str]:
        """End a message (and the other held parts of it); a receipt asked for says REJECTD. Raises CustodyError.

        One whose release nobody knows the outcome of (no answer, a crash) may be ended too: somebody must decide.
        """
        members = await self._members(message_id, (HeldState.HELD, HeldState.RELEASING))
        if any(held.id in self._going or held.id in self._claimed for held in members):
            raise CustodyError(f"message {message_id} is on its way out: the carrier has not answered yet")
        await self._refuse(members, HeldState.REFUSED, by, note)
        return [held.id for held in members]

    async def _refuse(self, members: Sequence[Held], state: HeldState, by: str, note: str) -> None:
        await self._resolve([held.id for held in members], state, by, note)
        for held in members:
            self._moved.add((held.account, state.value))
            account = self._desk.conf.accounts.get(held.account)
            outside = self.outsides.get(held.channel)
            if outside is not None:
                outside.refused(held, state)
            elif held.receipt and held.direction == Direction.MT.value and account is not None:
                self._receipt(held, account, state)

    def _receipt(self, held: Held, account: Account, state: HeldState) -> None:
        party = self._desk.party
        source = party(held.source, held.source_ton, held.source_npi, account.home)
        destination = party(held.destination, held.destination_ton, held.destination_npi, account.home)
        error = ERROR_EXPIRED if state is HeldState.EXPIRED else ERRORS.get(held.clause, "0A2")
        self._owed.send(account, rejected_receipt(source, destination, held.id, error, held.at))

    # -- rows of channels that hold messages on their way --------------------------------------

    def unclaim(self, message_id: str) -> None:
        """The channel is done with a row that stays: from now on it is a person's."""
        self._claimed.discard(message_id)

    async def move(self, message_id: str, state: HeldState, by: str, note: str) -> None:
        """Note durably what becomes of a row. Raises CustodyError."""
        await self._resolve([message_id], state, by, note)

    async def forget(self, message_id: str) -> None:
        """Delete a row whose message went another way. Where the disk fails it stays, and is a person's."""
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._desk.ledger.quarantine.forget(message_id, lambda error: None if told.done() else told.set_result(None))
        await told
        self.unclaim(message_id)

    def finish(self, message_id: str) -> None:
        """The message of a row went out, so the copy goes. Nobody waits: the row says that it may have been sent."""
        self.unclaim(message_id)
        self._desk.ledger.quarantine.forget(message_id, lambda error: None)

    # -- time ----------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Refuse what nobody looked at in time; one round at a time."""
        self._owed.tick(now)
        if self._ending:
            return
        due = [
            one for one in self._desk.ledger.quarantine.due(self._desk.unix_time(now)) if one[0] not in self._claimed
        ][:EXPIRED_AT_ONCE]
        if due:
            task = asyncio.get_running_loop().create_task(self._expire([message_id for message_id, _ in due]))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _expire(self, ids: Sequence[str]) -> None:
        try:
            for message_id in ids:
                held = await asyncio.to_thread(self._desk.ledger.quarantine.get, message_id)
                if held is not None and held.state is HeldState.HELD:
                    await self._refuse([held], HeldState.EXPIRED, "smsedge", "nobody looked at it in time")
        except Exception as error:  # the disk, most likely: the next round tries again
            NOTICES.bug(self._desk.metrics, "quarantine", error)
            await asyncio.sleep(1.0)

    # -- receipts of released messages ---------------------------------------------------------

    def known_as(self, message_id: str) -> str:
        """The id that the customer knows a message by: its own, unless it was held and released."""
        return self._aliases.get(message_id, message_id) if self._aliases else message_id

    def recall(self) -> None:
        """Load the aliases of what was released lately. Blocking: at the start."""
        since = self._desk.unix_time(monotonic()) - ALIAS_SPAN
        self._aliases = self._desk.ledger.quarantine.aliases(since)

    def _remember(self, alias: str, message_id: str) -> None:
        if len(self._aliases) >= ALIASES_CAP:
            self._desk.metrics.caps.add(("aliases",))
            del self._aliases[next(iter(self._aliases))]
        self._aliases[alias] = message_id

    # -- the store -----------------------------------------------------------------------------

    async def _members(self, message_id: str, states: Sequence[HeldState] = (HeldState.HELD,)) -> list[Held]:
        """The message and, where it is one part of several, all parts in its state, in order. Raises CustodyError."""
        quarantine = self._desk.ledger.quarantine
        held = await asyncio.to_thread(quarantine.get, message_id)
        if held is None:
            raise CustodyError(f"no message {message_id} is or was in quarantine")
        if held.state not in states:
            raise CustodyError(f"message {message_id} is {held.state.value} (by {held.resolved_by or '?'})")
        if not held.group or held.parts == 1:
            return [held]
        found = await asyncio.to_thread(quarantine.find, held.account, "", held.state, MEMBERS)
        return sorted((one for one in found if one.group == held.group), key=lambda one: one.part)

    async def _resolve(self, ids: Sequence[str], state: HeldState, by: str, note: str, alias: str = "") -> None:
        on_disk: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def done(error: BaseException | None) -> None:
            if on_disk.done():
                return
            if error is None:
                on_disk.set_result(None)
            else:
                on_disk.set_exception(CustodyError(f"not written: {error}"))

        at = self._desk.unix_time(monotonic())
        self._desk.ledger.quarantine.resolve(ids, state, by, note, at, done, alias)
        await on_disk

    def _account(self, held: Held) -> Account:
        account = self._desk.conf.accounts.get(held.account)
        if account is None:
            raise CustodyError(f"the account {held.account} is gone from the conf")
        return account

    async def _read(self, held: Held, account: Account) -> Submission:
        outside = self.outsides.get(held.channel)
        if outside is not None:
            return await outside.read(held, account)
        if held.channel != Channel.SMPP.value:
            raise CustodyError(f"it came by {_DOORS.get(held.channel, held.channel)}, and the conf has none")
        data = int.from_bytes(held.payload[4:8]) == CommandId.DATA_SM
        message = decode_data(held.payload) if data else decode_sm(held.payload)
        if held.direction == Direction.MO.value:
            carrier = self._desk.conf.carriers.get(held.carrier)
            alphabet = carrier.alphabet if carrier is not None else account.alphabet
            return inbound(self._desk, account, held.carrier, alphabet, message)
        return outbound(self._desk, account, held.end_user, message)

    def sizes(self) -> dict[str, int]:
        """Entries per table."""
        return {"owed_receipts": len(self._owed), "aliases": len(self._aliases), "groups": len(self._groups)}
