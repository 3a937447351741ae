"""Every rule of the contract, in the order of evaluation: cheap before dear, emergency first.

One table: what a rule is called in the conf, which clause it serves, what it does by default and what can be
tuned. A rule whose `built` is None loads (with any further scalar key) and is not enforced yet.
"""

from collections.abc import Callable, Mapping

from edge.core.clause import Clause
from edge.core.inventory import Inventory
from edge.core.verdict import Action
from edge.policy.clauses import bulk, emergency, fraud, harassment, hygiene, identity, unsolicited
from edge.policy.rule import Checker, Mode, OnError, RuleSettings, RuleSpec, Setting
from edge.policy.values import numbers, prefixes, rate, seconds, switch, text, whole, words

# Stages 2 to 8 of the order fail closed; the counting and content stages fail open.
CLOSED, OPEN = OnError.DENY, OnError.ALLOW

EMERGENCY_REPLY = (
    "There is no text to {number} on this service. Make a voice call to {number} now, or use another way to "
    "contact emergency services. / Ce service ne permet pas de texter le {number}. Appelez le {number}."
)
GENERIC_NAMES = ("INFO", "VERIFY", "SMS", "NOTICE", "ALERT", "OTP", "BANK")


def _rule(
    id: str,
    clause: Clause,
    action: Action,
    description: str,
    on_error: OnError = OPEN,
    enforce_only: bool = False,
    main: str = "",
    built: Callable[[RuleSettings, Inventory], Checker] | None = None,
    settings: Mapping[str, Setting] | None = None,
) -> RuleSpec:
    return RuleSpec(id, clause, description, action, settings or {}, Mode.ENFORCE, on_error, enforce_only, main, built)


# The descriptions are what a customer may be told: they name no detector's insides.
_STANDING = (
    _rule(
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
        built=emergency.EmergencyDestination,
    ),
    _rule(
        "suspended",
        Clause.UNSOLICITED,
        Action.REJECT,
        "the account is suspended",
        CLOSED,
        True,
        built=unsolicited.Suspended,
    ),
    _rule(
        "blocked",
        Clause.UNSOLICITED,
        Action.REJECT,
        "the sender or the recipient is blocked",
        CLOSED,
        True,
        built=unsolicited.Blocked,
    ),
)

_IDENTITY = (
    _rule(
        "emergency-source",
        Clause.EMERGENCY,
        Action.REJECT,
        "an emergency number is no sender",
        CLOSED,
        True,
        settings={"numbers": numbers("ordinary numbers of emergency call centres, refused as senders")},
        built=emergency.EmergencySource,
    ),
    _rule(
        "sender-format",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender is not a well-formed address",
        CLOSED,
        True,
        settings={"strict": switch(False, "also refuse numbering plans that do not fit a phone number")},
        built=identity.SenderFormat,
    ),
    _rule(
        "sender-alphanumeric",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender's name may not be used for this message",
        CLOSED,
        True,
        settings={"generic": words(GENERIC_NAMES, "names that say nothing of who is sending")},
        built=identity.SenderAlphanumeric,
    ),
    _rule(
        "sender-short-code",
        Clause.IDENTITY,
        Action.REJECT,
        "the short code is not leased to the account",
        CLOSED,
        True,
        built=identity.SenderShortCode,
    ),
    _rule(
        "sender-toll-free",
        Clause.IDENTITY,
        Action.REJECT,
        "the toll-free sender is not verified",
        CLOSED,
        built=identity.SenderTollFree,
    ),
    _rule(
        "sender-not-owned",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender's number does not belong to the account",
        CLOSED,
        True,
        built=identity.SenderNotOwned,
    ),
    _rule(
        "sender-on-net",
        Clause.IDENTITY,
        Action.REJECT,
        "a message from outside claims a sender of this network",
        CLOSED,
        True,
        settings={"exempt": prefixes("our numbers that may come in from outside: ported out, roaming")},
        built=identity.SenderOnNet,
    ),
    _rule(
        "sender-do-not-originate",
        Clause.IDENTITY,
        Action.REJECT,
        "the sender's number is never used to send",
        CLOSED,
        True,
        settings={"numbers": prefixes("numbers, or their leading digits, that never send")},
        built=identity.SenderDoNotOriginate,
    ),
    _rule("sender-channel", Clause.IDENTITY, Action.REJECT, "the sender differs from who signed in", CLOSED, True),
    _rule(
        "destination-format",
        Clause.CARRIAGE,
        Action.REJECT,
        "the recipient is not a well-formed address",
        CLOSED,
        built=hygiene.DestinationFormat,
    ),
)

_CONSENT = (
    _rule("opt-out", Clause.UNSOLICITED, Action.REJECT, "the recipient has opted out", CLOSED, True),
    _rule("no-consent", Clause.UNSOLICITED, Action.REJECT, "many recipients without a sign of consent"),
    _rule("list-quality", Clause.UNSOLICITED, Action.QUARANTINE, "too many of the recipients do not exist"),
    _rule("complaint", Clause.UNSOLICITED, Action.REJECT, "recipients complained"),
    _rule("opt-out-rate", Clause.UNSOLICITED, Action.REJECT, "too many of the recipients opted out"),
)

