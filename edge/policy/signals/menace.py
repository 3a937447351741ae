"""Menaces that name no harm the sender will do: "watch your back", "you are dead", "or you will regret it".

policy.md A.3, R-THREAT: imperative menace. Idioms around the same words pass ("dead right", "die for the fries").
"""

from collections.abc import Set

from edge.policy.signals.speech import NOT, YOU, YOUR, denied, places, reported, vocabulary

# What a menace may end with, where it does not end the clause.
_INSULTS = vocabulary("bitch motherfucker fucker whore cunt bastard snitch rat punk salope connard")
_AFTER_DIE = _INSULTS | vocabulary(
    """tonight tn 2nite tmrw tmr soon today tomorrow slowly painfully screaming you like i we ce demain bientot
    pour pussy hoe toi"""
)
_AFTER_DEAD = _INSULTS | vocabulary("if when once tonight tomorrow you u boy bro meat man woman i we")
_AFTER_BACK = _INSULTS | vocabulary("bro boy tonight from cuz because i we and you")
_SPINE = (("and", "knees"), ("and", "neck"), ("and", "lift"), ("from", "the"))

_DEGREES = vocabulary("so fucking a already as are r be will gonna going to should")
_DYING = vocabulary("die bleed suffer mourir crever morir")
_KILLED = vocabulary("shot stabbed killed raped jumped murdered merked")
_DOOMED = vocabulary("die suffer burn bleed pay")
_EXECUTED = vocabulary("shot killed hanged hung raped beaten exterminated gassed")
_FUTURE = vocabulary("will gonna going you'll youll about ll gon finna bout bouta vas allez")
_ADDRESSED = YOU | vocabulary("tu vas")
_NOT_ONLY_YOU = vocabulary("we i they everyone all he she if when so")
_WARNING = vocabulary("if unless or without otherwise when")
# What people are threatened not to do.
_CONDITION = vocabulary("come comes show tell talk snitch report call pay block leave touch back near testify speak")
_SILENCE = vocabulary("mouth shut quiet silent tell snitch talk police cops pay away testify report block leave")
_VICTIMS = vocabulary(
    "family kids children wife husband son daughter mother house dog parents sister brother famille enfants"
)
_PHRASES = (
    "your days are numbered",
    "ur days are numbered",
    "say your prayers",
    "prepare to die",
    "one eye open",
    "snitches get stitches",
    "a dead man",
    "dead meat",
    "tes jours sont comptes",
    "surveille tes arrieres",
    "tu vas le regretter",
    "tu vas le payer",
    "un homme mort",
    "last thing you will ever see",
    "last thing you ever see",
    "prepare yourself to die",
    "vas a morir",
    "estas muerto",
    "estas muerta",
)


# What only a threat wants of the reader, against their life or their people's.
_DEMANDED = vocabulary(
    """charges complaint complaints lawsuit testify testifying testimony talk talking snitch snitching cops police
    pay"""
)
_HARMED = _KILLED | vocabulary("hurt beaten burned burnt")
_MAYBE = vocabulary("could may might can if")

# These end their clause: "never walk again without an umbrella" is advice.
_LAST_WORDS = (
    "won't live to see tomorrow",
    "wont live to see tomorrow",
    "not live to see tomorrow",
    "live to see another day",
    "never walk again",
    "want to see you dead",
)


def menaced(words: tuple[str, ...]) -> bool:
    """Whether the clause is such a menace, said by the sender to the reader."""
    return any(said(words) for said in _MENACES)


def _watch_your_back(words: tuple[str, ...]) -> bool:
    at = _phrase(words, "watch", YOUR, {"back"})
    if at < 0 or denied(words, max(0, at - 3), at) or reported(words, at, at + 3):
        return False
    after = words[at + 3 :]
    return not after or (after[0] in _AFTER_BACK and after[:2] not in _SPINE)


