"""Sending harassing or abusive messages: bombing one recipient."""

from collections.abc import Mapping, Sequence
from typing import Any

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Hit, Reason
from edge.policy.context import Context
from edge.policy.history.clock import TICKS, tick_of
from edge.policy.history.pairs import BUSY_PAIR, MONTH, Pair, moment_of
from edge.policy.history.recipients import CROWDED, Code, Message, whose
from edge.policy.history.tables import party_number
from edge.policy.looking import look
from edge.policy.pacing import Paced, Terms
from edge.policy.rates import COUNTED_MAX, COUNTED_PERIOD_MAX, Count, Rate
from edge.policy.rule import Check, Checker, RuleSettings
from edge.policy.signals.reading import CODE
from edge.policy.signals.traffic import ALERTING
from edge.policy.state import PolicyState

# People: a toll-free number or a short code is somebody's service desk.
PEOPLE = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
NUMBERED = PEOPLE | {PartyKind.TOLL_FREE}


def ticks(seconds: float) -> int:
    """Seconds in the history's unit of time."""
    return int(seconds * TICKS)


def spell(seconds: float) -> str:
    """A period as people say it."""
    for size, word in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute"), (1.0, "second")):
        if seconds >= size and not seconds % size:
            count = int(seconds // size)
            return f"{count} {word}" + ("s" if count > 1 else "")
    return f"{seconds:g} seconds"


class BombPair(Check):
    """`bomb-pair`: messages of one sender to one number. A reply makes it a conversation: the count starts anew.

    Three periods are counted since the recipient last wrote back, and only where replies are few for what was sent;
    besides, a day of messages to somebody who never wrote, and one text again and again (policy.md A.3, R-BOMB-1TO1).
    """

    destinations = NUMBERED
    paced = True
    needs = BUSY_PAIR

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.everybody = PairTerms(settings.values)
        self.own = {account: PairTerms(values) for account, values in settings.accounts.items()}
        # Somebody's limit may be less than what a pair must have sent to be busy.
        if any(terms.tight for terms in (self.everybody, *self.own.values())):
            self.needs = 0

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse one more where it is too many; asked of pairs that have sent before, which most have not."""
        pair = state.windows.conversations.pair(submission)
        terms = self.own.get(submission.origin, self.everybody)
        context = look(submission, state, now)
        if context.approved == ALERTING:
            return self._alerting(pair, terms, tick_of(now))
        return self._one_way(pair, terms, submission, state, now) or self._identical(pair, terms, context, now)

    def _alerting(self, pair: Pair, terms: "PairTerms", tick: int) -> Hit | None:
        """Machines that the account may let speak are given more, and need no replies."""
        for count in terms.alerting:
            sent = pair.count(tick - ticks(count.period))
            if sent >= count.count:
                return self.hit(f"{sent + 1} alerts in {spell(count.period)}", sent + 1, count.count, sub="alerting")
        return None

    def _one_way(
        self, pair: Pair, terms: "PairTerms", submission: Submission, state: PolicyState, now: float
    ) -> Hit | None:
        tick, last = tick_of(now), pair.last_reply()
        for count in terms.counts:
            sent = pair.count(max(tick - ticks(count.period), last))
            if sent >= count.count and not self._answered(pair, terms, count, tick):
                return self.hit(f"{sent + 1} messages in {spell(count.period)} without a reply", sent + 1, count.count)
        day = terms.unanswered
        sent = pair.count(tick - ticks(day.period))
        if sent >= day.count and not state.windows.conversations.replied_since(submission, tick - MONTH):
            what = f"{sent + 1} messages in {spell(day.period)} to somebody who never replied"
            return self.hit(what, sent + 1, day.count, sub="unanswered")
        return None

    def _answered(self, pair: Pair, terms: "PairTerms", count: Count, tick: int) -> bool:
        """Whether so many of the messages are answered that it is a conversation; seen over ten minutes at least."""
        since = tick - ticks(max(count.period, 600.0))
        replies = pair.replied(since)
        return replies > 0 and 100 * replies >= terms.replies * (pair.count(since) + 1)

    def _identical(self, pair: Pair, terms: "PairTerms", context: Context, now: float) -> Hit | None:
        """One text again and again. Approved classes repeat themselves by nature (policy.md, decision 7)."""
        if context.approved:
            return None
        tick, count = tick_of(now), terms.identical
        sent = pair.same(moment_of(tick, context), max(tick - ticks(count.period), pair.last_reply()))
        if sent < count.count:
            return None
        return self.hit(
            f"the same text {sent + 1} times in {spell(count.period)}", sent + 1, count.count, sub="identical"
        )

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Messages since the last reply, of the period that is nearest to its limit."""
        terms = self.own.get(submission.origin, self.everybody)
        pair, tick = state.windows.conversations.pair(submission), tick_of(now)
        counts = terms.counts
        if look(submission, state, now).approved == ALERTING:
            counts, last = terms.alerting, 0
        else:
            last = pair.last_reply()
        found = [(pair.count(max(tick - ticks(count.period), last)), count) for count in counts]
        sent, count = max(found, key=lambda each: each[0] / (each[1].count or 1))
        return sent, count.count, f"{count} to one recipient"


class PairTerms:
    """The settings of `bomb-pair` as they hold for an account."""

    __slots__ = ("alerting", "counts", "identical", "replies", "tight", "unanswered")

    def __init__(self, values: Mapping[str, Any]) -> None:
        limit: Rate = values["limit"]
        # A burst means nothing where messages are counted, and more than can be counted is no limit.
        short = Count(limit.count, min(limit.period, COUNTED_PERIOD_MAX))
        counts = (short, values["medium"], values["long"])
        self.counts: tuple[Count, ...] = tuple(count for count in counts if count.count <= COUNTED_MAX) or counts[1:]
        self.unanswered: Count = values["unanswered"]
        self.alerting: tuple[Count, ...] = (values["alerting"], values["alerting_day"])
        self.identical: Count = values["identical"]
        self.replies: int = values["replies"]
        asked = (*self.counts, self.unanswered, *self.alerting, self.identical)
        self.tight = any(count.count < 2 for count in asked)


class BombCrowd(Check):
    """The part of `bomb-recipient` that counts senders: many numbers write to one person who never wrote to them.

    Of one account it is the account's doing; of all accounts together it must be a flood (policy.md A.3, R-BOMB-NTO1).
    """

    destinations = PEOPLE
    paced = True
    needs = CROWDED

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse one sender too many; asked where the recipient got messages of two strangers, which most did not."""
        recipient = submission.destination.number
        crowd = state.windows.recipients.crowd(recipient)
        if crowd is None:
            return None
        tick, sender = tick_of(now), party_number(submission.source)
        if not state.windows.recipients.strange(sender, recipient, tick):
            return None
        recent = self._recent(crowd, submission, tick)
        account = state.account_index(submission.origin)
        value = self.settings.value
        own = {each[1] for each in recent if each[2] == account} | {sender}
        limit = value("senders", submission.origin)
        if len(own) >= limit:
            return self.hit(f"{len(own)} numbers of the account to one recipient", len(own), limit, sub="account")
        senders = {each[1] for each in recent} | {sender}
        limit, messages = value("edge_senders", submission.origin), len(recent) + 1
        if len(senders) < limit or messages < value("edge_messages", submission.origin):
            return None
        # Who wrote once may have been let in by chance; who goes on takes part (and is blocked for it).
        share = sum(1 for each in recent if each[1] == sender) + 1
        sub = "flood" if share >= value("share", submission.origin) else "edge"
        what = f"{messages} messages of {len(senders)} numbers to one recipient, {share} of this one"
        return self.hit(what, len(senders), limit, sub=sub)

    def _recent(self, crowd: tuple[Message, ...], submission: Submission, tick: int) -> list[Message]:
        window = ticks(self.settings.value("window", submission.origin))
        return [message for message in crowd if tick - message[0] < window]

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Numbers of the account that wrote to the recipient, this one included."""
        crowd = state.windows.recipients.crowd(submission.destination.number) or ()
        recent = self._recent(crowd, submission, tick_of(now))
        account = state.account_index(submission.origin)
        own = {each[1] for each in recent if each[2] == account} | {party_number(submission.source)}
        limit = self.settings.value("senders", submission.origin)
        return len(own), limit, f"{limit} senders to one recipient"


class BombRecipient(Paced):
    """`bomb-recipient`: messages to one person from all senders of one account."""

    destinations = PEOPLE
    reason = Reason.CONTENT
    table = "recipient_rate"

    def parts(self) -> Sequence[Checker]:
        """Who writes, the account's limit, and the one of all accounts together."""
        return BombCrowd(self.settings, self.inventory), self, BombRecipientEdge(self.settings, self.inventory)

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By account and recipient in one integer."""
        name = submission.origin
        key = (state.accounts.get(name) or state.account_index(name)) << 50 | submission.destination.number
        return state.recipient_rate, key, self.own.get(name, self.everybody)


class BombRecipientEdge(Paced):
    """The other half of `bomb-recipient`: messages to one person from all accounts."""

    destinations = PEOPLE
    reason = Reason.CONTENT
    table = "recipient_edge"
    setting = "edge"

    def terms(self, submission: Submission, state: PolicyState, now: float) -> Terms:
        """By recipient. No account has its own limit here: the recipient does not know who sent what."""
        return state.recipient_edge, submission.destination.number, self.everybody


class BombOtp(Check):
    """`bomb-otp`: one-time codes to one person, which signing somebody up everywhere brings about.

    Their senders are victims too: codes to that person wait for a while, and nobody is blocked (policy.md A.3,
    R-BOMB-OTP).
    """

    destinations = NUMBERED
    paced = True
    needs = CODE
    reason = Reason.PACING

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Slow down the codes to a person who got too many, and for a while after."""
        recipients, recipient, tick = state.windows.recipients, submission.destination.number, tick_of(now)
        value, name = self.settings.value, submission.origin
        stopped = recipients.stopped(recipient)
        if stopped and tick - stopped < ticks(value("pause", name)):
            return self.hit("codes to this recipient are paused", sub="paused")
        codes = recipients.codes(recipient)
        if not codes:
            return None
        return self._sender(codes, submission, tick) or self._brands(codes, submission, state, now)

    def _sender(self, codes: tuple[Code, ...], submission: Submission, tick: int) -> Hit | None:
        sender, limit = party_number(submission.source), self.settings.value("sender", submission.origin)
        since = tick - ticks(limit.period)
        sent = sum(1 for code in codes if code[0] > since and code[1] == sender)
        if sent < limit.count:
            return None
        return self.hit(f"{sent + 1} codes of one sender in {spell(limit.period)}", sent + 1, limit.count)

    def _brands(self, codes: tuple[Code, ...], submission: Submission, state: PolicyState, now: float) -> Hit | None:
        tick, value, name = tick_of(now), self.settings.value, submission.origin
        own = whose(look(submission, state, now), state.account_index(name))
        brands = {code[2] for code in codes if tick - code[0] < ticks(value("window", name))} | {own}
        limit = value("brands", name)
        if len(brands) >= limit:
            return self.hit(f"codes of {len(brands)} brands to one recipient", len(brands), limit)
        hour = value("hour", name)
        since = tick - ticks(hour.period)
        sent = sum(1 for code in codes if code[0] > since)
        if sent < hour.count:
            return None
        return self.hit(f"{sent + 1} codes in {spell(hour.period)}", sent + 1, hour.count)

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Codes to the recipient in the longest period."""
        limit = self.settings.value("hour", submission.origin)
        since = tick_of(now) - ticks(limit.period)
        codes = state.windows.recipients.codes(submission.destination.number)
        return sum(1 for code in codes if code[0] > since), limit.count, f"{limit} codes to one recipient"
