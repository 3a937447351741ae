"""Sending mass marketing or bulk messaging: a message that advertises, whoever agreed to it.

"Mobile carriers do not allow marketing SMS messages, whether solicited or not, on long codes": consent, a STOP footer,
a registration or a verified toll-free number excuse nothing here. policy.md A.2, R-MKT and R-MKT-LC.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from edge.core.inventory import Inventory
from edge.core.submission import Direction, PartyKind, Submission
from edge.core.verdict import Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.context import Context
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, Checker, RuleSettings
from edge.policy.signals.advertising import (
    ADVERTISING,
    CALL,
    EMOJI_RUN,
    OFFER_FLAGS,
    PRICED,
    SCORED,
    SCORED_STRICTLY,
    SUPPORT,
    TRANSACTIONAL,
)
from edge.policy.signals.reading import LINK
from edge.policy.state import PolicyState

Parts = tuple[tuple[str, float], ...]
# Hours in which nobody is called on: before 8 and from 21 on, 47 CFR 64.1200(c)(1).
MORNING, NIGHT = 8, 21


class Marketing(Check):
    """`marketing`, with the kind of sender as sub-rule: marketing/long-code, marketing/toll-free ..."""

    directions = BOTH_WAYS
    content = True
    needs = ADVERTISING

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)
        # Read from disk here, so that the decision reads nothing.
        self.zones = {
            account.name: ZoneInfo(account.timezone) for account in inventory.accounts if account.timezone != "UTC"
        }

    def parts(self) -> Sequence[Checker]:
        """What the text says, and what its header says where the text says nothing."""
        return self, Announced(self.settings, self.inventory)

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """Recipients of a text up to the largest that is asked for."""
        asked = ("recipients", "consumer_recipients", "conversation_recipients")
        return {"texts": {name: max(values[key] for key in asked) + 1 for name, values in self.own.all()}}

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what scores enough, or a little less if it goes to many; between people, and inbound, only flag it."""
        account = submission.account
        if submission.source.kind is PartyKind.SHORT_CODE and account is not None and account.marketing_program:
            return None
        context = look(submission, state, now)
        parts = self.points(submission, context, state, now)
        values = self.own.of(submission.origin)
        limit = values["spread_limit"] if context.spread.recipients >= values["recipients"] else values["limit"]
        score = sum(points for _, points in parts)
        if score < limit:
            return None
        hit = self.hit("marketing", score, limit, sub=submission.source.kind.value, parts=parts)
        between_people = context.consumer and context.spread.recipients < values["consumer_recipients"]
        return self.flagged(hit) if between_people or submission.direction is Direction.MO else hit

    def points(self, submission: Submission, context: Context, state: PolicyState, now: float) -> Parts:
        """What the score is made of."""
        values, flags, recipients = self.own.of(submission.origin), context.reading.flags, context.spread.recipients
        offers = sum(1 for bit in OFFER_FLAGS if flags & bit)
        parts: list[tuple[str, float]] = [("offers", min(offers * values["offer"], values["offers_max"]))]
        parts += [(name, values[key]) for bit, key, name in _SIGNS if flags & bit]
        announced = submission.identity is not None and submission.identity.advertisement
        if announced:
            parts.append(("called an advertisement", values["advertisement"]))
        if flags & SCORED and not context.approved:
            strict = flags & SCORED_STRICTLY
            parts.append(("reads like marketing", values["score_strict"] if strict else values["score"]))
        if offers or flags & (CALL | SUPPORT) or announced:
            parts += self._night(submission, values, state, now)
        if flags & TRANSACTIONAL:
            parts.append(("about the recipient's own business", -values["transaction"]))
        talking = context.conversation and recipients < values["conversation_recipients"]
        if talking or (context.consumer and recipients < values["consumer_recipients"]):
            parts.append(("in conversation" if talking else "from a person", -values["conversation"]))
        return tuple((name, points) for name, points in parts if points)

    def _night(self, submission: Submission, values: Mapping[str, Any], state: PolicyState, now: float) -> Parts:
        """At night, by the time zone that the account declares; without one, nothing is known of the hour."""
        zone = self.zones.get(submission.origin)
        if zone is None or MORNING <= datetime.fromtimestamp(state.unix(now), zone).hour < NIGHT:
            return ()
        return (("at night", values["night"]),)

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """The score, against the limit that holds for this many recipients."""
        context = look(submission, state, now)
        values = self.own.of(submission.origin)
        limit = values["spread_limit"] if context.spread.recipients >= values["recipients"] else values["limit"]
        return sum(points for _, points in self.points(submission, context, state, now)), limit, ""

    def weigh(self, submission: Submission, state: PolicyState, now: float) -> Parts:
        """The parts of the score."""
        return self.points(submission, look(submission, state, now), state, now)


_SIGNS = (
    (CALL, "call", "call to action"),
    (SUPPORT, "support", "asks for support"),
    (PRICED, "price", "a price"),
    (LINK, "link", "a link"),
    (EMOJI_RUN, "emoji", "a row of emoji"),
)


class Announced(Marketing):
    """The other half of `marketing`: a message that calls itself an advertisement, whatever its text."""

    odd = True
    needs = 0

    def parts(self) -> Sequence[Checker]:
        """One question."""
        return (self,)

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """As for any other, where the text alone would not be looked at."""
        identity = submission.identity
        if identity is None or not identity.advertisement:
            return None
        return super().check(submission, state, now)
