"""What a short_message says: data_coding and octets to text, and text to messages.

data_coding is read whole, as SMPP 3.4 section 5.2.19 and 3GPP TS 23.038 section 4 have it; headers must be off
already (`smpp.udh`). Decoding never raises: what cannot be read becomes U+FFFD.
"""

import codecs
import re
from collections.abc import Callable
from typing import NamedTuple

from smpp.gsm import decode_gsm, decode_packed, encode_gsm, encode_packed, fill_bits, is_gsm
from smpp.shift_tables import SINGLE
from smpp.udh import concat_header

GSM = 0x00
UCS2 = 0x08

_DEFAULT = "default"
_BINARY = "binary"
_UCS2 = "ucs2"

# SMPP 3.4 table 5.2.19. 2 and 4 are octets, shown as Latin-1. The Japanese ones are not fixed by SMPP beyond
# their names; Shift-JIS is what peers send for 5 and 9. Absent values are reserved: `_alphabet` reads their bits.
_SMPP_CODINGS = {
    0: _DEFAULT,
    1: "ascii",
    2: _BINARY,
    3: "latin1",
    4: _BINARY,
    5: "shift_jis",
    6: "iso8859_5",
    7: "iso8859_8",
    8: _UCS2,
    9: "shift_jis",
    10: "iso2022_jp",
    13: "euc_jp",
    14: "euc_kr",
}
_GENERAL = (_DEFAULT, _BINARY, _UCS2, _DEFAULT)  # bits 3-2 of groups 00xx and 01xx, TS 23.038 section 4


def _alphabet(coding: int) -> str:
    if coding in _SMPP_CODINGS:
        return _SMPP_CODINGS[coding]
    if coding < 0x80:  # general groups; compressed text (0x20) is read as if it were not
        return _GENERAL[coding >> 2 & 3]
    if 0xE0 <= coding < 0xF0:  # message waiting, store, UCS2
        return _UCS2
    if coding >= 0xF0:
        return _BINARY if coding & 0x04 else _DEFAULT
    return _DEFAULT  # 0x80-0xBF reserved: TS 23.038 says default alphabet; 0xC0-0xDF message waiting


_ALPHABETS = tuple(_alphabet(coding) for coding in range(256))
_CLASSES = tuple(coding & 3 if (coding < 0x80 and coding & 0x10) or coding >= 0xF0 else None for coding in range(256))


def is_ucs2(coding: int) -> bool:
    """Whether data_coding says UCS-2."""
    return _ALPHABETS[coding & 0xFF] == _UCS2


def message_class(coding: int) -> int | None:
    """The message class (0 is flash, 1-3 go to a store), None where data_coding gives none (TS 23.038 section 4)."""
    return _CLASSES[coding & 0xFF]


def decode(octets: bytes, coding: int, default: str = "gsm", locking: int = 0, single: int = 0, fill: int = 0) -> str:
    """Octets after the header -> text. Never raises.

    `default` is the alphabet of the peer's 7-bit codings: "gsm" (unpacked), "gsm-packed", "latin1" or "ascii";
    any other word means "gsm". `locking` and `single` are the languages and `fill` the fill bits that a header
    asks for; they count only for GSM. UCS2 is UTF-16 with surrogates; an odd octet at the end becomes U+FFFD.
    Join the octets of parts before decoding: senders cut surrogate pairs and escapes in two.
    """
    alphabet = _ALPHABETS[coding & 0xFF]
    if alphabet == _DEFAULT:
        if default == "gsm":
            return decode_gsm(octets, locking, single)
        return _decode_default(octets, default, locking, single, fill)
    if alphabet == _UCS2:
        return codecs.utf_16_be_decode(octets, "replace", True)[0]
    if alphabet == _BINARY:
        return octets.decode("latin-1")
    return octets.decode(alphabet, "replace")


def _decode_default(octets: bytes, default: str, locking: int, single: int, fill: int) -> str:
    if default == "gsm-packed":
        return decode_packed(octets, fill, locking, single)
    if default == "latin1":
        return octets.decode("latin-1")
    if default == "ascii":
        return octets.decode("ascii", "replace")
    return decode_gsm(octets, locking, single)