_COUNTING = (
    _rule(
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
    _rule(
        "many-recipients",
        Clause.BULK,
        Action.REJECT,
        "one message to too many recipients",
        settings={"recipients": whole(100, 1, 255, "recipients of one submission")},
        main="recipients",
        built=bulk.ManyRecipients,
    ),
    _rule(
        "rate-account",
        Clause.BULK,
        Action.THROTTLE,
        "the account sends faster than agreed",
        settings={"limit": rate("10/1s burst 50", "messages of the account, all senders")},
        main="limit",
        built=bulk.RateAccount,
    ),
    _rule(
        "rate-sender",
        Clause.BULK,
        Action.THROTTLE,
        "one number sends faster than a number may",
        settings={
            "limit": rate("60/1m burst 10", "messages of one number"),
            "toll_free": rate("3/1s burst 10", "messages of one verified toll-free number"),
        },
        main="limit",
        built=bulk.RateSender,
    ),
    _rule(
        "volume",
        Clause.BULK,
        Action.THROTTLE,
        "one number sends more than a number may in a day",
        settings={
            "limit": rate("1000/1d burst 1000", "messages of one ordinary (10-digit or international) number"),
            "new_days": whole(7, 0, 365, "age in days below which an account is new"),
            "new_divisor": whole(4, 1, 100, "what the limit of a new account is divided by"),
        },
        main="limit",
        built=bulk.Volume,
    ),
    _rule(
        "bomb-pair",
        Clause.HARASSMENT,
        Action.REJECT,
        "too many messages to one recipient",
        settings={"limit": rate("10/1m burst 10", "messages of one sender to one recipient")},
        main="limit",
        built=harassment.BombPair,
    ),
    _rule(
        "bomb-recipient",
        Clause.HARASSMENT,
        Action.REJECT,
        "too many messages to one recipient from several senders",
        settings={
            "limit": rate("20/1m burst 20", "messages to one recipient, all senders of one account"),
            "edge": rate("60/1m burst 60", "messages to one recipient, all accounts"),
        },
        main="limit",
        built=harassment.BombRecipient,
    ),
    _rule("bomb-otp", Clause.HARASSMENT, Action.THROTTLE, "too many codes to one recipient"),
    _rule(
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
        built=fraud.SmsPumping,
    ),
    _rule("fan-out", Clause.BULK, Action.QUARANTINE, "one number writes to too many recipients"),
    _rule(
        "bulk",
        Clause.BULK,
        Action.REJECT,
        "the same text to too many recipients",
        settings={"recipients": whole(100, 1, 1_000_000, "recipients of one text in 24 hours")},
        main="recipients",
    ),
    _rule("snowshoe", Clause.BULK, Action.REJECT, "the same text from several numbers"),
    _rule("number-cycling", Clause.BULK, Action.REJECT, "numbers are used up and replaced"),
    _rule("sequential", Clause.BULK, Action.REJECT, "recipients one after the other"),
    _rule("imbalance", Clause.BULK, Action.FLAG, "many messages and no replies"),
)

_CONTENT = (
    _rule(
        "silent-sms",
        Clause.HARASSMENT,
        Action.REJECT,
        "a message that its recipient cannot see",
        settings={"empty": switch(False, "refuse messages without any content too")},
        built=harassment.SilentSms,
    ),
    _rule("part-overlap", Clause.FRAUD, Action.REJECT, "parts of one message contradict each other"),
    _rule("unreadable", Clause.HARASSMENT, Action.QUARANTINE, "text made unreadable"),
    _rule("sensitive-data", Clause.FRAUD, Action.REJECT, "financial or other sensitive personal information"),
    _rule("phishing", Clause.FRAUD, Action.REJECT, "a request for confidential information, or a fraud"),
    _rule("adult-link", Clause.IMAGES, Action.REJECT, "a link to adult content"),
    _rule("brand-mismatch", Clause.IDENTITY, Action.REJECT, "the message speaks in another's name"),
    _rule("threat", Clause.HARASSMENT, Action.REJECT, "a threat or abuse"),
    _rule("emergency-solicit", Clause.EMERGENCY, Action.QUARANTINE, "texting offered instead of emergency services"),
    _rule("shortener", Clause.BULK, Action.REJECT, "a link that hides where it leads"),
    _rule("url-cycling", Clause.BULK, Action.REJECT, "one text with changing links"),
    _rule("restricted-goods", Clause.BULK, Action.REJECT, "goods or services that carriers do not allow"),
    _rule("marketing", Clause.BULK, Action.REJECT, "marketing"),
    _rule("image-hash", Clause.IMAGES, Action.REJECT, "a picture that is not allowed", CLOSED),
    _rule("image-unscannable", Clause.IMAGES, Action.QUARANTINE, "a picture that cannot be examined", CLOSED),
    _rule("image-content", Clause.IMAGES, Action.REJECT, "an objectionable picture"),
)

RULES: dict[str, RuleSpec] = {spec.id: spec for spec in (*_STANDING, *_IDENTITY, *_CONSENT, *_COUNTING, *_CONTENT)}
