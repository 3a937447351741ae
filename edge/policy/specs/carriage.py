"""What any network needs to carry messages at all. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses import hygiene
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import seconds, whole

RULES = (
    rule(
        "destination-format",
        Clause.CARRIAGE,
        Action.REJECT,
        "the recipient is not a well-formed address",
        CLOSED,
        built=hygiene.DestinationFormat,
    ),
    rule(
        "loop",
        Clause.CARRIAGE,
        Action.REJECT,
        "the message goes round in a circle",
        settings={
            "window": seconds(10.0, 1.0, 600.0, "how long a message is remembered; at most twice that"),
            "hops": whole(3, 1, 100, "changes of origin at which the message is cut"),
        },
        main="hops",
        built=hygiene.Loop,
    ),
)
