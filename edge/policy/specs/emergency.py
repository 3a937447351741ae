"""The only means of communication during an emergency. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.emergency import destination, solicit
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import numbers, text, whole

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
    rule(
        "emergency-solicit",
        Clause.EMERGENCY,
        Action.QUARANTINE,
        "texting offered instead of emergency services",
        settings={
            "hold": whole(80, 1, 1000, "score from which the action is taken"),
            "reject": whole(100, 1, 1000, "score from which the message is refused"),
            "new": whole(15, 0, 1000, "points that `hold` is lower for a new account"),
            "emergency": whole(20, 0, 1000, "points for an emergency, or police, ambulance, fire brigade"),
            "text": whole(20, 0, 1000, "points for asking to be texted"),
            "number": whole(20, 0, 1000, "points for this number, or the sender's own in full"),
            "help": whole(20, 0, 1000, "points for promising to send help or to respond"),
            "instead": whole(40, 0, 1000, "points for advising against a call for help"),
            "proper": whole(60, 0, 1000, "points off for telling people to call"),
            "trade": whole(40, 0, 1000, "points off for a plumber's, a dentist's emergency"),
        },
        main="hold",
        built=solicit.EmergencySolicit,
    ),
)
