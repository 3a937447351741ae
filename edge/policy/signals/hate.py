"""Whether a slur is thrown at the reader. The word alone, quoted or reported, is none. policy.md A.3, R-HATE."""

from collections.abc import Iterable, Set

from edge.policy.data import entries
from edge.policy.signals.speech import YOU, YOUR, Clause, clauses, places, reported, spoken, vocabulary

SLURS = frozenset(entries("slurs.txt"))
"""The shipped list, in lower case."""

_BETWEEN = vocabulary(
    """a an the are r such fucking fuckin dirty filthy stupid ugly little fat dumb disgusting damn goddamn
    worthless bloody lazy you're youre another just nothing but cheap old of those these all sale espece de"""
)
_CALLED = vocabulary("called calling call calls name names named calle")
_HAIL = vocabulary("""hey listen yo hello hi bye ok shut up get out go fuck off hate all die to the""")
# "Go back to your country, ...": whoever is told so is called that. Not "get over it, he just heard the ...".
_ORDERS = vocabulary("go get leave die rot burn shut fuck")
_SPITEFUL = vocabulary("fucking fuckin dirty filthy stupid ugly fat dumb disgusting worthless lazy sale")
_DETERMINERS = vocabulary("a an the that this word no not or as like of")
_GO = vocabulary("""back home out die leave country stink belong rot suffer deserve hang burn""")


def hateful(found: tuple[Clause, ...], slurs: Set[str] = SLURS) -> bool:
    """Whether one of `slurs` is directed at the reader in what the sender says."""
    return any(_directed(clause.words, slurs) for clause in spoken(found))


def throws(text: str, words: Iterable[str]) -> bool:
    """As `hateful`, for a folded text and words of an operator's own list."""
    return hateful(clauses(text), frozenset(words))


def _directed(words: tuple[str, ...], slurs: Set[str]) -> bool:
    thrown = {word for word in words if word in slurs or (word.endswith("s") and word[:-1] in slurs)}
    return any(_at_reader(words, index) for index in places(words, thrown))


def _at_reader(words: tuple[str, ...], index: int) -> bool:
    if reported(words, index, index + 1):
        return False
    at = index - 1
    while at >= 0 and words[at] in _BETWEEN and words[at] not in ("you're", "youre"):
        at -= 1
    # "Your a ..." is a slip for "you're a ..."; "your" next to it is somebody's word for a thing.
    named = at >= 0 and (words[at] in YOU or words[at] in ("tu", "es") or (words[at] in YOUR and at < index - 1))
    if named:
        # "They called you a ...": said of others' words.
        return not any(word in _CALLED for word in words[max(0, at - 2) : at])
    rest = words[index + 1 : index + 8]
    if not rest and words[0] in _ORDERS and index > 1 and words[index - 1] not in _DETERMINERS:
        return _CALLED.isdisjoint(words)
    hailed = at < 0 or all(word in _HAIL or word in _BETWEEN for word in words[: at + 1])
    aimed = any(word in YOU or word in YOUR or word in _GO for word in rest)
    called = at < 0 < index and words[index - 1] in _SPITEFUL  # "stupid ...", and nothing else
    return hailed and (aimed or ((at >= 0 or called) and not rest))
