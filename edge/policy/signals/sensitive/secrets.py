"""Passwords and bank PINs told in a text; not those of a guest network, nor codes that are used once. policy.md A.5."""

import re
import unicodedata
from itertools import islice

from edge.policy.signals.lexicon.wording import listed

# Every way begins with a letter, so that the search goes from one of them to the next.
_WORD = re.compile(
    r"password|pass ?phrase|pass ?wd|pwd\b(?<=\bpwd)|pw\b(?<=\bpw)|mots? de passe|mdp\b(?<=\bmdp)|contrase[nñ]a|"
    r"clave\b(?<=\bclave)|passwort|kennwort|(?:login(?<=\blogin)|(?:user(?<=\buser))\w*)\b.{0,40}?\bpass\b"
)
# What stands between the word and the secret; the secret is the next word.
_SAYS = re.compile(
    r"(?P<said>\b(?:is|est|es|ist)(?: now| maintenant)?\b ?:?|[:=]|->|\b(?:to|en)\b(?= ))"
    r"\s*[\"'`«“‘(\[]?\s*(?P<word>\S{6,80})"
)
_DIRECT = re.compile(r"\s*[\"'`«“‘(\[]?\s*(\S{6,80})")
_SENTENCE = re.compile(r"[.!?]\s|\n")
_END = ".,;:!?)]}\"'`»”’"

_WIFI = re.compile(r"\b(?:wi-?fi|wlan|ssid|hot ?spot|router|routeur|(?:home|our|my) (?:network|internet))\b")
# The network of an employer and banking over the internet have passwords of persons: they say no more than "guest" may.
_NETWORK = re.compile(r"\b(?:network|r[eé]seau|internet)\b(?! bank| account| portal)")
_GUEST = re.compile(
    r"\b(?:[a-z]*guests?|invit[eé]s?|invitados?|visitors?|visiteurs?|clients?|customers?|public|hotel|room|lobby|cafe|airbnb|"
    r"check-?(?:in|out)|inn|motel|hostel|auberge|suite|cottage|chalet|your stay|votre sejour)\b"
)
# Used once, or given to everybody who comes.
_PASSING = re.compile(
    r"\b(?:one[ \-]?time|single[ \-]use|used? once|only once|otp|usage unique|temp(?:orary)?[ \-](?:pass)?codes?|"
    r"code temporaire|verification|2fa|passcode|(?:valide?s?|expires?)(?: (?:for|in|within|dans|pendant))? "
    r"\d{1,3} ?(?:m|mins?|minutes?|h|hrs?|hours?|heures?|s|secs?|seconds?)|"
    r"(?:zoom|teams|webex) (?:id|link|call|room|session)|"
    r"meetings?|webinar|r[eé]union|conf[eé]rence|dial[ \-]?in|join (?:zoom|teams|webex))\b"
)
_LINK = re.compile(r"https?:|www\.|[a-z0-9]\.[a-z]{2,}/|\.(?:com|ca|org|net|example|io|fr)\b")
_MASKED = re.compile(r"\*{2,}|x{4,}|•{2,}|\.{3,}|_{3,}|#{3,}")
_PROSE = listed(
    """
    required incorrect invalid expired expiring wrong correct secure changed updated being about needed protected reset
    weak strong unique private hidden encrypted stored safe yours theirs important mandatory optional confidential
    secret missing empty blank different always still never already simply either invalide incorrecte requis requise
    expire obligatoire modifie change reinitialise temporaire different confidentiel incorrecta caducada necesaria
    personal printed enclosed attached mailed emailed texted listed below above inside following known written called
    everything something anything nothing case-sensitive too-short sensitive accepted confirmed working active ready
    """
)
_ENDINGS = ("ed", "ing", "ly", "able", "ible", "ive", "ment", "ee", "ees")
_SYMBOLS = set("!@#$%^&*+=?~")
# As much of a text as folding sees of one end.
_SEEN = 2000

