"""What a text is up to: words seen together make a family of lures; what is negated or only asked about is taken back.

Flags of a reading: `lure-<family>` for each of `FAMILIES`, `urgency`, `request-secret`, `request-account`,
`request-reply`, `request-personal`, `relay-code`, `gift-card-codes`, `crypto-transfer`, `asks-if-scam`, `own-affair`.
"""

import re

from edge.policy.signals.flags import flag
from edge.policy.signals.lexicon import families, handing, lures
from edge.policy.signals.patterns import PatternSet
from edge.policy.signals.reading import LINK, PHONE, Reading


def _all(*names: str) -> int:
    bits = 0
    for name in names:
        bits |= flag(name)
    return bits


# Family -> the words that must all be there; several lines are several ways to be of the family.
_MADE_OF: tuple[tuple[str, int], ...] = (
    ("delivery", _all("says-parcel", "says-parcel-trouble")),
    ("toll", _all("says-toll", "says-owed")),
    ("fine", _all("says-fine", "says-owed")),
    ("tax", _all("says-tax", "says-refund", "says-claim")),
    ("transfer", _all("says-transfer", "says-claim")),
    ("account", _all("says-account", "says-locked")),
    ("account", flag("says-alert")),
    ("account", flag("says-kyc")),
    ("subscription", _all("says-subscription", "says-lapsed")),
    *(
        ("subscription", _all("says-subscription", "says-renews", more))
        for more in ("says-service", "says-renews-now", "urgency", "brand-named", "link-shortener", "link-hidden")
    ),
    ("subscription", _all("says-subscription", "says-renews", "link-abused-tld")),
    ("subscription", _all("says-subscription", "says-renews", "link-deep")),
    ("subscription", _all("says-subscription", "says-renews", "says-charge", "says-undo")),
    ("utility", flag("says-utility")),
    ("voucher", _all("says-voucher", "says-claim")),
    ("voicemail", _all("says-voicemail", "says-install")),
    ("curiosity", flag("says-is-this-you")),
    ("reopen", flag("says-reopen")),
    ("authority", _all("mark-authority", "says-settle")),
    ("rental", _all("says-rental", "mark-advance", "says-advance-pay")),
    ("prize", _all("mark-won", "says-prize", "says-collect")),
    ("investment", _all("mark-invest", "says-gain", "says-join")),
    ("job", _all("says-job", "mark-pay-rate", "says-easy-work")),
    ("loan", _all("mark-loan", "says-easy-loan")),
    ("vishing", _all("says-call-now", "says-charge")),
    ("vishing", _all("says-call-now", "says-account", "says-locked")),
    ("vishing", _all("says-call-now", "says-alert")),
    ("vishing", _all("says-call-now", "says-virus")),
    ("vishing", _all("says-call-now", "says-subscription", "says-lapsed")),
    ("vishing", _all("says-call-now", "says-subscription", "says-renews")),
    ("vishing", _all("says-call-now", "says-utility")),
    ("vishing", _all("says-call-now", "says-support", "says-locked")),
    ("vishing", _all("says-call-now", "mark-authority")),
    ("advance-fee", _all("mark-fee", "mark-loan")),
    ("advance-fee", _all("mark-fee", "says-refund")),
    ("advance-fee", _all("mark-fee", "says-prize")),
    ("new-number", _all("mark-new-number", "says-kin", "says-money-need")),
    ("boss", _all("says-boss", "says-busy", "says-errand")),
    ("boss", _all("says-boss", "says-payment", "says-secret")),
)
FAMILIES = tuple(dict.fromkeys(name for name, _ in _MADE_OF))
LURES = {name: flag(f"lure-{name}") for name in FAMILIES}
_LURES = tuple((mask, LURES[name]) for name, mask in _MADE_OF)

URGENCY = flag("urgency")
REQUEST_SECRET, REQUEST_ACCOUNT = flag("request-secret"), flag("request-account")
# The second is one kind of the first: not where to pay, but what only the reader should know.
REQUEST_REPLY, REQUEST_PERSONAL = flag("request-reply"), flag("request-personal")
RELAY_CODE, GIFT_CARD, CRYPTO = flag("relay-code"), flag("gift-card-codes"), flag("crypto-transfer")
ASKS_IF_SCAM, OWN_AFFAIR = flag("asks-if-scam"), flag("own-affair")

_REQUESTS = REQUEST_SECRET | REQUEST_ACCOUNT | REQUEST_REPLY | REQUEST_PERSONAL
_SECRETS = REQUEST_SECRET | REQUEST_ACCOUNT
_HAND_CODE, _HAND_CARD, _HAND_COINS = flag("hand-code"), flag("hand-gift-card"), flag("hand-crypto")
_THEIR_CODE, _SEND_COINS = flag("says-their-code"), flag("says-send-coins")
_PLAIN_CODE, _ACCOUNT_CODE = flag("says-plain-code"), flag("says-account-code")
_CARD_CODES, _HAND_ME_CODES = flag("says-card-codes"), _all("says-hand-me", "says-the-codes")
_WALLET = _all("mark-invest", "says-wallet")
_PAY_BY_CARD, _NEGATED = flag("says-pay-by-card"), flag("negated")
_HANDS = _HAND_CODE | _HAND_CARD | _HAND_COINS
# What asks for the handing over, and is no more than polite where the writer offers to do it.
_ASKED = _HAND_CODE | _CARD_CODES | flag("says-hand-me")
_UTILITY, _PLANNED, _BILL = LURES["utility"], flag("says-planned"), flag("says-bill")
_NEW_DAY, _AGREED = _all("says-parcel", "says-new-day"), flag("says-agreed")
_MARKS = _all(*(pattern.flag for pattern in lures.MARKS))
_IN_PERSON = flag("says-in-person")
CALLS = LINK | PHONE | _REQUESTS | _HANDS | _MARKS

