"""What can be known of a link's host without asking anybody: its registrable domain, and what is wrong with it.

Hosts come as they stood in the text (lower case, punycode or not). Nothing is resolved or fetched.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import msgspec
from publicsuffixlist import PublicSuffixList

from edge.policy.data import entries
from edge.policy.signals.book import Book
from edge.policy.signals.lookalike import Lookalikes

# Hosts remembered with what was found out about them; the least recently seen goes.
CACHE = 20_000
HOST_MAX = 253  # RFC 1035 section 2.3.4
DEEP_LABELS, DEEP_LENGTH = 3, 40  # policy.md A.5
_LEET = re.compile(r"[a-z][01345][a-z]")
# Words that make a host one for adults: whole parts of its labels, or their beginnings and ends. `sex` alone is
# health and education, `porn...` a town in Brittany, `xxx...` a furniture house: those need more.
ADULT_TLDS = frozenset({"xxx", "porn", "adult", "sex"})
_ADULT_PARTS = frozenset(
    {"porn", "porno", "xxx", "milf", "hentai", "nsfw", "bdsm", "blowjob", "creampie", "gangbang", "onlyfans"}
    | {"camgirl", "camgirls", "camsex", "sexcam", "sexcams", "sexchat", "sextape"}
)
_ADULT_STEMS = ("porno", "pornh", "porns", "pornt", "pornv", "hentai", "sexcam", "camsex", "nudes", "camgirl")
_ADULT_ENDS = ("porn", "xxx", "hentai", "sexcam", "sexcams", "camgirls")
_EXPLICIT = frozenset(
    {"explicit", "uncensored", "erotic", "adult", "adults", "sex", "sexy", "nude", "naked", "escort", "escorts"}
)
_SHOWN = frozenset(
    {"pics", "pix", "photos", "pictures", "videos", "vids", "video", "cam", "cams", "chat", "girls", "tube", "dating"}
)
_LETTERS_BY_SCRIPT = (
    ("latin", 0x0041, 0x024F),
    ("latin", 0x1E00, 0x1EFF),
    ("greek", 0x0370, 0x03FF),
    ("greek", 0x1F00, 0x1FFF),
    ("cyrillic", 0x0400, 0x052F),
    ("armenian", 0x0530, 0x058F),
    ("hebrew", 0x0590, 0x05FF),
    ("arabic", 0x0600, 0x06FF),
    ("indic", 0x0900, 0x0DFF),
    ("georgian", 0x10A0, 0x10FF),
    ("cherokee", 0x13A0, 0x13FF),
)


class Host(msgspec.Struct, frozen=True, gc=False):
    """A host: `name` decoded, its registrable `domain`, and its `faults` (names of `links.FAULTS`)."""

    name: str
    domain: str
    faults: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def suffixes() -> PublicSuffixList:
    """The public suffix list as the package bundles it; names that are not in it count as one label."""
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _tops() -> frozenset[str]:
    """The last labels of all rules in the public suffix list, decoded and in punycode."""
    rules = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text("utf-8").splitlines()
    labels = {rule.split()[0].rpartition(".")[2] for rule in rules if rule.strip() and not rule.startswith("//")}
    return frozenset(labels | {encoded(label) for label in labels})


@lru_cache(maxsize=4096)
def is_top_level(label: str) -> bool:
    """Whether there is such a top-level domain; `label` in lower case, decoded or in punycode.

    `.example` (RFC 2606) is nobody's and is taken for one, so that examples and tests mean something.
    """
    if label == "example":
        return True
    # What the list does not name costs it ten times as much.
    if encoded(label) not in _tops():
        return False
    return suffixes().publicsuffix("any." + encoded(label), accept_unknown=False) is not None


def decoded(label: str) -> str:
    """A label out of punycode, in lower case; as it is where it is none."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode").lower()
    except (UnicodeError, ValueError, OverflowError):
        return label


def encoded(label: str) -> str:
    """A label as the wire has it, for the public suffix list."""
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode", "replace").decode("ascii")


