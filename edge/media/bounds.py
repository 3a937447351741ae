"""How large a picture is and where it ends, by its headers alone: nothing is decoded, nothing is unfolded.

Raises `Trouble` for what ends too early or is not built as its format says. Linear in the octets.
"""

import re
from collections.abc import Callable, Iterator
from struct import unpack_from
from typing import NamedTuple

from edge.core.media import Fault
from edge.media.trouble import Trouble


class Bounds(NamedTuple):
    """`width` and `height` in pixels (of the canvas), `frames`, and `end`: where the picture's octets end."""

    width: int
    height: int
    frames: int
    end: int


PIECES_MAX = 200_000


def bounds(octets: bytes, type: str) -> Bounds | None:
    """Of a format known here, None for others."""
    reader = _READERS.get(type)
    if reader is None:
        return None
    try:
        return reader(octets)
    except (IndexError, ValueError) as error:
        raise _short() from error


def _short() -> Trouble:
    return Trouble(Fault.CORRUPT, "it ends too early")


def _wrong(what: str) -> Trouble:
    return Trouble(Fault.CORRUPT, what)


def _number(octets: bytes, at: int, size: int, order: str = "big") -> int:
    piece = octets[at : at + size]
    if len(piece) < size:
        raise _short()
    return int.from_bytes(piece, "big" if order == "big" else "little")


# PNG and APNG (RFC 2083; the acTL chunk says how many frames)


def _png(octets: bytes) -> Bounds:
    width, height = _number(octets, 16, 4), _number(octets, 20, 4)
    if octets[12:16] != b"IHDR":
        raise _wrong("no header")
    at, frames, told = 8, 0, 1
    for _ in range(PIECES_MAX):
        length, name = _number(octets, at, 4), octets[at + 4 : at + 8]
        if name == b"acTL":
            told = max(told, _number(octets, at + 8, 4))
        elif name == b"fcTL":
            frames += 1
        at += 12 + length
        if at > len(octets):
            raise _short()
        if name == b"IEND":
            return Bounds(width, height, max(frames, told), at)
    raise _wrong("too many chunks")


# GIF (GIF89a specification)


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks(octets: bytes, at: int) -> int:
    """The end of a run of sub-blocks."""
    while octets[at]:
        at += octets[at] + 1
    return at + 1


def _gif(octets: bytes) -> Bounds:
    width, height = _number(octets, 6, 2, "little"), _number(octets, 8, 2, "little")
    at, frames = 13 + _table(octets[10]), 0
    while at < len(octets) and octets[at] != 0x3B:
        if octets[at] == 0x21:
            at = _blocks(octets, at + 2)
        elif octets[at] == 0x2C:
            left, top, wide, high, flags = unpack_from("<HHHHB", octets.ljust(at + 10, b"\0"), at + 1)
            width, height = max(width, left + wide), max(height, top + high)
            at = _blocks(octets, at + 11 + _table(flags))
            frames += 1
        else:
            raise _wrong("a block of no known kind")
    if not frames:
        raise _short()
    return Bounds(width, height, frames, min(at + 1, len(octets)))


# WebP (RFC 9649)


def _webp(octets: bytes) -> Bounds:
    end = 8 + _number(octets, 4, 4, "little")
    if end > len(octets):
        raise _short()
    at, width, height, frames = 12, 0, 0, 0
    while at + 8 <= end:
        name, length = octets[at : at + 4], _number(octets, at + 4, 4, "little")
        wide, high = _webp_size(octets, name, at + 8)
        width, height = max(width, wide), max(height, high)
        frames += name == b"ANMF"
        at += 8 + length + (length & 1)
    if not width or at > end + 1:
        raise _short()
    return Bounds(width, height, max(1, frames), min(len(octets), end + (end & 1)))


def _webp_size(octets: bytes, name: bytes, at: int) -> tuple[int, int]:
    if name == b"VP8X":
        return _number(octets, at + 4, 3, "little") + 1, _number(octets, at + 7, 3, "little") + 1
    if name == b"VP8 ":
        return _number(octets, at + 6, 2, "little") & 0x3FFF, _number(octets, at + 8, 2, "little") & 0x3FFF
    if name == b"VP8L":
        packed = _number(octets, at + 1, 4, "little")
        return (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    return 0, 0


# JPEG (ITU T.81)

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(octets: bytes) -> Bounds:
    at, width, height = 2, 0, 0
    for _ in range(PIECES_MAX):
        found = _MARKER.search(octets, at)
        if found is None:
            raise _short()
        marker, at = found[1][0], found.end()
        if marker == 0xD9:
            if not width or not height:
                raise _wrong("no size")
            return Bounds(width, height, 1, at)
        if marker == 0x01:
            continue
        length = _number(octets, at, 2)
        if length < 2:
            raise _wrong("a segment without a length")
        if marker in _SIZES:
            high, wide = _number(octets, at + 3, 2), _number(octets, at + 5, 2)
            width, height = max(width, wide), max(height, high)
        at += length
    raise _wrong("too many segments")


# ISO base media files (ISO 14496-12): HEIC and AVIF; also for videos

_EXTENTS = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL)


def boxes(octets: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of the top level: (kind, begin, end). Trouble where one is longer than the file."""
    at = 0
    for _ in range(PIECES_MAX):
        if at >= len(octets):
            return
        length, kind, head = _number(octets, at, 4), octets[at + 4 : at + 8], 8
        if length == 1:
            length, head = _number(octets, at + 8, 8), 16
        elif length == 0:
            length = len(octets) - at
        if length < head or len(kind) < 4:
            raise _wrong("a box without a length")
        if at + length > len(octets):
            raise _short()
        yield kind, at, at + length
        at += length
    raise _wrong("too many boxes")


def _iso(octets: bytes) -> Bounds:
    for _ in boxes(octets):
        pass
    extents = [unpack_from(">II", found) for found in _EXTENTS.findall(octets)]
    if not extents:
        raise _wrong("no size")
    width, height = max(extents, key=lambda extent: extent[0] * extent[1])
    return Bounds(width, height, 1, len(octets))


def _bmp(octets: bytes) -> Bounds:
    width, height = unpack_from("<ii", octets.ljust(26, b"\0"), 18)
    return Bounds(abs(width), abs(height), 1, len(octets))


_READERS: dict[str, Callable[[bytes], Bounds]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _webp,
    "image/jpeg": _jpeg,
    "image/heic": _iso,
    "image/avif": _iso,
    "image/bmp": _bmp,
}
