"""Sending mass marketing or bulk messaging: goods and services that carriers take no advertising for at all.

Sex, hate, alcohol, firearms, tobacco (SHAFT), cannabis, gambling and the high-risk trades. Promoting them is refused,
naming them never. policy.md A.2, R-SHAFT, R-GAMBLING, R-HIGHRISK.
"""

from collections.abc import Mapping

from edge.core.inventory import Inventory
from edge.core.submission import Direction, Submission
from edge.core.verdict import Hit
from edge.policy.clauses.bulk.settings import Own
from edge.policy.context import Context
from edge.policy.looking import look
from edge.policy.rule import BOTH_WAYS, Check, RuleSettings
from edge.policy.signals.advertising import CALL, OFFER, TRANSACTIONAL
from edge.policy.signals.flags import flag
from edge.policy.signals.lexicon.goods import KINDS
from edge.policy.signals.reading import LINK, PHONE
from edge.policy.state import PolicyState

GOODS = tuple((flag(f"goods-{kind}"), kind) for kind in KINDS)
ANY = sum(bit for bit, _ in GOODS)
PITCH, CONTACT, CARE = flag("goods-pitch"), flag("goods-contact"), flag("goods-care")
CANNABIS = flag("goods-cannabis")
# Trades that nobody names with a link or a number to call who does not ply them. Of the other goods people speak.
TRADES = sum(
    flag(f"goods-{kind}")
    for kind in ("sex", "loans", "debt", "investment", "prescription", "lead-generation", "collections")
)


class RestrictedGoods(Check):
    """`restricted-goods`, with the kind of goods as sub-rule: restricted-goods/gambling ..."""

    directions = BOTH_WAYS
    content = True
    needs = ANY

    def __init__(self, settings: RuleSettings, inventory: Inventory) -> None:
        super().__init__(settings, inventory)
        self.own = Own(settings)

    def room(self) -> Mapping[str, Mapping[str, int]]:
        """Recipients of a text up to the limit."""
        return {
            "texts": {
                name: max(values["recipients"], values["consumer_recipients"]) + 1 for name, values in self.own.all()
            }
        }

    def check(self, submission: Submission, state: PolicyState, now: float) -> Hit | None:
        """Refuse what promotes such goods to several; cannabis at the first; inbound, and between people, flag it."""
        context = look(submission, state, now)
        if not promotes(context.reading.flags):
            return None
        limit, recipients = self.limit(submission, context), context.spread.recipients
        seen = context.reading.flags
        kind = next(kind for bit, kind in GOODS if seen & bit)
        hit = self.hit(f"offers of this kind to {recipients} recipients", recipients, limit, sub=kind)
        if submission.direction is Direction.MO:
            return self.flagged(hit)
        if recipients >= limit:
            return hit
        return self._first(hit, context) if seen & CANNABIS else None

    def limit(self, submission: Submission, context: Context) -> int:
        """Recipients from which it is refused."""
        values = self.own.of(submission.origin)
        return int(values["consumer_recipients" if context.consumer else "recipients"])

    def _first(self, hit: Hit, context: Context) -> Hit:
        """Cannabis is never carried; but a friend who tells of a bargain does not sell."""
        seen = context.reading.flags
        if not context.consumer:
            return hit
        sells = seen & CALL or (seen & (PITCH | CONTACT) and seen & (LINK | PHONE | OFFER))
        return hit if sells and not context.conversation else self.flagged(hit)

    def measure(self, submission: Submission, state: PolicyState, now: float) -> tuple[float, float, str]:
        """Recipients of the text, against the limit."""
        context = look(submission, state, now)
        return context.spread.recipients, self.limit(submission, context), ""


def promotes(seen: int) -> bool:
    """Whether what was seen in a text sells the goods that it names: by an offer, a call to action, or a contact.

    A notice about somebody's own order or reservation sells only by an offer or a call to action; what warns of the
    goods, by an offer or a pitch.
    """
    if seen & TRANSACTIONAL:
        return bool(seen & (OFFER | CALL))
    if seen & CARE:
        return bool(seen & (OFFER | PITCH))
    return bool(seen & (OFFER | CALL | PITCH | CONTACT)) or bool(seen & TRADES and seen & (LINK | PHONE))
