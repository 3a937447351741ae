"""Whether a clause threatens the reader with violence: a verb of harm, aimed at the reader, that the sender intends.

Word by word and not by pattern, because what decides stands around the verb: who does it, to whom, and whether it is
an idiom ("I'll kill you with kindness", "beat you to it"). policy.md A.3, R-THREAT.
"""

import msgspec

from edge.policy.signals.bombs import PLACES, PUBLIC, planted
from edge.policy.signals.speech import NOT, OTHERS, YOU, YOUR, denied, reported, vocabulary

EXPLICIT, MENACE = 2, 1
"""How sure and how grave: killing, rape, bombs and fire; anything else."""

LETHAL = vocabulary(
    """kill murder shoot stab shank rape behead strangle slaughter butcher assassinate poison decapitate hang drown
    unalive execute murk merk killing shooting stabbing tuer buter egorger violer assassiner poignarder descendre
    matar violar asesinar"""
)
_HURTS = vocabulary(
    """hurt harm beat punch slap smack choke torture cripple maim destroy crush bury end gut skin slice attack smash
    bash whip thrash stomp batter cut hit knife mutilate frapper battre demolir defoncer planter saigner massacrer
    eclater niquer fumer golpear lastimar"""
)
_LIMBS = vocabulary(
    """break knock snap smash bash crush bust kick stomp rip tear cave rearrange casser peter briser romper"""
)
_FIRE = vocabulary("burn torch bomb firebomb bruler cramer quemar")
_BREAKS = _LIMBS | _FIRE
# Idioms between people at play: these verbs are not meant where a game is in the text.
SPORTING = vocabulary(
    """tue bute demolis defonce whip smack knock kick kill killing shooting murk merk murder destroy beat crush smash
    slaughter bury end shoot hurt slap punch demolir defoncer tuer battre"""
)

_PEOPLE = vocabulary(
    """family kids kid children child wife husband mother mom mum mama mommy father dad papa daddy son sons daughter
    daughters sister brother baby babies parents girlfriend boyfriend bf gf grandma grandmother fiance fiancee
    partner ass dog dogs cat famille enfants femme mari mere pere fils fille soeur frere gosses familia hijos
    madre"""
)
_BODY = vocabulary(
    """legs leg neck arms arm face jaw nose bones bone skull back fingers finger hands kneecaps knees ribs teeth head
    throat heart eyes wrists spine brains body gueule tete jambes bras dents os gorge cuello cara piernas"""
)
_GLASS = vocabulary("windows window windshield")
_FATAL_PARTS = vocabulary("throat head neck brains gorge cuello")
_FILLERS = vocabulary(
    """fucking fuckin effing goddamn damn bloody whole entire little stupid ugly fat both all of every each one down
    dumb sorry whore bitch up the"""
)
_ALWAYS = vocabulary(
    """will gonna gon finna gunna bouta tryna shall ima imma i'ma i'll i'mma we'll going about want wanna swear
    promise plan planning"""
)
_INTENT = _ALWAYS | vocabulary("coming come love come'll vais va allons veux viens vas voy vamos quiero")
# "I'm gonna", and what contracts it.
_I_WILL = vocabulary("i'll ill ima imma i'ma i'mma we'll well jvais jva vais voy vamos allons")
_BARE = vocabulary("gonna finna bouta gon")
_I = vocabulary("i we je j' on nous yo i'd 1 l")
_I_AM = vocabulary("i'm im we're were am")
_BETWEEN = _INTENT | vocabulary(
    """to just really fucking fuckin literally so totally actually gladly personally and be have all both seriously
    definitely still go come over up there then wants tries trying tried dares is are was has had 'll te vous t' a"""
)
_SUBJECTS = OTHERS | (YOU - {"te", "t'", "vous", "toi", "ti", "os"})
_CREW = vocabulary("boys guys crew brothers cousins people friends gang homies boyz fellas gars")
_ASKING = vocabulary("if why how would could did do does should whenever would've si pourquoi")
_FEARS = vocabulary("scared afraid worried terrified sorry fear hope nightmares thoughts")

