"""Words of a folded text as numbers, as the classifier and the campaign sketch share them.

Every token is one integer (64 bits): its low half tells the token apart from all others, its high half is what it is as
a neighbour: any name, any amount, any link, any number of about that length is the same there. Pairs are made of high
halves, so that what a template fills into its slots does not change its pairs.
Hashes are BLAKE2: the same in every process, and not to be steered by whoever does not try for it.
"""

import re
from hashlib import blake2b
from typing import NamedTuple

from edge.policy.data import entries
from edge.policy.signals.ring import Ring

# Distinct words remembered with their hashes, about 200 octets each.
WORDS = 32_768
WORD_LENGTH = 24
# Links of one text that are looked at closely.
LINKS = 8

_NAMES = frozenset(entries("given-names.txt"))
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_ENDINGS = rf"\.(?=[a-z])(?:{'|'.join(entries('link-endings.txt'))})(?![\w@-])"
_ENDING = re.compile(_ENDINGS)
_LINK = re.compile(rf"(?:https?://|www\.)\S+|(?<![\w@.])[a-z0-9-]++(?:\.[a-z0-9-]++){{0,5}}{_ENDINGS}(?:[/?:]\S*)?")
# What stands for a link, and for an amount of money, once they are found.
_LINK_MARK, _MONEY_MARK = "\x02", "$"
_MONEY = re.compile(r"\$ ?0[0,.]*")
# What holds a number together becomes a letter ("0:00" is "0t00"); a word that follows a number is parted from it.
_SEAMS = re.compile(r"0(?<=\b0)0*+(?:[.,:/-](?=0)| (?=000)|(?=[^\W\d_]))")
_SEAM = {"0": "0 ", ".": "p", ",": "c", ":": "t", "/": "d", "-": "h", " ": "s"}
# Separators of an ASCII text become spaces: to split at spaces is five times as fast as an expression.
_SEPARATORS = bytes(
    code if code > 127 or chr(code).isalnum() or chr(code) in _LINK_MARK + _MONEY_MARK else 32 for code in range(256)
)
_TOKEN = re.compile(rf"[^\W_]+|[{_LINK_MARK}{_MONEY_MARK}]")


def hash_of(name: str) -> int:
    """32 bits."""
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=4).digest(), "big")


def _both(name: str) -> int:
    """What is the same by itself and as a neighbour."""
    return hash_of(name) * 0x1_0000_0001


# A day or an hour; a year or a time; a short code or a one-time code; a reference; a telephone number.
_LENGTHS = tuple((limit, hash_of(f"<number {limit}>") << 32) for limit in (2, 4, 6, 9, 10**9))
_NAME = _both("<name>")
_MARKS = {_MONEY_MARK: _both("<money>"), _LINK_MARK: _both("<link>")}
_LENGTH = tuple(_both(f"<length {size}>") for size in range(9))
_CALL, _CALLS, _ASKS = _both("<!>"), _both("<!!>"), _both("<?>")
_DASH, _PATH, _PLAIN, _DEEP = (_both(f"<link {what}>") for what in ("dash", "path", "http", "deep"))


class _Words(dict[str, int]):
    """Token -> its two halves. Bounded: the word learned longest ago goes first."""

    def __init__(self, cap: int) -> None:
        super().__init__()
        self.ring: Ring[str] = Ring(cap)

    def __missing__(self, token: str) -> int:
        dropped = self.ring.push(token)
        if dropped is not None:
            del self[dropped]
        halves = self[token] = _halves(token)
        return halves


def _halves(token: str) -> int:
    if token[0] == "0":
        digits = token.count("0")
        kind = next(kind for limit, kind in _LENGTHS if digits <= limit)
        return kind | hash_of(f"#{token[:WORD_LENGTH]}")
    word = token[:WORD_LENGTH]
    return _MARKS.get(token) or (_NAME if word in _NAMES else _both(word))


KNOWN = _Words(WORDS)


class Tokens(NamedTuple):
    """`sequence`: the tokens in their order. `features`: each different token once, what kinds of numbers there are,
    and traits of the whole text. `exact`: the text with links folded.
    """

    sequence: list[int]
    features: list[int]
    exact: str


def masked(skeleton: str) -> bytes:
    """A folded text (UTF-8) with every digit 0, and every currency's sign $."""
    if not skeleton.isascii():
        for sign in "£€₹":
            skeleton = skeleton.replace(sign, "$")
    return skeleton.encode("utf-8", "replace").translate(_DIGITS)


def tokenise(text: str) -> Tokens:
    """The tokens of a folded text whose digits are masked."""
    traits = [_LENGTH[min(len(text) >> 5, 8)]]
    if "!" in text:
        traits.append(_CALL if text.count("!") == 1 else _CALLS)
    if "?" in text:
        traits.append(_ASKS)
    if "://" in text or "www." in text or _ENDING.search(text):
        text = _LINK.sub(lambda match: _link(match.group(), traits), text)
    folded = text
    if "$" in text:
        text = _MONEY.sub(f" {_MONEY_MARK} ", text)
    numbers = "0" in text
    if numbers:
        text = _SEAMS.sub(_seam, text)
    found = _split(text)
    different = dict.fromkeys(found)
    known = KNOWN.__getitem__
    features = [*map(known, different), *traits]
    if numbers:
        features += [_kind(known(token)) for token in different if token[0] == "0"]
    return Tokens(list(map(known, found)), features, folded)


def _split(text: str) -> list[str]:
    if text.isascii():
        return text.encode().translate(_SEPARATORS).decode().split()
    return _TOKEN.findall(text)


def _seam(match: re.Match[str]) -> str:
    number = match.group()
    return number[:-1] + _SEAM[number[-1]]


def _kind(number: int) -> int:
    return (number >> 32) * 0x1_0000_0001


def _link(link: str, traits: list[int]) -> str:
    """Notes what kind of link it is; what takes its place in the text."""
    if len(traits) < 3 + 5 * LINKS:
        scheme, _, rest = link.rpartition("://")
        host, slash, path = rest.partition("/")
        host = host.partition("?")[0].partition(":")[0]
        traits.append(_both(f"<link .{host.rpartition('.')[2][:WORD_LENGTH]}>"))
        if "-" in host:
            traits.append(_DASH)
        if host.count(".") > 2:
            traits.append(_DEEP)
        if slash and path:
            traits.append(_PATH)
        if scheme == "http":
            traits.append(_PLAIN)
    return f" {_LINK_MARK} "
