"""Sending harassing or abusive messages: many messages to one recipient. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.harassment import bombing
from edge.policy.specs.make import rule
from edge.policy.values import rate

RULES = (
    rule(
        "bomb-pair",
        Clause.HARASSMENT,
        Action.REJECT,
        "too many messages to one recipient",
        settings={"limit": rate("10/1m burst 10", "messages of one sender to one recipient")},
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
        },
        main="limit",
        built=bombing.BombRecipient,
    ),
    rule("bomb-otp", Clause.HARASSMENT, Action.THROTTLE, "too many codes to one recipient"),
)