_PRINTABLE = bytes(range(0x20, 0x7F))
_AT_IN_WORD = re.compile(rb"[0-9A-Za-z.]@[0-9A-Za-z]")


def other_reading(octets: bytes, coding: int, text: str, default: str = "gsm", fill: int = 0) -> str:
    """A second reading where the octets look like something else than data_coding says, "" where they do not.

    `text` is what `decode` made of the same arguments. A filter should judge both, since carriers and handsets
    differ in which one they show. Looked for: ASCII, UTF-8 or little-endian text called UCS2; UTF-16, UTF-8,
    Latin-1 or packed septets called 7-bit or Latin-1; ASCII called GSM; unpacked septets from a peer that
    packs. Never raises, and costs a few tenths of a microsecond when nothing is odd.
    """
    alphabet = _ALPHABETS[coding & 0xFF]
    if alphabet == _UCS2:
        return _not_ucs2(octets) if len(octets) > 1 and octets[0] else ""
    if alphabet == _DEFAULT and default == "gsm-packed":
        return "" if octets.translate(None, _PRINTABLE) else _different(decode_gsm(octets), text)
    if text.isascii() and 0 not in octets and octets[:1] > b"\x1f":
        return ""
    if _looks_utf16(octets):
        return codecs.utf_16_be_decode(octets, "replace", True)[0]
    if alphabet == _DEFAULT and default == "gsm":
        return _not_gsm(octets, text, fill)
    return "" if octets.isascii() else _not_eight_bit(octets, text)


def _different(reading: str, text: str) -> str:
    return "" if reading == text else reading


