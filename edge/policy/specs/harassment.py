"""Sending harassing or abusive messages: one message is enough. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.harassment import silent, threat, unreadable
from edge.policy.specs.make import rule
from edge.policy.values import ports, rate, switch, whole, words

RULES = (
    rule(
        "silent-sms",
        Clause.HARASSMENT,
        Action.REJECT,
        "a message that its recipient cannot see",
        settings={
            "empty": switch(False, "refuse messages without any content too, not only floods of them"),
            "flood": rate("5/10m burst 5", "flash messages, and empty ones, of one sender to one recipient"),
            "flash": rate("60/1h burst 30", "flash messages of one sender; none is counted of a granted class"),
            "cards": switch(True, "refuse commands for SIM cards and data for the phone itself"),
            "ports": ports(
                (2805, 2923, 2948, 2949, 49999), "ports of phones (WAP push, telephony, settings) that are refused"
            ),
        },
        built=silent.SilentSms,
    ),
    rule(
        "unreadable",
        Clause.HARASSMENT,
        Action.QUARANTINE,
        "text made unreadable, or more of it than is read",
        settings={
            "stack": whole(3, 1, 20, "combining marks for each letter of a word that are too many if exceeded"),
            "share": whole(30, 10, 100, "per cent of a text that may be combining marks"),
        },
        built=unreadable.Unreadable,
    ),
    rule(
        "threat",
        Clause.HARASSMENT,
        Action.REJECT,
        "a threat or abuse",
        settings={
            "slurs": words((), "slurs besides the shipped list; refused where they are thrown at the recipient"),
            "banter": switch(True, "flag threats that are laughed about, outside conversations"),
            "score": switch(
                False, "flag what the classifier takes for harassment (it has seen few texts); never refuses"
            ),
        },
        built=threat.Threat,
    ),
)
