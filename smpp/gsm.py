"""GSM 7-bit text: 3GPP TS 23.038 section 6.2.1 with the national tables of annex A. Septets and characters only.

Unpacked is one septet per octet, as short_message nearly always carries it; packed is 7 bits a septet.
Which of them a message uses, and in which language, is for `smpp.text` to say.
"""

import codecs

from smpp.shift_tables import LOCKING, SINGLE

ESC = 0x1B
CR = 0x0D
REPLACEMENT = "\ufffd"
"""What an octet of 0x80 and above, which is no septet, decodes to."""


def _decoding(table: str) -> str:
    """A map for `codecs.charmap_decode`, which takes its fast path when there are 256 characters."""
    return table.replace("\x1b", " ") + REPLACEMENT * 128


def _encoding(locking: int, single: int) -> dict[str, bytes]:
    """Character -> octets. The locking table comes first: it costs one septet, ESC costs two."""
    encoding = {character: bytes((ESC, septet)) for septet, character in SINGLE[single].items()}
    for septet, character in reversed(list(enumerate(LOCKING[locking]))):
        if septet != ESC and (character != " " or septet == 0x20):  # other spaces are holes
            encoding[character] = bytes((septet,))
    return encoding


_DECODING = {language: _decoding(table) for language, table in LOCKING.items()}
_DEFAULT = _DECODING[0]
_ENCODING = {(0, 0): _encoding(0, 0)}
_ALPHABET = frozenset(_ENCODING[0, 0])
_EXTENDED = frozenset(SINGLE[0].values())


def decode_gsm(octets: bytes, locking: int = 0, single: int = 0) -> str:
    """Unpacked septets -> text. Never raises.

    `locking` and `single` are national language identifiers; one without a table means the default, as TS
    23.038 6.2.1.2.4 asks. An octet of 0x80 and above becomes U+FFFD. After ESC: a septet the single shift
    table lacks is read in the locking table, a second ESC is a space, and an ESC that ends the octets is
    nothing (the rest of it may be in the next part: join the octets of parts before decoding).
    """
    table = _DEFAULT if locking == 0 else _DECODING.get(locking, _DEFAULT)
    if ESC not in octets:
        return codecs.charmap_decode(octets, "strict", table)[0]
    return _decode_escapes(octets, table, SINGLE.get(single, SINGLE[0]))


def _decode_escapes(octets: bytes, table: str, extension: dict[int, str]) -> str:
    pieces = octets.split(b"\x1b")
    last = len(pieces) - 1
    text = [codecs.charmap_decode(pieces[0], "strict", table)[0]]
    spent = False  # the ESC before the piece at hand was the second of a pair
    for place, piece in enumerate(pieces[1:], 1):
        start = 0
        if spent:
            spent = False
        elif piece:
            text.append(extension.get(piece[0]) or table[piece[0]])
            start = 1
        elif place < last:
            text.append(" ")
            spent = True
        if len(piece) > start:
            text.append(codecs.charmap_decode(piece[start:], "strict", table)[0])
    return "".join(text)


def encode_gsm(text: str, locking: int = 0, single: int = 0) -> bytes:
    """Text -> unpacked septets, ESC sequences included.

    A language without a table means the default. Raises UnicodeEncodeError, with the place of the first
    character that has no septet.
    """
    encoding = _encoder(locking, single)
    try:
        return b"".join([encoding[character] for character in text])
    except KeyError:
        place = next(place for place, character in enumerate(text) if character not in encoding)
        raise UnicodeEncodeError("gsm", text, place, place + 1, "not in the alphabet") from None


def _encoder(locking: int, single: int) -> dict[str, bytes]:
    """The table for a pair of languages, made at first use: 14 x 14 of them at most."""
    pair = (locking if locking in LOCKING else 0, single if single in SINGLE else 0)
    if pair not in _ENCODING:
        _ENCODING[pair] = _encoding(*pair)
    return _ENCODING[pair]


def is_gsm(text: str) -> bool:
    """Whether the default alphabet and its extension table can carry `text`."""
    return _ALPHABET.issuperset(text)


def unencodable(text: str) -> str:
    """The characters that keep `text` from being GSM, each once, in order of appearance."""
    return "".join(dict.fromkeys(character for character in text if character not in _ALPHABET))


def gsm_length(text: str) -> int:
    """Septets that `text` takes in the default alphabet. Raises UnicodeEncodeError like `encode_gsm`."""
    if not is_gsm(text):
        return len(encode_gsm(text))
    return len(text) + sum(character in _EXTENDED for character in text)


