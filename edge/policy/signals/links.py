"""Links in a text, found though they are hidden, and what their hosts are. Offline: nothing is ever fetched.

Flags of a reading: `link` (there is one), `link-<fault>` for each of `FAULTS` that one of its links has (`link-ip`,
`link-look-alike`, `link-shortener` ...), `link-hidden` (written so as not to look like a link), `link-quoted` (inside
quotation marks). Faults know no account: who owns the domain is for the rules to ask (`edge.policy.signals.owners`).

What counts as a link (policy.md A.5): anything with `http://`; a host without a scheme only where its top-level
domain exists and it is not a sentence that lacks a space ("home.Thanks", "ok.so see you"), a file, an e-mail address
or a number.
"""

import re
from itertools import islice
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from edge.policy.data import entries
from edge.policy.signals.book import Book, book_of
from edge.policy.signals.flags import flag
from edge.policy.signals.fold import Folded
from edge.policy.signals.hosts import HOST_MAX, Host, Hosts, hosts_of, is_top_level
from edge.policy.signals.unhide import ODD_DOT, bared, revealed


class Link(msgspec.Struct, frozen=True, gc=False):
    """One link.

    `host` is lower case, decoded from punycode where it can be; `domain` the registrable domain (public suffix list),
    the host itself for IP literals. `path` without the query. `faults` are names from `FAULTS`. `hidden`
    says that it was written so as not to look like a link (hxxp, "dot", spaces, odd dots).
    """

    text: str
    host: str
    domain: str
    scheme: str = ""
    path: str = ""
    faults: tuple[str, ...] = ()
    hidden: bool = False


FAULTS = (
    "ip",  # a public IP address for a host
    "ip-odd",  # written as one number or in hexadecimal
    "userinfo",  # https://bank.example@evil.example
    "look-alike",  # one edit, or a homoglyph, from a protected brand; or a brand inside a stranger's domain
    "mixed-script",  # an internationalised label that mixes scripts
    "executable",  # .apk, .exe ...
    "abused-tld",
    "deep",  # three or more sub-labels, longer than 40 characters, or digits for letters
    "shortener",  # public
    "own-shortener",  # first-party (youtu.be)
    "adult",
    "messenger",  # wa.me, t.me
)
FAULT_FLAGS = {fault: flag("link-" + fault) for fault in FAULTS}
HIDING = flag("link-hiding")
HINTS = flag("link-hint") | HIDING
HIDDEN, QUOTED = flag("link-hidden"), flag("link-quoted")

FOLDED = 1000  # of longer texts the fold, and the scan for signs of links, leave out the middle
LINKS_MAX = 16  # links kept of one text
# Of a longer text both ends are read whole, and the rest only where it says "://" or "www.".
WINDOW = 2000
PIECE = 200
CANDIDATES_MAX = 96  # dots in front of a top-level domain that are looked at in one text
SCHEMES_MAX = 32  # "://" looked at in one text
PIECES_MAX = 16
TEXT_MAX = 200  # characters kept of one link
_WEB = frozenset({"http", "https", "ftp", "hxxp", "hxxps"})

# A host without a scheme, from the beginning of a word. Letters of scripts that use spaces; others end it.
_L = r"A-Za-z0-9\u00aa\u00b5\u00ba\u00c0-\u0dff\u10a0-\u10ff\u1e00-\u1fff"
# The last dot inside a word, with what follows it; or one inside an IP address.
_DOT = re.compile(rf"\.(?:(?<=[^\W_]\.)(?!\d)([{_L}]++)(?!\.[{_L}])|(?<=\d\.)\d{{1,3}}\.\d)")
_HOST = re.compile(
    rf"(?<![{_L}_@.-])(?P<host>\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?!\.?\w)|(?:[{_L}_-]{{1,63}}\.){{1,10}}[{_L}-]{{2,24}})"
    rf"(?![{_L}_@'’(])(?P<port>:\d{{1,5}}(?!\d))?(?P<path>[/?#][^\s<>\"“”]{{0,300}})?"
)
_HOST_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+*-]{1,11}$")
_AUTHORITY = re.compile(r"([^\s/?#<>\"'\\“”\ufffd]{1,300})(/[^\s<>\"“”?#]{0,300})?([?#][^\s<>\"“”]{0,300})?")
_NO_HOST = re.compile(r"[\s/\\@()<>{}]|(?<!^)\[|\](?!$)")
_PORT = re.compile(r":\d{0,5}$")
_TRAILING = ".,;:!?)]}'’»>*_"
_ENDINGS = frozenset(entries("executables.txt"))