def _you_are_dead(words: tuple[str, ...]) -> bool:
    """You are dead; ur dead if you show up. Not "you sound dead", "your dead battery", "dead right", "dead to me"."""
    for at in places(words, {"dead"}):
        back = at - 1
        while back >= 0 and words[back] in _DEGREES:
            back -= 1
        subject, after = words[back] if back >= 0 else "", words[at + 1] if at + 1 < len(words) else ""
        if subject in ("you", "u", "ya"):
            meant = at - back > 1
        elif subject == "your":
            meant = at - back == 1 and after in ("", "bitch", "meat", "when", "if", "once")
        else:
            meant = subject in ("you're", "youre", "ur", "you'll")
        if meant and (not after or after in _AFTER_DEAD) and not _excused(words, back, at + 1):
            return True
    return _phrase(words, "t'", {"es"}, {"mort", "morte"}) >= 0 and words[-1] in ("mort", "morte")


def _you_will_die(words: tuple[str, ...]) -> bool:
    """You will die tonight. Not "you will die for the fries", nor "if you drink that you will die"."""
    for at in places(words, _DYING):
        near = words[max(0, at - 5) : at]
        if _FUTURE.isdisjoint(near) or _ADDRESSED.isdisjoint(near) or not _NOT_ONLY_YOU.isdisjoint(near):
            continue
        after = words[at + 1] if at + 1 < len(words) else ""
        threatening = not _CONDITION.isdisjoint(words)
        warned = not _WARNING.isdisjoint(words[: max(0, at - 2)])
        ends = not after or after in _AFTER_DIE or (after == "if" and threatening)
        if ends and (threatening or not warned) and not _excused(words, max(0, at - 5), at + 1):
            return True
    return False


def _you_will_get(words: tuple[str, ...]) -> bool:
    """You're going to get shot if you show up; you gonna get stabbed, snitch. "You'll get hurt" may be care."""
    for at in places(words, _KILLED):
        near = words[max(0, at - 6) : at]
        if near[-1:] != ("get",) or YOU.isdisjoint(near) or _FUTURE.isdisjoint(near) or _excused(words, at - 2, at):
            continue
        after = words[at + 1] if at + 1 < len(words) else ""
        if after in _AFTER_DIE or (after in ("if", "") and not _CONDITION.isdisjoint(words)):
            return True
    return False


def _set_phrase(words: tuple[str, ...]) -> bool:
    """Your days are numbered; I'll make your life hell."""
    text = " ".join(words)
    if any(phrase in text for phrase in _PHRASES):
        denial = not (NOT - {"won't", "wont", "never", "not"}).isdisjoint(words[:4])
        return not denial and not reported(words, min(4, len(words)), len(words))
    if text.endswith(_LAST_WORDS) and "friend" not in words:
        return not text.endswith("another day") or not {"won't", "wont", "not", "never"}.isdisjoint(words)
    if "hell" in words and "life" in words and not YOUR.isdisjoint(words):
        made = not {"make", "i'll", "ill", "gonna"}.isdisjoint(words)
        return made and {"he", "she", "they", "it", "did", "made"}.isdisjoint(words)
    return False


def _regret(words: tuple[str, ...]) -> bool:
    """Keep your mouth shut or you will regret it; block me again and see what happens to your kids; pay up or else."""
    text = " ".join(words)
    if ("regret it" in text or "regret this" in text or "or else" in text) and not _SILENCE.isdisjoint(words):
        aimed = not YOU.isdisjoint(words) or text.endswith("or else")
        return aimed and (NOT - {"don't", "dont"}).isdisjoint(words) and "book" not in words
    if "see what happens" in text or "something happens to" in text or "something happened to" in text:
        return not _VICTIMS.isdisjoint(words) and not YOUR.isdisjoint(words)
    if "accident" in words and ("happen" in words or "happens" in words):
        return not {"will", "could", "might", "can", "may"}.isdisjoint(words) and not YOUR.isdisjoint(words)
    if "shame if" in text and ("burned" in words or "burnt" in words):
        return True
    sent = "sending" in words and not {"people", "guys", "boys", "someone"}.isdisjoint(words)
    return sent and "house" in words and not {"your", "ur"}.isdisjoint(words)


