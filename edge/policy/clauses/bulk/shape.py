"""Sending mass marketing or bulk messaging: to how many people one number writes, and in what order."""

from collections.abc import Mapping
from itertools import islice, pairwise

from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.clauses.bulk.volume import ORDINARY
from edge.policy.context import Context
from edge.policy.history.bulk import ACTIVE
from edge.policy.history.clock import minute_of, tick_of
from edge.policy.history.crowd import AGREED, MARKS
from edge.policy.history.senders import FOLDED_MAX, Sender, messages_of, sender_of
from edge.policy.history.tables import party_number
from edge.policy.looking import look
from edge.policy.rule import Check, RuleSettings
from edge.policy.state import PolicyState

# What is left of a number without its last four digits: of the North American plan, the exchange (NPA-NXX).
EXCHANGE = 10_000


def welcome(context: Context) -> bool:
    """Whether a message is none of bulk messaging's business: of an approved class, in a conversation, or agreed to."""
    return bool(context.approved) or context.agreed or context.conversation


class FanOut(Check):
    """`fan-out`: one ordinary number that writes to many people, of whom hardly anybody answers or agreed."""

    senders = ORDINARY
    paced = True

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)
        self.least = min(limit for name, _ in self.own.all() for limit in self._limits(name, True))
        if self.least > FOLDED_MAX:
            self.needs = ACTIVE

    def _limits(self, account: str, new: bool) -> tuple[int, int]:
        """Recipients of an hour and of a day."""
        values = self.own.of(account)
        divisor = values["new_divisor"] if new else 1
        return max(1, values["hour"] // divisor), max(1, values["day"] // divisor)

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """One recipient more than the limit."""
        return {"recipients": {name: max(self._limits(name, False)) + 1 for name, _ in self.own.all()}}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Hold what goes to too many."""
        entry = state.windows.bulk.numbers.find(submission.source.number)
        if messages_of(entry) < self.least:
            return None
        sender = sender_of(entry)
        if len(sender.crowd.seen) < self.least:
            return None
        context = look(submission, state, now)
        if welcome(context):
            return None
        crowd = sender.crowd
        crowd.count(minute_of(now))
        recipient = party_number(submission.destination)
        hour, day = crowd.hour_with(recipient), crowd.day + (recipient not in crowd.seen)
        most_hour, most_day = self._limits(submission.origin, context.new)
        if hour <= most_hour and day <= most_day:
            return None
        if 100 * crowd.agreed >= self.own.of(submission.origin)["replies"] * day:
            return None
        detail = f"{day} recipients in a day, {hour} in an hour, of whom {crowd.agreed} answered or agreed"
        return self.hit(detail, *((hour, most_hour) if hour > most_hour else (day, most_day)))

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Recipients of the hour or the day, whichever is closer to its limit."""
        sender = sender_of(state.windows.bulk.numbers.find(submission.source.number))
        most_hour, most_day = self._limits(submission.origin, look(submission, state, now).new)
        sender.crowd.count(minute_of(now))
        recipient = party_number(submission.destination)
        hour, day = sender.crowd.hour_with(recipient), sender.crowd.day + (recipient not in sender.crowd.seen)
        if hour * most_day >= day * most_hour:
            return hour, most_hour, f"{most_hour} recipients in an hour"
        return day, most_day, f"{most_day} recipients in a day"


class Sequential(Check):
    """`sequential`: recipients whose numbers follow each other, as only a machine finds them."""

    paced = True

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)
        self.least = min(values["recipients"] for _, values in self.own.all())
        if self.least - 1 > FOLDED_MAX:
            self.needs = ACTIVE

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """The last recipients."""
        return {"recipients": {name: values["among"] for name, values in self.own.all()}}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse the one that makes it a row."""
        entry = state.windows.bulk.numbers.find(submission.source.number)
        if messages_of(entry) < self.least - 1:
            return None
        sender = sender_of(entry)
        # In a row of ten among twenty, two are never more than two apart.
        exchange = submission.destination.number // EXCHANGE
        for other in islice(reversed(sender.crowd.seen), 3):
            if other // EXCHANGE == exchange:
                break
        else:
            return None
        values = self.own.of(submission.origin)
        if not sender.reached(values["recipients"] - 1, tick_of(now - values["window"])):
            return None
        if welcome(look(submission, state, now)):
            return None
        count = self._row(sender, submission.destination.number, values, now)
        if count < values["recipients"]:
            return None
        return self.hit(f"{count} of the last recipients are neighbours", count, values["recipients"])

    def _row(self, sender: Sender, recipient: int, values: Mapping[str, int], now: float) -> int:
        """How many of the last recipients, this one among them, have a neighbour in the same exchange (NPA-NXX)."""
        if not recipient:
            return 0
        seen, exchange = sender.crowd.seen, recipient // EXCHANGE
        since = minute_of(now - values["window"])
        last = [
            other
            for other in islice(reversed(seen), values["among"] - 1)
            if other // EXCHANGE == exchange and seen[other] >> MARKS >= since and not seen[other] & AGREED
        ]
        row = sorted({recipient, *last})
        close = [second - first <= values["distance"] for first, second in pairwise(row)]
        return sum(before or after for before, after in zip([False, *close], [*close, False], strict=True))

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Neighbours among the last recipients, against the limit."""
        sender = sender_of(state.windows.bulk.numbers.find(submission.source.number))
        values = self.own.of(submission.origin)
        count = self._row(sender, submission.destination.number, values, now)
        return count, values["recipients"], f"{values['recipients']} neighbouring recipients in ten minutes"
