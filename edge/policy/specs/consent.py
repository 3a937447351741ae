"""Sending unsolicited messages: what recipients said, and what the numbers say of consent. As the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.unsolicited import consent, optout, reputation
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import seconds, switch, whole, words

RULES = (
    rule(
        "opt-out",
        Clause.UNSOLICITED,
        Action.REJECT,
        "the recipient has opted out",
        CLOSED,
        True,
        settings={
            "confirmation": seconds(300, 0, 600, "after an opt-out, one message that confirms it may go this long"),
            "help": seconds(300, 0, 600, "after HELP, one message may answer it this long"),
        },
        built=optout.OptOut,
    ),
    rule(
        "no-consent",
        Clause.UNSOLICITED,
        Action.REJECT,
        "many recipients without a sign of consent",
        settings={
            "recipients": whole(25, 2, 100_000, "recipients of one text in 24 hours, at which it is refused"),
            "new_recipients": whole(15, 2, 100_000, "the same for a new account, at which it is held"),
            "consent": whole(50, 1, 100, "percent of them with a sign of consent, from which there is no limit"),
            "ratio": whole(
                10, 1, 10_000, "messages that the account sends for each one it receives, below which neither"
            ),
        },
        main="recipients",
        built=consent.NoConsent,
    ),
    rule(
        "list-quality",
        Clause.UNSOLICITED,
        Action.QUARANTINE,
        "too many of the recipients do not exist",
        settings={
            "receipts": whole(50, 1, 1_000_000, "final receipts of a number in 24 hours, below which nothing is said"),
            "flag": whole(20, 1, 100, "percent of them for unknown subscribers at which messages are flagged"),
            "hold": whole(30, 1, 100, "percent at which the action is taken"),
            "errors": words(
                ("001", "002", "005", "011"),
                "error codes of failed receipts (UNDELIV, REJECTD) that say that there is no such subscriber",
            ),
        },
        built=reputation.ListQuality,
    ),
    rule(
        "complaint",
        Clause.UNSOLICITED,
        Action.REJECT,
        "recipients complained",
        settings={
            "day": whole(3, 0, 100_000, "complainants about one number in 24 hours; 0: not asked"),
            "week": whole(5, 0, 100_000, "complainants about one number in 7 days; 0: not asked"),
            "account_week": whole(10, 0, 100_000, "complainants about all its numbers in 7 days; 0: not asked"),
            "rate": whole(1, 0, 1000, "complainants of a thousand recipients, which it must be besides"),
            "least": whole(100, 1, 1_000_000, "recipients that a number is taken to have at least"),
            "severe": switch(True, "one complaint is enough where a text of the number was refused as severe"),
        },
        built=reputation.Complaints,
    ),
    rule(
        "opt-out-rate",
        Clause.UNSOLICITED,
        Action.REJECT,
        "too many of the recipients opted out",
        settings={
            "recipients": whole(50, 1, 1_000_000, "recipients of a number in 24 hours, below which nothing is said"),
            "flag": whole(5, 1, 100, "percent of them that opted out at which messages are flagged"),
            "block": whole(10, 1, 100, "percent at which the action is taken and the number blocked"),
        },
        built=reputation.OptOutRate,
    ),
)