# Top-level domains whose hosts are taken at their word, those that are everyday words, and those that files end in.
_PLAIN = frozenset(entries("plain-tlds.txt"))
_WORDS = frozenset(entry for entry in entries("word-tlds.txt") if entry[0] != "!")
_FILES = frozenset(entry[1:] for entry in entries("word-tlds.txt") if entry[0] == "!")
# What stands before a link on purpose.
_LEADS = re.compile(
    r"(?:\b(?:at|visit|via|on|see|go|to|link|click|site|website|web|url|open|here|here's|from|check|lien|sur|visitez|"
    r"cliquez|ici|voir|info|pay|track|claim|login|download|install)|[:>→👉(\[-])\s{0,2}$",
    re.I,
)
_FRENCH_CA = re.compile(r" (?:va|marche|fait|sera|prend|peut|vaut|reste|depend|dépend|m'|te|me|se)\b")


def links_in(text: str, folded: Folded, flags: int, book: Book | None = None) -> tuple[Link, ...]:
    """The links of a message, looked for only where the scan of the folded text (`flags`) saw a sign of one."""
    if not flags & HINTS and len(text) <= FOLDED:
        return ()
    links = find(text, book, bool(flags & HIDING))
    if folded.evasion.spaced and len(links) < LINKS_MAX:
        known = {link.host for link in links}
        spaced = find(folded.skeleton, book, True)
        links += tuple(replace(link, hidden=True) for link in spaced if link.host not in known)
    return links[:LINKS_MAX]


def find(text: str, book: Book | None = None, hiding: bool = True) -> tuple[Link, ...]:
    """The links of a message as it came. At most 16.

    `hiding` says whether links may be written so as not to look like links: then they are looked for too. `book` are
    the brands that hosts are compared with; the shipped ones where it is None.
    """
    hosts = hosts_of(book if book is not None else book_of())
    if len(text) > WINDOW:
        text = _excerpt(text)
    if not text.isascii():
        text = bared(text)
    found = _links(text, hosts, False) if "." in text or "://" in text else []
    if len(found) >= LINKS_MAX:
        return tuple(found[:LINKS_MAX])
    shown = text
    if hiding or ODD_DOT in text:
        shown = revealed(text if len(text) <= FOLDED else f"{text[: FOLDED // 2]}\n{text[-FOLDED // 2 :]}")
    if shown != text:
        known = {link.host for link in found}
        found += [link for link in _links(shown, hosts, True) if link.host not in known]
    return tuple(found[:LINKS_MAX])


def flags_of_links(links: tuple[Link, ...], text: str) -> int:
    """The flags that links raise."""
    flags = 0
    for link in links:
        for fault in link.faults:
            flags |= FAULT_FLAGS[fault]
        if link.hidden:
            flags |= HIDDEN
        elif _is_quoted(text, link.text):
            flags |= QUOTED
    return flags


def _is_quoted(text: str, link: str) -> bool:
    """Whether an odd number of quotation marks stands before the link, and one after it."""
    before, _, after = text.partition(link)
    if any(mark in after for mark in '"”»'):
        return before.count('"') % 2 == 1 or before.count("“") > before.count("”") or "«" in before
    return False


def _excerpt(text: str) -> str:
    """Both ends, and a piece for every link with a scheme or `www.` between them."""
    half = WINDOW // 2
    pieces = [text[:half]]
    for sign in ("://", "www."):
        place = text.find(sign, half)
        while 0 <= place < len(text) - half and len(pieces) < PIECES_MAX:
            pieces.append(text[max(half, place - 16) : place + PIECE])
            place = text.find(sign, place + PIECE)
    return "\n".join((*pieces, text[-half:]))


def _links(text: str, hosts: Hosts, hidden: bool) -> list[Link]:
    """Links with a scheme, then others, each in the order of the text."""
    found: list[Link] = []
    spans: list[tuple[int, int]] = []
    place = text.find("://")
    for _ in range(SCHEMES_MAX):
        if place < 0 or len(found) >= LINKS_MAX:
            break
        place = text.find("://", _with_scheme(text, place, hosts, hidden, found, spans))
    spans.append((len(text), len(text)))
    done, span = 0, 0
    for dot in islice(_DOT.finditer(text), CANDIDATES_MAX):
        start = dot.start()
        while start >= spans[span][1]:
            span += 1
        if start >= done and start < spans[span][0]:
            label = dot[1]
            if label is not None and text[dot.end() : dot.end() + 1] != "-" and not is_top_level(label.lower()):
                continue
            done = _without_scheme(text, start, hosts, hidden, found)
            if len(found) >= LINKS_MAX:
                break
    return found