# policy.md A.5, negation guard: from the "never" to the end of what is never asked.
_DENIED = re.compile(
    r"\b(?:never|won.?t|will not|would not|wouldn.?t|do not|don.?t|does not|doesn.?t|not to|must not|should not|"
    r"shouldn.?t|no one|nobody|ne|n.(?=\w)|jamais|nunca|no)\b[^.!?\n]{0,30}?\b(?:ask|shar|send|request|giv|provid|"
    r"reply|respond|forward|disclos|reveal|tell|enter|text|email|buy|purchas|click|partag|demand|envoy|donn|communiqu|"
    r"divulgu|pedi|solicit|compart|envi)(?:(?!https?:|www\.)[^.!?;\n]){0,160}"
)

# "We will text you the code", "by email", "text me when you are there": nobody is asked to hand anything over.
_OFFERED = re.compile(
    r"\b(?:we|i|nous|je)(?:.(?:ll|ve|d))? "
    r"(?:(?:will|can|could|would|have|just|also|then|already|vous|te|le|la|les) ){0,4}"
    r"(?:sen[dt]|text(?:ed)?|txt|email(?:ed)?|forward(?:ed)?|share|gave|give|envo\w+|texte\w*)\b|"
    r"\b(?:by|via|par) (?:text|email|texto|courriel)\b(?: (?:with|avec)\b)?|"
    r"\b(?:text|txt|message|email|texte\w*|(?:send|drop) (?:me|us) an? (?:quick )?(?:text|message|note))[ -]"
    r"(?:(?:me|us|moi|nous)\b ?)?(?:when|if|once|as soon as|before|after|upon|on arrival|at \d|by \d|any ?time|to let|"
    r"your (?:eta|name|order|arrival)|a votre|quand|des que|si)\b"
)


# Words that are looked for only here, and again what may be negated.
DETAILS = PatternSet((*families.PATTERNS, *handing.DETAILS, *lures.REQUESTS, *handing.HANDS))


def refine(reading: Reading, text: str) -> None:
    """Put together what the words say; `text` is not needed."""
    skeleton = reading.skeleton
    scan = DETAILS.scan
    seen, told = reading.flags | scan(skeleton), skeleton
    if seen & _NEGATED and seen & (_REQUESTS | _HANDS):
        told = _DENIED.sub(" ", skeleton)
        if told != skeleton:
            # Only what is still there without the clauses that deny it was really asked for.
            seen = seen & ~(_REQUESTS | _HANDS) | scan(told) & (_REQUESTS | _HANDS)
    if seen & _SECRETS and seen & _IN_PERSON and not reading.flags & (LINK | PHONE):
        seen &= ~_SECRETS  # at the desk everybody is asked for a card
    made = seen & (URGENCY | ASKS_IF_SCAM | OWN_AFFAIR)
    for mask, lure in _LURES:
        if seen & mask == mask:
            made |= lure
    if made & _UTILITY and seen & _PLANNED and not seen & _BILL:
        made &= ~_UTILITY
    if seen & _NEW_DAY == _NEW_DAY and not seen & _AGREED:
        made |= LURES["delivery"]
    made |= _asked_for(_handed_over(seen), seen, told)
    reading.flags = reading.flags & ~_REQUESTS | seen & _REQUESTS | made


def _asked_for(handed: int, seen: int, told: str) -> int:
    """What of `handed` is left without the clauses in which the writer offers to do it."""
    if not handed & (RELAY_CODE | GIFT_CARD):
        return handed
    asked = _OFFERED.sub(" ", told)
    return handed if asked == told else _handed_over(seen & ~_ASKED | DETAILS.scan(asked) & _ASKED & seen)


def _handed_over(seen: int) -> int:
    """What nobody hands over to strangers: a code sent to one's phone, the codes of gift cards, coins."""
    made = 0
    plain = seen & _PLAIN_CODE and not seen & _ACCOUNT_CODE
    if seen & _HAND_CODE and seen & _THEIR_CODE and not plain:
        made |= RELAY_CODE
    told = seen & (_CARD_CODES | _PAY_BY_CARD) or seen & _HAND_ME_CODES == _HAND_ME_CODES
    if seen & _HAND_CARD and told:
        made |= GIFT_CARD
    if seen & _SEND_COINS and (seen & _HAND_COINS or seen & _WALLET == _WALLET):
        made |= CRYPTO
    return made
