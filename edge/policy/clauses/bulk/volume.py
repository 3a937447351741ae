"""Sending mass marketing or bulk messaging: how much one number sends in a day, and how little comes back."""

from collections.abc import Mapping
from typing import Any

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Action, Hit, Reason
from edge.policy.clauses.bulk.settings import Own
from edge.policy.history.bulk import ACTIVE, CONSUMER
from edge.policy.history.clock import DAY, minute_of, tick_of
from edge.policy.history.senders import FOLDED_MAX, Sender, messages_of, sender_of
from edge.policy.looking import look
from edge.policy.rates import Count, Rate, parse_rate
from edge.policy.rule import Check, RuleSettings
from edge.policy.state import PolicyState

DAY_SECONDS = 86400.0
# Ordinary numbers: 10-digit, or of another country. Toll-free numbers and short codes are made for more.
ORDINARY = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
# Messages of one number are remembered one by one, at 4 to 8 octets each.
COUNT_MAX = 1_000_000


def parse_volume(value: Any) -> Count:
    """`"1000/1d"`: at most a thousand in any 24 hours. A burst, which confs may still have, changes nothing.

    Raises ValueError with a sentence for the operator.
    """
    rate: Rate = parse_rate(value)
    if rate.count > COUNT_MAX or rate.period > DAY_SECONDS:
        raise ValueError(f'"{value}" is more than can be counted: at most {COUNT_MAX} messages in at most a day')
    return Count(rate.count, rate.period)


class Volume(Check):
    """`volume`: messages of one ordinary number in a day, of new accounts a part of that. Approved classes are exempt.

    Who goes on far beyond, and is hardly answered, is held: what was throttled counts too, the same message once.
    """

    senders = ORDINARY
    paced = True
    reason = Reason.PACING

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)
        every = [values for _, values in self.own.all()]
        # What nobody reaches costs a glance, or not even that.
        self.least = min(_part(values["limit"].count, values["new_divisor"]) for values in every)
        if self.least > FOLDED_MAX:
            self.needs = ACTIVE

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """One message more than the limit, and than what is held."""
        return {"messages": {name: max(values["limit"].count, values["hold"]) + 1 for name, values in self.own.all()}}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Throttle one too many."""
        entry = state.windows.bulk.numbers.find(submission.source.number)
        if messages_of(entry) < self.least or look(submission, state, now).approved:
            return None
        sender = sender_of(entry)
        values, limit = self._limit(submission, state, now)
        if limit and not sender.reached(limit, tick_of(now - values["limit"].period)):
            return None
        return self._over(submission, state, sender, limit, now)

    def _over(self, submission: Submission, state: PolicyState, sender: Sender, limit: int, now: float) -> Hit:
        values, minute = self.own.of(submission.origin), minute_of(now)
        count = sender.count(tick_of(now - values["limit"].period))
        offered = count + sender.slowed_since(minute - DAY) + 1
        hold = max(limit, limit * values["hold"] // values["limit"].count) if limit else values["hold"]
        received = state.windows.bulk.numbers.received_by(submission.source.number, minute)
        if offered > hold and offered >= values["hold_ratio"] * received:
            detail = f"{offered} messages offered in a day for {received} received"
            return self.hit(detail, offered, hold, action=Action.QUARANTINE)
        return self.hit(f"{values['limit']} is used up", count, limit)

    def _limit(self, submission: Submission, state: PolicyState, now: float) -> tuple[Mapping[str, Any], int]:
        """The settings, and how many messages: an account without a date is not new."""
        values, account = self.own.of(submission.origin), submission.account
        count: int = values["limit"].count
        span = values["new_days"] * DAY_SECONDS
        if account is not None and account.opened and state.unix(now) - account.opened < span:
            return values, _part(count, values["new_divisor"])
        return values, count

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Messages of the period, against the limit."""
        sender = sender_of(state.windows.bulk.numbers.find(submission.source.number))
        values, limit = self._limit(submission, state, now)
        count = sender.count(tick_of(now - values["limit"].period))
        return count, limit, str(Count(limit, values["limit"].period))


def _part(count: int, divisor: int) -> int:
    """Of a limit; never less than one message, unless there are to be none."""
    return max(1, count // divisor) if count else 0


class Imbalance(Check):
    """`imbalance`: a person's number that writes and writes, and is not answered."""

    senders = ORDINARY
    paced = True
    needs = CONSUMER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Flag what goes out beyond the ratio."""
        values = self.own.of(submission.origin)
        entry = state.windows.bulk.numbers.find(submission.source.number)
        if messages_of(entry) < values["messages"]:
            return None
        sender = sender_of(entry)
        if not sender.reached(values["messages"], tick_of(now - DAY_SECONDS)):
            return None
        if look(submission, state, now).approved:
            return None
        sent = sender.count(tick_of(now - DAY_SECONDS))
        received = state.windows.bulk.numbers.received_by(submission.source.number, minute_of(now))
        if sent < values["ratio"] * received:
            return None
        return self.hit(f"{sent} messages out and {received} in within a day", sent, values["messages"])

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """As many messages as the least that are looked at."""
        return {"messages": {name: values["messages"] + 1 for name, values in self.own.all()}}

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Messages of a day, against the least that are looked at."""
        values = self.own.of(submission.origin)
        sent = sender_of(state.windows.bulk.numbers.find(submission.source.number)).count(tick_of(now - DAY_SECONDS))
        return sent, values["messages"], f"{values['messages']} in a day with {values['ratio']} for each reply"