class Hosts:
    """Analyses hosts against one book of brands, and remembers them."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._lookalikes = Lookalikes(book)
        self._abused = frozenset(entries("abused-tlds.txt"))
        self._lists = tuple(
            (fault, frozenset(entries(name)))
            for fault, name in (
                ("own-shortener", "own-shorteners.txt"),
                ("shortener", "shorteners.txt"),
                ("adult", "adult.txt"),
                ("messenger", "messengers.txt"),
            )
        )
        self._listed = frozenset[str]().union(*(listed for _, listed in self._lists))
        self._innocent = frozenset(entries("innocent-hosts.txt"))
        self.look_up = lru_cache(maxsize=CACHE)(self._analysed)

    def cached(self) -> tuple[int, int]:
        """For the gauges: (entries, cap) of the hosts remembered."""
        return self.look_up.cache_info().currsize, CACHE

    def names_brand(self, label: str) -> bool:
        """Whether a label is a protected brand's name, or made to be taken for it."""
        return self._lookalikes.alike(label, True)

    def brand_of_sender(self, name: str) -> str:
        """The protected brand whose name a sender's name is, or looks like; "" for none."""
        return self._lookalikes.of_sender(name)

    def _analysed(self, host: str) -> Host:
        """`host`: lower case, without port and userinfo, at most `HOST_MAX` characters."""
        literal = _literal(host)
        if literal is not None:
            return literal
        labels = host.split(".")
        if host.isascii() and "xn--" not in host:
            name, domain = host, suffixes().privatesuffix(host) or host
        else:
            wire = [encoded(label) for label in labels]
            labels = [decoded(label) for label in wire]
            depth = (suffixes().privatesuffix(".".join(wire)) or host).count(".") + 1
            name, domain = ".".join(labels), ".".join(labels[-depth:])
        return Host(name, domain, tuple(self._faults(name, labels, domain)))

    def _faults(self, name: str, labels: Sequence[str], domain: str) -> list[str]:
        faults = []
        if self._is_lookalike(name, labels, domain):
            faults.append("look-alike")
        if not name.isascii() and any(_mixed(label) for label in labels):
            faults.append("mixed-script")
        if labels[-1] in self._abused:
            faults.append("abused-tld")
        below = len(labels) - domain.count(".") - 1
        if below - (labels[0] == "www") >= DEEP_LABELS or len(name) > DEEP_LENGTH or _leet(domain):
            faults.append("deep")
        bare = name.removeprefix("www.")
        if bare in self._listed or domain in self._listed:
            faults += [fault for fault, listed in self._lists if bare in listed or domain in listed]
        if "own-shortener" in faults and "shortener" in faults:  # maps.app.goo.gl
            faults.remove("shortener")
        if "adult" not in faults and _adult(labels):
            faults.append("adult")
        return faults

    def _is_lookalike(self, name: str, labels: Sequence[str], domain: str) -> bool:
        if self._book.is_official(name) or domain in self._innocent or domain in self._listed:
            return False
        label = domain.partition(".")[0]
        suspicious = labels[-1] in self._abused
        looks = self._lookalikes
        if len(labels[-1]) == 2 and not suspicious and label in self._book.by_name:
            # Brands hold their own names in most countries: amazon.se needs no entry in the list.
            return self._book.by_name[label].kind not in _TRAVELLERS
        if looks.alike(label, suspicious):
            return True
        # paypal.com.verify-id.xyz: the brand's whole domain, or its name, before a stranger's.
        for index in range(len(labels) - domain.count(".") - 1):
            part, common = labels[index], labels[index + 1] in _COMMON_TLDS
            if (common or suspicious) and (looks.is_name(part) or (common and looks.is_word(part))):
                return True
        return False


# Brands of these kinds trade in many countries: their name under another's top-level domain is likely their own.
_TRAVELLERS = frozenset({"tech", "retail", "courier", "payment", "crypto", "social", "telco"})
_COMMON_TLDS = frozenset({"com", "ca", "net", "org", "co", "gov", "gc", "uk", "fr", "au", "in"})


def _mixed(label: str) -> bool:
    """Whether the letters of a label come from scripts that no language mixes. Latin with CJK is in daily use."""
    return len({script for script in map(_script, label) if script}) > 1


def _script(character: str) -> str:
    code = ord(character)
    if not character.isalpha():
        return ""
    for script, first, last in _LETTERS_BY_SCRIPT:
        if first <= code <= last:
            return script
    return ""


def _leet(domain: str) -> bool:
    """Digits for letters, inside a word: `secur1ty`, `n0rth`."""
    return _LEET.search(domain) is not None


def _adult(labels: Sequence[str]) -> bool:
    if labels[-1] in ADULT_TLDS:
        return True
    for label in labels[:-1]:
        parts = set(label.split("-"))
        if parts & _ADULT_PARTS or (parts & _EXPLICIT and parts & _SHOWN):
            return True
        if label.startswith(_ADULT_STEMS) or label.endswith(_ADULT_ENDS):
            return True
    return False


def _literal(host: str) -> Host | None:
    """An IP address for a host: None if it is none; private addresses have no fault (they lead nowhere outside)."""
    if host.startswith("["):
        return Host(host, host, ("ip",))
    parts = host.split(".")
    if len(parts) > 4:
        return None
    numbers = []
    for part in parts:
        number = _number(part)
        if number is None:
            return None
        numbers.append(number)
    # inet_aton: the last number fills what is left.
    address = numbers[-1]
    if address >= 256 ** (5 - len(numbers)) or any(number > 255 for number in numbers[:-1]):
        return None
    for index, number in enumerate(numbers[:-1]):
        address += number << (24 - 8 * index)
    octets = [address >> shift & 255 for shift in (24, 16, 8, 0)]
    name = ".".join(map(str, octets))
    if name != host:
        return Host(name, name, ("ip-odd",))
    return Host(name, name, () if _is_private(octets) else ("ip",))


def _number(part: str) -> int | None:
    """One number of an address as inet_aton reads it: decimal, 0x hexadecimal, 0 octal."""
    if not part or len(part) > 12 or not part.isascii():
        return None
    try:
        if part.startswith("0x"):
            return int(part[2:] or "0", 16)
        if not part.isdigit():
            return None
        return int(part, 8) if len(part) > 1 and part[0] == "0" else int(part)
    except ValueError:
        return None


def _is_private(octets: Sequence[int]) -> bool:
    """RFC 1918, loopback, link-local."""
    first, second = octets[0], octets[1]
    return (
        first in (10, 127)
        or (first == 172 and 16 <= second <= 31)
        or (first == 192 and second == 168)
        or (first == 169 and second == 254)
    )


@lru_cache(maxsize=4)
def hosts_of(book: Book) -> Hosts:
    """The one `Hosts` of a book."""
    return Hosts(book)
