"""Whether a text speaks in the name of a brand, from the words around the name (policy.md A.6, R-BRAND-MISMATCH).

Works on folded text. A claim is "Brand: ...", "this is Brand", "Sam from Brand", "message from Brand" and the like;
"your parcel from Brand" and "the Brand store" are none.
"""

import re
from enum import IntEnum

AROUND = 64  # characters looked at on either side of a name


class Claim(IntEnum):
    """How much a text says that its sender is the brand. IMPLIED: it may, unless it says otherwise who it is."""

    NONE = 0
    IMPLIED = 1
    CLAIMED = 2


# What a brand's own messages put after its name.
OFFICES = (
    r"support|security|fraud|customer|client|billing|account|accounts|team|teams|dept|department|service|services|care"
    r"|desk|help|helpdesk|alert|alerts|alerte|notification|notifications|notice|info|verification|verify|update|updates"
    r"|rewards|prevention|protection|online|mobile|banking|bank|wireless|delivery|express|reminder|message|msg|center"
    r"|centre|collections|toll|tolls|canada|usa|us|uk|france|india|australia|officer|agent|office|securite|livraison"
    r"|it|hr|admin|tax|refund|refunds|parcel|logistics|pay|prime|card|cards|clients?|fraude|suivi|contact"
)
_WORD = r"[\w.'’-]{1,24}"
_GREETING = r"(?:(?:dear|hi|hello|hey|bonjour|attention|attn|greetings|cher|chere)\b[^:\n]{0,30}?[,!:\n.-]\s{0,3})?"
_LABEL = (
    r"(?:(?:fwd?|from|frm|de|msg|sms|text|alert|alerte|urgent|important|notice|avis|warning|reminder|rappel|final|"
    r"security|fraud|action required|attention|update|info|new|last|dernier|official)\b[\s:!.\-–—|]{0,3}){0,4}"
)
# Before a name that opens the text. Quotation marks do not open it: what they hold is another's.
_OPENS = re.compile(rf"^[^\w\"'“”«‘’]{{0,4}}{_GREETING}{_LABEL}(?:(?:the|la|le|les)\s)?[\[(<*_]{{0,2}}\s?$")
_OPENING_SEPARATOR = re.compile(
    rf"^\s?(?:(?:{OFFICES})\b[\s.]{{0,2}}){{0,4}}[\])>*_]{{0,2}}\s?"
    r"(?::(?![/\d]|\s?(?:\+|@|\d{3}\W\d{3}|https?|www))|[-–—|]{1,2}\s|\s[-–—|>]{1,2}|>)"
)
_BRACKET = re.compile(rf"^\s?(?:(?:{OFFICES})\b\s?){{0,3}}[\])>]\s?\S")
_OPENED_BRACKET = re.compile(r"[\[(<]\s?$")
_HERE = re.compile(rf"^\s(?:(?:{OFFICES})\s){{0,2}}(?:here\b(?!['’])|ici\s?[:,.!–—-])")
# "Your bank, NorthBank".
_PROVIDER = r"(?:bank|banque|courier|carrier|transporteur|insurer|assureur|(?:internet |phone )?(?:provider|company))"
# "this is", "it's" - not "if it's", "hope it's".
_IS = re.compile(
    r"(?:(?<!if )(?<!that )(?<!think )(?<!sure )(?<!hope )(?<!when )(?<!says )(?<!whether )(?<!guess )(?<!like )"
    r"(?<!know )(?<!because )\b(?:this is|it['’]?s|it is|here is|you(?: ha|['’])ve reached|vous avez joint|ici|c['’]est"
    r"|ceci est|je suis|i['’]?m with|i am with|we are|we['’]re|nous sommes|we at"
    r"|(?:i['’]?m|i am|we are|we['’]re)\s(?:calling|writing|texting|messaging|contacting you|reaching out)\s"
    r"from))\s"
    r"(?:(?:an?|the|your|votre|urgent|important|official|automated|le|la|les|un|une|final|security|fraud)\s){0,4}"
    r"(?P<note>(?:automated |text |security |fraud |final )?(?:message|msg|notice|alert|reminder|call|text|update|avis"
    r"|notification|rappel|warning|alerte)\s(?:from|de la part de|on behalf of|de|by|du)\s(?:the\s|la\s|le\s)?"
    rf"|{_PROVIDER}(?:,?\s|\sat\s))?$"
)
_SAID = re.compile(rf"^(?:\s(?:{OFFICES})\b|\s?[:,.!–—(\n-]|\s?$|\s(?:and|et)\s(?:we|your|nous)\b)")
# "Sam from": a name, or who is spoken of as one.
_PERSON = re.compile(
    rf"\b(?:this is|it['’]?s|it is|i['’]?m|i am|my name is|mon nom est|je m['’]appelle|je suis|c['’]est|here is|ici)\s"
    rf"(?P<who>(?:{_WORD}\s){{1,4}})(?:from|de|du|at|with|of|chez)\s(?:the\s|la\s|le\s)?$"
)
_TITLES = frozenset(
    {
        "officer",
        "agent",
        "inspector",
        "mr",
        "mrs",
        "ms",
        "dr",
        "constable",
        "detective",
        "sergeant",
        "manager",
        "supervisor",
        "ceo",
        "director",
        "advisor",
        "technician",
        "representative",
        "rep",
        "monsieur",
        "madame",
        "inspecteur",
        "conseiller",
    }
)
_NOT_WHO = frozenset(
    {
        "a",
        "an",
        "the",
        "your",
        "my",
        "his",
        "her",
        "our",
        "their",
        "this",
        "that",
        "coming",
        "back",
        "just",
        "here",
        "still",
        "home",
        "away",
        "far",
        "not",
        "parcel",
        "package",
        "order",
        "delivery",
        "gift",
        "driving",
        "leaving",
        "walking",
        "heading",
        "cheaper",
        "ordered",
        "better",
        "getting",
        "bought",
        "buying",
        "going",
        "looking",
        "out",
        "in",
        "on",
        "at",
        "from",
        "one",
        "some",
        "something",
        "what",
        "where",
        "only",
        "so",
        "too",
        "very",
        "now",
        "free",
        "all",
        "like",
        "refund",
        "everyone",
        "everybody",
        "someone",
        "somebody",
        "people",
        "colis",
        "tout",
    }
)
_NOTE = re.compile(
    r"^[^\w\"'“”«]{0,4}(?:(?:urgent|important|final|new|automated|security|official)\W{1,3}){0,2}"
    r"(?:hi|hello|greetings|message|msg|text|notice|alert|reminder|update|notification|warning|bonjour|avis|alerte|rappel)"
    r"\s(?:from|de la part de|on behalf of|de|du|by)\s(?:the\s|la\s|le\s)?$"
)
# "Jenny from TD Bank here", "Officer Davis, Social Security Administration.": who opens the text by it.
_INTRODUCED = re.compile(
    rf"^[^\w\"'“”«]{{0,4}}{_GREETING}(?P<who>(?:{_WORD}\s){{0,2}}{_WORD})(?P<with>\s(?:from|at|with|of|de|du|chez)|,)\s"
    r"(?:the\s|la\s|le\s)?$"
)
_OFFICERS = _TITLES - {"mr", "mrs", "ms", "dr", "ceo", "manager", "director", "monsieur", "madame", "supervisor"}
_PRESENT = re.compile(rf"^\s(?:(?:{OFFICES})\s){{0,2}}(?:here|ici)\s?(?:[:,.!;–—(\n-]|$)")
_ENDED = re.compile(r"\s?(?:[:.!–—(\n-]|$)")
# Somebody else's work: a law firm's, an agency's.
_FOR_THEM = re.compile(r"\b(?:on behalf of|au nom de|pour le compte de)\s(?:the\s|la\s|le\s)?$")
_YOURS = re.compile(r"\b(?:votre|vos)\s(?:banque\s|agence\s|conseiller\s)?$")
_SIGNED = re.compile(
    r"(?:thank you|thanks|sincerely|regards|merci|cordialement|salutations|sent by|yours(?: truly)?)\s{0,2}[,.!\n–—-]"
    r"[\s–—~-]{0,4}(?:the\s|la\s|le\s)?$"
)
_ENDS = re.compile(rf"^\s?(?:(?:{OFFICES})\b\s?){{0,3}}\W{{0,3}}$")


