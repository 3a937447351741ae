"""Numbers that stand for a person: SSN (United States) and SIN (Canada). policy.md A.5."""

import re

from edge.policy.signals.lexicon.wording import listed
from edge.policy.signals.sensitive.cards import luhn

_SEP = r"[ .\-]"
_SSN = re.compile(rf"(?<![\d.\-])(\d{{3}})({_SEP})(\d{{2}})({_SEP})(\d{{4}})(?!\d|[.\-/]\d)")
_NINE = re.compile(rf"(?<![\d.\-+])(\d{{3}})({_SEP}?)(\d{{3}})\2(\d{{3}})(?!\d|[.\-/]\d)")
_TOKEN = re.compile(r"[^\W_]+")
_SSN_WORDS = re.compile(r"\b(?:ssn|ss ?#|social ?security|soc sec|social (?:number|#|no)|itin|seguro social)\b")
_SIN_WORDS = re.compile(r"\b(?:sin|s\.i\.n|nas|n\.a\.s|social insurance|(?:d.)?assurance[ \-]sociale)\b")
# Who writes of these and of nine digits in threes means a SIN.
_WORK_WORDS = re.compile(
    r"\b(?:payroll|salary|wages?|tax(?:es)?|t4a?|t5|cra|arc|hr|employ\w+|benefits?|ei|cpp|rrsp|tfsa|bank\w*|mortgage|"
    r"loan|credit|direct deposit|paie|paye|salaire|impots?|emploi|banque|banc\w+|pret|hypotheque|reer|celi|"
    r"dossier d.employe|rh|releve 1|service canada|onboarding|new hire|background check)\b"
)
# Nine digits announced as one of these are that.
_OTHER = listed(
    """
    order invoice tracking track ref reference conf confirmation parcel package ticket booking reservation case claim
    phone tel telephone call cell mobile fax text whatsapp po rma sku part model serial item lot version hold routing
    aba transit account acct application permit licence license policy commande facture suivi colis dossier billet
    appelez cellulaire demande compte zip extension ext pickup siren siret ein gst hst tps tvq bn
    """
)
_NEAR = 48
_TRIES = 32


def numbers(plain: str) -> list[str]:
    """The kinds ("ssn", "sin") of such numbers in a folded text."""
    found: list[str] = []
    if has_ssn(plain):
        found.append("ssn")
    if has_sin(plain):
        found.append("sin")
    return found


def valid_ssn(area: str, group: str, serial: str) -> bool:
    """Whether the Social Security Administration may have given it out: no 000, 666 or 9xx, no 00, no 0000."""
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


def has_ssn(plain: str) -> bool:
    """Written 219-44-8123 (or with spaces), or in any way beside words that say so."""
    said = _SSN_WORDS.search(plain) is not None
    for tries, found in enumerate(_SSN.finditer(plain)):
        area, first, group, second, serial = found.groups()
        # With dots it may be anything else.
        written = first != "." and second != "."
        other = _is_other(plain, found.start())
        if valid_ssn(area, group, serial) and (said or written) and not other:
            return True
        if tries >= _TRIES:
            return False
    if not said:
        return False
    for found in list(_NINE.finditer(plain))[:_TRIES]:
        digits = found[1] + found[3] + found[4]
        if valid_ssn(digits[:3], digits[3:5], digits[5:]) and not _is_other(plain, found.start()):
            return True
    return False


def has_sin(plain: str) -> bool:
    """Nine digits with a check digit, beside words that say so, or in threes beside words of work and money."""
    said = _SIN_WORDS.search(plain) is not None
    if not said and _WORK_WORDS.search(plain) is None:
        return False
    for tries, found in enumerate(_NINE.finditer(plain)):
        if tries >= _TRIES:
            return False
        digits = found[1] + found[3] + found[4]
        if digits[0] in "08" or not luhn(digits):
            continue
        if (said or found[2] in (" ", "-")) and not _is_other(plain, found.start()):
            return True
    return False


def _is_other(plain: str, start: int) -> bool:
    """Whether the words before announce another kind of number; the last of four that says anything counts."""
    for word in reversed(_TOKEN.findall(plain, max(0, start - _NEAR), start)[-4:]):
        if word in _OTHER:
            return True
        if word in ("ssn", "sin", "nas", "security", "insurance", "sociale", "social"):
            return False
    return False
