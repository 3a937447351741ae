"""Messages and media made by hand, for the tests of what is found in them."""

import struct
import zlib
from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont


def picture(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Blobs of colour that no other seed has."""
    blobs = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), np.uint8)
    return Image.fromarray(blobs).resize(size, Image.Resampling.BICUBIC)


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    output = BytesIO()
    image.save(output, format, **options)
    return output.getvalue()


def jpeg(seed: int = 1, size: tuple[int, int] = (640, 480), quality: int = 85) -> bytes:
    return saved(picture(seed, size), "JPEG", quality=quality)


def animation(format: str, seeds: Sequence[int], size: tuple[int, int] = (160, 120)) -> bytes:
    first, *others = [picture(seed, size) for seed in seeds]
    return saved(first, format, save_all=True, append_images=others, duration=100, loop=0)


def written(text: str, size: tuple[int, int] = (800, 200)) -> Image.Image:
    """Black letters on white."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((20, 60), text, fill="black", font=ImageFont.load_default(48))
    return image


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, data: bytes = b"") -> bytes:
    """Grey pixels, none of them there unless given."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", data or zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + body + chunk(b"IEND", b"")


def mail(*parts: tuple[str, bytes], text: str = "hello", subject: str = "a subject", **fields: str) -> bytes:
    """A message with a text and `parts` of (type, octets), as an MMSC writes it."""
    message = EmailMessage()
    message["From"] = "+14165550101/TYPE=PLMN@mms.north.example"
    message["To"] = "+14165550311/TYPE=PLMN@mms.south.example"
    message["Subject"] = subject
    for name, value in fields.items():
        message[name] = value
    message.set_content(text)
    for type, octets in parts:
        kind, _, name = type.partition("/")
        message.add_attachment(octets, maintype=kind, subtype=name)
    return message.as_bytes(policy=SMTP)


def deep(levels: int) -> bytes:
    """Containers within containers."""
    lines = [f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n" for level in range(levels)]
    return b"MIME-Version: 1.0\r\n" + "".join(lines).encode() + b"Content-Type: text/plain\r\n\r\nhi\r\n"
