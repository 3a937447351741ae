"""Misrepresenting your identity. The rules, as the conf names them."""

from edge.core.clause import Clause
from edge.core.verdict import Action
from edge.policy.clauses.identity import brand, channel, sender
from edge.policy.specs.make import CLOSED, rule
from edge.policy.values import brands, prefixes, switch, words

# A typing indicator and a delivery notification carry no text of the user's (policy.md E, N120).
CONTENT_TYPES = ("TEXT/PLAIN", "APPLICATION/IM-ISCOMPOSING+XML", "MESSAGE/IMDN+XML")
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
        settings={
            "generic": words(GENERIC_NAMES, "names that say nothing of who is sending"),
            "brands": brands("protected brands beside the shipped ones: as in brand-mismatch"),
        },
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
        settings={"unassigned": prefixes("our numbers that no account has")},
        built=sender.SenderNotOwned,
    ),
    rule(
        "sender-on-net",
        Clause.IDENTITY,
        Action.REJECT,
        "a message from outside claims a sender of this network",
        CLOSED,
        True,
        settings={
            "exempt": prefixes("our numbers that may come in from outside: ported out, roaming"),
            "unassigned": prefixes("our numbers that no account has"),
        },
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
    rule(
        "sender-channel",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender differs from who signed in",
        CLOSED,
        True,
        settings={"content_types": words(CONTENT_TYPES, "types of SIP messages that are carried or only noted")},
        built=channel.SenderChannel,
    ),
    rule(
        "brand-mismatch",
        Clause.IDENTITY,
        Action.REJECT,
        "the message speaks in another's name",
        settings={
            "brands": brands('protected brands beside the shipped ones: "Name, Other name | domains | kind"'),
            "allowed": words((), "brands that may be spoken for; in an account's limits, by that account"),
        },
        built=brand.BrandMismatch,
    ),
)
