"""The words in SMIL, XHTML, SVG and HTML: text between tags and in the attributes that people are shown.

No XML parser: entities that unfold without end, and documents that are none, are then no matter.
"""

import re
from functools import lru_cache
from html import unescape

TEXT_MAX = 20_000
USUAL = 1_000  # characters; layouts are shorter, and each make of handset has a few
_PIECES = re.compile(r"<[^<>]*>?|[^<]+")
_HIDDEN = re.compile(r"<(?:!--|(script|style)\b)", re.IGNORECASE)
_ENDS = {
    "": re.compile("-->"),
    "script": re.compile(r"</script[^<>]{0,100}>", re.IGNORECASE),
    "style": re.compile(r"</style[^<>]{0,100}>", re.IGNORECASE),
}
_SHOWN = re.compile(
    r"""\b(alt|title|abstract|longdesc|author|copyright|content|href|xlink:href)\s*=\s*(?:"([^"]*)"|'([^']*)')""",
    re.IGNORECASE,
)
# Where a link leads within the message is nobody's business.
_INSIDE = ("cid:", "#", "mid:")


def words(source: str) -> str:
    """What a person reads, one piece a line."""
    return _usual(source) if len(source) <= USUAL else _words(source)


def _words(source: str) -> str:
    pieces: list[str] = []
    for piece in _PIECES.findall(_open(source[: 4 * TEXT_MAX])):
        if piece.startswith("<"):
            pieces += [_value(found) for found in _SHOWN.finditer(piece)]
        else:
            pieces.append(unescape(piece).strip())
    return "\n".join(filter(None, pieces))[:TEXT_MAX]


_usual = lru_cache(maxsize=512)(_words)


def _open(source: str) -> str:
    """Without comments, scripts and styles; one that does not end hides all that follows it."""
    kept, at = [], 0
    while found := _HIDDEN.search(source, at):
        kept.append(source[at : found.start()])
        end = _ENDS[(found[1] or "").lower()].search(source, found.end())
        if end is None:
            return " ".join(kept)
        at = end.end()
    return " ".join([*kept, source[at:]])


def _value(found: re.Match[str]) -> str:
    value = unescape(found[2] or found[3] or "").strip()
    return "" if value.lower().startswith(_INSIDE) else value
