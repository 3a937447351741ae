"""A bomb that is said to be where people are: who laid it, or that there is one. policy.md A.3, R-THREAT."""

from edge.policy.signals.speech import YOUR, denied, reported, vocabulary

PLACES = vocabulary(
    """house home apartment place building car truck store shop office business restaurant school church mosque
    temple synagogue maison appart voiture magasin bureau ecole casa carro"""
)
PUBLIC = vocabulary(
    """school mall church mosque synagogue temple office hospital airport courthouse station building store clinic
    stadium campus university embassy city hall ecole hopital mosquee eglise aeroport"""
)
_PLANT = vocabulary("put planted placed hid hidden left")
_WE, _THERE = vocabulary("i we i've we've"), vocabulary("there there's theres")
# What warns of one, or of another kind of it.
_WARNS = vocabulary("evacuate evacuating leave police shelter threat drill if bath")


def planted(words: tuple[str, ...], at: int) -> bool:
    """Whether the "bomb" at `at` is a threat.

    I put a bomb in your car; we planted a bomb at the school; there is a bomb in your office.
    """
    before, after = words[max(0, at - 4) : at], words[at + 1 : at + 4]
    laid = not _PLANT.isdisjoint(before) and not _WE.isdisjoint(before)
    aimed = any(word in YOUR or (laid and (word in PUBLIC or word in PLACES)) for word in after)
    if not aimed or not (laid or (not _THERE.isdisjoint(before) and _WARNS.isdisjoint(words))):
        return False
    return not denied(words, max(0, at - 6), at) and not reported(words, max(0, at - (4 if laid else 2)), at)
