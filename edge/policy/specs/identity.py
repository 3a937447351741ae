"""Misrepresenting your identity. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.identity import sender
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import prefixes, switch, words

GENERIC_NAMES = ("INFO", "VERIFY", "SMS", "NOTICE", "ALERT", "OTP", "BANK")

RULES = (
    rule(
        "sender-format",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender is not a well-formed address",
        CLOSED,
        True,
        settings={"strict": switch(False, "also refuse numbering plans that do not fit a phone number")},
        built=sender.SenderFormat,
    ),
    rule(
        "sender-alphanumeric",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender's name may not be used for this message",
        CLOSED,
        True,
        settings={"generic": words(GENERIC_NAMES, "names that say nothing of who is sending")},
        built=sender.SenderAlphanumeric,
    ),
    rule(
        "sender-short-code",
        Clause.IDENTITY,
        Action.REJECT,
        "the short code is not leased to the account",
        CLOSED,
        True,
        built=sender.SenderShortCode,
    ),
    rule(
        "sender-toll-free",
        Clause.IDENTITY,
        Action.REJECT,
        "the toll-free sender is not verified",
        CLOSED,
        built=sender.SenderTollFree,
    ),
    rule(
        "sender-not-owned",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender's number does not belong to the account",
        CLOSED,
        True,
        built=sender.SenderNotOwned,
    ),
    rule(
        "sender-on-net",
        Clause.IDENTITY,
        Action.REJECT,
        "a message from outside claims a sender of this network",
        CLOSED,
        True,
        settings={"exempt": prefixes("our numbers that may come in from outside: ported out, roaming")},
        built=sender.SenderOnNet,
    ),
    rule(
        "sender-do-not-originate",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender's number is never used to send",
        CLOSED,
        True,
        settings={"numbers": prefixes("numbers, or their leading digits, that never send")},
        built=sender.SenderDoNotOriginate,
    ),
    rule("sender-channel", Clause.IDENTITY, Action.REJECT, "the sender differs from who signed in", CLOSED, True),
    rule("brand-mismatch", Clause.IDENTITY, Action.REJECT, "the message speaks in another's name"),
)
