"""Sending mass marketing or bulk messaging: how fast, how much, to how many. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.bulk import cycling, pacing, shape, spread, volume
from edge.policy.rule import Setting
from edge.policy.specs.make import rule
from edge.policy.values import rate, seconds, whole

RULES = (
    rule(
        "many-recipients",
        Clause.BULK,
        Action.REJECT,
        "one message to too many recipients",
        settings={
            "recipients": whole(100, 1, 255, "recipients of one submission"),
            "media_recipients": whole(20, 1, 255, "recipients of one MMS"),
        },
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
            "limit": Setting(
                volume.parse_volume("1000/1d"),
                volume.parse_volume,
                "messages of one ordinary (10-digit or international) number, counted one by one",
            ),
            "new_days": whole(7, 0, 365, "age in days below which an account is new"),
            "new_divisor": whole(4, 1, 100, "what the limit of a new account is divided by"),
            "hold": whole(
                1500, 1, 1_000_000, "messages in 24 hours, throttled ones too, beyond which the number is held"
            ),
            "hold_ratio": whole(20, 1, 10_000, "if it sends so many for each one that it receives"),
        },
        main="limit",
        built=volume.Volume,
    ),
    rule(
        "fan-out",
        Clause.BULK,
        Action.QUARANTINE,
        "one number writes to too many recipients",
        settings={
            "hour": whole(100, 4, 100_000, "recipients of one ordinary number in an hour"),
            "day": whole(200, 4, 100_000, "recipients of one ordinary number in 24 hours"),
            "replies": whole(5, 1, 100, "percent of recipients who answered or agreed, from which there is no limit"),
            "new_divisor": whole(4, 1, 100, "what the limits of a new account are divided by"),
        },
        main="day",
        built=shape.FanOut,
    ),
    rule(
        "bulk",
        Clause.BULK,
        Action.REJECT,
        "the same text to too many recipients",
        settings={
            "recipients": whole(100, 2, 100_000, "recipients of one text in 24 hours, at which it is bulk"),
            "consumer": whole(25, 2, 100_000, "the same for an account of a person"),
            "inbound": whole(100, 2, 100_000, "recipients of one text from one number outside in 24 hours"),
        },
        main="recipients",
        built=spread.Bulk,
    ),
    rule(
        "snowshoe",
        Clause.BULK,
        Action.REJECT,
        "the same text from several numbers",
        settings={
            "numbers": whole(3, 2, 30, "numbers of an account that send one text in an hour"),
            "recipients": whole(25, 2, 100_000, "recipients in an hour from which it counts"),
            "link_numbers": whole(5, 2, 30, "numbers of an account that link to one domain of strangers in an hour"),
        },
        main="recipients",
        built=spread.Snowshoe,
    ),
    rule(
        "number-cycling",
        Clause.BULK,
        Action.REJECT,
        "numbers are used up and replaced",
        settings={
            "blocked": whole(1, 1, 4, "blocked numbers of an account whose text a new number sends"),
            "days": whole(7, 1, 14, "days for which a block is remembered"),
            "numbers": whole(5, 2, 60, "new numbers of an account, each with more than 50 messages, in 24 hours"),
        },
        main="numbers",
        built=cycling.NumberCycling,
    ),
    rule(
        "sequential",
        Clause.BULK,
        Action.REJECT,
        "recipients one after the other",
        settings={
            "recipients": whole(
                10, 3, 100, "recipients of one exchange (NPA-NXX) with a neighbour among the last ones"
            ),
            "distance": whole(10, 1, 1000, "how far neighbouring numbers are apart at most"),
            "among": whole(20, 3, 200, "how many of the last recipients are looked at"),
            "window": seconds(600.0, 60.0, 86400.0, "how far back they may be"),
        },
        main="recipients",
        built=shape.Sequential,
    ),
    rule(
        "imbalance",
        Clause.BULK,
        Action.FLAG,
        "many messages and no replies",
        settings={
            "messages": whole(100, 2, 100_000, "messages of a person's number in 24 hours"),
            "ratio": whole(50, 1, 10_000, "if it sends so many for each one that it receives"),
        },
        main="messages",
        built=volume.Imbalance,
    ),
    rule(
        "url-cycling",
        Clause.BULK,
        Action.REJECT,
        "one text with changing links",
        settings={
            "domains": whole(3, 2, 15, "domains of strangers that one text links to in 24 hours"),
            "recipients": whole(3, 1, 100_000, "recipients from which it counts"),
            "short_recipients": whole(10, 1, 100_000, "the same for a text of fewer than five words"),
        },
        main="domains",
        built=cycling.UrlCycling,
    ),
)
