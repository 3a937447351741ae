"""Sending mass marketing or bulk messaging: what is advertised, and how. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.bulk import shortener
from edge.policy.specs.make import rule
from edge.policy.values import words

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
    rule("restricted-goods", Clause.BULK, Action.REJECT, "goods or services that carriers do not allow"),
    rule("marketing", Clause.BULK, Action.REJECT, "marketing"),
)
