"""Pictures decoded: small, upright, opaque; or a fault."""

import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from pillow_heif import from_pillow

from edge.core.media import Fault
from edge.media import picture
from edge.media.trouble import Trouble

from .makers import animation, chunk, jpeg, png, saved
from .makers import picture as drawn

PIXELS, FRAMES = 50_000_000, 200
picture.prepare()


def frames(octets: bytes, type: str, pixels: int = PIXELS, most: int = FRAMES) -> list[Image.Image]:
    return picture.frames_of(octets, type, pixels, most)


def fault(octets: bytes, type: str, **limits: int) -> Fault | None:
    try:
        frames(octets, type, **limits)
    except Trouble as trouble:
        return trouble.fault
    return None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_mode(mode: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(np.arange(65_536, dtype=np.uint16).reshape(256, 256))
    else:
        image = drawn(1, (256, 256)).convert(mode)
    format = "JPEG" if mode == "CMYK" else "PNG"
    (frame,) = frames(saved(image, format), f"image/{format.lower()}")
    assert (frame.mode, frame.size) == ("RGB", (256, 256))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_large_ones_are_made_small(format: str) -> None:
    (frame,) = frames(saved(drawn(1, (2400, 1200)), format), f"image/{format.lower()}")
    assert frame.size == (1024, 512)


def test_transparent_parts_are_white() -> None:
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    (frame,) = frames(saved(clear, "PNG"), "image/png")
    assert frame.getpixel((10, 10)) == (255, 255, 255)


def test_turned_as_a_person_sees_it() -> None:
    image = drawn(1, (200, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    (frame,) = frames(saved(image, "JPEG", exif=exif), "image/jpeg")
    assert frame.size == (100, 200)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_frames_of_an_animation(format: str) -> None:
    type = f"image/{format.lower()}"
    assert len(frames(animation(format, range(5)), type)) == 5
    assert len(frames(animation(format, range(40)), type)) == picture.SPREAD + picture.CHANGES


def test_a_frame_that_differs_is_among_those_looked_at() -> None:
    """Explicit for one frame of sixty, in none of the eight evenly spread ones."""
    calm = drawn(1, (120, 90))
    shown = [calm] * 60
    shown[31] = Image.new("RGB", (120, 90), "red")
    octets = saved(shown[0], "WEBP", save_all=True, append_images=shown[1:], lossless=True, duration=50)
    seen = frames(octets, "image/webp")
    if len(seen) > 1:  # an encoder may merge frames that are the same
        assert any(frame.getpixel((60, 45)) == (255, 0, 0) for frame in seen)


@pytest.mark.parametrize(
    "octets",
    [
        png(40_000, 40_000),
        png(10, 10, chunk(b"acTL", struct.pack(">II", 5_000, 0))),
        png(7_000, 7_000, *[chunk(b"fcTL", bytes(26))] * 100),
        png(10, 10, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(100_000_000), 9)), data=zlib.compress(bytes(110))),
        png(10, 10, chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(100_000_000), 9)), data=zlib.compress(bytes(110))),
        png(
            10,
            10,
            chunk(b"iTXt", b"x\0\1\0\0\0" + zlib.compress(b"a" * 100_000_000, 9)),
            data=zlib.compress(bytes(110)),
        ),
    ],
    ids=["pixels", "told frames", "frames times pixels", "iCCP", "zTXt", "iTXt"],
)
def test_bombs_of_png(octets: bytes) -> None:
    assert fault(octets, "image/png") is Fault.BOMB


def test_more_rows_than_are_told_are_not_unfolded() -> None:
    octets = png(10, 10, data=zlib.compress(bytes(200_000_000), 9))
    (frame,) = frames(octets, "image/png")
    assert frame.size == (10, 10)


def test_bombs_of_gif_and_webp() -> None:
    gif = bytearray(saved(Image.new("P", (8, 8)), "GIF"))
    gif[6:10] = (65_535).to_bytes(2, "little") * 2
    assert fault(bytes(gif), "image/gif") is Fault.BOMB
    assert fault(animation("GIF", range(30), (16, 16)), "image/gif", most=20) is Fault.BOMB
    webp = bytearray(animation("WEBP", range(3)))
    at = webp.index(b"VP8X") + 12
    webp[at : at + 6] = b"\xff\x3f\0\xff\x3f\0"
    assert fault(bytes(webp), "image/webp") is Fault.BOMB


def test_bombs_of_jpeg() -> None:
    octets = bytearray(jpeg())
    at = octets.index(b"\xff\xc0") + 5
    octets[at : at + 4] = b"\xff\xff\xff\xff"
    assert fault(bytes(octets), "image/jpeg") is Fault.BOMB


@pytest.mark.parametrize("type", ["image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/bmp"])
def test_garbage_with_a_good_beginning(type: str) -> None:
    begin = {
        "image/jpeg": b"\xff\xd8\xff\xe0",
        "image/png": b"\x89PNG\r\n\x1a\n",
        "image/gif": b"GIF89a",
        "image/webp": b"RIFF\xff\0\0\0WEBP",
        "image/heic": b"\0\0\0\x18ftypheic",
        "image/bmp": b"BM\0\0\0\0\0\0\0\0",
    }[type]
    assert fault(begin + os.urandom(3000), type) in (Fault.CORRUPT, Fault.BOMB, Fault.STRUCTURE)


def test_a_type_that_nothing_decodes() -> None:
    assert fault(b"II*\0" + bytes(100), "image/tiff") is Fault.CODEC


def test_heic() -> None:
    made = from_pillow(drawn(1, (320, 240)))
    path = os.path.join("/proc/self/fd", str(os.memfd_create("heic")))
    made.save(path)
    with open(path, "rb") as file:
        octets = file.read()
    os.close(int(path.rpartition("/")[2]))
    (frame,) = frames(octets, "image/heic")
    assert frame.size == (320, 240)
    assert fault(octets[:-500], "image/heic") is Fault.CORRUPT
    assert fault(octets, "image/heic", pixels=10_000) is Fault.BOMB
