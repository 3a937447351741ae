"""Protected brands: which of them a text names, and whether it speaks in the name of one.

Flags of a reading: `brand-named` (one of `Reading.brands` at least), `brand-claimed` (the text speaks as
`Reading.brands[0]`: "NorthBank: ...", "this is CRA"), `brand-implied` (it may: "votre Desjardins";
a text that says otherwise who it is from does not), `brand-government` (one of those named is a public body),
`asks` (the reader is to do something: reply, press, call, click, pay, verify, log in).
`Reading.brands` has the names of the shipped list in lower case ("northbank", "canada post"), a claimed one first.
Whether the account may speak for a brand is for the rules to ask (`edge.policy.signals.owners`).
"""

import re

from edge.policy.data import entries
from edge.policy.signals.book import Book, Sighting, book_of
from edge.policy.signals.claims import Claim, claim
from edge.policy.signals.flags import flag
from edge.policy.signals.reading import Reading

HINT = flag("brand-hint")
NAMED = flag("brand-named")
CLAIMED = flag("brand-claimed")
IMPLIED = flag("brand-implied")
GOVERNMENT = flag("brand-government")
ASKS = flag("asks")

BRANDS_MAX = 8


def _business() -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for entry in entries("brand-words.txt"):
        kind, _, listed = entry.partition(" | ")
        words.setdefault(kind, []).extend(listed.split(", "))
    return words


# Words of a brand's business, by its kind. Without one, "Apple" is a fruit, "TD" a touchdown and "Chase" somebody.
_CONTEXTS = {kind: re.compile(rf"\b(?:{'|'.join(words)})\b") for kind, words in _business().items()}
# Words of business that a claim in the name of an ordinary word needs: "Chase: bring your card" is for Chase.
CLAIM_WORDS = 2
# But one will do where an office of the brand speaks: "Facebook Security: ...".
_OFFICE = re.compile(
    r" (?:security|support|fraud|billing|verification|customer (?:care|service|support)|help ?desk|securite"
    r"|service (?:client|a la clientele))\b"
)


def name_brands(reading: Reading, text: str, book: Book | None = None) -> None:
    """Fill `Reading.brands` and raise the flags that go with it; `text` is the message as it came."""
    book = book if book is not None else book_of()
    aligned = text if text.lower() == reading.plain else ""
    claims: dict[str, Claim] = {}
    views = [(reading.plain, aligned)]
    if reading.skeleton != reading.plain:
        views.append((reading.skeleton, ""))
    for view, original in views:
        links = _link_places(reading, view)
        words: dict[str, set[str]] = {}
        for sighting in book.sightings(view):
            if any(first <= sighting.start < last for first, last in links):
                continue  # a host: what it pretends is the link's affair
            said = _said(sighting, view, original, text, words)
            if said is not None:
                name = sighting.brand.name
                claims[name] = max(said, claims.get(name, said))
    if claims:
        _note(reading, claims, book)


def _note(reading: Reading, claims: dict[str, Claim], book: Book) -> None:
    ordered = sorted(claims, key=lambda name: -claims[name])
    reading.brands = tuple(ordered[:BRANDS_MAX])
    reading.flags |= NAMED
    strongest = claims[ordered[0]]
    if strongest is Claim.CLAIMED:
        reading.flags |= CLAIMED
    elif strongest is Claim.IMPLIED:
        reading.flags |= IMPLIED
    if any(book.by_name[name].kind == "government" for name in reading.brands):
        reading.flags |= GOVERNMENT


def _link_places(reading: Reading, view: str) -> list[tuple[int, int]]:
    """Where the links stand in a folded text, and e-mail addresses by their sign."""
    places = []
    for link in reading.links:
        start = view.find(link.host)
        if start >= 0:
            places.append((start, start + len(link.host)))
    return places


def _said(sighting: Sighting, view: str, original: str, text: str, business: dict[str, set[str]]) -> Claim | None:
    """What is claimed of the brand; None where the word found is not its name.

    `business` remembers, by kind of brand, the words of its business in the text.
    """
    start, end = sighting.start, sighting.end
    if view[start - 1 : start] in ("@", "#") or view[end : end + 1] == "@":
        return None  # a handle, or an e-mail address
    if not sighting.word:
        return claim(view, start, end, original)
    if not _has_capital(sighting, original, text):
        return None
    kind = sighting.brand.kind
    if kind not in business:
        business[kind] = set(_CONTEXTS[kind].findall(view))
    words = business[kind] - {view[start:end]}
    if not words:
        return None
    said = claim(view, start, end, original)
    needed = 1 if _OFFICE.match(view, end) else CLAIM_WORDS
    if said is Claim.IMPLIED or (said is Claim.CLAIMED and len(words) < needed):
        return Claim.NONE
    return said


def _has_capital(sighting: Sighting, original: str, text: str) -> bool:
    """Whether the word is written as a name; an abbreviation all in capitals."""
    word = sighting.word
    if not original:
        return word in text or word.upper() in text
    written = original[sighting.start : sighting.end]
    return written.isupper() if word.isupper() else written[:1].isupper()