def _with_scheme(
    text: str, place: int, hosts: Hosts, hidden: bool, found: list[Link], spans: list[tuple[int, int]]
) -> int:
    """The link whose "://" stands at `place`; returns where to go on."""
    scheme = _SCHEME.search(text, max(0, place - 12), place)
    after = _AUTHORITY.match(text, place + 3)
    if scheme is None or after is None:
        return place + 3
    first = scheme.start()
    spans.append((first, after.end()))
    # "Seehttp://..." runs into the word before it.
    name = scheme.group().lower()
    name = next((web for web in ("https", "http") if name.endswith(web)), name)
    if name not in _WEB:
        return after.end()
    authority, path = after.group(1), after.group(2) or ""
    userinfo, at, host = authority.rpartition("@")
    host = _PORT.sub("", host if path or host.startswith("[") else host.rstrip(_TRAILING))
    host = _clean(host)
    if host:
        raw = text[first : after.end()].rstrip(_TRAILING)
        faults = ("userinfo",) if at and userinfo else ()
        found.append(_made(raw, hosts.look_up(host), name, path, faults, hidden or name.startswith("hx")))
    return after.end()


def _clean(host: str) -> str:
    """A host as it would be asked for: lower case, percent signs undone, no dots at its ends; "" if it is none."""
    if "%" in host:
        host = unquote(host)
    host = host.lower().strip(".")
    if not host or len(host) > HOST_MAX or ".." in host or _NO_HOST.search(host):
        return ""
    return host


def _without_scheme(text: str, dot: int, hosts: Hosts, hidden: bool, found: list[Link]) -> int:
    """The link around the dot at `dot`, if it is one; returns up to where the text is dealt with."""
    low = max(0, dot - 128)
    start = low + len(text[low:dot].rstrip(_HOST_CHARACTERS))
    if low < start and text[start - 1].isascii():
        match = _HOST.match(text, start, dot + PIECE)  # a host begins where such characters do
    else:
        start = max(text.rfind(" ", low, dot), text.rfind("\n", low, dot), low - 1) + 1
        match = _HOST.search(text, start, dot + PIECE)
    if match is None or match.start() > dot:
        return dot + 1
    if text[max(0, match.start() - 2) : match.start()] == "@ " and text[max(0, match.start() - 3)].isalnum():
        return match.end("host")  # an e-mail address, taken apart
    name, path = match.group("host"), match.group("path") or ""
    if match.end("host") <= dot or not _is_link(text, match, name, path, hosts):
        return match.end("host")
    host = _clean(name)
    if host:
        path = path.rstrip(_TRAILING)
        raw = name + (match.group("port") or "") + path
        found.append(_made(raw, hosts.look_up(host), "", path.partition("?")[0].partition("#")[0], (), hidden))
    return match.end()


def _is_link(text: str, match: re.Match[str], name: str, path: str, hosts: Hosts) -> bool:
    """Whether words with a dot between them are a host, or only lack a space."""
    labels = name.split(".")
    top, label = labels[-1], labels[-2]
    known = top.lower()
    path_given = len(path) > 1
    if known.isdigit():
        return path_given or match.group("port") is not None
    if not is_top_level(known):
        return False
    if labels[0].lower() == "www" and len(labels) > 2:
        return True
    if known in _FILES or len(label) == 1:
        return path_given
    if label.isdigit() and (len(label) < 3 or known not in _PLAIN):
        return path_given
    joined = label[-1].islower() and top[0].isupper() and not top.isupper()
    if known in _PLAIN:
        if joined and known not in ("com", "net", "org", "ca"):
            return path_given
        return not (
            known == "ca" and len(labels) == 2 and label.isalpha() and _FRENCH_CA.match(text, match.end("host"))
        )
    if path_given and not joined:
        return True
    if joined or (known in _WORDS and label.isalpha() and not hosts.names_brand(label.lower())):
        return False
    if "-" in label or not label.isalpha() or len(labels) > 2 or len(label) > 8:
        return True
    return known not in _WORDS and _LEADS.search(text, max(0, match.start() - 16), match.start()) is not None


def _made(raw: str, host: Host, scheme: str, path: str, faults: tuple[str, ...], hidden: bool) -> Link:
    path = path.rstrip(_TRAILING)
    ending = path.rpartition(".")[2].lower()
    if len(ending) <= 4 and ending in _ENDINGS:
        faults = (*faults, "executable")
    return Link(raw[:TEXT_MAX], host.name, host.domain, scheme, path[:TEXT_MAX], (*faults, *host.faults), hidden)
