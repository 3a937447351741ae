"""Text in header fields: encoded words (RFC 2047), UTF-8 as it is (RFC 6532), and the Latin-1 of old gateways."""

import re
from binascii import Error, a2b_base64, a2b_qp

from edge.channels.mm4.codec.charset import decode as of_charset

# Two encoded words with blanks between them are one text (RFC 2047 6.2). Blanks within a word are against 2.0, and met.
_WORD = re.compile(rb"=\?([!->@-~]{1,40})\?([BbQq])\?([^?\r\n]*+)\?=")
_BETWEEN = re.compile(rb"(\?=)[ \t]++(?==\?[!->@-~]{1,40}\?[BbQq]\?)")


def text(value: bytes) -> str:
    """The text of an unfolded header value. Never raises: a word that cannot be decoded stays as it is written."""
    if b"=?" not in value:
        return value.decode("ascii") if value.isascii() else of_charset(value, "utf-8")[0]
    return "".join(_pieces(_BETWEEN.sub(rb"\1", value)))


def _pieces(value: bytes) -> list[str]:
    """Plain text and decoded words. Neighbours of one charset are decoded together: some cut within a character."""
    pieces: list[str] = []
    held: list[bytes] = []
    charset, at = b"", 0
    for found in _WORD.finditer(value):
        octets = _octets(found[2], found[3])
        if octets is None:
            continue
        name = found[1].partition(b"*")[0].lower()  # RFC 2231 5: a language may follow
        if held and (found.start() > at or name != charset):
            pieces.append(of_charset(b"".join(held), charset.decode("ascii"))[0])
            held.clear()
        if found.start() > at:
            pieces.append(of_charset(value[at : found.start()], "utf-8")[0])
        held.append(octets)
        charset, at = name, found.end()
    if held:
        pieces.append(of_charset(b"".join(held), charset.decode("ascii"))[0])
    pieces.append(of_charset(value[at:], "utf-8")[0])
    return pieces


def _octets(encoding: bytes, content: bytes) -> bytes | None:
    if encoding in b"Qq":
        return a2b_qp(content, header=True)
    try:
        return a2b_base64(content.rstrip(b"=") + b"==")
    except Error:
        return None


def write(value: str) -> bytes:
    """Text as a header value: as it is where it is ASCII, else UTF-8 in encoded words of at most 75 octets.

    Raises ValueError for CR, LF or NUL.
    """
    if any(character in value for character in "\r\n\0"):
        raise ValueError("a line break or NUL in the text of a header")
    if value.isascii() and "=?" not in value:
        return value.encode("ascii")
    return b"\r\n ".join(b"=?utf-8?Q?" + word + b"?=" for word in _quoted(value))


_LITERAL = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_WORD_ROOM = 75 - len("=?utf-8?Q?" + "?=")


def _quoted(value: str) -> list[bytes]:
    words, word = [], b""
    for character in value:
        octets = character.encode("utf-8", "replace")
        piece = b"".join(
            bytes((octet,)) if octet in _LITERAL else b"_" if octet == 0x20 else b"=%02X" % octet for octet in octets
        )
        if len(word) + len(piece) > _WORD_ROOM:
            words.append(word)
            word = b""
        word += piece
    return [*words, word]
