"""Sending unsolicited messages: what became of a number's messages says what its list of recipients is worth.

Receipts, complaints and opt-outs are counted by the windows and the ledger; the rules only compare. The action ladder
blocks the number, or suspends the account, when one of these refuses.
"""

from edge.core.facts import DAY, Fact, subject_key
from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.history.clock import tick_of
from edge.policy.history.reputation import DOUBTFUL, Record, plain_error
from edge.policy.history.tables import party_number
from edge.policy.rule import Check, RuleSettings
from edge.policy.state import PolicyState

WEEK = 7 * DAY


class ListQuality(Check):
    """`list-quality`: of what a number sends, too much goes to subscribers that do not exist: a bought list."""

    needs = DOUBTFUL

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        own = settings.accounts.items()
        self.errors = errors_of(settings.values["errors"])
        self.least = min(values["flag"] for values in (settings.values, *settings.accounts.values()))
        self.own_errors = {account: errors_of(values["errors"]) for account, values in own}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Flag, and from the second limit on hold."""
        record = record_of(submission, state)
        if record is None:
            return None
        today, before, least = record.today, record.before, self.least
        if far(today.failed, today.final, least) and far(before.failed, before.final, least):
            return None
        value, name = self.settings.value, submission.origin
        share, receipts = self._share(record, name, now)
        if receipts < value("receipts", name) or share < value("flag", name):
            return None
        what = f"{share:.0f} % of {receipts:.0f} receipts of a day say that there is no such subscriber"
        if share < value("hold", name):
            return self.flagged(self.hit(what, share, value("flag", name)))
        return self.hit(what, share, value("hold", name))

    def _share(self, record: Record, name: str, now: float) -> tuple[float, float]:
        """Percent of unknown subscribers, and how many receipts there are."""
        tick = tick_of(now)
        receipts = record.day("final", tick)
        errors = self.own_errors.get(name, self.errors)
        return (100.0 * record.failures(errors, tick) / receipts if receipts else 0.0), receipts

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Percent of unknown subscribers, against that at which messages are held."""
        record, name = record_of(submission, state), submission.origin
        limit = self.settings.value("hold", name)
        share = self._share(record, name, now)[0] if record is not None else 0.0
        return share, limit, f"{limit} % of recipients that do not exist"


def far(count: int, among: int, percent: int) -> bool:
    """Whether a count is nowhere near this share: as it is in both of the days that are weighed, for nearly everybody.

    Where neither day's share is enough, no weighting of the two is.
    """
    return not count or 100 * count < percent * among


def record_of(submission: Submission, state: PolicyState) -> Record | None:
    """What is known of the sender, without what an operator has looked at."""
    source = submission.source
    return state.windows.reputation.known(party_number(source), state.facts.pardoned.get(source.key, 0.0))


def errors_of(words: frozenset[str]) -> frozenset[str]:
    """Error codes as the windows count them."""
    return frozenset(plain_error(word) for word in words)


