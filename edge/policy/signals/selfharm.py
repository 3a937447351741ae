"""Whether a clause tells the reader to harm themselves. Care, questions and one's own distress do not.

policy.md A.3, R-SELFHARM-ENCOURAGE: an imperative to the second person.
"""

from edge.policy.signals.speech import NOT, OTHERS, YOU, places, reported, vocabulary

_SELF = vocabulary("yourself urself yourselves yoself yourselfs toi vous")
_ACTS = vocabulary("""kill hang neck drown shoot stab unalive off tue pends suicide suicidez tuez""")
# What may stand before an imperative.
_LEADS = vocabulary(
    """go just please pls plz and then now so do should better must bitch loser hurry up ahead ok okay well lol
    ugly fat stupid worthless fucking fuckin already maybe slut whore faggot idiot freak va alors aussi bon
    allez everyone everybody us me all of a favor favour the world yourself"""
)
_PUSH = vocabulary("should better must")
_TOWARDS = vocabulary("want need needs beg beggin tell telling told advise dare ask hope")
_DESPISED = vocabulary(
    """worthless trash pathetic loser useless waste burden garbage disgusting kill dead die ugly fat scum freak"""
)
_CRUDE = vocabulary("""bitch whore slut already slowly alone screaming fag cunt loser painfully please trash scum""")


def encouraged(words: tuple[str, ...]) -> bool:
    """Whether the clause is such an imperative or says that the reader had better be dead."""
    return any(_urged(words, index) for index in places(words, _KEYS)) or _unwanted(words)


_KEYS = _ACTS | vocabulary(
    "kys matate suicidate end drink jump slit cut overdose die crever creve mourir suicider pendre tuer"
)


def _urged(words: tuple[str, ...], index: int) -> bool:
    word = words[index]
    if word == "kys":
        meant = words[index + 1 : index + 2] not in (("stands",), ("means",), ("is",), ("was",))
        return meant and not reported(words, index, index + 1)
    if word in ("matate", "suicidate"):
        # "Matate estudiando": work yourself to death.
        after = words[index + 1] if index + 1 < len(words) else ""
        return not after.endswith("ndo") and _imperative(words, index)
    if word in _ACTS and _itself(words, index):
        return _imperative(words, index)
    if word == "end":
        if words[index + 1 : index + 2] == ("it",) and not _DESPISED.isdisjoint(words):
            return _imperative(words, index) or words[index - 1] in ("just", "please")
        yours = words[index + 1 : index + 2] in (("your",), ("ur",))
        return yours and "life" in words[index + 2 : index + 4] and _imperative(words, index)
    if word == "overdose":
        return words[index - 1 : index] in (("just",), ("go",), ("please",), ("should",)) and _imperative(words, index)
    if word in ("drink", "jump", "slit", "cut"):
        return _method(words, index) and _imperative(words, index)
    if word in ("die", "crever", "creve", "mourir"):
        return _die(words, index)
    return words[max(0, index - 2) : index] == ("va", "te") and _imperative(words, index - 2)


def _itself(words: tuple[str, ...], index: int) -> bool:
    following = words[index + 1] if index + 1 < len(words) else ""
    if following in ("ur", "your") and words[index + 2 : index + 3] == ("self",):
        return True
    if words[index] in ("suicide", "tue", "pends"):
        return following == "toi"
    if words[index] in ("suicidez", "tuez"):
        return following == "vous"
    if words[index] == "shoot" and words[index + 2 : index + 3] == ("in",):
        return "head" in words[index + 3 : index + 5]
    return following in _SELF


def _method(words: tuple[str, ...], index: int) -> bool:
    after = words[index + 1 : index + 6]
    if words[index] == "drink":
        return bool(after) and after[0] in ("bleach", "poison")
    if words[index] in ("slit", "cut"):
        return "wrists" in after
    return "off" in after and any(word in ("bridge", "building", "roof", "cliff", "balcony") for word in after)


def _imperative(words: tuple[str, ...], index: int) -> bool:
    """Whether the verb at `index` is an order: at the head of its clause, or led in by "go", "you should", "so" ..."""
    if any(word in NOT for word in words[max(0, index - 6) : index]) and not _why_not(words, index):
        return False
    if reported(words, index, index + 2):
        return False
    at = index - 1
    while at >= 0 and words[at] in _LEADS:
        at -= 1
    if at < 0:
        return True
    led = words[at + 1 : index]
    if words[at] in YOU and any(word in _PUSH for word in led):
        return True
    if words[at] in YOU and "why" in words[max(0, at - 2) : at]:
        return True
    if words[at] == "to" and at >= 2 and words[at - 1] in YOU and words[at - 2] in _TOWARDS:
        return at >= 3 and words[at - 3] in ("i", "we")
    if words[at] == "to" and at >= 2 and words[at - 1] == "need" and words[at - 2] in YOU:
        return True
    # "shut up loser go kill yourself": an order needs no full stop before it.
    return bool(led) and led[0] == "go" and words[at] not in OTHERS and words[at] not in YOU and words[at] != "to"


def _why_not(words: tuple[str, ...], index: int) -> bool:
    """Why don't you ..."""
    near = words[max(0, index - 6) : index]
    return "why" in near and any(word in ("don't", "dont") for word in near)


def _die(words: tuple[str, ...], index: int) -> bool:
    before, after = words[max(0, index - 6) : index], words[index + 1 : index + 4]
    if any(word in NOT for word in before) or reported(words, index, index + 1):
        return False
    if words[index] in ("crever", "creve", "mourir"):
        return bool(before) and before[-1] == "va"
    if "deserve" in before and any(word in YOU for word in before):
        return True
    if after[:2] == ("in", "a") and after[2:3] in (("fire",), ("hole",), ("ditch",)):
        last = index + 4 >= len(words) or words[index + 4] in _CRUDE
        return last and all(word in _LEADS or word in YOU for word in before)
    if after[:1] and after[0] in ("of", "for", "laughing", "when", "from", "hard", "cast", "down", "out"):
        # "Go die of boredom" is none; "hope you die of cancer" is.
        return "hope" in before and any(word in ("cancer", "aids", "covid") for word in after)
    if "hope" in before and (before[-1] in YOU or before[-1] in ("family", "kids", "all", "both")):
        return True
    led = not before or all(word in _LEADS or word in YOU for word in before)
    return led and (("go" in before) or bool(after and after[0] in _CRUDE) or "should" in before)


def _unwanted(words: tuple[str, ...]) -> bool:
    """Nobody would miss you; the world would be better without you."""
    despised = any(word in _DESPISED for word in words)
    if "miss" in words:
        at = words.index("miss")
        nobody = any(word in ("nobody", "noone", "one") for word in words[max(0, at - 4) : at])
        return nobody and despised and any(word in YOU for word in words[at + 1 : at + 2])
    if "better" in words or "happier" in words:
        off = any(word in ("without", "dead") for word in words) and any(word in YOU for word in words)
        whole = any(word in ("world", "everyone", "everybody", "we") for word in words)
        denial = any(word in NOT and word != "without" for word in words)
        return off and whole and not denial and "i" not in words
    return False
