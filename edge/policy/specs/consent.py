"""Sending unsolicited messages: what recipients said, and what the numbers say of consent. As the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.specs.make import CLOSED, rule

RULES = (
    rule("opt-out", Clause.UNSOLICITED, Action.REJECT, "the recipient has opted out", CLOSED, True),
    rule("no-consent", Clause.UNSOLICITED, Action.REJECT, "many recipients without a sign of consent"),
    rule("list-quality", Clause.UNSOLICITED, Action.QUARANTINE, "too many of the recipients do not exist"),
    rule("complaint", Clause.UNSOLICITED, Action.REJECT, "recipients complained"),
    rule("opt-out-rate", Clause.UNSOLICITED, Action.REJECT, "too many of the recipients opted out"),
)
