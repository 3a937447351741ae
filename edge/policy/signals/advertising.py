"""What of advertising is in a text, and whether it is a notice about somebody's own order or appointment all the same.

The patterns are in `edge.policy.signals.lexicon.advertising`; the refiner adds what only matters beside them. Flags
that it sets: `priced`, `emoji-run`, `transactional`. policy.md A.2, R-MKT.
"""

import re

from edge.policy.signals.classifier import SCORE_FLAGS
from edge.policy.signals.flags import flag
from edge.policy.signals.lexicon.advertising import OFFERS
from edge.policy.signals.lexicon.goods import KINDS
from edge.policy.signals.reading import Reading
from edge.policy.signals.speech import ends, places, vocabulary

OFFER_FLAGS = tuple(flag(name) for name in OFFERS)
OFFER = sum(OFFER_FLAGS)
CALL, SUPPORT = flag("call-to-action"), flag("asks-support")
PRICED, EMOJI_RUN, TRANSACTIONAL = flag("priced"), flag("emoji-run"), flag("transactional")
SCORED, SCORED_STRICTLY = SCORE_FLAGS["marketing"]
ADVERTISING = OFFER | CALL | SUPPORT | SCORED
CANDIDATES = ADVERTISING | sum(flag(f"goods-{kind}") for kind in KINDS)
"""What calls the refiner."""

_PRICE = re.compile(r"[$€£₹] ?\d|\do? ?[$€£₹%]")
_PRICE_IN_WORDS = re.compile(r"\b(?:rs|usd|cad|eur|gbp)\.? ?\d|\d (?:dollars|bucks|euros|percent|per cent)\b")
# One of these is in every text that they find: to look for twelve pieces takes a tenth of the time.
_PRICE_SIGNS = ("$", "%", "€", "£", "₹")
_PRICE_WORDS = ("rs", "usd", "cad", "eur", "gbp", " dollars", " bucks", " percent", " per cent")
_EMOJIS = re.compile(r"(?:[\U0001f300-\U0001faff☀-➿⭐]\ufe0f?\s?){3}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_APART = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))
_DATED = re.compile(r"\d{3}|\d[:h.,]\d\d|\d ?[ap]m\b|\d{1,2}(?:st|nd|rd|th)\b|\d ?[$€£]|[$€£] ?\d|\d/\d")

# What somebody has with a business, and what becomes of it.
_THINGS = vocabulary(
    """order orders shipment parcel parcels package packages delivery booking reservation appointment appt invoice
    statement balance payment payments bill refund receipt prescription prescriptions rx ticket tickets claim
    account subscription membership renewal policy repair table item items purchase transaction application return
    flight card viewing tasting consultation visit session lesson hold licence license permit registration deposit
    rent lease installation service pickup driver technician commande commandes colis livraison rendez rdv facture
    solde paiement releve ordonnance billet billets loyer dossier compte pedido cita factura pago saldo reserva
    paquete trip ride room test results meeting vaccine cleaning checkup exam trial plan warranty refill loan
    advance mortgage insurance pension"""
)
# Of these, the ones that tell the reader to do something unless somebody's: "order now", "your order".
_VERBS_TOO = vocabulary(
    """order claim return visit service hold ride pickup test deposit table repair rent room card"""
)
_NUMBERED_TOO = vocabulary("deposit room test")
_WHOSE = vocabulary(
    """your the this our my an a his her their votre ta ton vos la le tu su for of re about de un une"""
)
# Of these, a day is enough.
_MEETINGS = vocabulary("appointment appt rendez rdv reservation booking viewing cita visit")
_STATES = vocabulary(
    """shipped ready confirmed scheduled due booked delivered received way processed cancelled canceled delayed
    overdue posted approved completed complete arrives arrive arrived arriving failed declined issued rescheduled
    reserved renews expires expired used charged paid successful sent dispatched picked away route departs
    boarding returned updated refunded expedie expediee expedies pret prete prets confirme confirmee livre livree
    recu recue annule annulee prevu prevue du echue enviado listo lista confirmado confirmada entregado vence
    fermer looking delivery see ends end starts"""
)
# "... was refunded to your card": said before the thing.
_DONE_TO = vocabulary("refunded credited charged debited posted applied")
_REMINDERS = vocabulary(
    """reminder remind rappel recordatorio confirm confirming confirmation confirmed thanks thank merci"""
)
_DAYS = vocabulary(
    """monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun today tomorrow
    tonight jan feb mar apr jun jul aug sep sept oct nov dec january february march april june july august
    september october november december lundi mardi mercredi jeudi vendredi samedi dimanche demain aujourd'hui
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lunes martes miercoles
    jueves viernes manana hoy"""
)


def refine(reading: Reading, text: str) -> None:
    """Add what counts beside advertising."""
    short = ends(reading.skeleton)
    bits = 0
    if _priced(short):
        bits |= PRICED
    if not text.isascii() and _EMOJIS.search(ends(text)):
        bits |= EMOJI_RUN
    if transactional(short):
        bits |= TRANSACTIONAL
    reading.flags |= bits


def _priced(text: str) -> bool:
    return (_has(text, _PRICE_SIGNS) and _PRICE.search(text) is not None) or (
        _has(text, _PRICE_WORDS) and _PRICE_IN_WORDS.search(text) is not None
    )


def _has(text: str, pieces: tuple[str, ...]) -> bool:
    for piece in pieces:  # noqa: SIM110  a generator takes twice as long
        if piece in text:
            return True
    return False


def transactional(text: str) -> bool:
    """Whether a folded text is about a thing of the reader's, what became of it, and which or when (policy.md A.2).

    "Your order 88213 has shipped", "Reminder: appointment tomorrow"; not "order now" nor "free delivery over $50".
    """
    words = _words(text)
    things = places(words, _THINGS)
    if not things or (_DAYS.isdisjoint(words) and _DATED.search(text) is None):
        return False
    return any(_stated(words, index) for index in things)


def _words(text: str) -> tuple[str, ...]:
    """The words of a folded text. What `_WORD` finds takes four times as long to find."""
    if text.isascii() and "'" not in text:
        return tuple(text.encode().translate(_APART).decode().split())
    return tuple(_WORD.findall(text))


def _stated(words: tuple[str, ...], index: int) -> bool:
    """Whether what became of the thing at `index` stands behind it, or a reminder before it."""
    before, after = words[max(0, index - 6) : index], words[index + 1 : index + 9]
    numbered = (
        after[:1] and after[0].isdigit() and len(after[0]) >= 3 and words[index] not in ("deposit", "room", "test")
    )
    if words[index] in _VERBS_TOO and not numbered and (not before or before[-1] not in _WHOSE):
        return False
    if words[index] in _MEETINGS and not _DAYS.isdisjoint(after[:4]):
        return True
    done = not _DONE_TO.isdisjoint(before) or not _REMINDERS.isdisjoint(before)
    return bool(numbered) or done or not _STATES.isdisjoint(after)
