"""Bank accounts: IBAN by length and check digits, and what North American and British banks write (policy.md A.5)."""

import re

from edge.policy.signals.lexicon.wording import listed

# Lengths by country, IBAN registry (SWIFT), release 97.
_LENGTHS = {
    entry[:2].lower(): int(entry[3:])
    for entry in listed(
        """
        AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 CY:28 CZ:24 DE:22 DJ:27
        DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 HR:21 HU:28
        IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22
        MK:19 MN:20 MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 RU:33 SA:24
        SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 UA:29 VA:22 VG:24 XK:20 YE:30
        """
    )
}
_VALUES = {ord(letter): str(value) for value, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 10)}
# The country and its check digits, and then what may belong to it; looked at again from every word.
_IBAN = re.compile(r"(?<![a-z0-9])(?=([a-z]{2}[ .\-]?\d[ .\-]?\d(?:[ .\-]{0,2}[a-z0-9]){11,30}))")
_ALNUM = re.compile(r"[a-z0-9]+")
_DIGITS_MIN = 5  # of every country's account numbers
_TRIES = 16

_ABA = re.compile(r"(?<!\d)\d{4}[ \-]?\d{4}[ \-]?\d(?!\d)")
_ABA_WORDS = re.compile(r"\b(?:routing|aba|rtn)\b")
_ACCOUNT_WORDS = r"\b(?:account|acct|acc|a/c|ac|compte|folio|cuenta|checking|savings|chq)\b"
_ACCOUNT = re.compile(_ACCOUNT_WORDS + r"[^\d\n]{0,20}(\d(?:[ \-]?\d){5,16})(?!\d)")
_TRANSIT = re.compile(r"\btransit\b[^\d\n]{0,16}\d{5}(?!\d)")
_INSTITUTION = re.compile(r"\b(?:institution|inst|bank|banque|fi)\b[^\d\n]{0,14}\d{3}(?!\d)")
_TRANSIT_PAIR = re.compile(r"\btransit\b[^\d\n]{0,16}(?:\d{5}[ \-/]\d{3}|0?\d{3}[ \-/]\d{5})(?!\d)")
_SORT = re.compile(r"\bsort ?codes?\b[^\d\n]{0,12}\d{2}[ \-]?\d{2}[ \-]?\d{2}(?!\d)")


def has_iban(plain: str) -> bool:
    """Whether an IBAN of the right length and check digits stands in a folded text, spaced or not."""
    for tries, found in enumerate(_IBAN.finditer(plain)):
        if tries >= _TRIES:
            return False
        written = found[1]
        if written[:2] in _LENGTHS and _is_iban(written, plain[found.end(1) : found.end(1) + 1]):
            return True
    return False


def _is_iban(written: str, following: str) -> bool:
    """`written` is what may belong to it, and perhaps more; it must end where a word ends."""
    compact = "".join(_ALNUM.findall(written))
    length = _LENGTHS[compact[:2]]
    number = compact[:length]
    if len(number) < length or sum(map(str.isdecimal, number)) < _DIGITS_MIN or not checks(number):
        return False
    left = length
    for position, character in enumerate(written):
        left -= character.isalnum()
        if not left:
            return not (written[position + 1 : position + 2] or following).isalnum()
    return False


def checks(number: str) -> bool:
    """Whether the check digits of an IBAN (lower case, without spaces) are right: ISO 13616, mod 97 is 1."""
    return int((number[4:] + number[:4]).translate(_VALUES)) % 97 == 1


def routing(digits: str) -> bool:
    """Whether nine digits are an ABA routing number: weights 3, 7, 1 and a known first pair."""
    first, second, third = (sum(map(int, digits[offset::3])) for offset in range(3))
    pair = int(digits[:2])
    known = 0 < pair <= 12 or 21 <= pair <= 32 or 61 <= pair <= 72 or pair == 80
    return known and (3 * first + 7 * second + third) % 10 == 0


def has_bank_account(plain: str) -> bool:
    """Whether an account stands in a folded text with all that it takes to reach it: bank, branch and number."""
    account = _ACCOUNT.search(plain)
    if account is None:
        return False
    if _SORT.search(plain) or _TRANSIT_PAIR.search(plain):
        return True
    if _TRANSIT.search(plain) and _INSTITUTION.search(plain):
        return True
    if not _ABA_WORDS.search(plain):
        return False
    for found in list(_ABA.finditer(plain))[:_TRIES]:
        digits = found[0].replace(" ", "").replace("-", "")
        if found.span() != account.span(1) and routing(digits):
            return True
    return False
