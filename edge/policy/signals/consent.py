"""What a subscriber says of being written to: STOP and its like, revocations in own words (policy.md A.1, R-OPTOUT).

Keywords count only as the whole text; own words only in a text of at most eight of them. English, French, Spanish.
Authority: 47 CFR 64.1200(a)(10) (any reasonable means); the keywords of Canadian short codes.
"""

import re
import unicodedata

from edge.policy.signals.flags import flag
from edge.policy.signals.reading import Reading
from edge.policy.signals.revocation import revokes

CANDIDATE = flag("consent-word")
SAYS_STOP = flag("says-stop")  # a keyword
SAYS_REVOKE = flag("says-revoke")  # in own words
SAYS_START = flag("says-start")
SAYS_YES = flag("says-yes")  # an answer: what it agrees to depends on what was asked
SAYS_HELP = flag("says-help")
CONFIRMS = flag("confirms-stop")  # of ours: tells that no more will come
ASKS = flag("asks-consent")  # of ours: reply START, YES to subscribe
ASKS_END = flag("asks-end")  # of ours: reply YES to get no more
SELLS = flag("confirm-sells")  # of ours: what has no place in a confirmation
SAYS = SAYS_STOP | SAYS_REVOKE | SAYS_START | SAYS_YES | SAYS_HELP

WORDS_MAX = 8
# Eight words, a signature and some air: what is longer is not looked at.
LENGTH_MAX, SPACES_MAX = 160, 20

_STOP = frozenset({"stop", "stopall", "stop all", "unsubscribe", "revoke", "opt out", "optout", "remove", "unsub"}) | {
    "unsuscribe", "unsubcribe", "unsubscibe", "unsubscrib", "unsubsribe", "unsubscrive", "unscribe",
    "arret", "arretez", "arrete", "arreter", "desabonner", "desabonnez", "desabonnement", "alto", "parar",
}  # fmt: skip
# These are said of other things too: never with a "please", which makes an order of them ("cancel please").
_STOP_BARE = frozenset({"cancel", "end", "quit", "td"})
_START = frozenset({"start", "unstop", "subscribe", "resubscribe", "opt in", "optin", "start again"}) | {
    "abonner", "sabonner", "s abonner", "reabonner", "suscribir", "suscribirme",
}  # fmt: skip
_YES = frozenset({"yes", "y", "oui", "si", "yes please", "oui svp", "si por favor"})
_HELP = frozenset({"help", "aide", "info", "ayuda"})

_POLITE = r"please|pls|plz|now|thanks|thank you|thx|asap|immediately|svp|s il (?:vous|te) plait|merci|por favor|gracias"
_BEFORE = re.compile(rf"^(?:(?:{_POLITE}|hi|hello|bonjour|hola) )+")
_AFTER = re.compile(rf"(?: (?:and |no )?(?:{_POLITE}))+$")
# What is said beside a refusal, and says nothing by itself.
_DECLINES = r"not interested|no interest|no thanks?|no thank you|pas interessee?|non merci|no me interesa"
_DECLINED = re.compile(rf"^(?:(?:{_DECLINES}) )+(?=.)|(?<=.)(?: (?:im |i am )?(?:{_DECLINES}))+$")
# "wrong #", "the wrong no."
_WRONG_NUMBER = re.compile(r"\bwrong (?:phone |cell )?#|(?:^|(?<=the )|(?<=have )|(?<=got )|(?<=got a ))wrong no\.?$")
# Telephones sign for their owners: "Sent from my iPhone".
_SIGNATURE = re.compile(
    r"\n\W{0,9}(?:sent from my|sent via|envoye de mon|envoye depuis|enviado desde|get outlook for)[^\n]{0,60}$"
)
_CONTRACTED = re.compile(r"['\u2018\u2019\u02bc`\u00b4](?=(?:t|s|m|re|ll|ve|d)\b)")
_NO_WORD = re.compile(r"[\W_]+")


def hear_words(reading: Reading, text: str) -> None:
    """The refiner: take the candidate's flag back, and raise those of what is really said."""
    reading.flags &= ~CANDIDATE
    plain = reading.plain.strip()
    if len(plain) <= LENGTH_MAX and plain.count(" ") <= SPACES_MAX:
        reading.flags |= said(plain)
        if reading.skeleton is not reading.plain and not reading.flags & SAYS:
            reading.flags |= said(reading.skeleton)


def too_long(plain: str) -> bool:
    """Whether a folded text of one line has so many words that it says nothing here, whatever its digits are."""
    return "\n" not in plain and sum(1 for word in plain.split() if any(map(str.isalnum, word))) > WORDS_MAX


def said(plain: str) -> int:
    """The flags of a short folded text."""
    plain = _SIGNATURE.sub("", plain.strip()) if "\n" in plain else plain
    written = plain.split()
    if len(written) > WORDS_MAX:
        written = [word for word in written if any(map(str.isalnum, word))]
    if not 0 < len(written) <= WORDS_MAX:
        return 0
    words = normal(plain)
    if words in _STOP_BARE:
        return SAYS_STOP
    if words in _YES:
        return SAYS_YES
    bare = _AFTER.sub("", _BEFORE.sub("", words))
    left = _DECLINED.sub("", bare)
    if bare in _STOP or left in _STOP or set(left.split()) == {"stop"}:
        return SAYS_STOP
    if bare in _START:
        return SAYS_START
    if words in _HELP:
        return SAYS_HELP
    return SAYS_REVOKE if revokes(left) or (left != bare and revokes(bare)) else 0


def normal(plain: str) -> str:
    """Words and spaces only: "Arr\u00eatez de m'\u00e9crire!!" -> "arretez de m ecrire", "S.T.O.P" -> "stop"."""
    if not plain.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    plain = plain.lower()
    if "wrong " in plain:
        plain = _WRONG_NUMBER.sub("wrong number", plain)
    words = _NO_WORD.sub(" ", _CONTRACTED.sub("", plain)).strip()
    letters = words.split(" ")
    if len(letters) >= 4 and all(len(letter) == 1 for letter in letters):
        return "".join(letters)
    return words
