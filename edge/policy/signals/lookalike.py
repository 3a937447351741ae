"""Hosts made to be taken for a protected brand's: by look-alike letters, one edit, or its name inside theirs."""

import unicodedata

from rapidfuzz.distance import OSA

from edge.policy.data import entries
from edge.policy.signals.book import Book, compact

# Letters of other scripts that look like Latin ones, out of Unicode's confusables (UTS #39), as domain names use them.
_LETTERS = {
    "a": "аαɑạ",
    "b": "Ьвƅ",
    "c": "сϲᴄ",
    "d": "ԁɗ",
    "e": "еєҽ",
    "f": "ƒ",
    "g": "ɡցǥ",
    "h": "һհ",
    "i": "іıιɩ",
    "j": "јϳ",
    "k": "кκ",
    "l": "ӏłǀ",
    "m": "м",
    "n": "ոпη",
    "o": "оοօøσ",
    "p": "рρ",
    "q": "ԛգ",
    "r": "гᴦ",
    "s": "ѕꜱ",
    "t": "тτŧ",
    "u": "սυʋ",
    "v": "ѵν",
    "w": "ԝωա",
    "x": "хχ",
    "y": "уγү",
    "z": "ᴢ",
    "ss": "ß",
}
# What is drawn alike on a phone's screen is one letter in a skeleton: on both sides, so that equality still means it.
_ALIKE = {**dict(zip("013457il|!@$", "oleastllllas", strict=True))}
_SKELETON = str.maketrans(
    {**_ALIKE, **{other: latin for latin, others in _LETTERS.items() for other in others}, "-": None, "_": None}
)

WHOLE_MIN, NEAR_MIN, INSIDE_MIN = 3, 5, 7
# From here on one edit is proof enough; shorter names have too many neighbours among words ("optus", "opus").
NEAR_ALONE = 7
# A label is 63 characters at most and has few hyphens; more parts than this say nothing new.
PARTS_MAX = 8
JOINED_MAX = 3
_DIGITS = "0123456789"


def skeleton(name: str) -> str:
    """`name` with everything that looks alike written alike; compares only with other skeletons.

    Accents go, other scripts' look-alikes and digits become Latin letters, `rn` becomes `m`, `vv` becomes `w`.
    """
    return letters(name).replace("rn", "m").replace("vv", "w")


def letters(name: str) -> str:
    """A skeleton in which `rn` and `vv` stay."""
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.translate(_SKELETON))
        name = "".join(character for character in name if not unicodedata.combining(character))
    return name.lower().translate(_SKELETON)


