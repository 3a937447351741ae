"""Engaging in fraud: destinations that earn by being texted. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.fraud import pumping
from edge.policy.specs.make import rule
from edge.policy.values import prefixes, rate

RULES = (
    rule(
        "sms-pumping",
        Clause.FRAUD,
        Action.THROTTLE,
        "destinations that earn by being texted",
        settings={
            "limit": rate("600/1m burst 300", "messages of one account to one exchange (NPA-NXX) of the home plan"),
            "international": rate("60/1m burst 60", "messages of one account to one prefix of another country"),
            "refuse": prefixes("further destinations that are refused outright"),
            "accept": prefixes("premium-rate, satellite and personal destinations that are let through"),
        },
        main="limit",
        built=pumping.SmsPumping,
    ),
)
