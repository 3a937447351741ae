"""Sending unsolicited messages: who is suspended or blocked. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.unsolicited import standing
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import rate

RULES = (
    rule(
        "suspended",
        Clause.UNSOLICITED,
        Action.REJECT,
        "the account is suspended",
        CLOSED,
        True,
        built=standing.Suspended,
    ),
    rule(
        "blocked",
        Clause.UNSOLICITED,
        Action.REJECT,
        "the sender or the recipient is blocked",
        CLOSED,
        True,
        settings={"slow": rate("1/10s burst 1", "messages of a sender that is slowed down")},
        built=standing.Blocked,
    ),
)
