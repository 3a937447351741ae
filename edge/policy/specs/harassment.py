"""Sending harassing or abusive messages: one message is enough. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.harassment import bombing, threat
from edge.policy.specs.make import rule
from edge.policy.values import switch, words

RULES = (
    rule(
        "silent-sms",
        Clause.HARASSMENT,
        Action.REJECT,
        "a message that its recipient cannot see",
        settings={"empty": switch(False, "refuse messages without any content too")},
        built=bombing.SilentSms,
    ),
    rule("unreadable", Clause.HARASSMENT, Action.QUARANTINE, "text made unreadable"),
    rule(
        "threat",
        Clause.HARASSMENT,
        Action.REJECT,
        "a threat or abuse",
        settings={
            "slurs": words((), "slurs besides the shipped list; refused where they are thrown at the recipient"),
            "banter": switch(True, "flag threats that are laughed about, outside conversations"),
            "score": switch(True, "flag what the classifier takes for harassment; it never refuses"),
        },
        built=threat.Threat,
    ),
)
