"""Sending mass marketing or bulk messaging: how fast, how much, to how many. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.bulk import pacing
from edge.policy.specs.make import rule
from edge.policy.values import rate, whole

RULES = (
    rule(
        "many-recipients",
        Clause.BULK,
        Action.REJECT,
        "one message to too many recipients",
        settings={"recipients": whole(100, 1, 255, "recipients of one submission")},
        main="recipients",
        built=pacing.ManyRecipients,
    ),
    rule(
        "rate-account",
        Clause.BULK,
        Action.THROTTLE,
        "the account sends faster than agreed",
        settings={"limit": rate("10/1s burst 50", "messages of the account, all senders")},
        main="limit",
        built=pacing.RateAccount,
    ),
    rule(
        "rate-sender",
        Clause.BULK,
        Action.THROTTLE,
        "one number sends faster than a number may",
        settings={
            "limit": rate("60/1m burst 10", "messages of one number"),
            "toll_free": rate("3/1s burst 10", "messages of one verified toll-free number"),
        },
        main="limit",
        built=pacing.RateSender,
    ),
    rule(
        "volume",
        Clause.BULK,
        Action.THROTTLE,
        "one number sends more than a number may in a day",
        settings={
            "limit": rate("1000/1d burst 1000", "messages of one ordinary (10-digit or international) number"),
            "new_days": whole(7, 0, 365, "age in days below which an account is new"),
            "new_divisor": whole(4, 1, 100, "what the limit of a new account is divided by"),
        },
        main="limit",
        built=pacing.Volume,
    ),
    rule("fan-out", Clause.BULK, Action.QUARANTINE, "one number writes to too many recipients"),
    rule(
        "bulk",
        Clause.BULK,
        Action.REJECT,
        "the same text to too many recipients",
        settings={"recipients": whole(100, 1, 1_000_000, "recipients of one text in 24 hours")},
        main="recipients",
    ),
    rule("snowshoe", Clause.BULK, Action.REJECT, "the same text from several numbers"),
    rule("number-cycling", Clause.BULK, Action.REJECT, "numbers are used up and replaced"),
    rule("sequential", Clause.BULK, Action.REJECT, "recipients one after the other"),
    rule("imbalance", Clause.BULK, Action.FLAG, "many messages and no replies"),
    rule("url-cycling", Clause.BULK, Action.REJECT, "one text with changing links"),
)