# What follows "<verb> you" and makes it something else.
_HARMLESS_AFTER = {
    "kill": vocabulary("with"),
    "shoot": vocabulary(
        """a an the some over back my that those them details info quick it one message email text invite photos pics
    your this our updates when once something pictures directions link"""
    ),
    "hang": vocabulary("out with up on around"),
    "end": vocabulary("up with"),
    "bury": vocabulary("in with"),
    "cut": vocabulary("off a some in out loose the slack from short"),
    "hit": vocabulary("up back with later when again once on at"),
    "hurt": vocabulary("less"),
    "punch": vocabulary("in out up a it"),
    "gut": frozenset(),
    "drown": vocabulary("in out with"),
    "crush": vocabulary("it"),
    "slap": vocabulary("a"),
    "smack": vocabulary("a"),
    "skin": frozenset(),
    "choke": vocabulary("up"),
    "whip": vocabulary("up some a into"),
    "attack": vocabulary("with"),
    "slice": vocabulary("a some up"),
    "destroy": vocabulary("in at"),
}
# "beat you" wants more than the reader; so do these.
_NEEDS_AFTER = {
    "beat": vocabulary("up senseless so until bad like down bloody black with when ass"),
    "hit": vocabulary("so in hard"),
    "cut": vocabulary("up open so like into deep"),
    "burn": vocabulary("alive down with inside to"),
}


class Threat(msgspec.Struct, frozen=True, gc=False):
    """A threat: how grave, and by which verb."""

    level: int
    verb: str


def verbs(words: tuple[str, ...]) -> list[int]:
    """Where the verbs of harm stand."""
    return [index for index, word in enumerate(words) if word in _VERBS]


_VERBS = (
    LETHAL
    | _HURTS
    | _LIMBS
    | _FIRE
    | frozenset(("tue", "bute", "egorge", "viole", "demolis", "defonce"))
    | vocabulary(
        """fuck mess blow set slit put run make gouge carve mato matamos matarte matarlos violarte asesinarte matarle"""
    )
)
_STRIKES = LETHAL | _HURTS | _FIRE


def threat_at(words: tuple[str, ...], index: int) -> Threat | None:
    """The threat whose verb stands at `index`, if it is one."""
    if words[index] == "bomb" and planted(words, index):
        return Threat(EXPLICIT, "bomb")
    aim = _aim(words, index) or _romance(words, index)
    if aim is None:
        return None
    level, end = aim
    if index == 0 and _bare(words, end):
        return Threat(MENACE, words[index])
    begin = _intended(words, index)
    if begin < 0 or reported(words, begin, end) or denied(words, max(0, begin - 1), index):
        return None
    return Threat(level, words[index])


def _bare(words: tuple[str, ...], end: int) -> bool:
    """Kill you tonight: nobody is named, and nothing else is said."""
    bare = words[0] in LETHAL and end <= 3 and words[end - 1] in YOU
    return bare and end < len(words) and words[end] in ("tonight", "2nite", "soon", "bitch", "tomorrow")


def _aim(words: tuple[str, ...], index: int) -> tuple[int, int] | None:
    """Level, and the index after the target, where the verb at `index` strikes the reader."""
    verb, at = words[index], index + 1
    while at < len(words) and words[at] in _FILLERS:
        at += 1
    particle = words[index + 1 : at]
    if words[at - 1] == "the" and at < len(words) and words[at] in _FILTH:
        out = words[at + 1 : at + 6]
        return (MENACE, at + 5) if "out" in out and any(word in YOU for word in out) else None
    if at >= len(words):
        return None
    word = words[at]
    after = words[at + 1 : at + 4]
    if word in YOUR or word in ("you're", "youre", "ton"):
        return _aim_at_yours(verb, words, at)
    if word in YOU:
        return _aim_at_you(verb, at, after)
    if verb == "bomb" or (verb in ("blow", "shoot", "burn") and ("up" in particle or "down" in particle)):
        return _aim_at_public(words, at)
    if verb == "put" and any(word in ("bullet", "bullets", "knife", "bomb") for word in words[index : index + 4]):
        near = words[index : index + 9]
        return (EXPLICIT, index + len(near)) if any(word in YOU or word in YOUR for word in near) else None
    return None


def _aim_at_you(verb: str, at: int, after: tuple[str, ...]) -> tuple[int, int] | None:
    following = after[0] if after else ""
    if _harmless(verb, following, after):
        return None
    if verb in _PHRASAL:
        particles, level = _PHRASAL[verb]
        return (level, at + 2) if following in particles and _meant(verb, after) else None
    needed = _NEEDS_AFTER.get(verb)
    if verb not in _STRIKES or (needed and following and following not in needed and "death" not in after):
        return None
    if verb in ("cut", "hit", "burn") and not following:
        return None
    lethal = verb in LETHAL or "death" in after or following == "alive" or verb in _FIRE
    return (EXPLICIT if lethal else MENACE), at + 1


