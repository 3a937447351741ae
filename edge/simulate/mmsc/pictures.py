"""Pictures made on the spot: PNG (ISO 15948), GIF 89a with or without motion, JPEG (T.81 baseline). By hand, small.

For a simulator that must run without an imaging library, and to be told apart: each seed gives another picture.
"""

import struct
import zlib
from random import Random


def png(width: int = 64, height: int = 48, seed: int = 0) -> bytes:
    """A picture of coloured squares."""
    colours = _squares(width, height, seed, 3)
    rows = b"".join(b"\0" + colours[y * width * 3 : (y + 1) * width * 3] for y in range(height))
    return _png(width, height, 2, zlib.compress(rows))


def bomb(width: int = 40_000, height: int = 40_000) -> bytes:
    """A PNG of so many black pixels in few octets."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return _png(width, height, 0, data, depth=1)


def _png(width: int, height: int, colour: int, data: bytes, depth: int = 8) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _squares(width: int, height: int, seed: int, channels: int) -> bytes:
    """Squares of eight pixels, each of one random colour."""
    random = Random(seed)
    across = -(-width // 8)
    out = bytearray()
    for y in range(height):
        if y % 8 == 0:
            colours = [random.randbytes(channels) for _ in range(across)]
            row = b"".join(colour * 8 for colour in colours)[: width * channels]
        out += row
    return bytes(out)


def gif(width: int = 32, height: int = 24, frames: int = 1, seed: int = 0) -> bytes:
    """A GIF; of several frames it is an animation that repeats for ever."""
    random = Random(seed)
    out = bytearray(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF6, 0, 0) + random.randbytes(128 * 3))
    if frames > 1:
        out += b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    for frame in range(frames):
        pixels = bytes(octet & 127 for octet in _squares(width, height, seed * 1000 + frame, 1))
        out += b"\x21\xf9\x04\x04\x0a\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0)
        out += b"\x07" + _blocks(_codes(pixels)) + b"\0"
    return bytes(out) + b"\x3b"


def _codes(pixels: bytes) -> bytes:
    """LZW of 7-bit pixels that never lets its table grow: a clear code before 126 of them, and 8 bits a code."""
    clear, end = 128, 129
    codes = bytearray()
    for at in range(0, len(pixels), 126):
        codes.append(clear)
        codes += pixels[at : at + 126]
    codes.append(end)
    return bytes(codes)


def _blocks(data: bytes) -> bytes:
    return b"".join(bytes((len(data[at : at + 255]),)) + data[at : at + 255] for at in range(0, len(data), 255))


Lengths = dict[int, tuple[int, ...]]

# Code lengths and symbols of our Huffman tables (T.81 annex C): differences of up to eight bits, coefficients in a row.
_DC: Lengths = {3: (0, 1, 2, 3, 4, 5), 4: (6, 7), 5: (8,)}
_AC: Lengths = {2: (0x00, 0x01), 3: (0x02, 0x03), 4: (0x04, 0x05)}


def jpeg(width: int = 64, height: int = 48, seed: int = 0, detail: int = 0) -> bytes:
    """A grey picture of squares; `detail` coefficients more in each (at most 62) make it that much bigger."""
    random = Random(seed)
    dc, ac = _huffman(_DC), _huffman(_AC)
    bits: list[str] = []
    last = 0
    for _ in range(-(-width // 8) * -(-height // 8)):
        value = random.randrange(-120, 120)
        bits.append(_coded(dc, value - last))
        last = value
        bits += [_coded(ac, random.choice((-5, -3, -1, 1, 3, 5))) for _ in range(detail)]
        bits.append(ac[0])
    stream = "".join(bits)
    stream += "1" * (-len(stream) % 8)
    data = int(stream, 2).to_bytes(len(stream) // 8, "big").replace(b"\xff", b"\xff\0")
    frame = struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)
    return b"".join((
        b"\xff\xd8",
        _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        _segment(0xDB, b"\0" + b"\x08" * 64),
        _segment(0xC0, frame),
        _segment(0xC4, b"\0" + _table(_DC)),
        _segment(0xC4, b"\x10" + _table(_AC)),
        _segment(0xDA, b"\x01\x01\0\0\x3f\0"),
        data,
        b"\xff\xd9",
    ))  # fmt: skip


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _table(lengths: Lengths) -> bytes:
    counts = bytes(len(lengths.get(length, ())) for length in range(1, 17))
    return counts + bytes(symbol for length in sorted(lengths) for symbol in lengths[length])


def _huffman(lengths: Lengths) -> dict[int, str]:
    """Symbol -> its bits (T.81 C.2)."""
    codes, code = {}, 0
    for length in range(1, 17):
        for symbol in lengths.get(length, ()):
            codes[symbol] = format(code, f"0{length}b")
            code += 1
        code <<= 1
    return codes


def _coded(table: dict[int, str], value: int) -> str:
    """A difference or coefficient: its size by the table, then its bits (T.81 F.1.2)."""
    size = abs(value).bit_length()
    if not size:
        return table[0]
    return table[size] + format(value if value > 0 else value + (1 << size) - 1, f"0{size}b")
