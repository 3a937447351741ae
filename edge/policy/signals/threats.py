"""Threats as findings: which kind, how sure, and whether people who like each other would write it.

The refiner reads the clauses around the candidates of `edge.policy.signals.lexicon.threats`. Flags that it sets:
`threat-explicit` (killing, rape, bombs, fire), `threat-violence`, `threat-stalking`, `threat-extortion`, `threat-hate`,
`threat-self-harm`, and `threat-jest` (a threat in form only: laughter, an affectionate trifle, a game). policy.md A.3.
"""

from edge.policy.signals.extortion import extorted
from edge.policy.signals.flags import flag
from edge.policy.signals.hate import hateful
from edge.policy.signals.menace import menaced
from edge.policy.signals.reading import Reading
from edge.policy.signals.selfharm import encouraged
from edge.policy.signals.speech import SPAN, Clause, clauses, ends, relayed, spoken
from edge.policy.signals.stalking import stalked
from edge.policy.signals.tone import CAMERA, EARNEST, GAME, GRAVE, INSULT, LAUGHTER, SURGERY, TRIFLE, tone
from edge.policy.signals.violence import EXPLICIT, LETHAL, MENACE, SPORTING, Threat, threat_at, verbs

THREAT_WORDS, MENACE_WORDS, STALKING_WORDS = flag("threat-words"), flag("menace-words"), flag("stalking-words")
EXTORTION_WORDS, SELF_HARM_WORDS, SLUR = flag("extortion-words"), flag("self-harm-words"), flag("slur")
CANDIDATES = THREAT_WORDS | MENACE_WORDS | STALKING_WORDS | EXTORTION_WORDS | SELF_HARM_WORDS | SLUR

EXPLICIT_THREAT, VIOLENCE, STALKING = flag("threat-explicit"), flag("threat-violence"), flag("threat-stalking")
EXTORTION, HATE, SELF_HARM, JEST = (
    flag("threat-extortion"),
    flag("threat-hate"),
    flag("threat-self-harm"),
    flag("threat-jest"),
)

# Verbs of harm that are looked at in one message: the first and the last dozen.
VERBS_MAX = 24


def refine(reading: Reading, text: str) -> None:
    """Set what the candidates turn out to be; leave them standing, they mean nothing by themselves."""
    skeleton, flags = reading.skeleton, reading.flags
    found = clauses(skeleton)
    said = spoken(found)
    bits = _violent(said, skeleton, text) if flags & (THREAT_WORDS | MENACE_WORDS) else 0
    if flags & (STALKING_WORDS | EXTORTION_WORDS):
        own = tuple(clause for clause in said if not relayed(clause.words))
        plain = ends(skeleton) if len(own) == len(found) else ". ".join(" ".join(clause.words) for clause in own)
        if flags & STALKING_WORDS and stalked(plain, bits & ~JEST != 0):
            bits |= STALKING
        if flags & EXTORTION_WORDS and extorted(plain):
            bits |= JEST if _tone(skeleton, text) & (LAUGHTER | GRAVE) == LAUGHTER else EXTORTION
    if flags & SELF_HARM_WORDS and any(encouraged(clause.words) for clause in said):
        bits |= SELF_HARM
    if flags & SLUR and hateful(found):
        bits |= HATE
    reading.flags = flags | bits


def _tone(skeleton: str, text: str) -> int:
    """Folding may lose a smiley, so the text as it came is asked too."""
    marks = tone(skeleton)
    return marks if text.isascii() or marks & EARNEST else marks | tone(text[:SPAN].lower()) & LAUGHTER


def _violent(said: tuple[Clause, ...], skeleton: str, text: str) -> int:
    """The flags of violence in what the sender says."""
    threats = _threats(said)
    menaces = sum(menaced(clause.words) for clause in said)
    if not threats and not menaces:
        return 0
    level = max((threat.level for threat, _ in threats), default=MENACE)
    bits = EXPLICIT_THREAT | VIOLENCE if level == EXPLICIT else VIOLENCE
    marks = _tone(skeleton, text)
    if len(threats) + menaces > 1 or marks & GRAVE:
        return bits
    played = _played(threats, marks)
    if played == PASTIME:
        return 0
    if played or marks & LAUGHTER or (threats and marks & TRIFLE):
        # People who insult and laugh may mean it: no explicit threat any more, and still a menace.
        return VIOLENCE if marks & INSULT else JEST
    return bits


def _threats(said: tuple[Clause, ...]) -> list[tuple[Threat, Clause]]:
    """The gravest threat of each clause that has one."""
    places = [(clause, index) for clause in said for index in verbs(clause.words)]
    if len(places) > VERBS_MAX:
        places = places[: VERBS_MAX // 2] + places[-VERBS_MAX // 2 :]
    worst: dict[int, tuple[Threat, Clause]] = {}
    for clause, index in places:
        threat = threat_at(clause.words, index)
        known = worst.get(id(clause))
        if threat is not None and (known is None or threat.level > known[0].level):
            worst[id(clause)] = threat, clause
    return list(worst.values())


BANTER, PASTIME = 1, 2
_BY_SURGEONS = frozenset(("cut", "slice"))


def _played(threats: list[tuple[Threat, Clause]], marks: int) -> int:
    """`PASTIME` where a clause is about a game or a camera, `BANTER` where the game is elsewhere in the text, else 0.

    A surgeon's cuts are on record too. To kill somebody wants the game in the same clause; to destroy or beat them,
    anywhere.
    """
    done = {threat.verb for threat, _ in threats}
    if done == {"shoot"} and marks & CAMERA:
        return PASTIME
    if done and done <= _BY_SURGEONS and marks & SURGERY:
        return BANTER
    if not threats or not done <= SPORTING or marks & EARNEST or not marks & GAME:
        return 0
    beside = all(tone(" ".join(clause.words)) & GAME for _, clause in threats)
    return PASTIME if beside or not done & LETHAL else BANTER