def claim(view: str, start: int, end: int, original: str) -> Claim:
    """What the words around `view[start:end]` make of the name there.

    `original` is the text with its capitals where it has the same places as `view`, else "".
    """
    before, after = view[max(0, start - AROUND) : start], view[end : end + AROUND]
    if after[:2] in ("'s", "’s"):
        return Claim.NONE
    if start <= AROUND and _opens(before, after):
        return Claim.CLAIMED
    said = _IS.search(before)
    if said is not None and (said.group("note") or _SAID.match(after)):
        return Claim.CLAIMED
    if _is_person(before, start, original):
        return Claim.CLAIMED
    if start <= AROUND and _NOTE.match(before):
        return Claim.CLAIMED
    if _SIGNED.search(before) and _ENDS.match(after):
        return Claim.CLAIMED
    if start <= AROUND and _is_introduced(before, after, start, original):
        return Claim.CLAIMED
    return Claim.IMPLIED if _YOURS.search(before) or _FOR_THEM.search(before) else Claim.NONE


def _opens(before: str, after: str) -> bool:
    if not _OPENS.match(before):
        return False
    if _OPENING_SEPARATOR.match(after) or _HERE.match(after):
        return True
    return _OPENED_BRACKET.search(before) is not None and _BRACKET.match(after) is not None


def _is_introduced(before: str, after: str, start: int, original: str) -> bool:
    """Whether the text opens with somebody of the brand: a title, or a name with "here" after the brand."""
    found = _INTRODUCED.match(before)
    if found is None:
        return False
    who = found.group("who").split()
    if found.group("with") == ",":
        return _ENDED.match(after) is not None and not _OFFICERS.isdisjoint(who)
    if any(word in _NOT_WHO for word in who) or not _PRESENT.match(after):
        return False
    place = start - len(before) + found.start("who")
    return bool(original) and all(
        word[:1].isupper() for word in original[place : place + len(found.group("who"))].split()
    )


def _is_person(before: str, start: int, original: str) -> bool:
    """Whether "this is ... from" introduces somebody: with a capital, or by a title."""
    found = _PERSON.search(before)
    if found is None:
        return False
    words = found.group("who").split()
    if any(word in _NOT_WHO for word in words) and not any(word in _TITLES for word in words):
        return False
    if any(word.strip(".") in _TITLES for word in words):
        return True
    if not original:
        return False
    place = start - len(before) + found.start("who")
    return any(word[:1].isupper() for word in original[place : place + len(found.group("who"))].split())