def _your_people(words: tuple[str, ...]) -> bool:
    """Your family is next; your kids will suffer."""
    for at in places(words, YOUR):
        if words[at + 1 : at + 2] and words[at + 1] in _VICTIMS and words[at + 2 : at + 3] in (("dies",), ("die",)):
            last = at + 3 == len(words) and "if" not in words[:at]
            return last and words[max(0, at - 1) : at] in (("or",), ("and",))
        if words[at + 1 : at + 2] and words[at + 1] in _VICTIMS and _doomed(words[at + 2 : at + 8]):
            return not _excused(words, at, at + 4) and "sorry" not in words and "if" not in words
    return False


def _ultimatum(words: tuple[str, ...]) -> bool:
    """Testify and you die; drop the charges or your family gets hurt. "Close it or your dog gets hurt" is care."""
    if _DEMANDED.isdisjoint(words) or "attention" in words or "if" in words:
        return False
    for at in places(words, {"or", "and"}):
        after = words[at + 1 : at + 5]
        if words[at - 1 : at] and words[at - 1] in YOU:
            continue  # "what we pay when you or your kids get hurt"
        dies = after[:1] and after[0] in ("you", "u") and after[1:] == ("die",)
        hurt = after[:1] and after[0] in YOUR and after[1:2] and after[1] in _VICTIMS
        gets = after[2:3] in (("get",), ("gets",)) and not _HARMED.isdisjoint(after[3:])
        if (dies or (hurt and gets)) and not reported(words, at, at + 1):
            return True
    return False


def _hired(words: tuple[str, ...]) -> bool:
    """I'll have you killed; we can have your brother stabbed."""
    for at in places(words, {"have"}):
        after = words[at + 1 : at + 4]
        theirs = after[:1] and after[0] in YOUR and after[1:2] and after[1] in _VICTIMS
        done = after[2:3] if theirs else after[1:2]
        if not done or done[0] not in _KILLED or not (theirs or after[0] in YOU):
            continue
        near = words[max(0, at - 4) : at]
        if not _DOERS.isdisjoint(near) and not _WILLING.isdisjoint(near) and not _excused(words, at - 4, at):
            return True
    return False


_I_HAVE = vocabulary("i i've ive we we've")
_DOERS = vocabulary("i i'll ill i'm im ima imma we we'll we're my our")
_WILLING = vocabulary("i'll ill ima imma we'll will gonna can could going gon finna")


def _with_your_life(words: tuple[str, ...]) -> bool:
    """You will pay for this with your life. "Speeding kills: you could pay with your life" is advice."""
    for at in places(words, {"pay", "paying"}):
        after = words[at + 1 : at + 7]
        price = after[after.index("with") + 1 :] if "with" in after else ()
        if price[:1] and price[0] in YOUR and price[1:2] in (("life",), ("lives",), ("blood",)):
            return _MAYBE.isdisjoint(words) and not _excused(words, at - 3, at + 1)
    return False


def _wished(words: tuple[str, ...]) -> bool:
    """Someone should shoot you; I hope somebody kills you."""
    for at in places(words, {"someone", "somebody", "sumone", "they"}):
        rest = words[at + 1 : at + 6]
        kills = [index for index, word in enumerate(rest) if word in _KILLS]
        after = rest[kills[0] + 1 :] if kills else ()
        if after and after[0] in ("you", "u", "ya") and after[1:2] not in (("a",), ("an",)):
            wanted = not {"should", "needs", "ought"}.isdisjoint(rest) or "hope" in words[max(0, at - 2) : at]
            return wanted and not _excused(words, at, at + 3) and "if" not in words[:at]
    return False


_KILLS = vocabulary("kill kills shoot shoots stab stabs rape rapes murder murders hang hangs")


def _throat(words: tuple[str, ...]) -> bool:
    """You're gonna get your throat cut."""
    for at in places(words, _SLIT):
        near = words[max(0, at - 3) : at]
        if len(near) < 3 or near[0] not in ("get", "have") or near[1] not in YOUR or near[2] not in _HEADS:
            continue
        before = words[max(0, at - 8) : at - 3]
        if not YOU.isdisjoint(before) and not _FUTURE.isdisjoint(before) and not _excused(words, at - 5, at):
            return _MAYBE.isdisjoint(words)
    return False


