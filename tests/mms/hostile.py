"""Messages that nobody means well with: bombs, files that are two things, MIME without a bottom. Small, soon made."""

import struct
import zlib
from base64 import encodebytes
from functools import lru_cache

from edge.simulate.mmsc import Part, pictures

HEAD = b"MIME-Version: 1.0\r\n"


def deep(levels: int) -> bytes:
    """A body of multiparts within each other."""
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(levels)
    )
    closed = b"".join(b"\r\n--b%d--\r\n" % level for level in reversed(range(levels)))
    return HEAD + opened + b"Content-Type: text/plain\r\n\r\nat the bottom\r\n" + closed


def wide(parts: int) -> bytes:
    """A body of so many small parts."""
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * parts + b"--b--\r\n"


def one(kind: bytes, encoded: bytes, encoding: bytes = b"base64") -> bytes:
    """A body of one part, its encoded octets as given."""
    return HEAD + b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (kind, encoding, encoded)


def base64(octets: bytes) -> bytes:
    """Lines of 76."""
    return encodebytes(octets).replace(b"\n", b"\r\n")


@lru_cache(maxsize=1)
def png_bomb() -> Part:
    """1.6 thousand million pixels in 200 KB."""
    return Part("image/png", pictures.bomb(), "bomb.png")


def png_text_bomb() -> Part:
    """A small picture with a compressed text chunk that unfolds to 60 MB (PNG 11.3.4.3)."""
    text = zlib.compress(bytes(60_000_000), 9)
    data = b"Comment\0\0" + text
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    plain = pictures.png()
    return Part("image/png", plain[:33] + chunk + plain[33:], "text.png")


def gif_bomb() -> Part:
    """Fifty thousand frames of a screen of 65,535 x 65,535."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x07\x02\x80\x81\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0xF6, 0, 0) + bytes(128 * 3)
    return Part("image/gif", head + frame * 50_000 + b"\x3b", "bomb.gif")


def webp_bomb() -> Part:
    """A lossless WebP of 16,384 x 16,384 pixels, all in its head (RFC 9649 3.4)."""
    bits = (16_383 | 16_383 << 14).to_bytes(4, "little")
    data = b"\x2f" + bits + b"\x88\x88\x08\x07\x10" + bytes(20)
    chunk = b"VP8L" + struct.pack("<I", len(data)) + data
    return Part("image/webp", b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk, "bomb.webp")


def jpeg_bomb() -> Part:
    """A JPEG that says it is 65,500 x 65,500."""
    plain = pictures.jpeg()
    at = plain.index(b"\xff\xc0") + 5
    return Part("image/jpeg", plain[:at] + struct.pack(">HH", 65_500, 65_500) + plain[at + 4 :], "bomb.jpg")


BOMBS = (png_bomb, png_text_bomb, gif_bomb, webp_bomb, jpeg_bomb)


def zip_behind(octets: bytes) -> bytes:
    """The same file, an archive too: one stored entry and the end record (APPNOTE 4.3)."""
    name, data = b"evil.exe", b"MZ" + bytes(64)
    crc = zlib.crc32(data)
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, crc, len(data), len(data), len(name), 0)
    local = b"PK\x03\x04" + fields + name + data
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, len(octets)) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(octets) + len(local), 0)
    return octets + local + central + end


def polyglots() -> dict[str, Part]:
    """Files that two readers take for two things, by what they are."""
    gif, jpeg, png = pictures.gif(), pictures.jpeg(), pictures.png()
    comment = b"<script>alert(1)</script>"
    noted = b"\x21\xfe" + bytes((len(comment),)) + comment + b"\0"  # a comment extension, behind the colour table
    return {
        "gif and archive": Part("image/gif", zip_behind(gif), "a.gif"),
        "jpeg and archive": Part("image/jpeg", zip_behind(jpeg), "a.jpg"),
        "gif and page": Part("image/gif", gif[:397] + noted + gif[397:], "a.gif"),
        "jpeg and page": Part(
            "image/jpeg", jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:], "a.jpg"
        ),
        "program called a picture": Part("image/png", b"MZ\x90\0" + bytes(200), "a.png"),
        "page called a picture": Part("image/png", b"<!DOCTYPE html><html><body>hi</body></html>", "a.png"),
        "picture called a text": Part("text/plain", png, "a.txt"),
        "program": Part("application/octet-stream", b"\x7fELF" + bytes(200), "a.bin"),
    }
