"""Links that were written so as not to look like links: put back as a reader's eye puts them back (policy.md A.5)."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
# Dots that are none to a machine. The compatibility fold would make full stops of two of them: they are kept apart,
# so that who used them is known.
_ODD_DOTS = str.maketrans({"．": "。", "․": "。", "｡": "。", "﹒": "。", "٠": "。", "܁": "。"})
ODD_DOT = "。"

# Written after "dot", or after a dot with a space: only those that are no words of their own.
_TOPS = (
    "com|net|org|info|biz|xyz|icu|top|vip|cc|sbs|cfd|bond|shop|site|online|app|dev|io|co|ca|uk|us|au|fr|de|ru|cn|in|"
    "me|link|click|club|live|ly|tk|ml|example"
)
_CLEAR = frozenset({"com", "org", "xyz", "icu", "sbs", "cfd", "example", "biz"})
_SCHEME = re.compile(r"\b(?:hxxp|h\*\*p|hxtp|htxp|h..p|http)(s?) ?(?:\[?:\]?)(?:\[?//?\]?)", re.I)
_BRACKETED = re.compile(r" ?[\[({<] ?(?:\.|dot|d0t|point|punto) ?[\])}>] ?", re.I)
_SPOKEN = re.compile(
    rf"(?<![\w-])((?:[\w-]{{1,63}} {{1,3}}(?:dot|point|punto) {{1,3}}){{1,3}}(?:{_TOPS}))(?![\w-])", re.I
)
_SPOKEN_DOT = re.compile(r" {1,3}(?:dot|point|punto) {1,3}", re.I)
_SPACED = re.compile(rf"(?<![\w.-])([\w-]{{2,63}})( {{0,2}})\.( {{0,2}})({_TOPS})(?![\w@.'’-]| {{0,2}}\.\S)", re.I)
# "the dot com boom", "connect the dots": what stands before the word dot when it is talked about.
_TALK = frozenset(
    {"the", "a", "an", "of", "this", "that", "your", "our", "their", "another", "one", "red", "polka", "le", "un"}
)


def bared(text: str) -> str:
    """A text as a reader sees it: no invisible characters, compatible letters plain; odd dots stay odd. Keeps case."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_ODD_DOTS))


def revealed(text: str) -> str:
    """The text (`bared`) with links put back that it hides; itself if there is nothing of the kind."""
    shown = text.replace(ODD_DOT, ".")
    if ":" in shown:
        shown = _SCHEME.sub(r"http\1://", shown)
    if any(mark in shown for mark in "[({<"):
        shown = _BRACKETED.sub(".", shown)
    said = shown.lower()
    if any(word in said for word in ("dot", "point", "punto")):
        shown = _SPOKEN.sub(_joined, shown)
    return _SPACED.sub(_closed, shown) if "." in shown else shown


def _joined(match: re.Match[str]) -> str:
    words = match.group(1)
    if words.split(None, 1)[0].lower() in _TALK:
        return words
    return _SPOKEN_DOT.sub(".", words)


def _closed(match: re.Match[str]) -> str:
    """`northbank. com` is one host; a sentence that ends before a word is none."""
    label, before, after, top = match.groups()
    if not before and not after:
        return match.group()
    marked = "-" in label or any(character.isdigit() for character in label)
    if top.lower() in _CLEAR or (before and marked):
        return f"{label}.{top}"
    return match.group()
