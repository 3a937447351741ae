"""What kind of traffic a message is: class names as in an account's `classes` (policy.md, decision 7).

The class is detected on the message alone; that it is granted to the account is asked elsewhere. Only both exempt, and
never from what fraud, sensitive data or opt-out rules say: a phish in the costume of a code is no code all the same.
"""

import re

from edge.core.account import Account
from edge.policy.signals.advertising import CALL, OFFER, SUPPORT
from edge.policy.signals.flags import flag
from edge.policy.signals.lures import CRYPTO, GIFT_CARD, LURES, RELAY_CODE, REQUEST_REPLY, REQUEST_SECRET
from edge.policy.signals.owners import owns_link
from edge.policy.signals.reading import EVASION, LINK, PHONE, Reading

OTP, APPOINTMENT, NOTIFICATION, ALERTING, CONVERSATIONAL = (
    "otp",
    "appointment",
    "notification",
    "alerting",
    "conversational",
)
GRANTABLE = frozenset((OTP, APPOINTMENT, NOTIFICATION, ALERTING))
"""Classes that an account can be approved for."""

CODE_WORDS, APPOINTMENT_WORDS = flag("code-words"), flag("appointment-words")
NOTICE_WORDS, ALERT_WORDS, OTHER_CODE = flag("notice-words"), flag("alert-words"), flag("other-code")
TALK = flag("talk")
_WORDS = CODE_WORDS | APPOINTMENT_WORDS | NOTICE_WORDS | ALERT_WORDS
# What sells, and what asks for what nobody honest asks for.
_SELLS = OFFER | SUPPORT
_LURES = RELAY_CODE | GIFT_CARD | CRYPTO | REQUEST_SECRET | REQUEST_REPLY
for _bit in LURES.values():
    _LURES |= _bit
_NO_TALK = _WORDS | _SELLS | CALL | _LURES | LINK | PHONE

OTP_MAX = 160  # characters; policy.md A.5, OTP class
ALERT_MAX = 320
# Where the date of an appointment is looked for.
NOTICE_MAX = 480
TALK_MAX = 640

# 4 to 8 digits, 123-456, G-123456; no part of a number, a sum, a date, an hour or a masked card.
_CODE = re.compile(r"(?<![\w$€£.,/:*+#-])(?:g-)?(\d{3}[- ]\d{3}|\d{4,8})(?![\w%$€£]|[.,/:-]\d| ?[-.]?\d{3})")
_NO_CODE = re.compile(
    r"(?:ending|ends|ending in|ends in|card|account|acct|ref|reference|order|txn|invoice|xx+|year|since|rs|usd|cad|inr|"
    r"room|unit|suite|apt|gate|flight|page|bus|route|hwy|at|before|by)\W{0,2}$"
)
# Asked to hand it back. What is told not to, or about STOP, is taken out first.
_DENIED = re.compile(
    r"\b(?:never|do not|don'?t|won'?t|will not|not|no one|nobody|ne|jamais|nunca|no)\b(?: \w+){0,3}? ?"
    r"(?:shar|repl|respond|forward|send|text|tell|giv|read|disclos|provid|ask|partag|communiqu|divulgu|transmet|donn|"
    r"repond|compart|call)[^.!?\n]*|\b(?:reply|text|send) (?:stop|help|arret|end|aide)\b"
)
_HAND_BACK = re.compile(
    r"\b(?:reply|respond|forward|repondez|repondre|transferez|responda|reenvie)\b|\b(?:send|text|tell|give|read|share|"
    r"provide|email|show|dm) (?:it|us|me|this|that|these|the|your|back|them|him|her|our)\b|\b(?:envoyez|communiquez|"
    r"donnez|textez|partagez|lisez|envie|comparta|diga)\b"
)
# The last line of a code that is bound to its origin: "@example.com #123456".
_BOUND = re.compile(r"(?:^|\s)@([a-z0-9.-]{3,80}) #([a-z0-9-]{4,12})\s*$")

_WHEN = re.compile(
    r"\d[:h]\d\d|\d{1,2} ?[ap]\.?m\b|\d{1,2}h\b|\d{1,2}/\d{1,2}|\d{1,2}(?:st|nd|rd|th)\b|"
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|sday|nesday|rs|rsday|urday|day)?\b|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d|"
    r"\d ?(?:janv|fev|mars|avril|mai|juin|juil|aout|sept|oct|nov|dec)|"
    r"\b(?:today|tomorrow|tonight|noon|demain|aujourd'hui|midi|manana|hoy|lundi|mardi|mercredi|jeudi|vendredi|samedi|"
    r"dimanche|lunes|martes|miercoles|jueves|viernes)\b"
)


def classify(reading: Reading) -> str:
    """The class of a message, "" for none."""
    flags = reading.flags
    if not flags & _WORDS:
        talks = flags & TALK and not flags & _NO_TALK and reading.length <= TALK_MAX
        return CONVERSATIONAL if talks else ""
    if flags & (_SELLS | _LURES):
        return ""
    if flags & CODE_WORDS and _is_code(reading):
        return OTP
    if flags & ALERT_WORDS and reading.length <= ALERT_MAX:
        return ALERTING
    if flags & APPOINTMENT_WORDS and _WHEN.search(reading.plain[:NOTICE_MAX]):
        return APPOINTMENT
    return NOTIFICATION if flags & NOTICE_WORDS else ""


def granted(reading: Reading, account: Account) -> str:
    """The class of a message if the account is approved for it, else "".

    A code that is bound to an origin must be bound to a domain of the account (policy.md A.5). An alert that tells of
    what a notice tells of ("the service has moved online") is one for accounts that are granted only notices.
    """
    traffic = reading.traffic
    if traffic == ALERTING and ALERTING not in account.classes and reading.flags & NOTICE_WORDS:
        traffic = NOTIFICATION
    if traffic not in account.classes:
        return ""
    if traffic == OTP and not all(owns_link(account, link) for link in reading.links):
        return ""
    return traffic


def _is_code(reading: Reading) -> bool:
    """Exactly one code, short, without a link or a number to call, and nobody is to hand it back (policy.md A.5)."""
    if reading.length > OTP_MAX or reading.flags & (PHONE | EVASION | OTHER_CODE):
        return False
    text = reading.plain
    bound = _BOUND.search(text) if "@" in text else None
    if reading.links and (bound is None or any(link.host != bound[1] for link in reading.links)):
        return False
    codes = _codes(text)
    if len(codes) != 1 or (bound is not None and bound[2].replace("-", "") not in codes):
        return False
    return _HAND_BACK.search(text) is None or _HAND_BACK.search(_DENIED.sub(" ", text)) is None


def codes_written(text: str) -> int:
    """How many numbers that may be codes there are in a text, the same one counted again."""
    return len(_CODE.findall(text))


def _codes(text: str) -> set[str]:
    """The codes in a text, without the numbers that say what else they are."""
    return {
        match[1].replace("-", "").replace(" ", "")
        for match in _CODE.finditer(text)
        if not _NO_CODE.search(text[max(0, match.start() - 12) : match.start()])
    }