_SLIT = vocabulary("cut slit bashed smashed blown kicked stomped cracked")
_HEADS = vocabulary("throat neck head face skull brains jaw kneecaps")


def _ready_to_die(words: tuple[str, ...]) -> bool:
    """Hope you're ready to die tonight. Not "get ready to die laughing", nor who is ready to die themselves."""
    for at in places(words, {"ready"}):
        if words[at + 1 : at + 3] != ("to", "die") or at == 0:
            continue
        after = words[at + 3] if at + 3 < len(words) else ""
        told = words[at - 1] in YOU or words[at - 1] in ("get", "be", "ur")
        if told and (not after or after in _AFTER_DIE) and not _excused(words, at - 3, at):
            return True
    return False


_THEN = vocabulary("and coming i i'm im with on we we're")
_GUNS = vocabulary("gun pistol rifle machete shotgun strap")


def _armed(words: tuple[str, ...]) -> bool:
    """I am coming with my gun; I have a gun and I'm coming for you. Not a glue gun."""
    for at in places(words, _GUNS | {"knife"}):
        held = words[max(0, at - 3) : at]
        had = words[at] in _GUNS and held[-1:] == ("a",) and not {"have", "got"}.isdisjoint(held)
        rest = words[at + 1 :]
        comes = any(
            pair in (("to", "your"), ("to", "ur"), ("for", "you"), ("for", "u"), ("after", "you"))
            for index, word in enumerate(rest)
            if word == "coming"
            for pair in (rest[index + 1 : index + 3],)
        )
        comes = comes and rest[0] in _THEN
        if had and comes and not _I_HAVE.isdisjoint(words[:at]) and not _excused(words, at - 4, at):
            return True
        mine = words[at - 1] == "my" and not {"coming", "bringing", "come"}.isdisjoint(words[max(0, at - 5) : at])
        if mine and not {"i", "i'm", "im", "we're"}.isdisjoint(words[:at]) and not _excused(words, at - 4, at):
            return True
    return False


def _doomed(after: tuple[str, ...]) -> bool:
    """What follows "your family": "is next", "will suffer", "won't be safe"; "are next on the list" is no menace."""
    if after[:1] in (("won't",), ("wont",)):
        return "safe" in after
    if after[:1] in (("is",), ("are",)) and after[1:2] == ("next",):
        return len(after) == 2 or after[2] in _INSULTS or after[2] in ("if", "you")
    if not after or after[0] not in ("will", "gonna", "is", "are"):
        return False
    for at, word in enumerate(after[1:], 1):
        if word in _DOOMED:
            return at + 1 == len(after) or after[at + 1] in _AFTER_DIE or after[at + 1] == "for"
    return False


def _should_be(words: tuple[str, ...]) -> bool:
    """People like you should be shot; you deserve to be killed."""
    if _EXECUTED.isdisjoint(words) or "be" not in words or not NOT.isdisjoint(words):
        return False
    pushed = not {"should", "deserve", "ought", "need", "needs"}.isdisjoint(words)
    return pushed and not YOU.isdisjoint(words[: words.index("be")])


_MENACES = (
    _watch_your_back,
    _you_are_dead,
    _you_will_die,
    _you_will_get,
    _set_phrase,
    _regret,
    _your_people,
    _should_be,
    _wished,
    _armed,
    _ultimatum,
    _hired,
    _with_your_life,
    _throat,
    _ready_to_die,
)


def _excused(words: tuple[str, ...], begin: int, end: int) -> bool:
    return denied(words, max(0, begin - 2), end) or reported(words, max(0, begin), end)


def _phrase(words: tuple[str, ...], first: str, *then: Set[str]) -> int:
    """Where `first` stands with words behind it that are in each of `then`, -1 for nowhere."""
    for at in places(words, {first}):
        following = words[at + 1 : at + 1 + len(then)]
        if len(following) == len(then) and all(word in wanted for word, wanted in zip(following, then, strict=True)):
            return at
    return -1