def _not_ucs2(octets: bytes) -> str:
    """Readings of octets called UCS2 whose first character is not below U+0100."""
    if octets[:2] == b"\xff\xfe" or (octets[1] == 0 and 2 * octets[1::2].count(0) > len(octets) // 2):
        return codecs.utf_16_le_decode(octets.removeprefix(b"\xff\xfe"), "replace", True)[0]
    # Octets of Chinese and its neighbours fall among printable ASCII about every other time, never mostly.
    if 0 in octets or 8 * len(octets.translate(None, _PRINTABLE)) > len(octets):
        return ""
    leading = octets[:160:2]  # kana are U+30xx, and 0x30 is '0': every other octet alike is no ASCII
    if any(2 * leading.count(octet) > len(leading) for octet in set(leading)):
        return ""
    return _utf8(octets) or octets.decode("latin-1")


def _looks_utf16(octets: bytes) -> bool:
    """Whether 7- or 8-bit text would hardly have these octets: the first of each pair is one of very few.

    An alphabet other than Chinese lives in one or two blocks of 256. Two of three neighbours agree in text
    of any length, which ordinary text seldom does, so the dear look at all of them is rare.
    """
    if len(octets) < 4 or len(octets) % 2:
        return False
    first, second = octets[0], octets[2]
    if first != second and (len(octets) < 6 or octets[4] not in (first, second)):
        return False
    leading = octets[::2]
    common = leading.translate(None, _PRINTABLE)  # alphabets are below U+2000: they lead with control octets
    if len(common) * 10 < len(leading) * 9 or len(set(common)) > 3:
        return False
    return octets[1::2].count(0) * 2 < len(leading)  # a row of '@' is NULs too


def _utf8(octets: bytes) -> str:
    """The octets as UTF-8, "" if they are not: text in another 8-bit alphabet practically never is."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _not_gsm(octets: bytes, text: str, fill: int) -> str:
    """Readings of octets called unpacked GSM and holding more than ASCII in that reading."""
    if octets.isascii():
        # '_' and '$' of ASCII are § and ¤ in GSM, '@' is ¡: an address or a link of a peer that sends ASCII.
        if 0x5F in octets or 0x24 in octets or (0x40 in octets and _AT_IN_WORD.search(octets)):
            return _different(octets.decode("ascii"), text)
        return ""
    utf8 = _utf8(octets)
    if utf8:
        return utf8
    readings = (decode_packed(octets, fill), octets.decode("latin-1"), codecs.utf_16_be_decode(octets, "replace")[0])
    return max(readings, key=_sense)


def _not_eight_bit(octets: bytes, text: str) -> str:
    """Readings of octets called Latin-1, ASCII or binary, some of them above 0x7F."""
    utf8 = _utf8(octets)
    if utf8 or 3 * len(octets.translate(None, _PRINTABLE)) < len(octets):  # an accent here and there
        return _different(utf8 or octets.decode("latin-1"), text)
    return _different(max(octets.decode("latin-1"), codecs.utf_16_be_decode(octets, "replace")[0], key=_sense), text)


_LIKELY = re.compile(r"[0-9A-Za-z ]")


def _sense(text: str) -> float:
    """How much a reading looks like language, 0 to 1: ASCII letters count whole, letters of other scripts less.

    Octets read as what they are not give about 0.5 either way.
    """
    head = text[:160]
    plain = len(_LIKELY.findall(head))
    script = sum(character.isalpha() for character in head if character > "\u02ff")
    return (plain + 0.8 * script) / (len(head) or 1)


class Encoded(NamedTuple):
    """A text ready to send.

    `coding` is the data_coding, `parts` the short_message of each message, `udhi` whether they begin with a
    user data header (esm_class 0x40), which is so when there are several.
    """

    coding: int
    parts: list[bytes]
    udhi: bool


MAX_PARTS = 255
# Characters of GSM (septets) and UCS2 (16-bit units) that fit in a message: alone, and after a header of 6 or 7.
_SEPTETS = (160, 153, 152)
_UNITS = (70, 67, 66)


def encode(text: str, reference: int = 0, wide: bool = False, default: str = "gsm") -> Encoded:
    """Text -> messages: GSM where its alphabet will do, else UCS2; split where it does not fit in one.

    `reference` is shared by the parts and cut to 8 bits, or 16 if `wide`. `default` is the alphabet of the
    peer's data_coding 0, as for `decode`; for "latin1" and "ascii" text must be in both that and GSM, which the
    peer's SMSC has to make of it. Parts end neither inside an escape nor inside a surrogate pair. A lone
    surrogate in `text` is sent as '?'. Raises ValueError when more than 255 parts would be needed.
    """
    encoder = _encoder(text, default)
    if encoder is None:
        coding, limits, weight, encoder = UCS2, _UNITS, _units, _ucs2
    else:
        coding, limits, weight = GSM, _SEPTETS, _septets
    if sum(map(weight, text)) <= limits[0]:
        return Encoded(coding, [encoder(text, 0)], False)
    pieces = _pieces(text, limits[2] if wide else limits[1], weight)
    if len(pieces) > MAX_PARTS:
        raise ValueError(f"{len(pieces)} parts are needed, {MAX_PARTS} is the most there can be")
    parts = []
    for part, piece in enumerate(pieces, 1):
        header = concat_header(reference, len(pieces), part, wide)
        parts.append(header + encoder(piece, fill_bits(len(header))))
    return Encoded(coding, parts, True)


def _encoder(text: str, default: str) -> Callable[[str, int], bytes] | None:
    """How to write `text` for data_coding 0, by (piece, fill bits); None if only UCS2 will do."""
    if not is_gsm(text):
        return None
    if default == "gsm-packed":
        return encode_packed
    if default not in ("latin1", "ascii"):
        return lambda piece, fill: encode_gsm(piece)
    highest = "\xff" if default == "latin1" else "\x7f"
    if max(text, default="") > highest:
        return None
    return lambda piece, fill: piece.encode("latin-1")


def _ucs2(piece: str, fill: int) -> bytes:
    return piece.encode("utf-16-be", "replace")


def _units(character: str) -> int:
    return 2 if character > "\uffff" else 1


def _septets(character: str) -> int:
    return 2 if character in _ESCAPED else 1


_ESCAPED = frozenset(SINGLE[0].values())


def _pieces(text: str, limit: int, weight: Callable[[str], int]) -> list[str]:
    """`text` cut into pieces that weigh at most `limit`."""
    pieces = []
    start = room = 0
    for place, character in enumerate(text):
        cost = weight(character)
        if cost > room:
            if place:
                pieces.append(text[start:place])
            start, room = place, limit
        room -= cost
    pieces.append(text[start:])
    return pieces
