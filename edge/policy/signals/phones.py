"""Numbers to call, out of a text: what a call-back fraud has instead of a link (policy.md A.5).

Flag of a reading: `phone-number`. `Reading.phones` are digits only: with the country code where it is written or
North American (`14165550101`), else as written (`0612345678`). Not prices, dates, codes, order or account numbers.
"""

import re
from collections.abc import Iterator

from edge.policy.signals.flags import flag
from edge.policy.signals.numbers import NANP_FAULTS, country_code, identify
from edge.policy.signals.reading import PHONE, Reading

CALLS = flag("phone-hint")
PHONES_MAX = 16
# Matches looked at in one text.
_CANDIDATES_MAX = 32
# Digits in groups as North America, France and Britain write them.
_NANP = r"(?:\+?1[ .\-]{0,2})?\(?[2-9]\d\d\)?[ .\-]{1,2}[2-9]\d\d[ .\-]\d{4}"
_FRENCH = r"(?:\+33[ .]?[1-9]|0[1-9])(?:[ .\-]\d\d){4}"
_NANP_GROUPS, _PAIRS = re.compile(_NANP), re.compile(_FRENCH)
_GROUPS = re.compile(r"\(?0\d{2,4}\)?[ \-]\d{3,4}[ \-]?\d{3,4}")
# So grouped, or ten digits and more with the signs of phone numbers between; nothing of a longer run, a price, a link.
_RUN = re.compile(
    rf"(?<![\w+.,:/#$€£@=&*-])(?:{_NANP}|{_FRENCH}"
    r"|(?<!\d[ .\-/])(?:\+|\(\+?)?\d(?:[ ().\-/]{0,3}\d){9,14}+)(?![\w@#]|[-.]\d)"
)
_SIGNS = re.compile(r"[ ().\-/+]+")
# The numbers of something else stand behind these words; well-grouped ones only behind the first few.
_GOODS = (
    r"order|invoice|ref(?:erence)?|tracking|parcel|package|shipment|confirmation|booking|ticket|card|imei|serial|awb|pnr"
    r"|iban|commande|facture|suivi|colis|transaction"
)
_BEHIND = r"(?:[\s#:.\-]|no\b|nr\b|num(?:ber|ero)?\b|n°|id\b|is\b)*$"
_GOODS_BEFORE = re.compile(rf"\b(?:{_GOODS}){_BEHIND}")
_OTHER_BEFORE = re.compile(
    rf"\b(?:{_GOODS}|track|conf|policy|case|claim|acct|account|a/c|id|ssn|sin|nas|code|otp|pin|sku|upc|isbn|meter|vin|lot"
    rf"|compte|dossier|txn|utr|member(?:ship)?){_BEHIND}"
)
_CALL = re.compile(
    r"\b(?:call|calls|called|calling|phone|tel|telephone|ph|mob|mobile|cell|text|txt|sms|dial|ring|contact|whatsapp"
    r"|helpline|help|reach|at|on|to|support|hotline|appel|appelez|appeler|composez|joindre|fax|us|me|msg|landline)\b"
    r"\W{0,6}(?:(?:us|me|now|back|at|on|the|au|to|free|toll|immediately|number|no|is|:)\W{0,3}){0,3}$"
)
_DATE = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d")
_TOLL_FREE = ("1800", "1833", "1844", "1855", "1866", "1877", "1888")


def find_phones(plain: str) -> tuple[str, ...]:
    """The numbers to call in a folded text, digits only, each once, at most 16."""
    found: dict[str, None] = {}
    for text, before in _candidates(plain):
        phone = _phone(text, before)
        if phone:
            found[phone] = None
            if len(found) >= PHONES_MAX:
                break
    return tuple(found)


def _candidates(plain: str) -> Iterator[tuple[str, str]]:
    """Runs of digits, each with what stands before it."""
    for count, match in enumerate(_RUN.finditer(plain)):
        if count >= _CANDIDATES_MAX:
            return
        yield match.group(), plain[max(0, match.start() - 40) : match.start()]


def _phone(text: str, before: str) -> str:
    """The digits of a number to call, "" where it is some other number."""
    digits = _SIGNS.sub("", text)
    if _GOODS_BEFORE.search(before):
        return ""
    if text.lstrip("(").startswith("+"):
        return digits if digits[0] != "0" and country_code(digits) else ""
    if _NANP_GROUPS.fullmatch(text):
        return _nanp(digits)
    if _PAIRS.fullmatch(text) or _GROUPS.fullmatch(text):
        return digits
    if _OTHER_BEFORE.search(before):
        return ""
    toll_free = len(digits) == 11 and digits.startswith(_TOLL_FREE)
    if _DATE.search(text) or not (toll_free or _CALL.search(before)):
        return ""  # bare digits, or in odd groups, are a number to call only where the words say so
    if len(digits) == 11 and digits[0] == "1":
        return _nanp(digits)
    if len(digits) == 10 and digits[0] != "0":
        return _nanp(digits) or (digits if digits[0] in "6789" and digits == text else "")
    if digits.startswith("00") and country_code(digits[2:]):
        return digits[2:]
    return digits if digits[0] == "0" and 10 <= len(digits) <= 11 and digits[1] != "0" else ""


def _nanp(digits: str) -> str:
    """A North American number with its country code, "" if there can be none such."""
    full = digits if len(digits) == 11 else "1" + digits
    if len(full) != 11:
        return ""
    return "" if identify("+" + full, 1, 1, 1).fault in NANP_FAULTS else full


def refine(reading: Reading, text: str) -> None:
    """The refiner: fills `Reading.phones`."""
    reading.phones = find_phones(reading.plain)
    if reading.phones:
        reading.flags |= PHONE
