"""Sending mass marketing or bulk messaging: numbers and links that are used up and replaced."""

from edge.core.facts import Fact
from edge.core.inventory import Inventory
from edge.core.submission import Submission
from edge.core.verdict import Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.clauses.bulk.spread import NOT_SHORT_CODES, excused
from edge.policy.clauses.bulk.volume import ORDINARY
from edge.policy.history.bulk import NEW_NUMBER, SPREAD
from edge.policy.history.clock import DAY, minute_of
from edge.policy.history.tables import is_number
from edge.policy.history.texts import WORDS_MIN
from edge.policy.looking import look
from edge.policy.rule import Check, RuleSettings
from edge.policy.state import PolicyState

DAY_SECONDS = 86400.0


class NumberCycling(Check):
    """`number-cycling`: a new number goes on where a blocked one of the account had to stop, or new ones come by the
    handful and are busy at once.

    New is what was first heard of within a day. Numbers of an account's own first day are not new, and neither are
    those of the day on which the edge began to remember.
    """

    senders = ORDINARY
    paced = True
    needs = NEW_NUMBER

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse the new number."""
        bulk = state.windows.bulk
        context = look(submission, state, now)
        values = self.own.of(submission.origin)
        if excused(context):
            return None
        account = bulk.accounts.get(context.index)
        if account is not None and account.busy:
            busy = account.busy_since(minute_of(now) - DAY)
            if busy >= values["numbers"]:
                return self.hit(f"{busy} new numbers of the account are busy", busy, values["numbers"], sub="busy")
        blocked = self._blocked(submission, state, now)
        if blocked < values["blocked"]:
            return None
        detail = f"a new number with a text of {blocked} blocked numbers of the account"
        return self.hit(detail, blocked, values["blocked"])

    def _blocked(self, submission: Submission, state: PolicyState, now: float) -> int:
        """How many blocked numbers of the account sent the text, or tried to."""
        facts = state.facts.blocked
        context = look(submission, state, now)
        if not facts or not context.groups:
            return 0
        texts, unix = state.windows.bulk.texts, state.unix(now)
        text = context.groups[0]
        siblings = set(texts.refused_senders(text, context.index))
        run = texts.run(text, context.index)
        if run is not None:
            siblings.update(run.senders)
        siblings.discard(submission.source.number)
        days = self.own.of(submission.origin)["days"]
        return sum(_blocked_since(facts.get(one), unix, days * DAY_SECONDS) for one in siblings if is_number(one))

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Blocked numbers of the account with this text, against the limit."""
        limit = self.own.of(submission.origin)["blocked"]
        return self._blocked(submission, state, now), limit, f"{limit} blocked numbers of the account with this text"


def _blocked_since(fact: Fact | None, unix: float, span: float) -> bool:
    """Whether the block holds at Unix time `unix` and is not older than `span`."""
    return fact is not None and not 0 < fact.expires <= unix and unix - fact.at <= span


class UrlCycling(Check):
    """`url-cycling`: one text with changing links: to several domains, none of them the account's own."""

    senders = NOT_SHORT_CODES
    needs = SPREAD

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse the domain that makes it a cycle. "Look: LINK" is what people write: it takes more recipients."""
        context = look(submission, state, now)
        spread, values = context.spread, self.own.of(submission.origin)
        if spread.domains < values["domains"] or excused(context):
            return None
        short = context.reading.profile.tokens < WORDS_MIN
        if spread.strangers < (values["short_recipients"] if short else values["recipients"]):
            return None
        return self.hit(f"one text with links to {spread.domains} domains", spread.domains, values["domains"])

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Domains that the text linked to, against the limit."""
        limit = self.own.of(submission.origin)["domains"]
        return look(submission, state, now).spread.domains, limit, f"{limit} domains linked to by one text"
