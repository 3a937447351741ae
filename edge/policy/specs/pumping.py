"""Engaging in fraud: destinations that earn by being texted. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.fraud import pumping
from edge.policy.specs.make import rule
from edge.policy.values import prefixes, rate, seconds, whole

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
            "codes": whole(
                20, 2, 60, "one-time codes of one account to one prefix in ten minutes that are looked at for pumping"
            ),
            "sequential": whole(50, 1, 100, "percent of them to neighbouring numbers that are pumping"),
            "times": whole(10, 1, 1000, "times what is usual for the prefix in a week that are pumping"),
            "high_risk": prefixes("destinations where so many codes are pumping without any other sign"),
            "pause": seconds(3600.0, 0.0, 86400.0, "how long the prefix then gets no more codes of the account"),
        },
        main="limit",
        built=pumping.SmsPumping,
    ),
)