_PIN = re.compile(r"\b(?:pin|nip)\b")
_CARD_PIN = re.compile(
    r"\b(?:bank|banking|banque|bancaire|card|carte|debit|credit|atm|tarjeta|account|compte|visa|mastercard|interac)s?"
    r"(?:[^\w\n]{1,2}s)?(?: \w{1,8})?[ ,:]{1,2}(?:pin|nip)\b(?: (?:code|number|no))?"
    r"(?: (?:is|est|es|now|will|be))*\W{1,4}(\d{4,6})\b"
)
_PIN_CARD = re.compile(
    r"\b(?:pin|nip)\b(?: (?:code|number|no))? (?:for|of|to|on|de|du|pour|del?)\b[ \w'’]{0,30}"
    r"\b(?:card|carte|account|compte|bank|atm|tarjeta|debit|credit)\b[ \w]{0,12}?"
    r"(?:\b(?:is|est|es)\b|[:=])\W{0,3}(\d{4,6})\b"
)
_NEAR = 60
_TRIES = 8


def passwords(text: str) -> list[str]:
    """The kinds of secrets told in a text as it came: "password", or "wifi" for the key of somebody's own network."""
    raw = text[:_SEEN] if text.isascii() else _visible(text[:_SEEN])
    low = raw.lower()
    if len(low) != len(raw):
        raw = low
    kinds: list[str] = []
    for tries, found in enumerate(_WORD.finditer(low)):
        if tries >= _TRIES:
            break
        kind = _kind(low[max(0, found.start() - _NEAR) : found.end() + _NEAR])
        if kind and kind not in kinds and _tells(raw, low, found.end()):
            kinds.append(kind)
    return kinds


def _bare(word: str) -> str:
    """A word without its accents."""
    return "".join(character for character in unicodedata.normalize("NFD", word) if character.isalpha())


def _visible(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    hidden = [ord(character) for character in set(folded) if unicodedata.category(character) == "Cf"]
    return folded.translate(dict.fromkeys(hidden)) if hidden else folded


def _kind(around: str) -> str:
    """What kind of secret the words around speak of, "" for one that is meant to be told."""
    if _PASSING.search(around):
        return ""
    wifi = _WIFI.search(around)
    if (wifi or _NETWORK.search(around)) and _GUEST.search(around):
        return ""
    return "wifi" if wifi else "password"


def _tells(raw: str, low: str, at: int) -> bool:
    """Whether a secret is told after `at`, in the same sentence."""
    stop = _SENTENCE.search(low, at, at + _NEAR)
    limit = stop.start() if stop else at + _NEAR
    for said in _SAYS.finditer(low, at, limit + _NEAR):
        if said.start() >= limit:
            break
        start, end = said.span("word")
        if _is_secret(raw[start:end], raw[end : end + 2], said["said"] not in ("to", "en")):
            return True
    direct = _DIRECT.match(low, at)
    return direct is not None and _is_secret(raw[direct.start(1) : direct.end(1)], "", False)


def _is_secret(word: str, after: str, said: bool) -> bool:
    """Whether `word` is a password: it looks like one, or it was `said` to be one and is no word of the sentence.

    `after` is what follows it.
    """
    value = word.rstrip(_END)
    low = value.lower()
    if len(value) < 6 or _LINK.search(low) or _MASKED.search(low):
        return False
    letters = any(map(str.isalpha, value))
    if letters and (any(map(str.isdecimal, value)) or not _SYMBOLS.isdisjoint(value)):
        return "-char" not in low and not low.startswith(("8-", "12-"))
    if not letters:
        return said and value.isdecimal()
    if said and value[1:] != low[1:] and not value.isupper():
        return True  # capitals in the middle
    # A plain word is a password only where the sentence ends with it.
    ends = not after.strip() or word != value or after[:1] == "\n"
    bare = low if low.isascii() else _bare(low)
    return said and ends and low.isalpha() and bare not in _PROSE and not bare.endswith(_ENDINGS)


def has_card_pin(plain: str) -> bool:
    """Whether the PIN of a bank card or account is told in a folded text."""
    for pin in islice(_PIN.finditer(plain), _TRIES):
        start = max(0, pin.start() - _NEAR)
        found = _CARD_PIN.search(plain, start, pin.end() + _NEAR) or _PIN_CARD.match(plain, pin.start())
        if found and not _PASSING.search(plain, start, found.end() + _NEAR):
            return True
    return False
