"""Transfer encodings undone (RFC 2045 6), up to a cap, in linear time. Never raises: what is broken is decoded as far
as handsets do, and said.
"""

import re
from binascii import Error, a2b_base64, a2b_qp
from enum import Enum
from typing import NamedTuple

from edge.channels.mm4.codec.findings import Finding


class Encoding(Enum):
    """Content-Transfer-Encoding."""

    IDENTITY = "identity"  # 7bit, 8bit, binary: octets as they stand
    BASE64 = "base64"
    QUOTED_PRINTABLE = "quoted-printable"
    UNKNOWN = "unknown"  # octets as they stand, and a finding


ENCODINGS = {
    "": Encoding.IDENTITY,
    "7bit": Encoding.IDENTITY,
    "8bit": Encoding.IDENTITY,
    "binary": Encoding.IDENTITY,
    "7-bit": Encoding.IDENTITY,
    "8-bit": Encoding.IDENTITY,
    "base64": Encoding.BASE64,
    "quoted-printable": Encoding.QUOTED_PRINTABLE,
}


class Decoded(NamedTuple):
    """`octets` are at most the cap; `findings` say what was broken, TOO_LARGE that there is more."""

    octets: bytes
    findings: tuple[Finding, ...] = ()


def decode(raw: bytes, encoding: Encoding, cap: int) -> Decoded:
    """Octets as they stand in the message -> what they stand for."""
    if encoding is Encoding.BASE64:
        return _base64(raw, cap)
    if encoding is Encoding.QUOTED_PRINTABLE:
        return _quoted(raw, cap)
    findings = (Finding.UNKNOWN_ENCODING,) if encoding is Encoding.UNKNOWN else ()
    return _capped(raw, cap, findings)


def _capped(octets: bytes, cap: int, findings: tuple[Finding, ...]) -> Decoded:
    if len(octets) > cap:
        return Decoded(octets[:cap], (*findings, Finding.TOO_LARGE))
    return Decoded(octets, findings)


_BLANKS = b" \t\r\n"
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_OTHERS = bytes(octet for octet in range(256) if octet not in _ALPHABET)


def _base64(raw: bytes, cap: int) -> Decoded:
    compact = raw.replace(b"\r\n", b"")
    room = (cap // 3 + 1) * 4  # characters that fill the cap, and at least one octet more
    large = len(compact) > room
    if large or (len(compact) % 4 == 0 and not compact.endswith(b"===")):  # which Python takes as good, even if strict
        try:
            return _capped(a2b_base64(compact[:room] if large else compact, strict_mode=True), cap, ())
        except (Error, ValueError):
            pass
    return _broken_base64(compact, cap)


def _broken_base64(compact: bytes, cap: int) -> Decoded:
    """What a lenient reader makes of it: characters outside the alphabet are no characters, the end comes early.

    After a padding some readers stop and others go on, so that there may be two messages in one: only the first is
    decoded, and AFTER_PADDING says that it goes on.
    """
    compact = compact.translate(None, _BLANKS)
    first, padding, rest = compact.partition(b"=")
    characters = first.translate(None, _OTHERS)
    over = len(characters) % 4
    more = bool(rest.strip(b"="))
    ended = more or rest == b"=" * (3 - over) if padding else not over
    findings = []
    if len(characters) != len(first) or over == 1 or (padding and not over) or not ended:
        findings.append(Finding.BAD_BASE64)
    if more:
        findings.append(Finding.AFTER_PADDING)
    whole = characters[: len(characters) - (over == 1)]
    octets = a2b_base64(whole[: (cap // 3 + 1) * 4] + b"==")
    return _capped(octets, cap, tuple(findings))


_BAD_QUOTED = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*+(?:\r\n|\Z))")


# Blanks that a transport added behind a soft line break are none of the text (RFC 2045 6.7 rule 3).
_SOFT = re.compile(rb"=[ \t]++(?=\r\n|\Z)")


def _quoted(raw: bytes, cap: int) -> Decoded:
    octets = a2b_qp(_SOFT.sub(b"=", raw))
    return _capped(octets, cap, (Finding.BAD_QUOTED_PRINTABLE,) if _BAD_QUOTED.search(raw) else ())
