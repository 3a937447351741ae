"""Sending mass marketing or bulk messaging: one text to many, from one number or from several."""

from collections.abc import Mapping, Sequence

from edge.core.inventory import Inventory
from edge.core.submission import PartyKind, Submission
from edge.core.verdict import Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.context import Context
from edge.policy.history.bulk import SPREAD
from edge.policy.looking import look
from edge.policy.rule import EVERY_KIND, INBOUND, Check, Checker, RuleSettings
from edge.policy.state import PolicyState

# A short code is leased for one programme, which its carriers know.
NOT_SHORT_CODES = EVERY_KIND - {PartyKind.SHORT_CODE}


def excused(context: Context) -> bool:
    """Whether a message may be a copy of others: it is of an approved class, or part of a conversation."""
    return bool(context.approved) or context.conversation


class Bulk(Check):
    """`bulk`: the same text, or nearly the same, to many who are not in conversation with the account.

    Consent is no exemption: the policy bars mass marketing whether solicited or not. Approved classes are.
    """

    senders = NOT_SHORT_CODES
    needs = SPREAD

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def parts(self) -> Sequence[Checker]:
        """What goes out, and what comes in."""
        return self, BulkInbound(self.settings, self.inventory)

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """Recipients up to the limit, each way."""
        return {"texts": {name: max(map(int, values.values())) + 1 for name, values in self.own.all()}}

    def limit(self, account: str, context: Context) -> int:
        """Of a person's account, unless it has a limit of its own, fewer."""
        values = self.own.of(account)
        consumer = context.consumer and not self.own.changed(account, "recipients")
        return int(values["consumer"] if consumer else values["recipients"])

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse the recipient that makes it bulk."""
        context = look(submission, state, now)
        limit = self.limit(submission.origin, context)
        if context.spread.strangers < limit or excused(context):
            return None
        count = context.spread.strangers
        return self.hit(f"one text to {count} recipients in 24 hours", count, limit)

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Recipients of the text who are not in conversation, against the limit."""
        context = look(submission, state, now)
        limit = self.limit(submission.origin, context)
        return context.spread.strangers, limit, f"{limit} recipients of one text in 24 hours"


class BulkInbound(Check):
    """The other half of `bulk`: one number outside that sends the same text to many of ours.

    Short codes, toll-free numbers and names are services, and notifications and codes are what they are for.
    """

    directions = INBOUND
    senders = frozenset({PartyKind.LONG_CODE, PartyKind.INTERNATIONAL})
    needs = SPREAD
    paced = True

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse one too many. Whom the recipient wrote to is answered, not bulk."""
        context = look(submission, state, now)
        count, limit = context.spread.recipients, self._limit(submission)
        if count < limit or context.conversation:
            return None
        return self.hit(f"one text to {count} of our numbers in 24 hours", count, limit)

    def _limit(self, submission: Submission) -> int:
        account = submission.account
        return int(self.own.of(account.name if account is not None else "")["inbound"])

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Recipients of the text, against the limit."""
        limit = self._limit(submission)
        return look(submission, state, now).spread.recipients, limit, f"{limit} recipients of one text in 24 hours"


class Snowshoe(Check):
    """`snowshoe`: one text, or links to one stranger's domain, spread over several numbers of an account."""

    senders = NOT_SHORT_CODES
    needs = SPREAD

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """Recipients up to the limit."""
        return {"texts": {name: values["recipients"] + 1 for name, values in self.own.all()}}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse the recipient that makes it a campaign."""
        context = look(submission, state, now)
        spread, values = context.spread, self.own.of(submission.origin)
        if excused(context):
            return None
        recipients = min(spread.hour_recipients, spread.strangers)
        if spread.hour_senders >= values["numbers"] and recipients >= values["recipients"]:
            detail = f"one text from {spread.hour_senders} numbers to {recipients} recipients in an hour"
            return self.hit(detail, spread.hour_senders, values["numbers"])
        if spread.link_senders >= values["link_numbers"] and spread.link_recipients >= values["recipients"]:
            detail = f"links to one domain from {spread.link_senders} numbers to {spread.link_recipients} recipients"
            return self.hit(detail, spread.link_senders, values["link_numbers"], sub="link")
        return None

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Numbers that sent the text within an hour, against the limit."""
        values = self.own.of(submission.origin)
        words = f"{values['numbers']} numbers with one text to {values['recipients']} recipients in an hour"
        return look(submission, state, now).spread.hour_senders, values["numbers"], words
