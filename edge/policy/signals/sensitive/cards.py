"""Payment card numbers: issuer ranges with their exact lengths, Luhn, and the words before (policy.md A.5, PAN)."""

import re
from collections.abc import Iterator
from itertools import islice

from edge.policy.signals.lexicon.wording import listed

# Groups of digits with at most three separators between them; line breaks too, for parts that were joined.
_GAP = r"[ .\-/_\n\t|,:·•]"
_CHAIN = re.compile(rf"\d+(?:{_GAP}{{1,3}}\d+)*")
_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile(r"[^\W_]+")
# Sixteen digits at random pass range and check digit in 3 of 100 cases: a number announced as something else is none.
_OTHER = listed(
    """
    order orders invoice inv tracking track imei serial ref refs reference conf confirmation confirmacion parcel package
    shipment shipping waybill awb consignment ticket booking reservation rma sku upc ean barcode isbn model iccid imsi
    meid esn sim vin policy claim case docket po phone tel call fax mobile meter transaction txn trace auth item
    lot batch commande facture suivi colis envoi dossier serie reclamation billet numserie telephone appelez pedido
    factura seguimiento paquete rastreo serienummer tracker loyalty member membership points rewards token device
    """
)
_CARD = listed(
    """
    card cards visa mastercard amex discover diners jcb unionpay maestro interac debit credit carte cartes tarjeta
    tarjetas pan bancaire cb karte
    """
)
_CARD_ANYWHERE = re.compile(
    r"\b(?:cards?|visa|master ?card|amex|american express|discover|diners|jcb|union ?pay|cartes?|tarjetas?|pay with|"
    r"cvv2?|cvc2?|exp|expiry|expires?|expiration)\b"
)
# With these beside it, it is a card whatever was said before.
_VERIFIED = re.compile(
    r"\b(?:cvv2?|cvc2?|cid|cvd|csc|exp|expy|expiry|expires|expiration|expire|valid thru|code on the back|security code|"
    r"cryptogramme)\b"
)
_EXPIRY = re.compile(r"(?:0[1-9]|1[0-2])[234]\d")
_NEAR = 48
# Groups of digits and tests of one text: an honest one needs a few, a hostile one gets no more.
_GROUPS, _TESTS = 256, 32
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# How people group the digits of a card. Anything else needs a word that says it is one.
_SHAPES = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 3), (4, 4, 4, 1), (8, 8), (6, 13)})


def luhn(digits: str) -> bool:
    """Whether the last of `digits` is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = sum(map(int, digits[-1::-2]))
    return not (total + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])) % 10


def issuer_length(digits: str) -> bool:
    """Whether an issuer has numbers that begin like `digits` and are as long."""
    length, first, two, four = len(digits), digits[0], int(digits[:2]), int(digits[:4])
    if first == "4":
        return length in (13, 16, 19)
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return length == 16
    if two in (34, 37):
        return length == 15
    if two in (36, 38, 39) or 3000 <= four <= 3059:
        return length == 14
    if four == 6011 or 6440 <= four <= 6499 or two in (62, 65) or 3528 <= four <= 3589:
        return 16 <= length <= 19
    return False


def is_card(digits: str) -> bool:
    """Whether `digits` (13 to 19) are a well-formed card number."""
    return issuer_length(digits) and luhn(digits)


def has_card(plain: str) -> bool:
    """Whether a card number stands in a folded text, whole and not announced as anything else."""
    tests, left = 0, _GROUPS
    spoken = _CARD_ANYWHERE.search(plain) is not None
    for chain in _CHAIN.finditer(plain):
        if chain.end() - chain.start() < 13:
            continue
        if left <= 0:
            return False
        groups = [found.span() for found in islice(_DIGITS.finditer(plain, *chain.span()), left)]
        left -= len(groups)
        for start, end, digits, sure in _candidates(plain, groups):
            tests += 1
            if tests > _TESTS:
                return False
            if is_card(digits) and (sure or spoken) and not _is_other(plain, start, end):
                return True
    return False


def _candidates(plain: str, groups: list[tuple[int, int]]) -> Iterator[tuple[int, int, str, bool]]:
    """What of a chain of groups may be a card: (start, end, digits, whether its shape alone is enough)."""
    sizes = [last - first for first, last in groups]
    total = sum(sizes)
    if 13 <= total <= 19:
        digits = [plain[first:last] for first, last in groups]
        sure = len(sizes) == 1 or tuple(sizes) in _SHAPES or set(sizes) <= {1} or set(sizes[:-1]) == {2}
        yield groups[0][0], groups[-1][1], "".join(digits), sure
        return
    for index, size in enumerate(sizes):
        if not 4 <= size <= 19 or plain[groups[index][0]] not in "23456":
            continue
        if size >= 13:
            yield *groups[index], plain[slice(*groups[index])], True
            continue
        for count in (3, 4, 5):
            if tuple(sizes[index : index + count]) in _SHAPES:
                part = groups[index : index + count]
                digits = [plain[first:last] for first, last in part]
                # What goes on in the same step is a longer number, and no card's; unless it is month and year.
                following = plain[slice(*groups[index + count])] if index + count < len(groups) else ""
                more = len(following) == size and not _EXPIRY.match(following)
                more = more or (index > 0 and sizes[index - 1] == size)
                yield part[0][0], part[-1][1], "".join(digits), not more


def _is_other(plain: str, start: int, end: int) -> bool:
    """Whether one of the three words before announces another kind of number, and nothing beside it says card."""
    if _VERIFIED.search(plain, end, end + _NEAR) or _VERIFIED.search(plain, max(0, start - _NEAR), start):
        return False
    for word in reversed(_TOKEN.findall(plain, max(0, start - _NEAR), start)[-3:]):
        if word in _CARD:
            return False
        if word in _OTHER:
            return True
    return False
