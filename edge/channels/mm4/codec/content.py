"""What a part says of itself: Content-Type and the other fields of RFC 2045, 2183, 2231, read to the letter or as near.

Never raises. What two readers may take for different things is said in `findings`.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from edge.channels.mm4.codec.charset import decode as of_charset
from edge.channels.mm4.codec.findings import Finding
from edge.channels.mm4.codec.words import text as human

VALUE_CAP = 4_096
"""Octets of a Content-Type or Content-Disposition that are read."""

PARAMETERS_CAP = 50
USUAL = 128  # octets; Content-Types up to these, but those with a boundary, come again and again

_TYPE = re.compile(rb"\s*+([!#-'*+\-.0-9A-Z^-z|~]{1,100})[ \t]*+/[ \t]*+([!#-'*+\-.0-9A-Z^-z|~]{1,100})", re.IGNORECASE)
_PARAMETER = re.compile(
    rb'[^;]*+;[;\s]*+([^\s=;"]{1,100}+)?(?:\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)(?:"|\Z)|([^;\s]*+)))?', re.DOTALL
)
_SECTION = re.compile(r"([^*]+)(?:\*([0-9]{1,3}))?(\*)?")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_TOKEN = re.compile(rb"\s*+([!#-'*+\-.0-9A-Z^-z|~]{1,100})", re.IGNORECASE)


class Declared(NamedTuple):
    """A media type in lower case ("image/jpeg") and its parameters, names in lower case, values decoded."""

    type: str
    parameters: dict[str, str]
    findings: tuple[Finding, ...] = ()


PLAIN = Declared("text/plain", {})
"""What a part without Content-Type is (RFC 2045 5.2)."""


def content_type(value: bytes) -> Declared:
    """A Content-Type. One that cannot be read is application/octet-stream, with a finding."""
    if not value:
        return PLAIN
    return _usual_type(value) if len(value) <= USUAL and b"oundary" not in value else _content_type(value)


def _content_type(value: bytes) -> Declared:
    found = _TYPE.match(value)
    if found is None:
        return Declared("application/octet-stream", {}, (Finding.BAD_CONTENT_TYPE,))
    name = f"{found[1].decode('ascii')}/{found[2].decode('ascii')}".lower()
    parameters, ambiguous = _parameters(value, found.end())
    findings = (Finding.AMBIGUOUS_HEADERS,) if ambiguous or len(value) > VALUE_CAP else ()
    return Declared(name, parameters, findings)


_usual_type = lru_cache(maxsize=512)(_content_type)
_NOWHERE = Declared("", {})


def disposition(value: bytes) -> Declared:
    """A Content-Disposition: its `type` is "inline", "attachment", or "" where there is none."""
    found = _TOKEN.match(value) if value else None
    if found is None:
        return _NOWHERE
    parameters, ambiguous = _parameters(value, found.end())
    return Declared(found[1].decode("ascii").lower(), parameters, (Finding.AMBIGUOUS_HEADERS,) if ambiguous else ())


def token(value: bytes) -> str:
    """The first word of a field in lower case, as of Content-Transfer-Encoding; what follows it is left out."""
    found = _TOKEN.match(value) if value else None
    return found[1].decode("ascii").lower() if found else ""


def bracketed(value: bytes) -> str:
    """A Content-ID without its angle brackets."""
    return human(value).strip(" \t<>")


def _parameters(value: bytes, at: int) -> tuple[dict[str, str], bool]:
    """(parameters, whether one is there twice with two values). The first counts.

    A boundary in sections is one that most handsets do not see: as good as two.
    """
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    ambiguous = False
    end = min(len(value), VALUE_CAP)
    for _ in range(PARAMETERS_CAP):
        found = _PARAMETER.match(value, at, end)
        if found is None:
            break
        at = found.end()
        word, quoted, octets = found.groups()
        if quoted is not None:
            octets = _ESCAPED.sub(rb"\1", quoted) if b"\\" in quoted else quoted
        if word is None or octets is None:
            continue
        name = word.decode("latin-1").lower()
        section = _SECTION.fullmatch(name) if "*" in name else None
        if section is None:
            text = octets.decode("latin-1") if name == "boundary" else human(octets)
            ambiguous |= plain.setdefault(name, text) != text
            continue
        pieces = sections.setdefault(section[1], {})
        piece = (octets, bool(section[3]))
        ambiguous |= pieces.setdefault(int(section[2] or 0), piece) != piece
    else:
        ambiguous = True
    return _joined(plain, sections), ambiguous or "boundary" in sections


def _joined(plain: dict[str, str], sections: dict[str, dict[int, tuple[bytes, bool]]]) -> dict[str, str]:
    """Values in sections (RFC 2231 3 and 4) joined, up to the first that is missing; a plain one of the name wins
    only where there is no other: that is what the RFC has the plain one for."""
    for name, pieces in sections.items():
        charset, octets = b"", b""
        for number in range(len(pieces)):
            piece, encoded = pieces.get(number, (b"", False))
            if encoded and number == 0 and piece.count(b"'") >= 2:
                charset, _, piece = piece.split(b"'", 2)
            octets += unquote_to_bytes(piece) if encoded else piece
        plain[name] = of_charset(octets, charset.decode("latin-1"))[0]
    return plain
