"""What senders do to a text so that people read it and filters do not; and how they spin one text into many."""

import random
from collections.abc import Callable, Iterator

CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
LEET = str.maketrans("aeiost", "4310$7")
JOINTS = ("\u200b", "\u00ad")


def _between(text: str, mark: str) -> str:
    """A mark inside every word of four letters and more."""
    return " ".join(word[:2] + mark + word[2:] if len(word) > 3 else word for word in text.split(" "))


def _bold(text: str) -> str:
    made = []
    for letter in text:
        if "a" <= letter <= "z":
            made.append(chr(0x1D41A + ord(letter) - 97))
        elif "A" <= letter <= "Z":
            made.append(chr(0x1D400 + ord(letter) - 65))
        else:
            made.append(letter)
    return "".join(made)


def _wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalpha() else letter for letter in text)


def _every_third(text: str, change: Callable[[str], str]) -> str:
    """Every third longer word, as senders do it: the reader must still see what it says."""
    words = text.split(" ")
    longer = [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for at in longer[::3]:
        words[at] = change(words[at])
    return " ".join(words)


DISGUISES: dict[str, Callable[[str], str]] = {
    "zero-width": lambda text: _between(text, "\u200b"),
    "homoglyph": lambda text: _every_third(text, lambda word: word[0] + word[1:].translate(CYRILLIC)),
    "math bold": _bold,
    "fullwidth": _wide,
    "leet": lambda text: _every_third(text, lambda word: word[0] + word[1:].translate(LEET)),
    "spacing": lambda text: _every_third(text, " ".join),
    "soft hyphen": lambda text: _between(text, "\u00ad"),
    "combining": lambda text: _every_third(text, "\u0336".join),
}

SYNONYMS = {
    "free": ("gratis", "complimentary"), "call": ("phone", "ring"), "now": ("today", "immediately"),
    "win": ("gain", "get"), "won": ("got", "earned"), "prize": ("reward", "award"), "claim": ("collect", "get"),
    "your": ("ur", "the"), "you": ("u", "ya"), "please": ("kindly", "pls"), "text": ("txt", "sms"),
    "reply": ("answer", "respond"), "account": ("profile", "acct"), "offer": ("deal", "bargain"),
    "send": ("forward", "pass"), "click": ("tap", "press"), "here": ("below", "there"), "get": ("grab", "obtain"),
    "new": ("fresh", "latest"), "mobile": ("cell", "handset"), "phone": ("handset", "mobile"), "for": ("4", "re"),
    "to": ("2", "unto"), "and": ("&", "plus"), "just": ("only", "simply"), "have": ("hold", "own"),
    "urgent": ("pressing", "critical"), "customer": ("client", "member"), "cash": ("money", "funds"),
    "week": ("fortnight", "wk"), "latest": ("newest", "recent"), "only": ("just", "merely"),
}  # fmt: skip
BEFORE = ("", "Hi! ", "Hello, ", "FYI: ", "Notice - ", "Dear all, ", "Hey ")
AFTER = ("", " Thanks", " Bye", " xx", " Regards", " Cheers!", " Best wishes")


def spun(text: str, seed: int) -> Iterator[str]:
    """Variants of `text` for ever: 35 % of known words replaced, 3 % of words dropped, something before and behind."""
    chance = random.Random(seed)
    words = text.split()
    while True:
        made = []
        for word in words:
            if chance.random() < 0.03:
                continue
            other = SYNONYMS.get(word.lower().strip(".,!?"))
            made.append(chance.choice(other) if other and chance.random() < 0.35 else word)
        yield chance.choice(BEFORE) + " ".join(made) + chance.choice(AFTER)