# Verbs that are harm only with what follows "you", and how grave they are then.
_PHRASAL = {
    "fuck": (("up",), MENACE),
    "carve": (("up",), MENACE),
    "mess": (("up",), MENACE),
    "blow": (("up", "away"), EXPLICIT),
    "set": (("on",), EXPLICIT),
    "run": (("over", "down"), EXPLICIT),
    "put": (("in",), EXPLICIT),
    "make": (("suffer", "bleed"), MENACE),
}


def _meant(verb: str, after: tuple[str, ...]) -> bool:
    """Whether the phrase goes on as harm does: on fire; over, and no more; in the ground."""
    if verb == "set":
        return after[1:2] == ("fire",)
    if verb == "run":
        return len(after) == 1 or after[1:3] == ("with", "my")
    return verb != "put" or bool(_GRAVES.intersection(after))


def _harmless(verb: str, following: str, after: tuple[str, ...]) -> bool:
    """What follows "<verb> you" and makes an idiom or a service of it: "shoot you an email", "crush you guys"."""
    if following == "guys" and verb in SPORTING and verb not in LETHAL:
        return True
    if following in ("a", "an", "some", "un", "une", "du", "des"):
        return after[1:2] not in (("lot",), ("thousand",), ("million",), ("new",), ("bit",), ("slow",), ("painful",))
    if verb == "bury" and following == "in":
        return not _GRAVES.intersection(after)
    return following in _HARMLESS_AFTER.get(verb, ())


_GRAVES = vocabulary(
    """ground grave hospital coffin desert woods forest hole basement wheelchair backyard bag morgue"""
)
_FILTH = vocabulary("shit crap hell fuck life daylights snot piss living")


def _aim_at_yours(verb: str, words: tuple[str, ...], at: int) -> tuple[int, int] | None:
    """`words[at]` is "your": what of the reader's is struck."""
    end = at + 1
    while end < len(words) and words[end] in _FILLERS:
        end += 1
    thing = words[end] if end < len(words) else ""
    after = words[end + 1 : end + 4]
    if thing in _BODY:
        if verb in _SEVERS and thing in _FATAL_PARTS:
            return EXPLICIT, end + 1
        aimed = verb in _LIMBS or verb in _HURTS or verb in ("slit", "blow", "shoot", "stab", "shank", "gouge", "carve")
        gentle = (
            thing == "heart"
            or (after[:1] and after[0] in _AILMENTS)
            or (thing == "back" and verb != "break")
            or verb in ("end", "hit", "beat", "attack")
        )
        return (MENACE, end + 1) if aimed and not gentle else None
    if thing in _GLASS:
        return (MENACE, end + 1) if verb in _BREAKS else None
    if thing in PLACES:
        fiery = verb in _FIRE or (verb in ("blow", "shoot") and "up" in (*words[at - 1 : at], *after))
        fiery = fiery or (verb == "set" and "fire" in after)
        alone = not after or after[0] in _AFTER_HOUSE
        return (EXPLICIT, end + 1) if fiery and alone else None
    if thing == "life" and verb in ("end", "destroy"):
        return (EXPLICIT if verb == "end" else MENACE), end + 1
    if thing in _PEOPLE:
        if verb in ("kick", "beat", "whip", "hurt", "break") and thing == "ass":
            return MENACE, end + 1
        if verb in LETHAL:
            return EXPLICIT, end + 1
        return (MENACE, end + 1) if verb in _HURTS and verb not in ("end", "hit", "cut", "bury") else None
    return None


# "Your neck tension", "your back pain" are struck by friends.
_AILMENTS = vocabulary(
    """pain pains tension ache aches stiffness muscles cream record habit habits hair problem issues"""
)
_AFTER_HOUSE = vocabulary(
    """down up with to and if tonight tomorrow while when you on bitch too so or ce cette avec si pendant con esta
    mientras"""
)
_SEVERS = vocabulary("slit cut blow bash cave snap rip tear smash shoot")


def _aim_at_public(words: tuple[str, ...], at: int) -> tuple[int, int] | None:
    """Bombs and shots for a public place, whoever is in it."""
    if words[at] in ("the", "this", "that", "our", "my", "l'", "la", "le", "cette"):
        at += 1
    return (EXPLICIT, at + 1) if at < len(words) and words[at] in PUBLIC else None


