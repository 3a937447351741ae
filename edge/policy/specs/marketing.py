"""Sending mass marketing or bulk messaging: what is advertised, and how. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.bulk import goods, marketing, shortener
from edge.policy.specs.make import rule
from edge.policy.values import whole, words

RULES = (
    rule(
        "shortener",
        Clause.BULK,
        Action.REJECT,
        "a link that hides where it leads",
        settings={
            "hosts": words((), "public shorteners beside the shipped list"),
            "except": words((), "hosts and domains that are none"),
        },
        built=shortener.Shortener,
    ),
    rule(
        "restricted-goods",
        Clause.BULK,
        Action.REJECT,
        "goods or services that carriers do not allow",
        settings={
            "recipients": whole(5, 1, 100_000, "recipients of one text in 24 hours, at which it is refused"),
            "consumer_recipients": whole(10, 1, 100_000, "the same for a person's account"),
        },
        main="recipients",
        built=goods.RestrictedGoods,
    ),
    rule(
        "marketing",
        Clause.BULK,
        Action.REJECT,
        "marketing",
        settings={
            "limit": whole(60, 1, 1000, "score from which a message is marketing"),
            "spread_limit": whole(40, 1, 1000, "the same for a text that goes to `recipients`"),
            "recipients": whole(10, 1, 100_000, "recipients of one text in 24 hours for which `spread_limit` holds"),
            "offer": whole(30, 0, 1000, "points for each kind of offer"),
            "offers_max": whole(60, 0, 1000, "points for all offers together, at most"),
            "call": whole(20, 0, 1000, "points for a call to action"),
            "support": whole(40, 0, 1000, "points for newsletters, fund-raising and political appeals"),
            "price": whole(10, 0, 1000, "points for a price or a percentage"),
            "link": whole(10, 0, 1000, "points for a link"),
            "emoji": whole(5, 0, 1000, "points for three emoji or more in a row"),
            "night": whole(15, 0, 1000, "points before 8 and after 21 o'clock in the account's time zone"),
            "advertisement": whole(60, 0, 1000, "points for a message that calls itself an advertisement"),
            "score": whole(5, 0, 1000, "points for a text that the classifier takes for marketing"),
            "score_strict": whole(15, 0, 1000, "the same above its strict threshold"),
            "transaction": whole(40, 0, 1000, "points off for an order, an appointment or a bill of the recipient's"),
            "conversation": whole(60, 0, 1000, "points off in a conversation, and for what a person sends"),
            "conversation_recipients": whole(5, 1, 100_000, "recipients of one text from which it is no conversation"),
            "consumer_recipients": whole(10, 1, 100_000, "the same for a person's account; below it is only flagged"),
        },
        main="limit",
        built=marketing.Marketing,
    ),
)