class Complaints(Check):
    """`complaint`: recipients complained about the number, or about the account's numbers together.

    What the ledger keeps as complaints is what counts: one a day of a complainant about a number, and at most five a
    day of a complainant in all. Three phones must not do to block a large sender: complaints are held against
    those it reached.
    """

    standing = True

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse; the number is blocked, or the account suspended, with the first refusal."""
        complaints = state.facts.complaints
        if not complaints:
            return None
        return self._number(submission, state, now) or self._account(submission, state, now)

    def _number(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        said = self._said(submission, state, now)
        if not said:
            return None
        value, name = self.settings.value, submission.origin
        sender, tick, unix = party_number(submission.source), tick_of(now), state.unix(now)
        severe = state.windows.evidence.severe(sender, tick, state.facts.pardoned.get(submission.source.key, 0.0))
        if severe and value("severe", name):
            texts = "text was" if severe == 1 else "texts were"
            return self.hit(f"a complaint about a number whose {texts} refused as severe", 1, 1, sub="severe")
        record = record_of(submission, state)
        reached = record.day("reached", tick) if record is not None else 0.0
        reached_week = record.reached_week(tick) if record is not None else 0.0
        day, week = complainants(said, unix - DAY), complainants(said, unix - WEEK)
        return self._too_many(day, value("day", name), reached, name, "24 hours") or self._too_many(
            week, value("week", name), reached_week, name, "7 days"
        )

    def _too_many(self, count: int, limit: int, reached: float, name: str, period: str, sub: str = "") -> Hit | None:
        """A hit for so many complainants among those who were reached."""
        rate = 1000.0 * count / max(reached, self.settings.value("least", name))
        if not 0 < limit <= count or rate < self.settings.value("rate", name):
            return None
        what = f"{count} complainants in {period}, {rate:.1f} of 1000 recipients"
        return self.hit(what, count, limit, sub=sub)

    def _account(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """All numbers of the account together."""
        name, facts = submission.origin, state.facts
        said, limit = facts.accused.get(name), self.settings.value("account_week", name)
        if said is None or not 0 < limit <= len(said):
            return None
        record = state.windows.reputation.account(state.account_index(name))
        reached = record.reached_week(tick_of(now)) if record is not None else 0.0
        if 1000.0 * len(said) < self.settings.value("rate", name) * reached:
            return None
        since = max(facts.restored.get(name, 0.0), state.unix(now) - WEEK)
        pardoned = facts.pardoned
        counted = [fact for fact in said if fact.at > pardoned.get(subject_key(fact.subject), 0.0)]
        return self._too_many(complainants(counted, since), limit, reached, name, "7 days", "account")

    def _said(self, submission: Submission, state: PolicyState, now: float) -> list[Fact]:
        """The complaints about the sender that no operator has looked at yet."""
        said = state.facts.complaints.get(submission.source.key)
        if not said:
            return []
        since = max(state.facts.pardoned.get(submission.source.key, 0.0), state.unix(now) - WEEK)
        return [fact for fact in said if fact.at > since]

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Complainants of a day."""
        limit = self.settings.value("day", submission.origin)
        count = complainants(self._said(submission, state, now), state.unix(now) - DAY)
        return count, limit, f"{limit} complaints in 24 hours"


def complainants(said: list[Fact], since: float) -> int:
    """How many different people complained after Unix time `since`. Those who are not known are one."""
    return len({fact.other for fact in said if fact.at > since})


class OptOutRate(Check):
    """`opt-out-rate`: of those whom a number reached in a day, too many want no more of it."""

    needs = DOUBTFUL

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.least = min(values["flag"] for values in (settings.values, *settings.accounts.values()))

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Flag, and from the second limit on refuse (and the ladder blocks the number)."""
        record = record_of(submission, state)
        if record is None:
            return None
        today, before, least = record.today, record.before, self.least
        if far(today.opted_out, today.reached, least) and far(before.opted_out, before.reached, least):
            return None
        value, name, tick = self.settings.value, submission.origin, tick_of(now)
        reached = record.day("reached", tick)
        rate = 100.0 * record.day("opted_out", tick) / reached if reached else 0.0
        if reached < value("recipients", name) or rate < value("flag", name):
            return None
        what = f"{rate:.1f} % of {reached:.0f} recipients of a day opted out"
        if rate < value("block", name):
            return self.flagged(self.hit(what, rate, value("flag", name)))
        return self.hit(what, rate, value("block", name))

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Percent of recipients that opted out, against that at which the number is blocked."""
        record, tick = record_of(submission, state), tick_of(now)
        limit = self.settings.value("block", submission.origin)
        reached = record.day("reached", tick) if record is not None else 0.0
        rate = 100.0 * record.day("opted_out", tick) / reached if record is not None and reached else 0.0
        return rate, limit, f"{limit} % of recipients that opt out"