def _romance(words: tuple[str, ...], index: int) -> tuple[int, int] | None:
    """French and Spanish put the target before the verb (je vais te tuer, te voy a matar) or on its end (matarte)."""
    verb = words[index]
    if verb in _ENCLITIC:
        return EXPLICIT, index + 1
    if verb in _SPANISH_PRESENT:
        # Who does it is in the ending: te mato. "Casi te mató" folds to the same word, so there must be more to it.
        told = words[index - 1 : index] == ("te",) and (index == 1 or not _SWORN.isdisjoint(words[: index - 1]))
        fond = words[index + 1 : index + 2] in (("de",), ("a",)) and not _FONDNESS.isdisjoint(words[index + 1 :])
        return (EXPLICIT, index + 1) if told and not fond else None
    if verb in _PRESENT:
        doing = words[max(0, index - 2) : index] in (("je", "te"), ("on", "te"), ("je", "vous"), ("on", "vous"))
        return (_PRESENT[verb], index + 1) if doing and words[index + 1 : index + 2] != ("de",) else None
    if verb not in _ROMANCE or not _BEFORE.intersection(words[max(0, index - 4) : index]):
        return None
    after = words[index + 1 : index + 4]
    first = after[0] if after else ""
    if first in ("de", "a") and not _FONDNESS.isdisjoint(after):
        return None
    # "A" is no article here: "matar a ti", "tuer a coups de marteau"; but "battre a la course".
    if (first != "a" or verb not in LETHAL) and _harmless(verb, first, after):
        return None
    if verb in ("casser", "peter", "briser", "romper") and not _BODY.intersection(after):
        return None
    lethal = verb in LETHAL or verb in _FIRE
    return (EXPLICIT if lethal else MENACE), index + 1


_SPANISH_PRESENT, _SWORN = vocabulary("mato matamos"), vocabulary("si yo juro")
# What one does: je te tue.
_PRESENT = {
    "tue": EXPLICIT,
    "bute": EXPLICIT,
    "egorge": EXPLICIT,
    "viole": EXPLICIT,
    "demolis": MENACE,
    "defonce": MENACE,
}
# To be killed with laughter, kisses, hunger: "tuer de rire", "matar a besos".
_FONDNESS = vocabulary(
    """rire risa risas carcajadas cosquillas besos abrazo abrazos amor faim hambre susto pena aburrimiento ennui calor
    frio froid verguenza honte envidia curiosidad cansancio gusto"""
)
_BEFORE = frozenset(("te", "vous", "t'", "os"))
_ENCLITIC = vocabulary("matarte matarlos violarte asesinarte matarle")
_ROMANCE = vocabulary(
    """tuer buter egorger violer assassiner poignarder descendre frapper battre demolir defoncer planter saigner
    massacrer eclater niquer fumer casser peter briser bruler cramer matar violar asesinar golpear lastimar romper
    quemar"""
)


def _intended(words: tuple[str, ...], index: int) -> int:
    """Where the sender comes in as the one who will do it, -1 where it is not the sender or not intended."""
    if words[index] in _SPANISH_PRESENT:
        return index - 1
    willing = False
    for at in range(index - 1, max(-1, index - 13), -1):
        word = words[at]
        if at == 0 and word in _BARE:
            return 0
        if word in _I_WILL and (word not in ("ill", "well") or at == index - 1 or words[at + 1] in _BETWEEN):
            return -1 if _asked(words, at) else at
        if word in _INTENT or (word == "wait" and words[at - 1] in ("can't", "cant", "cannot")):
            willing = True
        if (word in _I or (word in _I_AM and word != "am")) and _acts(words, at, index, willing):
            return -1 if _asked(words, at) else at
        if word in ("my", "our", "mes", "nos") and at + 1 < index and words[at + 1] in _CREW and willing:
            return at
        if word in _SUBJECTS and _adjacent(words, at, index):
            return -1
    return -1


def _acts(words: tuple[str, ...], at: int, index: int, willing: bool) -> bool:
    """Whether "I" at `at` goes with the verb at `index`: by a word of will between them, or side by side."""
    if words[index].endswith("ing"):
        return at == index - 1 and words[at] in _I_AM
    if words[index] in _PRESENT:
        return True
    if willing:
        # "I was going to ..." tells of a time gone by.
        return words[at + 1] not in ("was", "were", "had", "used")
    return at == index - 1 and words[at] in ("i", "we") and words[index] in ("kill", "murder", "rape", "stab", "shoot")


def _adjacent(words: tuple[str, ...], at: int, index: int) -> bool:
    """Whether nothing but auxiliaries stands between a subject and its verb."""
    return all(word in _BETWEEN or word in NOT for word in words[at + 1 : index]) and "and" not in words[at + 1 : index]


def _asked(words: tuple[str, ...], at: int) -> bool:
    """Whether it is a question, a condition, or a fear: "would I hurt you", "if I ...", "I'm scared I will ..."."""
    return (at > 0 and words[at - 1] in _ASKING) or any(word in _FEARS for word in words[max(0, at - 3) : at])
