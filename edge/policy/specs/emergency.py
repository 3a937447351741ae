"""The only means of communication during an emergency. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.emergency import destination
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import numbers, text

EMERGENCY_REPLY = (
    "There is no text to {number} on this service. Make a voice call to {number} now, or use another way to "
    "contact emergency services. / Ce service ne permet pas de texter le {number}. Appelez le {number}."
)

RULES = (
    rule(
        "emergency-destination",
        Clause.EMERGENCY,
        Action.BOUNCE,
        "texts to emergency services are not carried",
        CLOSED,
        True,
        settings={
            "numbers": numbers("ordinary numbers of emergency call centres, bounced like 911"),
            "reply": text(EMERGENCY_REPLY, 600, "the text sent back; {number} is the number to call"),
        },
        built=destination.EmergencyDestination,
    ),
    rule(
        "emergency-source",
        Clause.EMERGENCY,
        Action.REJECT,
        "an emergency number is no sender",
        CLOSED,
        True,
        settings={"numbers": numbers("ordinary numbers of emergency call centres, refused as senders")},
        built=destination.EmergencySource,
    ),
    rule("emergency-solicit", Clause.EMERGENCY, Action.QUARANTINE, "texting offered instead of emergency services"),
)
