"""Sending harassing or abusive messages: many messages to one recipient. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.harassment import bombing
from edge.policy.specs.make import rule
from edge.policy.values import count, rate, seconds, whole

RULES = (
    rule(
        "bomb-pair",
        Clause.HARASSMENT,
        Action.REJECT,
        "too many messages to one recipient",
        settings={
            "limit": rate(
                "10/1m burst 10",
                "messages of one sender to one recipient since the last reply, in any such period; the burst is not"
                " used, and more than 1000 is no limit",
            ),
            "medium": count("30/10m", "the same in a longer period"),
            "long": count("60/1h", "the same in the longest period"),
            "replies": whole(10, 0, 100, "percent of messages answered at which it is a conversation without a limit"),
            "unanswered": count("100/1d", "messages to somebody who never replied"),
            "identical": count("5/10m", "the same text since the last reply; approved classes are exempt"),
            "alerting": count("120/1h", "messages of the approved class alerting, instead of all the above"),
            "alerting_day": count("1000/1d", "the same in a day"),
        },
        main="limit",
        built=bombing.BombPair,
    ),
    rule(
        "bomb-recipient",
        Clause.HARASSMENT,
        Action.REJECT,
        "too many messages to one recipient from several senders",
        settings={
            "limit": rate("20/1m burst 20", "messages to one recipient, all senders of one account"),
            "edge": rate("60/1m burst 60", "messages to one recipient, all accounts"),
            "senders": whole(10, 3, 50, "numbers of one account that write to somebody who never wrote to them"),
            "edge_senders": whole(20, 3, 50, "numbers of all accounts that do, together with `edge_messages`"),
            "edge_messages": whole(30, 3, 60, "messages that make it a flood"),
            "share": whole(3, 1, 60, "messages of one number in a flood at which the number is blocked"),
            "window": seconds(600.0, 10.0, 600.0, "the time in which these senders and messages are counted"),
        },
        main="limit",
        built=bombing.BombRecipient,
    ),
    rule(
        "bomb-otp",
        Clause.HARASSMENT,
        Action.THROTTLE,
        "too many codes to one recipient",
        settings={
            "sender": count("5/10m", "one-time codes of one sender to one recipient", 30),
            "brands": whole(5, 2, 30, "brands or accounts that send codes to one recipient within `window`"),
            "window": seconds(600.0, 10.0, 3600.0, "the time in which brands are counted"),
            "hour": count("15/1h", "one-time codes to one recipient", 30),
            "pause": seconds(1800.0, 0.0, 3600.0, "how long there are no more codes to the recipient then"),
        },
        built=bombing.BombOtp,
    ),
)
