"""What a text tells of somebody's health: a condition, and a result or a diagnosis, of somebody. policy.md A.5."""

import re

from edge.policy.signals.lexicon.personal import CONDITION

_CONDITION = re.compile(CONDITION)
_WHOSE = re.compile(
    r"\b(?:your|ur|you|you.ve|votre|vos|vous|ton|ta|tes|tu|su|sus|patient\w*|mrn|his|her|their|he|she|mr|mrs|ms|mme)\b"
)
_OUTCOME = re.compile(
    r"\b(?:positive|negative|positi[fv][aeo]?s?|negati[fv][aeo]?s?|(?:non-?)?reactive|abnormal|anorma\w+|"
    r"malignan\w*|malin|benign|benin|detected|detecte\w*|inconclusive|elevated|eleve)\b"
)
_CONFIRMED = re.compile(r"\b(?:confirmed|confirme\w*|confirmad[ao])\b")
# What else is confirmed: where a condition only gives its name to a clinic or a class.
_VISIT = re.compile(
    r"\b(?:appointments?|appts?|visits?|class(?:es)?|sessions?|bookings?|clinics?|cliniques?|clinicas?|rendez[ -]vous|"
    r"rdv|cours|citas?|groups?|groupes?|workshops?|ateliers?|webinars?|walks?|consult\w*|shifts?|seats?|spots?|screenings?)\b"
)
_RESULT = re.compile(
    r"\b(?:results?|resultats?|resultados?)\b ?(?:is|are|was|were|:|-|show\w*|indicate\w*|came|est|sont|es|son)"
)
_DIAGNOSIS = re.compile(r"\bdiagnos(?:is|ed|tic|tique|ticado|ticada)\b")
_DIAGNOSED = re.compile(r" diagnos(?:is|e)\b(?! (?:clinic|service|centre|center|appointment))")
# One who writes of himself tells what he chooses to.
_SELF = re.compile(r"\b(?:i|i.m|i.ve|i am|i have|i was|my|mine|je|j.ai|mon|ma|mes|mi|mis)\b")
_BEFORE, _AFTER = 44, 44
_TRIES = 16


def tells(plain: str) -> bool:
    """Whether a folded text tells the result or the diagnosis of somebody but the writer."""
    for tries, found in enumerate(_CONDITION.finditer(plain)):
        if tries >= _TRIES:
            return False
        before = plain[max(0, found.start() - _BEFORE) : found.start()]
        after = plain[found.end() : found.end() + _AFTER]
        if _WHOSE.search(before) is None or _SELF.search(before):
            continue
        told = _OUTCOME.search(after) or _RESULT.search(after) or _OUTCOME.search(before[-16:])
        told = told or _DIAGNOSIS.search(before) or _DIAGNOSED.match(after)
        if told or _is_confirmed(before, after):
            return True
    return False


def _is_confirmed(before: str, after: str) -> bool:
    """Whether it is the condition that is confirmed, and no appointment."""
    if _VISIT.search(before) or _VISIT.search(after):
        return False
    return bool(_CONFIRMED.search(after) or _CONFIRMED.search(before[-16:]))