class Lookalikes:
    """The names of a book as hosts would spell them, ready to be compared with labels."""

    def __init__(self, book: Book) -> None:
        names = {compact(name) for brand in book.brands for name in brand.names}
        words = {compact(word) for brand in book.brands for word in brand.words} - names
        self._owners = {skeleton(compact(name)): brand.name for brand in book.brands for name in brand.names}
        self._owners_of_words = {skeleton(compact(word)): brand.name for brand in book.brands for word in brand.words}
        self._whole = {skeleton(name) for name in names if len(name) >= WHOLE_MIN}
        self._words = {skeleton(word) for word in words if len(word) >= WHOLE_MIN}
        # By what one edit leaves whole: the first half or the second; but for two letters exchanged in the middle.
        self._first: dict[str, list[str]] = {}
        self._last: dict[str, list[str]] = {}
        self._crossed: dict[str, list[str]] = {}
        self._inside: dict[str, list[str]] = {}  # by the first letters
        for name in sorted(self._whole):
            if len(name) >= INSIDE_MIN:
                self._inside.setdefault(name[:INSIDE_MIN], []).append(name)
            if len(name) >= NEAR_MIN:
                half = len(name) // 2
                crossed = name[: half - 1] + name[half] + name[half - 1] + name[half + 1 :]
                self._first.setdefault(name[:half], []).append(name)
                self._last.setdefault(name[half:], []).append(name)
                self._crossed.setdefault(crossed, []).append(name)
        self._heads = frozenset(name[:WHOLE_MIN] for name in self._whole)
        self._tails = frozenset(name[-WHOLE_MIN:] for name in self._whole)
        self._longest = max(map(len, self._whole), default=0)
        lures = entries("host-lures.txt")
        self._lures = frozenset(skeleton(lure.lstrip("!")) for lure in lures)
        self._sure_lures = frozenset(skeleton(lure[1:]) for lure in lures if lure[0] == "!")

    def of_sender(self, name: str) -> str:
        """The protected brand whose name a sender's is or looks like, all of it or one of its words; "" for none."""
        words = name.replace("&", " ").replace(".", " ").replace("_", " ").replace("-", " ").split()
        whole = skeleton("".join(words))
        if whole in self._owners or whole in self._owners_of_words:
            return self._owners.get(whole) or self._owners_of_words[whole]
        return next((self._owners[part] for part in map(skeleton, words) if part in self._owners), "")

    def is_name(self, label: str) -> bool:
        """Whether a label is a brand's name letter by letter, as it would be in the brand's own domain."""
        return skeleton(label) in self._whole

    def is_word(self, label: str) -> bool:
        """Whether a label is a brand's name that is an ordinary word too."""
        return skeleton(label) in self._words

    def alike(self, label: str, suspicious: bool) -> bool:
        """Whether a stranger's label (decoded) is made to be taken for a brand's.

        `suspicious` says that the domain it stands in is of a kind that is abused: then less is needed.
        """
        given = label.split("-")[:PARTS_MAX]
        parts = [skeleton(part) for part in given if part]
        if not label.isascii() and "".join(parts) in self._words:
            return True
        if self._alike(parts, suspicious):
            return True
        if ("rn" in label or "vv" in label) and self._alike([letters(part) for part in given if part], suspicious):
            return True
        # Figures at the end of a part (`amazon24`) may tell nothing.
        bare = [part.rstrip(_DIGITS) for part in given]
        return bare != given and self._alike([skeleton(part) for part in bare if part], suspicious)

    def _alike(self, parts: list[str], suspicious: bool) -> bool:
        whole, count = self._whole, len(parts)
        lured = suspicious or not self._lures.isdisjoint(parts)
        for first, part in enumerate(parts):
            joined = part
            for last in range(first + 1, min(first + JOINED_MAX, count) + 1):
                if joined in whole and (lured or len(joined) >= NEAR_MIN):
                    return True
                if last < count:
                    joined += parts[last]
            if NEAR_MIN - 1 <= len(part) <= self._longest + 1 and self._is_near(part, lured):
                return True
            if (part[:WHOLE_MIN] in self._heads or part[-WHOLE_MIN:] in self._tails) and self._is_at_an_end(
                part, lured
            ):
                return True
        return self._is_worded(parts) or self._is_inside("".join(parts))

    def _is_near(self, part: str, lured: bool) -> bool:
        """One letter more, less, other, or two exchanged."""
        first, last, size = self._first, self._last, len(part)
        found = (
            *first.get(part[: (size - 1) // 2], ()),
            *first.get(part[: (size + 1) // 2], ()),
            *last.get(part[(size - 1) // 2 :], ()),
            *last.get(part[size // 2 :], ()),
            *last.get(part[(size + 1) // 2 :], ()),
            *self._crossed.get(part, ()),
        )
        for name in found:
            if (lured or len(name) >= NEAR_ALONE or _slip(part, name)) and OSA.distance(part, name) == 1:
                return True
        return False

    def _is_worded(self, parts: list[str]) -> bool:
        """`apple-id`, `chase-login`: an ordinary word counts only first, and beside a lure that leaves no doubt."""
        if not 1 < len(parts) <= JOINED_MAX + 1 or parts[0] not in self._words:
            return False
        return any(part in self._sure_lures for part in parts[1:])

    def _is_inside(self, whole: str) -> bool:
        """A long name is recognised anywhere in a label."""
        beginnings = {whole[start : start + INSIDE_MIN] for start in range(len(whole) - INSIDE_MIN + 1)}
        met = beginnings & self._inside.keys()
        return any(name in whole for beginning in met for name in self._inside[beginning])

    def _is_at_an_end(self, part: str, lured: bool) -> bool:
        """A short name counts where the rest is a lure: `paypalsecure`, `irsrefund`; or a country: `ukhmrc-refund`."""
        for size in range(WHOLE_MIN, min(INSIDE_MIN, len(part))):
            for name, rest in ((part[:size], part[size:]), (part[-size:], part[:-size])):
                if name in self._whole and (rest in self._lures or (lured and len(rest) == 2 and size > WHOLE_MIN)):
                    return True
        return False


def _slip(label: str, name: str) -> bool:
    """Whether the one edit is what a reader overlooks: a letter doubled or single, two letters exchanged."""
    if len(label) == len(name):
        return sorted(label) == sorted(name)
    longer, shorter = (label, name) if len(label) > len(name) else (name, label)
    return any(
        longer[index] == longer[index - 1] and longer[:index] + longer[index + 1 :] == shorter
        for index in range(1, len(longer))
    )
