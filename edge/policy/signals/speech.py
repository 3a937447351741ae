"""Who says what to whom: a folded text as clauses of words, and what in them is quoted, reported or denied.

Words only, in English, French and a little Spanish; a clause ends at a full stop, a question mark, a line's end.
Bounded: `SPAN` characters are read.
"""

import re
from collections.abc import Set

import msgspec


def vocabulary(text: str) -> frozenset[str]:
    """A set of words, written with spaces between them."""
    return frozenset(text.split())


# Characters that are read: of a longer text, half of them from its beginning and half from its end.
SPAN = 1600
# Clauses of a text, and occurrences of a word in a clause, that are looked at: the first and the last of more.
CLAUSES = 60
PLACES = 12

YOU = vocabulary(
    """you u ya yu yall y'all yous youse ye you're youre ur you'll youll you've yourself urself te t' vous toi ti
    ustedes"""
)
YOUR = vocabulary("your ur yo yer yur ton ta tes votre vos tu tus su sus")
I_SAY = vocabulary("i i'm im i've ive i'd i'll ill we we're we've we'll je j' on nous yo")
NOT = vocabulary(
    """not never no nobody none noone neither nor without won't wont wouldn't wouldnt don't dont didn't didnt can't
    cant cannot couldn't couldnt shouldn't shouldnt isn't isnt aren't arent ain't aint hardly pas jamais nunca
    sin"""
)
# Third parties: a verb that follows one of them is theirs.
OTHERS = vocabulary(
    """he she they it who which whoever someone somebody anyone anybody everyone everybody nobody he's hes she's
    shes they're theyre he'll they'll theyll it's it'll it'd he'd she'd they'd il elle ils elles ca qui
    quelqu'un personne el ella ellos alguien that'll this"""
)
_REPORTS = vocabulary(
    """said says say saying sayin told tell tells telling texted texts texting wrote writes writing messaged
    messages sent sends threatened threatens threatening yelled yells yelling screamed screams screaming shouted
    shouts claims claimed posted dmed emailed whispered dit disait
    ecrit envoye menace dijo escribio"""
)
# "I had a dream that ...", "the line in the movie where ..."
_STORIES = vocabulary(
    """dream dreamt dreamed nightmare movie film song lyrics lyric scene episode novel chapter quote reve chanson"""
)
_ADVERBS = vocabulary(
    """just already have has had 've always once even also literally actually keeps kept keep is was were are been
    a the like guy will would can could should gonna going to am"""
)

_APOSTROPHES = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
)
# A full stop inside "i.will.go" or a host name ends nothing.
_STOP = re.compile(r"[!?;…\n\r]+|\.{2,}|\.(?=\s|$)")
# French elisions are words of their own: j' t' l' qu'.
_WORD = re.compile(r"(?:[cdjlmnst]|qu)'(?=[^\W\d_])|[^\W_]+(?:'[^\W_]+)*")


class Clause(msgspec.Struct, frozen=True, gc=False):
    """The words of one clause; `quoted` where it stood between quotation marks."""

    words: tuple[str, ...]
    quoted: bool = False


def ends(text: str) -> str:
    """The text, or its two ends."""
    return text if len(text) <= SPAN else f"{text[: SPAN // 2]}\n{text[-SPAN // 2 :]}"


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a folded text, in order."""
    pieces = ends(text).translate(_APOSTROPHES).split('"')
    found: list[Clause] = []
    for index, piece in enumerate(pieces):
        # An opening mark without its closing one quotes nothing.
        quoted = index % 2 == 1 and index < len(pieces) - 1
        for sentence in _STOP.split(piece):
            words = tuple(_WORD.findall(sentence))
            if words:
                found.append(Clause(words, quoted))
    return tuple(found if len(found) <= CLAUSES else found[: CLAUSES // 2] + found[-CLAUSES // 2 :])


def spoken(found: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The clauses that the sender says: what is quoted counts only where there is hardly anything else."""
    outside = sum(len(clause.words) for clause in found if not clause.quoted)
    return tuple(clause for clause in found if not clause.quoted) if outside > 2 else found


def reported(words: tuple[str, ...], begin: int, end: int) -> bool:
    """Whether `words[begin:end]` is what somebody else said ("he texted me ..."), a dream, or a line from a song.

    The word of saying stands at most four words before it or three after it, and its subject is not the sender;
    the dream or the film at most six words before it.
    """
    for index in range(max(0, begin - 4), begin):
        if words[index] in _REPORTS and not _own_word(words, index) and not _thing_sent(words, index):
            return True
    for index in range(end, min(len(words), end + 4)):
        if words[index] in _REPORTS and index and words[index - 1] in OTHERS:
            return True
    return any(word in _STORIES for word in words[max(0, begin - 6) : begin])


def _own_word(words: tuple[str, ...], index: int) -> bool:
    """Whether it is the sender who says, or the reader ("I told you", "told you", "you said")."""
    before = index - 1
    while before >= 0 and words[before] in _ADVERBS:
        before -= 1
    if before < 0:
        return words[index] not in ("saying", "sayin", "texting", "threatening")
    return words[before] in I_SAY or words[before] in YOU


def places(words: tuple[str, ...], wanted: Set[str]) -> list[int]:
    """Where one of `wanted` stands: the first and the last few places of many."""
    found = [index for index, word in enumerate(words) if word in wanted]
    return found if len(found) <= PLACES else found[: PLACES // 2] + found[-PLACES // 2 :]


def denied(words: tuple[str, ...], begin: int, end: int) -> bool:
    """Whether a negation stands in `words[begin:end]`; "can't wait to" is none."""
    for index in range(begin, end):
        word = words[index]
        if word in NOT and not (word in ("can't", "cant", "cannot") and "wait" in words[index + 1 : index + 3]):
            return True
    return False


def relayed(words: tuple[str, ...]) -> bool:
    """Whether a clause passes on what somebody else says: it has a word of saying that is not the sender's."""
    return any(
        word in _REPORTS and not _own_word(words, index) and not _thing_sent(words, index)
        for index, word in enumerate(words)
    )


def _thing_sent(words: tuple[str, ...], index: int) -> bool:
    """Whether something is to be sent or posted, by whomever: nobody's words ("will be sent to all your friends")."""
    return words[index] in ("sent", "posted") and words[index - 1 : index] in (("be",), ("get",), ("gets",), ("being",))