def looks_packed(octets: bytes) -> bool:
    """Whether `octets` cannot be unpacked septets: one of them is 0x80 or above.

    The hint that a peer packs; it may as well have sent Latin-1 or UTF-8 (`smpp.text.other_reading` weighs them).
    """
    return not octets.isascii()


def fill_bits(header_octets: int) -> int:
    """Fill bits between a header of that many octets (its length octet included) and packed septets.

    TS 23.040 9.2.3.24: the text begins on a septet boundary.
    """
    return -8 * header_octets % 7


# Packing works on columns: every 8 septets are 7 octets, so octet k of each group is made of septets k and
# k + 1 of the group, for all groups at once. `translate` shifts a column, integers join two. This costs a few
# microseconds whatever the length, where a loop over septets costs tens for a single message.
_SHIFT_LEFT = [bytes(octet << bits & 0xFF for octet in range(256)) for bits in range(8)]
_SHIFT_LEFT_7 = [bytes(octet << bits & 0x7F for octet in range(256)) for bits in range(8)]
_SHIFT_RIGHT = [bytes(octet >> bits for octet in range(256)) for bits in range(8)]


def _joined(one: bytes, other: bytes) -> bytes:
    """Two columns of one length, or-ed."""
    return (int.from_bytes(one, "little") | int.from_bytes(other, "little")).to_bytes(len(one), "little")


def pack(septets: bytes, fill: int = 0) -> bytes:
    """Septets (octets below 0x80; the top bit is ignored) -> packed octets, after `fill` zero bits (0-6).

    Where seven bits are left over they are a CR, as TS 23.038 6.1.2.3.1 has it: zeros would read as '@'.
    """
    if (fill + 7 * len(septets)) % 8 == 1:
        septets += bytes((CR,))
    size = (fill + 7 * len(septets) + 7) // 8
    groups = -(-len(septets) // 8)
    septets = septets.translate(_SHIFT_LEFT_7[0]).ljust(8 * groups, b"\0")
    packed = bytearray(7 * groups)
    for k in range(7):
        here, above = septets[k::8], septets[k + 1 :: 8]
        packed[k::7] = _joined(here.translate(_SHIFT_RIGHT[k]), above.translate(_SHIFT_LEFT[7 - k]))
    if fill:
        packed.append(0)
        return (int.from_bytes(packed, "little") << fill).to_bytes(len(packed), "little")[:size]
    return bytes(packed[:size])


def unpack(octets: bytes, fill: int = 0, count: int | None = None) -> bytes:
    """Packed octets -> septets, skipping `fill` bits (0-6). Never raises.

    With `count` septets said elsewhere (TP-UDL) the result is exact, cut to what is there. SMPP says no
    count, so where the last septet ends on the last bit it may be none: seven spare bits hold a CR or, from
    peers that pad with zeros, an '@'. Such a last CR or '@' is left out; a text that truly ends in one of them
    there loses it, and nothing in the octets could tell.
    """
    if fill:
        octets = (int.from_bytes(octets, "little") >> fill).to_bytes(len(octets), "little")
    available = max(0, (8 * len(octets) - fill) // 7)
    groups = -(-len(octets) // 7)
    padded = octets.ljust(7 * groups, b"\0")
    columns = [padded[k::7] for k in range(7)]
    septets = bytearray(8 * groups)
    septets[0::8] = columns[0].translate(_SHIFT_LEFT_7[0])
    for k in range(1, 7):
        septets[k::8] = _joined(columns[k].translate(_SHIFT_LEFT_7[k]), columns[k - 1].translate(_SHIFT_RIGHT[8 - k]))
    septets[7::8] = columns[6].translate(_SHIFT_RIGHT[1])
    if count is not None:
        return bytes(septets[: min(max(count, 0), available)])
    if available and (8 * len(octets) - fill) % 7 == 0 and septets[available - 1] in (0, CR):
        available -= 1
    return bytes(septets[:available])


def decode_packed(octets: bytes, fill: int = 0, locking: int = 0, single: int = 0, count: int | None = None) -> str:
    """Packed octets -> text: `unpack`, then `decode_gsm`. Never raises."""
    return decode_gsm(unpack(octets, fill, count), locking, single)


def encode_packed(text: str, fill: int = 0, locking: int = 0, single: int = 0) -> bytes:
    """Text -> packed octets: `encode_gsm`, then `pack`. Raises UnicodeEncodeError like `encode_gsm`."""
    return pack(encode_gsm(text, locking, single), fill)
